/**
 * Reads the options of CREATE and ALTER SEQUENCE.
 *
 * @module
 */

import type { DefElem, TypeName } from "@pgsql/types";
import { resolveTypeName } from "../analyze/type_name.ts";
import type { Relation } from "../catalog/catalog.ts";
import { SqlError } from "../error.ts";
import { oid } from "../types/type.ts";
import { formatType } from "./format_type.ts";
import { option, optionBoolean, optionInteger } from "./nodes.ts";
import type { Work } from "./work.ts";

/** Properties of a sequence. */
export type SequenceProperties = NonNullable<Relation["sequence"]>;

const bits: Readonly<Record<number, bigint>> = {
  [oid.int2]: 15n,
  [oid.int4]: 31n,
  [oid.int8]: 63n,
};

function bounds(type: number): { least: bigint; most: bigint } {
  const most = 2n ** (bits[type] ?? 63n);
  return { least: -most, most: most - 1n };
}

function invalid(message: string): SqlError {
  return new SqlError("22023", message);
}

/** What the options come to. */
export interface SequenceChange {
  readonly properties: SequenceProperties;
  /** Where it goes on; nothing when that was not asked for. */
  readonly restart?: bigint | undefined;
}

/**
 * @param work Statement.
 * @param options Options.
 * @param before Properties so far; nothing for a new one.
 * @param defaultType Type when the options name none.
 * @returns The properties.
 * @throws {SqlError} 22023 for values out of bounds, 42601 for options that were given twice.
 */
export function readSequenceOptions(
  work: Work,
  options: readonly DefElem[],
  before?: SequenceProperties,
  defaultType: number = oid.int8,
): SequenceChange {
  const type = sequenceType(work, option(options, "as"), before, defaultType);
  const { least, most } = bounds(type);
  const integer = (name: string): bigint | null | undefined => {
    const found = option(options, name);
    if (found === undefined) return undefined;
    return found.arg === undefined ? null : optionInteger(found);
  };
  const increment = integer("increment") ?? before?.increment ?? 1n;
  if (increment === 0n) throw invalid("INCREMENT must not be zero");
  const cycling = option(options, "cycle");
  const cycle = cycling === undefined
    ? before?.cycle ?? false
    : optionBoolean(cycling);
  // A bound that was the old type's own goes with it.
  const old = before === undefined ? undefined : bounds(before.type);
  const kept = (value: bigint | undefined, ...own: (bigint | undefined)[]) =>
    before !== undefined && before.type !== type && own.includes(value)
      ? undefined
      : value;
  const given = { max: integer("maxvalue"), min: integer("minvalue") };
  const max = given.max ??
    (given.max === null ? undefined : kept(before?.max, old?.most)) ??
    (increment > 0n ? most : -1n);
  const min = given.min ??
    (given.min === null ? undefined : kept(before?.min, old?.least)) ??
    (increment < 0n ? least : 1n);
  const typeText = formatType(work.env, type, -1);
  if (max < least || max > most) {
    throw invalid(
      `MAXVALUE (${max}) is out of range for sequence data type ${typeText}`,
    );
  }
  if (min < least || min > most) {
    throw invalid(
      `MINVALUE (${min}) is out of range for sequence data type ${typeText}`,
    );
  }
  if (min >= max) {
    throw invalid(`MINVALUE (${min}) must be less than MAXVALUE (${max})`);
  }
  const start = integer("start") ?? before?.start ??
    (increment > 0n ? min : max);
  checkWithin("START", start, min, max);
  const cache = integer("cache") ?? before?.cache ?? 1n;
  if (cache <= 0n) {
    throw invalid(`CACHE (${cache}) must be greater than zero`);
  }
  const restarting = option(options, "restart");
  const restart = restarting === undefined
    ? undefined
    : restarting.arg === undefined
    ? start
    : optionInteger(restarting);
  if (restart !== undefined) checkWithin("RESTART", restart, min, max);
  return {
    properties: {
      type,
      start,
      increment,
      min,
      max,
      cache,
      cycle,
      ownedBy: before?.ownedBy,
    },
    restart,
  };
}

function checkWithin(
  what: string,
  value: bigint,
  min: bigint,
  max: bigint,
): void {
  if (value < min) {
    throw invalid(
      `${what} value (${value}) cannot be less than MINVALUE (${min})`,
    );
  }
  if (value > max) {
    throw invalid(
      `${what} value (${value}) cannot be greater than MAXVALUE (${max})`,
    );
  }
}

function sequenceType(
  work: Work,
  as: DefElem | undefined,
  before: SequenceProperties | undefined,
  defaultType: number,
): number {
  const { arg } = as ?? {};
  if (arg === undefined || !("TypeName" in arg)) {
    return before?.type ?? defaultType;
  }
  const { type } = resolveTypeName(arg.TypeName as TypeName, work.env);
  if (bits[type] === undefined) {
    throw invalid("sequence type must be smallint, integer, or bigint");
  }
  return type;
}
