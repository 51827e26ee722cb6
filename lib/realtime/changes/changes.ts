/**
 * Tells channels of committed changes: in commit order, all of those that they asked for and may see, or the end.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import type { Log } from "../../base/log.ts";
import type {
  ChangeFeed,
  CommittedChanges,
  RowChange,
} from "../../engine/change_feed.ts";
import type {
  ChangeReader,
  RowImage,
  TableReader,
} from "../../engine/change_reader.ts";
import type { Channel } from "../channel.ts";
import type { ChangeSource, Subscription } from "../services.ts";
import type { Encode } from "../shared_message.ts";
import { bind, Bindings } from "./bindings.ts";
import { ChangeIndex, type Follower, type Viewer } from "./change_index.ts";
import { ChangeMessage } from "./change_message.ts";
import { tell } from "./tell.ts";

/** What {@linkcode Changes} is made of. */
export interface ChangesOptions {
  readonly feed: ChangeFeed;
  readonly reader: ChangeReader;
  /** Schemas whose tables are told of. */
  readonly schemas: readonly string[];
  readonly encode: Encode;
  /** Rows that may wait. */
  readonly backlogRows: number;
  readonly log: Log;
}

/** Rows that are judged together at most. */
const batchRows = 500;

/** After so long others get their turn, in milliseconds. */
const turnMs = 8;

/** A row to be told of. */
export interface Told {
  readonly change: RowChange;
  readonly table: TableReader;
  readonly sequence: number;
  readonly message: ChangeMessage;
  /** Place of the row that decides among those that are judged. */
  readonly row: number;
  /** Place of the old row, where all of it may be told. */
  readonly old: number | undefined;
}

/** Changes of one table that are judged together. */
interface Batch {
  readonly table: TableReader;
  readonly rows: RowImage[];
  readonly viewers: readonly Viewer[];
  /** What each viewer may see of `rows`; nothing where judging failed. */
  readonly verdicts: Map<Viewer, readonly boolean[] | undefined>;
}

/** See the top of the file. */
export class Changes implements ChangeSource {
  readonly #options: ChangesOptions;
  readonly #bindings: Bindings;
  readonly #index = new ChangeIndex();
  #stop: () => void = () => {};
  #wanted = "";
  #queue: CommittedChanges[] = [];
  #waiting = 0;
  #working = false;
  #last = 0;

  /**
   * @param options Feed, reader, schemas.
   */
  constructor(options: ChangesOptions) {
    this.#options = options;
    this.#bindings = new Bindings(options.reader, options.schemas);
  }

  subscribe(channel: Channel, lost: (reason: string) => void): Subscription {
    const { bindings } = channel.asked;
    for (const binding of bindings) {
      this.#bindings.check(binding, channel.identity.role);
    }
    const bound = bind(bindings);
    const answer = bound.map(({ id, binding }) => ({ ...binding.asked, id }));
    if (bound.length === 0) return { answer, stop: () => {} };
    const follower: Follower = {
      channel,
      bound,
      since: this.#last,
      lost,
      active: true,
    };
    this.#index.add(follower);
    this.#listen();
    return {
      answer,
      stop: () => {
        this.#index.delete(follower);
        this.#listen();
      },
    };
  }

  identityChanged(channel: Channel, role: boolean): void {
    this.#index.refresh();
    if (!role) return;
    for (const binding of channel.asked.bindings) {
      this.#bindings.check(binding, channel.identity.role);
    }
  }

  /** Follows what somebody wants to know of, and nothing else: other tables cost nothing. */
  #listen(): void {
    const wanted = this.#index.wanted();
    const key = [...wanted].sort().join("\n");
    if (key === this.#wanted) return;
    this.#wanted = key;
    this.#stop();
    if (wanted.size === 0) {
      this.#stop = () => {};
      return;
    }
    const { feed, reader } = this.#options;
    this.#stop = feed.subscribe(
      (committed) => this.#take(committed),
      (relation) => {
        if (relation.system) return false;
        const { schema, name } = reader.read(relation);
        return wanted.has(`${schema}\0${name}`) || wanted.has(`${schema}\0*`);
      },
    );
  }

  #take(committed: CommittedChanges): void {
    this.#last = committed.sequence;
    this.#queue.push(committed);
    this.#waiting += committed.changes.length;
    if (this.#waiting > this.#options.backlogRows) {
      this.#giveUp();
    } else if (!this.#working) {
      this.#working = true;
      this.#work();
    }
  }

  /** Whoever waits for changes would have a gap in them. */
  #giveUp(): void {
    this.#queue = [];
    this.#waiting = 0;
    this.#options.log.warn("realtime.backlog_full", {
      rows: this.#options.backlogRows,
    });
    for (const { lost } of [...this.#index.followers]) {
      lost("Changes came faster than they could be told, join again");
    }
  }

  async #work(): Promise<void> {
    try {
      while (this.#queue.length > 0) {
        await this.#tellSome(this.#nextCommits());
      }
    } catch (error) {
      this.#options.log.error("realtime.changes_failed", {
        reason: error instanceof Error ? error.message : "unknown",
      });
      this.#giveUp();
    } finally {
      this.#working = false;
    }
  }

  #nextCommits(): CommittedChanges[] {
    let rows = 0;
    let count = 0;
    while (count < this.#queue.length && rows < batchRows) {
      rows += this.#queue[count]!.changes.length;
      count += 1;
    }
    this.#waiting -= rows;
    return this.#queue.splice(0, count);
  }

  async #tellSome(commits: readonly CommittedChanges[]): Promise<void> {
    const batches = new Map<TableReader, Batch>();
    const told = commits.flatMap((commit) => this.#prepare(commit, batches));
    const judging = [...batches.values()].flatMap((batch) =>
      this.#judge(batch, told)
    );
    if (judging.length > 0) await Promise.all(judging);
    let began = performance.now();
    for (const each of told) {
      const batch = batches.get(each.table)!;
      for (const viewer of batch.viewers) {
        const verdicts = batch.verdicts.get(viewer);
        if (verdicts?.[each.row]) {
          tell(each, viewer, {
            bindings: this.#bindings,
            reader: this.#options.reader,
            wholeOld: each.old !== undefined && verdicts[each.old] === true,
          });
        }
      }
      if (performance.now() - began > turnMs) {
        await new Promise<void>((resolve) => setImmediate(resolve));
        began = performance.now();
      }
    }
  }

  #prepare(
    { changes, committedAt, sequence }: CommittedChanges,
    batches: Map<TableReader, Batch>,
  ): Told[] {
    const { encode, reader } = this.#options;
    const moment = new Date(committedAt).toISOString();
    return changes.map((change) => {
      const table = reader.read(change.relation);
      let batch = batches.get(table);
      if (batch === undefined) {
        batch = {
          table,
          rows: [],
          viewers: this.#index.viewers(table.schema, table.name),
          verdicts: new Map(),
        };
        batches.set(table, batch);
      }
      const { before, after } = change;
      const row = batch.rows.push(after ?? before ?? []) - 1;
      let old: number | undefined;
      if (table.wholeOldRows && before !== undefined) {
        // With row security a deleted row shows its key only, as nobody can ask for it any more.
        if (after !== undefined) old = batch.rows.push(before) - 1;
        else if (!table.rowSecurity) old = row;
      }
      const message = new ChangeMessage(change, {
        table,
        committedAt: moment,
        encode,
      });
      return { change, table, sequence, message, row, old };
    });
  }

  /** Asks what each viewer may see, of those whom a filter lets through. */
  #judge(batch: Batch, told: readonly Told[]): Promise<void>[] {
    const { table, rows, viewers, verdicts } = batch;
    const { reader, log } = this.#options;
    const waiting: Promise<void>[] = [];
    for (const viewer of viewers) {
      if (reader.readable(table, viewer.identity.role).size === 0) continue;
      if (table.rowSecurity && !this.#isWanted(batch, viewer, told)) continue;
      const verdict = reader.judge(table, viewer.identity, rows);
      if (!(verdict instanceof Promise)) {
        verdicts.set(viewer, verdict);
        continue;
      }
      waiting.push(
        verdict.then((each) => void verdicts.set(viewer, each), (error) => {
          log.warn("realtime.policy_failed", {
            table: `${table.schema}.${table.name}`,
            code: String(error?.sqlState ?? "unknown"),
          });
          for (const { follower } of viewer.members) {
            follower.lost(
              `Cannot tell of changes of ${table.schema}.${table.name}: its row policies fail`,
            );
          }
        }),
      );
    }
    return waiting;
  }

  /** Whether anything in the batch passes a filter of the viewer, so that policies need be asked. */
  #isWanted(
    { table, rows }: Batch,
    { members }: Viewer,
    told: readonly Told[],
  ): boolean {
    return members.some(({ bound }) =>
      bound.some(({ binding: { filter } }) => {
        if (filter === undefined) return true;
        try {
          const { test } = this.#bindings.filter(table, filter);
          return told.some((each) =>
            each.table === table && test(rows[each.row] as RowImage)
          );
        } catch {
          return true; // whoever has it is told when its turn comes
        }
      })
    );
  }
}
