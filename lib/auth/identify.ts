/**
 * Who a request to `/rest/v1` or a realtime socket acts as, from the token it brought.
 *
 * On the path of each request: a known token costs two look-ups in maps and, for a user's, one read of
 * the rows behind it, unless no user, identity or session can have changed since the last one.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type { Identity, Queryable } from "../engine/engine.ts";
import {
  type AccessTokens,
  invalidToken,
  type VerifiedClaims,
} from "./access_tokens.ts";
import { isBanned } from "./users.ts";

/** What identifying needs; an `AuthContext` has all of it. */
export interface IdentifyContext {
  readonly tokens: AccessTokens;
  /** Where users and sessions are; nothing when another server keeps them (`--no-auth-api`). */
  readonly db?: Queryable | undefined;
  readonly clock: Clock;
  /**
   * Tells whether `db` may have changed: gives another value than before as soon as anybody could have been
   * told that a write is done. Without it the rows behind a token are read each time.
   */
  readonly dbVersion?: (() => unknown) | undefined;
}

/** Role of a request without a token, and of a token that names none. */
const anonymousRole = "anon";

/** What a request without a token acts as; claims as PostgREST fills them in. */
const anonymous: Identity = Object.freeze({
  role: anonymousRole,
  claims: Object.freeze({ role: anonymousRole }),
});

/** Claims of tokens without a role, with it filled in; by the claims that came. */
const filledIn = new WeakMap<VerifiedClaims, Identity["claims"] & object>();

/**
 * Finds out who a request acts as.
 *
 * @param context Collaborators.
 * @param token The token; `undefined` when there was none.
 * @returns Role and claims. A token that is remembered gives the same claims object each time, so what
 *   is kept per token can be kept by it.
 * @throws {Problem} `invalid_token`, with one text for every cause.
 */
export async function identify(
  context: IdentifyContext,
  token: string | undefined,
): Promise<Identity> {
  if (token === undefined) return anonymous;
  const claims = await context.tokens.verify(token);
  const { role } = claims;
  if (role === undefined) {
    return { role: anonymousRole, claims: fillIn(claims) };
  }
  if (role === "authenticated" && context.db !== undefined) {
    await checkStanding(context.db, claims, context);
  }
  return { role, claims };
}

function fillIn(claims: VerifiedClaims): Identity["claims"] & object {
  let filled = filledIn.get(claims);
  if (filled === undefined) {
    filled = { ...claims, role: anonymousRole };
    filledIn.set(claims, filled);
  }
  return filled;
}

const standingOfUser = "SELECT banned_until FROM _auth_users WHERE id = $1";

const standingInSession = `SELECT u.banned_until
  FROM _auth_sessions s JOIN _auth_users u ON u.id = s.user_id
  WHERE s.id = $1 AND s.access_ended_at IS NULL`;

/** The same for a token that names its user too; they must belong together. */
const standingOfBoth = `${standingInSession} AND s.user_id = $2`;

/** What was read for a token. */
interface Standing {
  readonly db: Queryable;
  /** Before it was read, so that what was read is no older. */
  readonly version: unknown;
  readonly bannedUntil: string | null;
}

/** By the claims that came; forgotten with the token. */
const standings = new WeakMap<VerifiedClaims, Standing>();

/** Refuses a token whose user is gone or banned, or whose session lets it in no more. */
async function checkStanding(
  db: Queryable,
  claims: VerifiedClaims,
  { clock, dbVersion }: IdentifyContext,
): Promise<void> {
  if (claims.sub === undefined && claims.session_id === undefined) return;
  const version = dbVersion?.();
  const known = version === undefined ? undefined : standings.get(claims);
  const standing = known !== undefined && known.db === db &&
      known.version === version
    ? known
    : { db, version, bannedUntil: await readStanding(db, claims) };
  if (isBanned(standing, clock.now())) throw invalidToken();
  if (standing !== known) standings.set(claims, standing);
}

/** When the ban of a token's user ends. */
async function readStanding(
  db: Queryable,
  { sub, session_id: sessionId }: VerifiedClaims,
): Promise<string | null> {
  const { rows } = sessionId === undefined
    ? await db.query(standingOfUser, [sub ?? null])
    : sub === undefined
    ? await db.query(standingInSession, [sessionId])
    : await db.query(standingOfBoth, [sessionId, sub]);
  const row = rows[0];
  if (row === undefined) throw invalidToken();
  return row[0] as string | null;
}
