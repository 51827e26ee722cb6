/**
 * Google and GitHub as two small records, and what configuration makes of one.
 *
 * A provider's endpoints can be overridden, so that a test provider or a
 * company's own server stands in. They come from the operator alone; even so,
 * plain http is taken only on loopback, since a client secret and access tokens
 * travel there.
 *
 * @module
 */

import {
  githubProfile,
  googleProfile,
  type JsonObject,
  type ProviderName,
  type ProviderProfile,
} from "./profile.ts";

/** What the operator says about one provider. */
export interface OAuthProviderConfig {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Our callback, spelled exactly as it is registered with the provider. */
  readonly redirectUri: string;
  readonly authorizeUrl?: string;
  readonly tokenUrl?: string;
  readonly userinfoUrl?: string;
  /**
   * Only GitHub has one.
   *
   * @default `userinfoUrl` with `/emails` after it
   */
  readonly emailsUrl?: string;
}

/** A provider, ready to be asked. */
export interface OAuthProvider {
  readonly name: ProviderName;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
  readonly authorizeUrl: URL;
  readonly tokenUrl: URL;
  readonly userinfoUrl: URL;
  /** Where the list of addresses is, for a provider that has one. */
  readonly emailsUrl: URL | null;
  readonly scope: string;
  /** The provider's name for itself. */
  readonly issuer: string;
  /**
   * @param iss `iss` of a callback (RFC 9207).
   * @returns Whether this provider can have sent it.
   */
  isIssuer(iss: string): boolean;
  /**
   * @param userinfo Body of the userinfo endpoint.
   * @param emails Body of the list of addresses, if there is one.
   * @returns The person.
   */
  toProfile(userinfo: JsonObject, emails: unknown): ProviderProfile;
}

interface ProviderRecord {
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  readonly userinfoUrl: string;
  readonly hasEmails: boolean;
  readonly scope: string;
  readonly issuer: string;
  toProfile(
    userinfo: JsonObject,
    emails: unknown,
    issuer: string,
  ): ProviderProfile;
}

const records: Readonly<Record<ProviderName, ProviderRecord>> = {
  google: {
    authorizeUrl: "https://accounts.google.com/o/oauth2/v2/auth",
    tokenUrl: "https://oauth2.googleapis.com/token",
    userinfoUrl: "https://www.googleapis.com/oauth2/v3/userinfo",
    hasEmails: false,
    scope: "email profile",
    issuer: "https://accounts.google.com",
    toProfile: (userinfo, _emails, issuer) => googleProfile(userinfo, issuer),
  },
  github: {
    authorizeUrl: "https://github.com/login/oauth/authorize",
    tokenUrl: "https://github.com/login/oauth/access_token",
    userinfoUrl: "https://api.github.com/user",
    hasEmails: true,
    scope: "read:user user:email",
    // Sent as `iss` of every callback since April 2026.
    issuer: "https://github.com/login/oauth",
    toProfile: githubProfile,
  },
};

/**
 * @param name What a client asked for.
 * @returns Whether it is a provider that is known here, spelled exactly.
 */
export function isProviderName(name: string): name is ProviderName {
  return Object.hasOwn(records, name);
}

/**
 * Builds a provider from its record and the operator's words.
 *
 * @param name Which provider.
 * @param config Credentials, redirect URI and overridden endpoints.
 * @returns The provider.
 * @throws {RangeError} When a value cannot be used; the value is not repeated.
 */
export function createProvider(
  name: ProviderName,
  config: OAuthProviderConfig,
): OAuthProvider {
  const record = records[name];
  const { clientId, clientSecret, redirectUri } = config;

  function refuse(field: string, reason: string): never {
    throw new RangeError(
      `Cannot configure OAuth provider "${name}": ${field} ${reason}`,
    );
  }

  function endpoint(field: string, text: string): URL {
    const url = URL.parse(text);
    if (url === null) refuse(field, "must be an absolute URL");
    if (url.protocol !== "https:" && !isLoopbackHttp(url)) {
      refuse(field, "must use https, or http on loopback");
    }
    if (url.username !== "" || url.password !== "" || url.hash !== "") {
      refuse(field, "must hold no credentials and no fragment");
    }
    return url;
  }

  if (clientId === "") refuse("clientId", "must not be empty");
  if (clientSecret === "") refuse("clientSecret", "must not be empty");
  const callback = URL.parse(redirectUri);
  if (callback === null || !/^https?:$/.test(callback.protocol)) {
    refuse("redirectUri", "must be an absolute http or https URL");
  }
  if (redirectUri.includes("#") || callback.username !== "") {
    refuse("redirectUri", "must hold no credentials and no fragment");
  }

  const authorizeUrl = endpoint(
    "authorizeUrl",
    config.authorizeUrl ?? record.authorizeUrl,
  );
  const userinfo = config.userinfoUrl ?? record.userinfoUrl;
  const stoodIn = authorizeUrl.href !== record.authorizeUrl;
  const issuer = stoodIn ? authorizeUrl.origin : record.issuer;

  return {
    name,
    clientId,
    clientSecret,
    redirectUri,
    authorizeUrl,
    tokenUrl: endpoint("tokenUrl", config.tokenUrl ?? record.tokenUrl),
    userinfoUrl: endpoint("userinfoUrl", userinfo),
    // Derived from where userinfo is, so that a token never goes elsewhere; one
    // page holds 30 addresses unless asked.
    emailsUrl: record.hasEmails
      ? endpoint(
        "emailsUrl",
        config.emailsUrl ?? `${userinfo}/emails?per_page=100`,
      )
      : null,
    scope: record.scope,
    issuer,
    isIssuer: (iss) =>
      stoodIn
        // A stand-in's issuer may have a path (Keycloak, GitHub Enterprise).
        ? URL.parse(iss)?.origin === authorizeUrl.origin
        : iss === record.issuer,
    toProfile: (body, emails) => record.toProfile(body, emails, issuer),
  };
}

/**
 * @param url Any URL.
 * @returns Whether it is plain http that cannot leave this machine.
 */
export function isLoopbackHttp(url: URL): boolean {
  return url.protocol === "http:" &&
    /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/.test(url.hostname);
}
