/**
 * Sends one change to those channels of one person that want it.
 *
 * @module
 */

import type { RowImage } from "../../engine/change_reader.ts";
import { JoinError } from "../error.ts";
import type { Binding } from "../join_payload.ts";
import type { Told } from "./batch.ts";
import type { Bindings } from "./bindings.ts";
import type { Member } from "./change_index.ts";
import { changeNames } from "./change_message.ts";

/** What telling needs. */
export interface TellOptions {
  readonly bindings: Bindings;
  /** Places of the columns that the person may select. */
  readonly readable: ReadonlySet<number>;
  /** Whether the whole old row may be told. */
  readonly wholeOld: boolean;
}

/**
 * @param told A change that the person may see.
 * @param members Channels of the person.
 * @param options Filters, rights.
 */
export function tell(
  told: Told,
  members: readonly Member[],
  options: TellOptions,
): void {
  const { readable, wholeOld } = options;
  const name = changeNames[told.change.kind];
  const whole = { readable, wholeOld, select: undefined };
  for (const member of members) {
    const { follower, plain } = member;
    if (!follower.active || told.sequence <= follower.since) continue;
    if (plain === undefined) {
      tellFiltered(told, member, options);
      continue;
    }
    const { event } = plain.binding;
    if (event !== "*" && event !== name) continue;
    const { outlet, topic } = follower.channel;
    outlet.sendFrame(
      told.message.frameOfOne(whole, {
        topic,
        version: outlet.version,
        id: plain.id,
      }),
    );
  }
}

/** Bindings that want the same of a row get one message, with an id for each. */
function tellFiltered(
  told: Told,
  { follower, bound }: Member,
  options: TellOptions,
): void {
  const { readable, wholeOld } = options;
  const { channel: { outlet, topic } } = follower;
  const { version } = outlet;
  const ids: number[] = [];
  try {
    for (const { id, binding } of bound) {
      const { select } = binding;
      if (!matches(told, binding, options)) continue;
      if (select === undefined) ids.push(id);
      else {
        outlet.sendFrame(
          told.message.frame(
            { readable, wholeOld, select },
            { topic, version, ids: [id] },
          ),
        );
      }
    }
  } catch (error) {
    if (!(error instanceof JoinError)) throw error;
    return follower.lost(error.message);
  }
  if (ids.length === 0) return;
  outlet.sendFrame(
    told.message.frame(
      { readable, wholeOld, select: undefined },
      { topic, version, ids },
    ),
  );
}

function matches(
  { change, table, passed }: Told,
  { event, filter }: Binding,
  { bindings, readable }: TellOptions,
): boolean {
  if (event !== "*" && event !== changeNames[change.kind]) return false;
  if (filter === undefined) return true;
  const { places, test } = bindings.filter(table, filter);
  // What a filter lets through says something of the column.
  if (!places.every((place) => readable.has(place))) return false;
  let passes = passed.get(filter);
  if (passes === undefined) {
    passes = test((change.after ?? change.before) as RowImage);
    passed.set(filter, passes);
  }
  return passes;
}
