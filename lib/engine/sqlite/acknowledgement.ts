/**
 * Tells transactions what came of them: not before the commit is durable, and in the order of the
 * commits.
 *
 * @module
 */

import type { Group } from "./group.ts";
import type { LogSync } from "./log_sync.ts";
import type { Transaction } from "./transaction.ts";

/** What an {@linkcode Acknowledgement} is made of. */
export interface AcknowledgementOptions {
  /** Makes commits durable; nothing where none has to be. */
  readonly log: LogSync | undefined;
  /** Called with everybody who took part once a commit is durable, before they are told. */
  readonly durable: (members: readonly Transaction[]) => void;
}

/** After so many commits behind which nobody waited, the next one is unlikely to keep anybody. */
const enoughAlone = 3;

/** See the top of the file. */
export class Acknowledgement {
  readonly #options: AcknowledgementOptions;
  /** Commits in a row behind which nobody waited. */
  #alone = 0;

  /**
   * @param options Its parts.
   */
  constructor(options: AcknowledgementOptions) {
    this.#options = options;
  }

  /**
   * A group is over.
   *
   * @param group Who took part.
   * @param committed Whether it was committed; its members have failed if not.
   * @param waiting How many wait for the writer.
   */
  give(group: Group, committed: boolean, waiting: number): void {
    const { log, durable } = this.#options;
    const { members, wrote, large } = group;
    const told = (failure?: Error) => {
      if (committed && failure === undefined) durable(members);
      for (const member of members) {
        if (failure !== undefined) member.fail(failure);
        member.settle();
      }
    };
    const [first] = members;
    // A client that leaves nothing behind need not wait for what others committed.
    if (log === undefined || (first?.exclusive && first.failed)) return told();
    // Others may have seen rows that are not durable yet.
    if (!committed || !wrote) return log.after(told);
    const alone = members.length === 1 && waiting === 0;
    this.#alone = alone ? this.#alone + 1 : 0;
    const now = this.#alone > enoughAlone ? log.quick : log.instant;
    if (now && !large) {
      log.committedNow(told);
    } else {
      log.committed(told, members.length);
    }
  }
}
