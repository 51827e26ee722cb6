/**
 * Tells channels of committed changes: in commit order, all of those that they asked for and may see, or the end.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import type { Log } from "../../base/log.ts";
import type { ChangeFeed, CommittedChanges } from "../../engine/change_feed.ts";
import type {
  ChangeReader,
  RowImage,
  RowTest,
  TableReader,
} from "../../engine/change_reader.ts";
import type { Channel } from "../channel.ts";
import type { ChangeSource, Subscription } from "../services.ts";
import type { Encode } from "../shared_message.ts";
import { type Batch, isWanted, type Told } from "./batch.ts";
import { bind, Bindings } from "./bindings.ts";
import {
  ChangeIndex,
  type Follower,
  type Sight,
  type Viewer,
} from "./change_index.ts";
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
      this.#tellAll(each, batches.get(each.table)!);
      if (performance.now() - began > turnMs) {
        await new Promise<void>((resolve) => setImmediate(resolve));
        began = performance.now();
      }
    }
  }

  #tellAll(told: Told, { viewers, sights, rows, verdicts }: Batch): void {
    const { row, old } = told;
    const image = rows[row] as RowImage;
    const before = old === undefined ? undefined : rows[old] as RowImage;
    for (let i = 0; i < viewers.length; i++) {
      const sight = sights[i];
      if (sight === undefined) continue;
      const { test } = sight;
      const viewer = viewers[i] as Viewer;
      const sees = test === undefined
        ? verdicts.get(viewer)?.[row] === true
        : test(image);
      if (!sees) continue;
      const wholeOld = before !== undefined &&
        (test === undefined
          ? verdicts.get(viewer)?.[old as number] === true
          : test(before));
      tell(told, viewer.members, {
        bindings: this.#bindings,
        readable: sight.readable,
        wholeOld,
      });
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
          sights: [],
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
      return {
        change,
        table,
        sequence,
        message,
        row,
        old,
        passed: new Map(),
      };
    });
  }

  /** Finds out what each viewer may see. */
  #judge(batch: Batch, told: readonly Told[]): Promise<void>[] {
    const { table, viewers, sights } = batch;
    const version = this.#options.reader.version();
    const waiting: Promise<void>[] = [];
    for (const [i, viewer] of viewers.entries()) {
      const { sight } = viewer;
      const isKnown = sight !== undefined && sight.version === version &&
        sight.table === table;
      const found = isKnown ? sight : this.#look(viewer, table, version);
      if (!(found instanceof Promise) && found.test !== undefined) {
        sights[i] = found;
        continue;
      }
      const asking = async () => {
        const each = await found;
        if (each.test === undefined) await this.#ask(batch, viewer, told);
        sights[i] = each;
      };
      waiting.push(
        asking().catch((error) => this.#policyFailed(table, viewer, error)),
      );
    }
    return waiting;
  }

  /** @returns A promise when the database has to be asked. */
  #look(
    viewer: Viewer,
    table: TableReader,
    version: unknown,
  ): Sight | Promise<Sight> {
    const { reader } = this.#options;
    const { identity } = viewer;
    const readable = reader.readable(table, identity.role);
    const keep = (test: RowTest | undefined) =>
      viewer.sight = { version, table, readable, test };
    if (readable.size === 0) return keep(() => false);
    const test = reader.test(table, identity);
    return test instanceof Promise ? test.then(keep) : keep(test);
  }

  /** Asks policies that only a statement can decide, if a filter lets anything through. */
  async #ask(
    batch: Batch,
    viewer: Viewer,
    told: readonly Told[],
  ): Promise<void> {
    const { table, rows, verdicts } = batch;
    if (!isWanted(batch, viewer, told, this.#bindings)) return;
    const { reader } = this.#options;
    verdicts.set(viewer, await reader.judge(table, viewer.identity, rows));
  }

  /** Whoever follows the table would have a gap. */
  #policyFailed(
    { schema, name }: TableReader,
    { members }: Viewer,
    error: unknown,
  ): void {
    this.#options.log.warn("realtime.policy_failed", {
      table: `${schema}.${name}`,
      code: String((error as { sqlState?: unknown } | null)?.sqlState),
    });
    for (const { follower } of members) {
      follower.lost(
        `Cannot tell of changes of ${schema}.${name}: its row policies fail`,
      );
    }
  }
}
