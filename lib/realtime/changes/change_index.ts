/**
 * Who follows which table: grouped by person, because what one may see is asked once for each.
 *
 * @module
 */

import type { RowTest, TableReader } from "../../engine/change_reader.ts";
import type { Identity } from "../../engine/engine.ts";
import type { Channel } from "../channel.ts";
import type { BoundChange } from "./bindings.ts";

/** A channel that follows changes. */
export interface Follower {
  readonly channel: Channel;
  readonly bound: readonly BoundChange[];
  /** The last commit before it began. */
  readonly since: number;
  /** Ends it because changes could not be told. */
  readonly lost: (reason: string) => void;
  active: boolean;
}

/** A follower and those of its bindings that are about one table. */
export interface Member {
  readonly follower: Follower;
  readonly bound: readonly BoundChange[];
  /** The only one of them, if it wants all changes of whole rows. */
  readonly plain: BoundChange | undefined;
}

/** What one person may see of one version of a table. */
export interface Sight {
  /** Version of the schema for which it holds. */
  readonly version: unknown;
  readonly table: TableReader;
  /** Places of the columns. */
  readonly readable: ReadonlySet<number>;
  /** Tells which rows; nothing where a statement has to. */
  readonly test: RowTest | undefined;
}

/** The followers of one table who are one person. */
export interface Viewer {
  readonly identity: Identity;
  readonly members: readonly Member[];
  /** What was found out last. */
  sight: Sight | undefined;
}

/** See the top of the file. */
export class ChangeIndex {
  readonly #followers = new Set<Follower>();
  readonly #viewers = new Map<string, readonly Viewer[]>();

  /** Everybody. */
  get followers(): ReadonlySet<Follower> {
    return this.#followers;
  }

  /**
   * @param follower Begins.
   */
  add(follower: Follower): void {
    this.#followers.add(follower);
    this.refresh();
  }

  /**
   * @param follower Ends.
   */
  delete(follower: Follower): void {
    follower.active = false;
    if (this.#followers.delete(follower)) this.refresh();
  }

  /** Somebody is another person than before, or follows something else. */
  refresh(): void {
    this.#viewers.clear();
  }

  /**
   * @param schema Schema of a table.
   * @param table Its name.
   * @returns Who follows it.
   */
  viewers(schema: string, table: string): readonly Viewer[] {
    const key = `${schema}\0${table}`;
    let viewers = this.#viewers.get(key);
    if (viewers === undefined) {
      viewers = this.#gather(schema, table);
      this.#viewers.set(key, viewers);
    }
    return viewers;
  }

  /** @returns Schema and table, `*` for all, of everything that somebody follows. */
  wanted(): Set<string> {
    const wanted = new Set<string>();
    for (const { bound } of this.#followers) {
      for (const { binding: { schema, table } } of bound) {
        wanted.add(`${schema}\0${table}`);
      }
    }
    return wanted;
  }

  #gather(schema: string, table: string): Viewer[] {
    const people = new Map<
      object | undefined,
      Map<string, Viewer & { readonly members: Member[] }>
    >();
    for (const follower of this.#followers) {
      const bound = follower.bound.filter(({ binding }) =>
        binding.schema === schema &&
        (binding.table === table || binding.table === "*")
      );
      if (bound.length === 0) continue;
      const { identity } = follower.channel;
      let roles = people.get(identity.claims);
      if (roles === undefined) people.set(identity.claims, roles = new Map());
      let viewer = roles.get(identity.role);
      if (viewer === undefined) {
        viewer = { identity, members: [], sight: undefined };
        roles.set(identity.role, viewer);
      }
      const [only] = bound as [BoundChange];
      const { filter, select } = only.binding;
      const isPlain = bound.length === 1 && filter === undefined &&
        select === undefined;
      viewer.members.push({
        follower,
        bound,
        plain: isPlain ? only : undefined,
      });
    }
    return [...people.values()].flatMap((roles) => [...roles.values()]);
  }
}
