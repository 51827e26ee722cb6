/**
 * Snapshots for cursors: those of one session see the same as long as nobody commits, and are fetched
 * from one at a time, so they can have a connection together.
 *
 * @module
 */

import type { Connection } from "./connection.ts";
import type { ConnectionPool } from "./connection_pool.ts";
import type { ReadSnapshot } from "./snapshot.ts";

/** A snapshot and how many cursors read it. */
export interface SharedSnapshot {
  readonly snapshot: ReadSnapshot;
  users: number;
  /** A cursor is closed; called once for each. */
  readonly leave: () => void;
}

/** What {@linkcode SharedSnapshots} needs. */
export interface SharedSnapshotsOptions {
  readonly pool: ConnectionPool;
  /** Takes a snapshot. */
  readonly open: (connection: Connection) => ReadSnapshot;
  /** Number of the last commit. */
  readonly version: () => number;
}

/** See the top of the file. */
export class SharedSnapshots {
  readonly #options: SharedSnapshotsOptions;
  /** That of the newest cursor of each session. */
  readonly #newest = new WeakMap<object, SharedSnapshot>();

  /**
   * @param options Where connections come from.
   */
  constructor(options: SharedSnapshotsOptions) {
    this.#options = options;
  }

  /**
   * @param session Whose cursor is opened; it shares with none if not given.
   * @returns A snapshot of now; nothing when no connection is free. Some are left for transactions, which
   *   cannot do without.
   */
  take(session: object | undefined): SharedSnapshot | undefined {
    const { pool, open, version } = this.#options;
    const known = session === undefined ? undefined : this.#newest.get(session);
    if (known !== undefined && known.snapshot.version === version()) {
      known.users++;
      return known;
    }
    const connection = pool.takeFree(pool.size / 4);
    if (connection === undefined) return undefined;
    const snapshot = open(connection);
    const shared: SharedSnapshot = {
      snapshot,
      users: 1,
      leave: () => {
        if (--shared.users > 0) return;
        snapshot.close();
        if (session !== undefined && this.#newest.get(session) === shared) {
          this.#newest.delete(session);
        }
      },
    };
    if (session !== undefined) this.#newest.set(session, shared);
    return shared;
  }
}
