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
import type { Session } from "../../engine/engine.ts";
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
  /** Most flows kept. */
  capacity: number;
}

const lifetimeMs = 600_000;

/** Keeps flows by the digest of their state. */
export class FlowStore {
  readonly #session: Session;
  readonly #capacity: number;

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
   * Keeps a new flow; expired ones go, and the oldest ones that are too many.
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
    await this.#session.transaction(async (tx) => {
      await tx.query(
        "DELETE FROM _auth_oauth_flows WHERE expires_at <= $1",
        [timestamp(now)],
      );
      await tx.query(
        `INSERT INTO _auth_oauth_flows (state_hash, provider, code_verifier,
           redirect_to, browser_hash, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        values,
      );
      await tx.query(
        `DELETE FROM _auth_oauth_flows WHERE state_hash IN (
           SELECT state_hash FROM _auth_oauth_flows
           ORDER BY expires_at DESC LIMIT 1000 OFFSET $1)`,
        [this.#capacity],
      );
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
   * Forgets what has expired; {@linkcode save} does it too.
   *
   * @param now Present moment in milliseconds.
   * @returns How many flows went.
   */
  async purge(now: number): Promise<number> {
    const { rowCount } = await this.#session.query(
      "DELETE FROM _auth_oauth_flows WHERE expires_at <= $1",
      [timestamp(now)],
    );
    return rowCount;
  }
}
