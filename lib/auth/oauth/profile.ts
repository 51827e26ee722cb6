/**
 * What a provider says about a person, brought into one shape.
 *
 * Everything here was typed in by a stranger at the provider: texts are cut to
 * a length, control characters go, pictures must be web addresses. An e-mail
 * address counts as verified only where the provider says so in so many words.
 *
 * @module
 */

import { Problem } from "../../base/problem.ts";

/** Names of the providers that are known here. */
export const providerNames = ["google", "github"] as const;

/** One of {@linkcode providerNames}. */
export type ProviderName = (typeof providerNames)[number];

/** A person as a provider describes them. */
export interface ProviderProfile {
  readonly provider: ProviderName;
  /** The provider's own lasting id; with `provider` the key of an identity. */
  readonly subject: string;
  /** Address, whether verified or not; `null` where the provider gave none. */
  readonly email: string | null;
  /** Whether the provider vouches for `email`. */
  readonly emailVerified: boolean;
  readonly name: string | null;
  readonly avatarUrl: string | null;
  /** What identities and user metadata keep, by GoTrue's names. */
  readonly claims: Readonly<Record<string, string | boolean>>;
}

/** A parsed JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

const maxSubject = 255; // OpenID Connect Core 1.0, section 2, "sub"
const maxEmail = 254;
// Claims travel in every access token: all of them together stay below the
// bound of user metadata, whatever their characters.
const maxName = 100;
const maxUrl = 400;

interface ProfileParts {
  readonly provider: ProviderName;
  readonly issuer: string;
  readonly subject: string;
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly name: string | null;
  readonly avatarUrl: string | null;
  readonly userName: string | null;
}

/**
 * Reads Google's userinfo (OpenID Connect Core 1.0, section 5.1).
 *
 * `email_verified` is a boolean there; the text `"true"`, which OpenID
 * providers have been seen to send, is taken knowingly, and nothing else.
 *
 * @param userinfo Body of the userinfo endpoint.
 * @param issuer Issuer of the provider.
 * @returns The profile.
 * @throws {Problem} `userinfo_fetch_failed` when there is no subject.
 */
export function googleProfile(
  userinfo: JsonObject,
  issuer: string,
): ProviderProfile {
  const verified = userinfo["email_verified"];
  const email = shortText(userinfo["email"], maxEmail);
  return toProfile({
    provider: "google",
    issuer,
    subject: subjectOf(userinfo["sub"], "google"),
    email,
    emailVerified: email !== null && (verified === true || verified === "true"),
    name: clippedText(userinfo["name"]),
    avatarUrl: webAddress(userinfo["picture"]),
    userName: clippedText(userinfo["preferred_username"]),
  });
}

/**
 * Reads GitHub's `/user` and `/user/emails`.
 *
 * The `email` of `/user` is a public profile field and is not looked at: only
 * an entry of `/user/emails` that is primary and verified is an address.
 *
 * @param userinfo Body of `/user`.
 * @param emails Body of `/user/emails`.
 * @param issuer Issuer of the provider.
 * @returns The profile.
 * @throws {Problem} `userinfo_fetch_failed` when there is no numeric id.
 */
export function githubProfile(
  userinfo: JsonObject,
  emails: unknown,
  issuer: string,
): ProviderProfile {
  const id = userinfo["id"];
  if (!Number.isSafeInteger(id) || (id as number) < 1) {
    throw unusable("github");
  }
  const login = clippedText(userinfo["login"]);
  const email = primaryVerified(emails);
  return toProfile({
    provider: "github",
    issuer,
    subject: String(id),
    email,
    emailVerified: email !== null,
    name: clippedText(userinfo["name"]) ?? login,
    avatarUrl: webAddress(userinfo["avatar_url"]),
    userName: login,
  });
}

function primaryVerified(emails: unknown): string | null {
  if (!Array.isArray(emails)) throw unusable("github");
  for (const entry of emails as unknown[]) {
    if (!isJsonObject(entry)) continue;
    if (entry["primary"] !== true || entry["verified"] !== true) continue;
    return shortText(entry["email"], maxEmail);
  }
  return null;
}

function toProfile(parts: ProfileParts): ProviderProfile {
  const { provider, issuer, subject, email, emailVerified } = parts;
  const { name, avatarUrl, userName } = parts;
  const claims: Record<string, string | boolean> = {
    iss: issuer,
    sub: subject,
    "provider_id": subject,
    "email_verified": emailVerified,
    "phone_verified": false,
  };
  if (email !== null) claims["email"] = email;
  if (name !== null) {
    claims["name"] = name;
    claims["full_name"] = name;
  }
  if (avatarUrl !== null) {
    claims["avatar_url"] = avatarUrl;
    claims["picture"] = avatarUrl;
  }
  if (userName !== null) {
    claims["user_name"] = userName;
    claims["preferred_username"] = userName;
  }
  return { provider, subject, email, emailVerified, name, avatarUrl, claims };
}

/**
 * @param value Anything.
 * @returns Whether it is an object as JSON knows it.
 */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function subjectOf(value: unknown, provider: ProviderName): string {
  // A cut or cleaned subject could be somebody else's: take it whole or not.
  const subject = shortText(value, maxSubject);
  if (subject === null || !/^[\x20-\x7e]+$/.test(subject)) {
    throw unusable(provider);
  }
  return subject;
}

function unusable(provider: ProviderName): Problem {
  return new Problem(
    "userinfo_fetch_failed",
    `Cannot finish the sign-in: ${provider} did not say who signed in`,
  );
}

/** Takes a text that must be kept whole, or `null`. */
function shortText(value: unknown, maxLength: number): string | null {
  if (typeof value !== "string" || value === "") return null;
  if (value.length > maxLength || !value.isWellFormed()) return null;
  return /\p{Cc}/u.test(value) ? null : value;
}

/** Takes a text that may be cut, or `null`. */
function clippedText(value: unknown): string | null {
  if (typeof value !== "string") return null;
  // The first slice bounds the work, the second counts whole characters.
  const text = value.slice(0, 4 * maxName).toWellFormed()
    .replace(/\p{Cc}+/gu, " ").trim();
  return text === "" ? null : [...text].slice(0, maxName).join("");
}

function webAddress(value: unknown): string | null {
  const text = shortText(value, maxUrl);
  const url = text === null ? null : URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  return url.href.length <= maxUrl ? url.href : null;
}
