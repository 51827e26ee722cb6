/**
 * Sends one change to those channels of one person that want it.
 *
 * @module
 */

import type { ChangeReader, RowImage } from "../../engine/change_reader.ts";
import { JoinError } from "../error.ts";
import type { Binding } from "../join_payload.ts";
import type { Bindings, BoundChange } from "./bindings.ts";
import type { Member, Viewer } from "./change_index.ts";
import { changeNames, type Shown } from "./change_message.ts";
import type { Told } from "./changes.ts";

/** What telling needs. */
export interface TellOptions {
  readonly bindings: Bindings;
  readonly reader: ChangeReader;
  /** Whether the whole old row may be told. */
  readonly wholeOld: boolean;
}

/**
 * @param told A change that the person may see.
 * @param viewer The person.
 * @param options Filters, rights.
 */
export function tell(told: Told, viewer: Viewer, options: TellOptions): void {
  const { reader, wholeOld } = options;
  const readable = reader.readable(told.table, viewer.identity.role);
  if (readable.size === 0) return;
  const passed = new Map<string, boolean>();
  for (const member of viewer.members) {
    const { follower: { active, since } } = member;
    if (!active || told.sequence <= since) continue;
    try {
      tellMember(
        told,
        member,
        (binding, select) =>
          matches(told, binding, readable, passed, options)
            ? { readable, select, wholeOld }
            : undefined,
      );
    } catch (error) {
      if (!(error instanceof JoinError)) throw error;
      member.follower.lost(error.message);
    }
  }
}

function tellMember(
  { message }: Told,
  { follower: { channel }, bound }: Member,
  shownTo: (
    binding: Binding,
    select: readonly string[] | undefined,
  ) => Shown | undefined,
): void {
  const { outlet, topic } = channel;
  const send = (shown: Shown, ids: readonly number[]) =>
    outlet.sendFrame(
      message.frame(shown, { topic, version: outlet.version, ids }),
    );
  const whole: number[] = [];
  let all: Shown | undefined;
  for (const { id, binding } of bound) {
    const shown = shownTo(binding, binding.select);
    if (shown === undefined) continue;
    if (shown.select !== undefined) send(shown, [id]);
    else {
      all = shown;
      whole.push(id);
    }
  }
  if (all !== undefined) send(all, whole);
}

function matches(
  { change, table }: Told,
  { event, filter }: BoundChange["binding"],
  readable: ReadonlySet<number>,
  passed: Map<string, boolean>,
  { bindings }: TellOptions,
): boolean {
  if (event !== "*" && event !== changeNames[change.kind]) return false;
  if (filter === undefined) return true;
  let passes = passed.get(filter);
  if (passes === undefined) {
    const { places, test } = bindings.filter(table, filter);
    // What a filter lets through says something of the column.
    passes = places.every((place) => readable.has(place)) &&
      test((change.after ?? change.before) as RowImage);
    passed.set(filter, passes);
  }
  return passes;
}
