/**
 * Sign-ins that are under way, in `_auth_oauth_flows`: they survive a restart,
 * can be taken once, die after ten minutes and are bounded in number.
 *
 * When the table is full the oldest flow gives way, rather than the new one
 * being refused. To refuse would let somebody who fills the table lock everybody
 * out for ten minutes at a stretch with 17 requests a second; to push out the
 * flow of a person who needs half a minute at the provider takes 333 a second,
 * past a throttle per address.
 *
 * @module
 */

import { timestamp } from "../../base/clock.ts";
import type { Queryable, Session } from "../../engine/engine.ts";
import { firstRow } from "../../engine/rows.ts";
import { digest } from "../secrets.ts";

/** One sign-in that is under way. */
export interface Flow {
  /** Who was asked; text, since the table may name one that is gone. */
  readonly provider: string;
  readonly codeVerifier: string;
  /** Where the browser goes in the end; `null` when the answer is JSON. */
  readonly redirectTo: string | null;
  /** Digest of the cookie that the browser was given. */
  readonly browserHash: string | null;
}

/** Settings of {@linkcode FlowStore}. */
export interface FlowStoreOptions {
  /** Where the table is. */
  session: Session;
  /** Most flows kept, give or take one in a hundred. */
  capacity: number;
}

const lifetimeMs = 600_000;

/** Keeps flows by the digest of their state. */
export class FlowStore {
  readonly #session: Session;
  readonly #capacity: number;
  #savedUntrimmed = Infinity;

  /**
   * @param options Session and capacity.
   */
  constructor({ session, capacity }: FlowStoreOptions) {
    if (!Number.isInteger(capacity) || capacity < 1) {
      throw new RangeError(
        `Cannot create FlowStore as capacity must be an integer >= 1: received ${capacity}`,
      );
    }
    this.#session = session;
    this.#capacity = capacity;
  }

  /**
   * Keeps a new flow. Some expired ones go, and the oldest that are too many;
   * the rest is for the maintenance job.
   *
   * @param state The flow's secret, of which only a digest is kept.
   * @param flow The flow.
   * @param now Present moment in milliseconds.
   */
  async save(state: string, flow: Flow, now: number): Promise<void> {
    const { provider, codeVerifier, redirectTo, browserHash } = flow;
    const values = [
      digest(state),
      provider,
      codeVerifier,
      redirectTo,
      browserHash,
      timestamp(now),
      timestamp(now + lifetimeMs),
    ];
    // To find the oldest costs a walk through the index: not every time.
    const trim = ++this.#savedUntrimmed >= this.#capacity / 100;
    if (trim) this.#savedUntrimmed = 0;
    await this.#session.transaction(async (tx) => {
      await deleteExpired(tx, { now, limit: 100 });
      await tx.query(
        `INSERT INTO _auth_oauth_flows (state_hash, provider, code_verifier,
           redirect_to, browser_hash, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        values,
      );
      if (trim) await this.#trim(tx);
    });
  }

  /**
   * Takes a flow out for good, in one statement: of two callbacks with one
   * state, one gets it.
   *
   * @param state The secret that came back.
   * @param now Present moment in milliseconds.
   * @returns The flow, `undefined` when it is unknown, used or expired.
   */
  async take(state: string, now: number): Promise<Flow | undefined> {
    const row = firstRow(
      await this.#session.query(
        `DELETE FROM _auth_oauth_flows WHERE state_hash = $1
         RETURNING provider, code_verifier, redirect_to, browser_hash, expires_at`,
        [digest(state)],
      ),
    );
    if (row === undefined) return undefined;
    if (!(Date.parse(row["expires_at"] as string) > now)) return undefined;
    return {
      provider: row["provider"] as string,
      codeVerifier: row["code_verifier"] as string,
      redirectTo: row["redirect_to"] as string | null,
      browserHash: row["browser_hash"] as string | null,
    };
  }

  /**
   * Forgets all that has expired, a chunk at a time, so that nobody waits long.
   *
   * @param now Present moment in milliseconds.
   * @returns How many flows went.
   */
  async purge(now: number): Promise<number> {
    let total = 0;
    let removed: number;
    do {
      removed = await deleteExpired(this.#session, { now, limit: 500 });
      total += removed;
    } while (removed === 500);
    return total;
  }

  async #trim(tx: Queryable): Promise<void> {
    await tx.query(
      `DELETE FROM _auth_oauth_flows WHERE state_hash IN (
         SELECT state_hash FROM _auth_oauth_flows
         ORDER BY expires_at DESC LIMIT 1000 OFFSET $1)`,
      [this.#capacity],
    );
  }
}

async function deleteExpired(
  db: Queryable,
  { now, limit }: { now: number; limit: number },
): Promise<number> {
  const { rowCount } = await db.query(
    `DELETE FROM _auth_oauth_flows WHERE state_hash IN (
       SELECT state_hash FROM _auth_oauth_flows
       WHERE expires_at <= $1 LIMIT $2)`,
    [timestamp(now), limit],
  );
  return rowCount;
}
