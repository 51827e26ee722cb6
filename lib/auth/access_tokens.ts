/**
 * Access tokens: JWTs (RFC 7519) signed with HS256, made and checked by `jose` on WebCrypto.
 *
 * Checking is strict (RFC 8725): one algorithm, canonical base64url, no `crit`, a size cap before
 * any cryptography, `exp` a safe integer. Whether the user and the session still stand is the
 * caller's question to the database. A token that passed is remembered, bounded and never past its
 * `exp`, so that a client's next request costs a look-up.
 *
 * @module
 */

// deno-lint-ignore-file camelcase -- claims have their registered names

import { jwtVerify, SignJWT } from "jose";
import { BoundedMap } from "../base/bounded_map.ts";
import type { Clock } from "../base/clock.ts";
import { Problem } from "../base/problem.ts";

/** Roles that a token may carry. */
export const tokenRoles = ["anon", "authenticated", "service_role"] as const;

/** How somebody proved who they are (`amr`, RFC 8176 in spirit, GoTrue in form). */
export interface AuthMethod {
  readonly method: string;
  /** Unix seconds. */
  readonly timestamp: number;
}

/** What the server puts into a token; `docs/jwt.md` explains each claim. */
export interface AccessClaims {
  readonly sub: string;
  readonly email: string;
  readonly role: string;
  readonly aud: string;
  readonly exp: number;
  readonly iat: number;
  readonly jti: string;
  readonly session_id: string;
  readonly iss: string;
  readonly phone: string;
  readonly app_metadata: Readonly<Record<string, unknown>>;
  readonly user_metadata: Readonly<Record<string, unknown>>;
  readonly aal: string;
  readonly amr: readonly AuthMethod[];
  readonly is_anonymous: boolean;
}

/** The claims that differ from user to user. */
export type UserClaims = Pick<
  AccessClaims,
  | "sub"
  | "email"
  | "role"
  | "session_id"
  | "app_metadata"
  | "user_metadata"
  | "amr"
  | "is_anonymous"
>;

/** Claims of a token that passed: those that were checked, and the rest as it came. */
export interface VerifiedClaims {
  readonly sub?: string;
  readonly session_id?: string;
  readonly role?: string;
  readonly exp: number;
  readonly [claim: string]: unknown;
}

/** Roles of the keys that programs bring instead of a user's token. */
export type KeyRole = "anon" | "service_role";

/** A signed token. */
export interface SignedToken {
  readonly token: string;
  /** Unix seconds. */
  readonly expiresAt: number;
}

/** Settings of {@linkcode AccessTokens}. */
export interface AccessTokensOptions {
  /** Key that signs, at least 32 bytes. */
  secret: string;
  /** Key that still verifies while a rotation is under way. */
  previousSecret?: string | undefined;
  /** `iss` of new tokens, and the only one accepted where `iss` is present. */
  issuer: string;
  /** Lifetime in seconds. */
  lifetimeSeconds: number;
  /** Source of the time. */
  clock: Clock;
}

const audience = "authenticated";
const maxTokenLength = 16_384;
const maxRememberedLength = 2_048;
const rememberedTokens = 4_096;
const rememberedKeys = 256;
/** How far a token's `iat` or `nbf` may lie ahead of our clock, in seconds. */
const futureLeeway = 30;
const compactForm = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}$/;

/** Signs and checks access tokens. */
export class AccessTokens {
  readonly #issuer: string;
  readonly #lifetime: number;
  readonly #clock: Clock;
  readonly #keys: Promise<CryptoKey[]>;
  readonly #verified = new BoundedMap<string, VerifiedClaims>(rememberedTokens);
  /** Tokens that live longer than ours, such as keys: among the others they would end their order. */
  readonly #lasting = new BoundedMap<string, VerifiedClaims>(rememberedKeys);

  /**
   * @param options Keys, issuer, lifetime, clock.
   */
  constructor(
    { secret, previousSecret, issuer, lifetimeSeconds, clock }:
      AccessTokensOptions,
  ) {
    this.#issuer = issuer;
    this.#lifetime = lifetimeSeconds;
    this.#clock = clock;
    const secrets = previousSecret === undefined
      ? [secret]
      : [secret, previousSecret];
    this.#keys = Promise.all(secrets.map(importKey));
  }

  /** Lifetime of a token in seconds. */
  get lifetimeSeconds(): number {
    return this.#lifetime;
  }

  /**
   * @param user The claims that differ from user to user.
   * @returns A token that is valid from now on.
   */
  async sign(user: UserClaims): Promise<SignedToken> {
    const iat = Math.floor(this.#clock.now() / 1000);
    const exp = iat + this.#lifetime;
    const claims: AccessClaims = {
      sub: user.sub,
      email: user.email,
      role: user.role,
      aud: audience,
      exp,
      iat,
      jti: crypto.randomUUID(),
      session_id: user.session_id,
      iss: this.#issuer,
      phone: "",
      app_metadata: user.app_metadata,
      user_metadata: user.user_metadata,
      aal: "aal1",
      amr: user.amr,
      is_anonymous: user.is_anonymous,
    };
    return { token: await this.#sign({ ...claims }), expiresAt: exp };
  }

  /**
   * Makes a key for a program: nobody is behind it, so it ends with `exp` or the secret, and not before.
   *
   * @param role What requests with it may do.
   * @param lifetimeSeconds How long it lives.
   * @returns The key.
   */
  async signKey(role: KeyRole, lifetimeSeconds: number): Promise<SignedToken> {
    const iat = Math.floor(this.#clock.now() / 1000);
    const exp = iat + lifetimeSeconds;
    const token = await this.#sign({ role, iss: this.#issuer, iat, exp });
    return { token, expiresAt: exp };
  }

  async #sign(claims: Record<string, unknown>): Promise<string> {
    const [key] = await this.#keys;
    return await new SignJWT(claims)
      .setProtectedHeader({ typ: "JWT", alg: "HS256" }) // in this order, as the tutorial prints it
      .sign(key!);
  }

  /**
   * Checks signature, form, times, audience, issuer and role.
   *
   * @param token Compact form.
   * @returns The claims.
   * @throws {Problem} `invalid_token`, with one text for every cause.
   */
  async verify(token: string): Promise<VerifiedClaims> {
    // In the order in which they came, which is that of their ends.
    const known = this.#verified.peek(token) ?? this.#lasting.peek(token);
    if (known !== undefined) {
      if (known.exp * 1000 > this.#clock.now()) return known;
      this.#verified.delete(token);
      this.#lasting.delete(token);
      throw invalidToken();
    }
    const claims = await this.#check(token);
    if (token.length <= maxRememberedLength) this.#remember(token, claims);
    return claims;
  }

  /** Drops remembered tokens that have expired; called by each check and by the maintenance job. */
  forgetExpired(): void {
    const now = this.#clock.now();
    this.#verified.trim((claims) => claims.exp * 1000 <= now);
    this.#lasting.trim((claims) => claims.exp * 1000 <= now);
  }

  #remember(token: string, claims: VerifiedClaims): void {
    this.forgetExpired();
    const latest = this.#clock.now() / 1000 + this.#lifetime + futureLeeway;
    const place = claims.exp > latest ? this.#lasting : this.#verified;
    place.set(token, claims);
  }

  async #check(token: string): Promise<VerifiedClaims> {
    if (
      token.length > maxTokenLength || !compactForm.test(token) ||
      !isCanonical(token)
    ) throw invalidToken();
    for (const key of await this.#keys) {
      try {
        const { payload, protectedHeader } = await jwtVerify(token, key, {
          algorithms: ["HS256"],
          currentDate: new Date(this.#clock.now()),
          clockTolerance: 0,
        });
        if (!isPlainHeader(protectedHeader)) throw invalidToken();
        return this.#accept(payload);
      } catch (cause) {
        if (cause instanceof Problem) throw cause;
        // Another key may fit; a token that is bad for any other reason fails with each of them.
      }
    }
    throw invalidToken();
  }

  #accept(payload: Record<string, unknown>): VerifiedClaims {
    const { exp, iat, nbf, aud, iss, role, sub, session_id: sessionId } =
      payload;
    const latest = this.#clock.now() / 1000 + futureLeeway;
    const sound = Number.isSafeInteger(exp) &&
      (iat === undefined ||
        (Number.isSafeInteger(iat) && (iat as number) <= latest)) &&
      (nbf === undefined || Number.isSafeInteger(nbf)) &&
      (aud === undefined || aud === audience) &&
      (iss === undefined || iss === this.#issuer) &&
      (role === undefined || tokenRoles.some((known) => known === role)) &&
      (sub === undefined || isUuid(sub)) &&
      (sessionId === undefined || isUuid(sessionId));
    if (!sound) throw invalidToken();
    return payload as unknown as VerifiedClaims;
  }
}

/**
 * @param missing Whether there was no token at all.
 * @returns The one answer to every token that is not good.
 */
export function invalidToken(missing = false): Problem {
  return new Problem(
    "invalid_token",
    missing ? "A bearer token is required" : "Token is invalid or has expired",
  );
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * @param value Anything.
 * @returns Whether it is a UUID as we write them: lower case, with hyphens (RFC 9562).
 */
export function isUuid(value: unknown): value is string {
  return typeof value === "string" && uuid.test(value);
}

/** `kid` is never looked at; `b64` and `zip` would change what is signed, another `typ` what it is. */
function isPlainHeader({ typ, b64, zip }: Record<string, unknown>): boolean {
  return (typ === undefined || typ === "JWT") && b64 === undefined &&
    zip === undefined;
}

/** Base64url has spare bits at its end; only the spelling with those bits at zero is accepted. */
function isCanonical(token: string): boolean {
  return token.split(".").every((part) => {
    try {
      const options = {
        alphabet: "base64url",
        lastChunkHandling: "strict",
      } as const;
      // The strict mode wants padding back: add what the length calls for.
      Uint8Array.fromBase64(
        part + "=".repeat((4 - part.length % 4) % 4),
        options,
      );
      return true;
    } catch {
      return false;
    }
  });
}

function importKey(secret: string): Promise<CryptoKey> {
  const bytes = new TextEncoder().encode(secret);
  return crypto.subtle.importKey(
    "raw",
    bytes,
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign", "verify"],
  );
}
