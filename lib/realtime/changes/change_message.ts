/**
 * One change as clients are told of it: written once for all who get the same.
 *
 * @module
 */

import type { RowChange } from "../../engine/change_feed.ts";
import type { TableReader } from "../../engine/change_reader.ts";
import type { PhoenixVersion } from "../phoenix.ts";
import type { Encode } from "../shared_message.ts";

/** How a change is called. */
export const changeNames = {
  insert: "INSERT",
  update: "UPDATE",
  delete: "DELETE",
} as const;

/** How much of a change somebody is shown. */
export interface Shown {
  /** Places of the columns that they may select. */
  readonly readable: ReadonlySet<number>;
  /** Names of the columns that they want; all if not given. */
  readonly select: readonly string[] | undefined;
  /** Whether the whole old row, not its key alone. */
  readonly wholeOld: boolean;
}

/** Whom a change is for. */
export interface Recipient {
  readonly topic: string;
  readonly version: PhoenixVersion;
  readonly ids: readonly number[];
}

/** Whom a change is for who has one binding. */
export interface SingleRecipient {
  readonly topic: string;
  readonly version: PhoenixVersion;
  readonly id: number;
}

/** See the top of the file. */
export class ChangeMessage {
  readonly #table: TableReader;
  readonly #change: RowChange;
  readonly #committedAt: string;
  readonly #encode: Encode;
  readonly #data: { readonly shown: Shown; readonly text: string }[] = [];
  readonly #frames = new Map<string, Uint8Array>();
  #last:
    | { readonly shown: Shown; readonly to: SingleRecipient; frame: Uint8Array }
    | undefined;
  #before: string[] | undefined;
  #after: string[] | undefined;

  /**
   * @param change The change.
   * @param options Its table, when it was committed (RFC 3339), what makes frames.
   */
  constructor(
    change: RowChange,
    { table, committedAt, encode }: {
      readonly table: TableReader;
      readonly committedAt: string;
      readonly encode: Encode;
    },
  ) {
    this.#change = change;
    this.#table = table;
    this.#committedAt = committedAt;
    this.#encode = encode;
  }

  /**
   * The same, for the common case that many who follow one table get the same one after the other.
   *
   * @param shown How much of it.
   * @param to For whom.
   * @returns The frame.
   */
  frameOfOne(shown: Shown, to: SingleRecipient): Uint8Array {
    const last = this.#last;
    const { topic, version, id } = to;
    if (
      last !== undefined && last.to.id === id && last.to.version === version &&
      last.shown.readable === shown.readable &&
      last.shown.wholeOld === shown.wholeOld && last.to.topic === topic
    ) return last.frame;
    const frame = this.frame(shown, { topic, version, ids: [id] });
    this.#last = { shown, to, frame };
    return frame;
  }

  /**
   * @param shown How much of it.
   * @param recipient For whom.
   * @returns The frame; the same bytes for all who get the same.
   */
  frame(shown: Shown, { topic, version, ids }: Recipient): Uint8Array {
    const at = this.#dataAt(shown);
    const list = ids.join(",");
    const key = `${at} ${version} ${list} ${topic}`;
    let frame = this.#frames.get(key);
    if (frame === undefined) {
      const name = JSON.stringify(topic);
      const payload = `{"ids":[${list}],"data":${this.#data[at]!.text}}`;
      frame = this.#encode(
        version === "1.0.0"
          ? `{"topic":${name},"event":"postgres_changes","payload":${payload},"ref":null}`
          : `[null,null,${name},"postgres_changes",${payload}]`,
      );
      this.#frames.set(key, frame);
    }
    return frame;
  }

  #dataAt(shown: Shown): number {
    const { readable, select, wholeOld } = shown;
    const at = this.#data.findIndex(({ shown: each }) =>
      each.readable === readable && each.wholeOld === wholeOld &&
      (each.select === select || each.select?.join() === select?.join())
    );
    if (at >= 0) return at;
    return this.#data.push({ shown, text: this.#text(shown) }) - 1;
  }

  #text({ readable, select, wholeOld }: Shown): string {
    const { before, after, kind } = this.#change;
    const { columns, key, schema, name } = this.#table;
    const places = columns.flatMap((column, place) =>
      readable.has(place) &&
        (select === undefined || select.includes(column.name))
        ? [place]
        : []
    );
    const old = wholeOld ? places : key.filter((place) => readable.has(place));
    const parts = [
      `"schema":${JSON.stringify(schema)}`,
      `"table":${JSON.stringify(name)}`,
      `"commit_timestamp":"${this.#committedAt}"`,
      `"type":"${changeNames[kind]}"`,
      `"columns":${JSON.stringify(places.map((place) => columns[place]))}`,
    ];
    if (after !== undefined) {
      this.#after ??= this.#table.json(after);
      parts.push(`"record":${this.#object(this.#after, places)}`);
    }
    if (before !== undefined) {
      this.#before ??= this.#table.json(before);
      parts.push(`"old_record":${this.#object(this.#before, old)}`);
    }
    return `{${parts.join(",")},"errors":null}`;
  }

  #object(values: readonly string[], places: readonly number[]): string {
    const { columns } = this.#table;
    return `{${
      places.map((place) =>
        `${JSON.stringify(columns[place]!.name)}:${values[place]}`
      ).join(",")
    }}`;
  }
}
