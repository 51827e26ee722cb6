/**
 * Refresh: a refresh token is used up for a new access token and its successor.
 *
 * Rules (RFC 9700, 4.14.2): of many concurrent refreshes with one token one succeeds. A token that
 * comes again after its rotation was committed is taken for stolen: the whole family ends, and that
 * is kept although the request fails. A request that overlapped the rotation only lost a race.
 *
 * @module
 */

import { Problem } from "../base/problem.ts";
import type { Queryable } from "../engine/engine.ts";
import type { Client } from "./audit.ts";
import {
  type AuthContext,
  type SessionAnswer,
  toSessionAnswer,
} from "./context.ts";
import { digest, secretPattern } from "./secrets.ts";
import { endSessions, type Rotated, rotateRefreshToken } from "./sessions.ts";
import { findUserById, isBanned, type User } from "./users.ts";

/** How long a Supabase client may repeat a refresh whose answer it lost (GoTrue's hosted default). */
export const reuseIntervalMs = 10_000;

/** A token that is presented, and how strictly it is judged. */
export interface Refresh {
  readonly refreshToken: string;
  /**
   * `strict`: any reuse ends the family (`POST /refresh`). `lenient`: the direct parent of the
   * present token, within {@linkcode reuseIntervalMs}, is given the same answer again
   * (`grant_type=refresh_token`).
   */
  readonly reuse: "strict" | "lenient";
}

type Judged =
  | {
    verdict: "rotated";
    user: User;
    rotated: Rotated & { outcome: "rotated" };
  }
  | { verdict: "repeat" }
  | { verdict: "refused" };

/**
 * Rotates a refresh token.
 *
 * @param context Collaborators.
 * @param refresh The token and how strictly it is judged.
 * @param client Where the call came from.
 * @returns The session, continued.
 * @throws {Problem} `invalid_refresh_token`, with one text for every cause.
 */
export async function refresh(
  context: AuthContext,
  refresh: Refresh,
  client: Client,
): Promise<SessionAnswer> {
  if (!secretPattern.test(refresh.refreshToken)) throw invalidRefreshToken();
  // Now the whole request is here; a body held back does not make it an early one.
  const arrivedAt = context.clock.monotonic();
  const tokenHash = digest(refresh.refreshToken);
  context.rotations.presented(tokenHash);

  let rotating = false;
  let judged: Judged;
  try {
    judged = await context.db.transaction(async (tx) => {
      const now = context.clock.now();
      const rotated = await rotateRefreshToken(tx, tokenHash, {
        now,
        limits: context.limits,
      });
      if (rotated.outcome === "refused") return { verdict: "refused" };
      if (rotated.outcome === "used") {
        return await judgeReuse(context, {
          tx,
          tokenHash,
          refresh,
          rotated,
          client,
          arrivedAt,
        });
      }
      rotating = true;
      context.rotations.begin(tokenHash);
      const user = await findUserById(tx, rotated.userId);
      if (user === undefined || isBanned(user, now)) {
        throw invalidRefreshToken();
      }
      await context.audit.write(tx, {
        action: "refresh",
        userId: user.id,
        sessionId: rotated.sessionId,
      }, { client, now });
      return { verdict: "rotated", user, rotated };
    });
  } catch (cause) {
    if (rotating) context.rotations.failed(tokenHash);
    throw cause;
  }

  if (judged.verdict === "repeat") {
    const answer = context.rotations.recentAnswer(tokenHash, reuseIntervalMs);
    if (answer !== undefined) return await answer;
  }
  if (judged.verdict !== "rotated") throw invalidRefreshToken();
  const answer = toSessionAnswer(context, judged.user, judged.rotated);
  const [session] = await Promise.all([
    answer,
    context.rotations.settle(tokenHash, answer),
  ]);
  return session;
}

interface Reuse {
  readonly tx: Queryable;
  readonly tokenHash: string;
  readonly refresh: Refresh;
  readonly rotated: Rotated & { outcome: "used" };
  readonly client: Client;
  readonly arrivedAt: number;
}

async function judgeReuse(
  context: AuthContext,
  { tx, tokenHash, refresh, rotated, client, arrivedAt }: Reuse,
): Promise<Judged> {
  if (rotated.sessionEnded) return { verdict: "refused" };
  const now = context.clock.now();
  if (
    refresh.reuse === "lenient" && rotated.parentOfCurrent &&
    now - rotated.rotatedAt <= reuseIntervalMs
  ) {
    return { verdict: "repeat" };
  }
  if (context.rotations.overlapped(tokenHash, arrivedAt)) {
    return { verdict: "refused" };
  }
  await endSessions(tx, {
    where: "id = $4",
    params: [rotated.sessionId],
    reason: "refresh_token_reused",
    endAccess: false,
    now,
  });
  await context.audit.write(tx, {
    action: "refresh_reused",
    userId: rotated.userId,
    sessionId: rotated.sessionId,
  }, { client, now });
  return { verdict: "refused" };
}

function invalidRefreshToken(): Problem {
  return new Problem(
    "invalid_refresh_token",
    "Invalid or expired refresh token",
  );
}
