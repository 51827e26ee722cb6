/**
 * Portals and cursors of a session by name.
 *
 * @module
 */

import type { Portal } from "../client_session.ts";
import { SqlError } from "../../sql/error.ts";
import type { CursorRows } from "./cursor_rows.ts";
import type { Participant } from "./transaction_participant.ts";

/** A portal as the session keeps it. */
export interface SessionPortal extends Portal {
  /** Its rows, once it runs bit by bit. */
  readonly rows: CursorRows | undefined;
  /** Text of its query. */
  readonly text: string;
  /** Whether it outlives its transaction. */
  readonly hold: boolean;
  readonly scroll: boolean;
  readonly binary: boolean;
  readonly createdMs: number;
  /** Whether DECLARE made it. */
  readonly declared: boolean;
}

interface Entry {
  readonly portal: SessionPortal;
  depth: number;
  /** Whether its transaction was committed and it was held over. */
  held: boolean;
}

const mostCursors = 10_000;

/** See the top of the file. */
export class Cursors implements Participant {
  readonly #entries = new Map<string, Entry>();
  #depth = 0;

  /** @returns The portal of that name. */
  get(name: string): SessionPortal | undefined {
    return this.#entries.get(name)?.portal;
  }

  /**
   * @param name Name.
   * @param portal The portal.
   * @throws {SqlError} 42P03 if there is one of that name.
   */
  set(name: string, portal: SessionPortal): void {
    const old = this.#entries.get(name);
    if (old !== undefined) {
      if (name !== "") {
        throw new SqlError("42P03", `cursor "${name}" already exists`);
      }
      old.portal.close();
    }
    if (this.#entries.size >= mostCursors) {
      throw new SqlError("53400", "too many open cursors");
    }
    this.#entries.set(name, { portal, depth: this.#depth, held: false });
  }

  /** @param name Portal to close; nothing happens if there is none. */
  delete(name: string): void {
    const entry = this.#entries.get(name);
    if (entry === undefined) return;
    this.#entries.delete(name);
    entry.portal.close();
  }

  /** @returns All portals by name. */
  *all(): Iterable<readonly [string, SessionPortal]> {
    for (const [name, { portal }] of this.#entries) yield [name, portal];
  }

  /** Closes every one, also those that outlive transactions. */
  closeAll(): void {
    for (const name of [...this.#entries.keys()]) this.delete(name);
  }

  /**
   * Rows that are still to be fetched must not see what is written next.
   *
   * @returns A promise while rows are read in advance.
   */
  beforeWrite(): Promise<void> | undefined {
    if (this.#entries.size === 0) return undefined;
    const open = [...this.#entries.values()].filter(({ portal }) =>
      portal.rows?.open === true
    );
    if (open.length === 0) return undefined;
    return Promise.all(open.map(({ portal }) => portal.rows?.drain()))
      .then(() => {});
  }

  begin(depth: number): void {
    this.#depth = depth;
  }

  release(depth: number): void {
    this.#depth = depth - 1;
    for (const entry of this.#entries.values()) {
      entry.depth = Math.min(entry.depth, this.#depth);
    }
  }

  rollbackTo(depth: number): void {
    this.#depth = depth;
    for (const [name, entry] of [...this.#entries]) {
      if (!entry.held && entry.depth >= depth) this.delete(name);
    }
  }

  beforeCommit(): void | Promise<void> {
    if (this.#entries.size === 0) return;
    const open = [...this.#entries.values()].filter(({ portal, held }) =>
      portal.hold && !held && portal.rows?.open === true
    );
    if (open.length === 0) return;
    return Promise.all(open.map(({ portal }) => portal.rows?.drain()))
      .then(() => {});
  }

  end(committed: boolean): void {
    this.#depth = 0;
    if (this.#entries.size === 0) return;
    for (const [name, entry] of [...this.#entries]) {
      if (entry.held) continue;
      if (committed && entry.portal.hold) entry.held = true;
      else this.delete(name);
    }
  }
}
