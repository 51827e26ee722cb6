/**
 * SQLite functions of ours that tell the session what a statement does to rows ({@linkcode StatementNotes}).
 * The first argument of those that stand around a value is what they give.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import type { EvalContext } from "../eval_context.ts";
import type { Call, Printed } from "./define.ts";

/** Names in SQLite. */
export const noteName = {
  /** `(value[, number])`: the row stays as it is. */
  same: "pg_note_same",
  /** `(value[, number, own number])`: the row is changed instead of inserted. */
  replaced: "pg_note_replaced",
  /** `(number, table, key, type, value, …)`: the row is left out. Gives 0. */
  ignored: "pg_note_ignored",
  /** `(0)`: a division by zero. Gives NULL. */
  zero: "pg_zero_division",
  /** `(divisor)`: NULL instead of zero. */
  nonZero: "pg_non_zero",
} as const;

const numberOf = (value: Datum | undefined) =>
  value === null || value === undefined ? undefined : Number(value);

const same: Call = ([value, number], { notes }) => {
  notes?.same(numberOf(number));
  return value as Datum;
};

const replaced: Call = ([value, number, own], { notes }) => {
  notes?.replaced(numberOf(number), numberOf(own) ?? null);
  return value as Datum;
};

/** A key's name in MySQL: `t.PRIMARY`, `t.key`. */
export function keyName(table: string, key: string): string {
  if (key.includes(".")) return key;
  return `${table}.${key === `${table}_pkey` ? "PRIMARY" : key}`;
}

function shown(
  type: Datum | undefined,
  value: Datum,
  context: EvalContext,
): string {
  return value === null
    ? "NULL"
    : context.type(Number(type))?.output(value, context) ?? String(value);
}

const ignored: Call = ([number, table, key, ...rest], context) => {
  const { notes } = context;
  if (notes === undefined) return 0;
  const values: string[] = [];
  for (let at = 0; at + 1 < rest.length; at += 2) {
    values.push(shown(rest[at], rest[at + 1] as Datum, context));
  }
  notes.ignored(numberOf(number));
  notes.warn({
    level: "Warning",
    code: 1062,
    message: `Duplicate entry '${values.join("-")}' for key '${
      keyName(String(table), String(key))
    }'`,
  });
  return 0;
};

/** Characters of a value that a warning shows. */
const mostShown = 128;

/**
 * Tells of a value that is not what it should be.
 *
 * @param context Session.
 * @param what What it should be: `Truncated incorrect DOUBLE`.
 * @param value The value.
 * @throws {SqlError} When the statement is strict.
 */
export function doubtValue(
  { notes }: EvalContext,
  what: string,
  value: string,
): void {
  notes?.doubt(1292, `${what} value: '${value.slice(0, mostShown)}'`, "22007");
}

/**
 * Tells of a division by zero.
 *
 * @param context Session.
 * @returns NULL.
 * @throws {SqlError} When the statement is strict.
 */
export function divisionByZero({ notes }: EvalContext): null {
  if (notes?.tellsDivision) notes.doubt(1365, "Division by 0", "22012");
  return null;
}

/**
 * What a divisor is printed as: SQLite alone divides by all others.
 *
 * @param divisor Divisor.
 */
export function nonZero(divisor: Printed): string {
  return divisor.simple
    ? `CASE WHEN ${divisor} = 0 THEN ${noteName.zero}(${divisor}) ELSE ${divisor} END`
    : `${noteName.nonZero}(${divisor})`;
}

/** Immutable, or no CHECK could hold them; of a constant it is told once. */
export const divisionCalls: Readonly<Record<string, Call>> = {
  [noteName.zero]: (_, context) => divisionByZero(context),
  [noteName.nonZero]: ([divisor], context) =>
    Number(divisor) === 0 ? divisionByZero(context) : divisor as Datum,
};

/** See the top of the file. */
export const noteCalls: Readonly<Record<string, Call>> = {
  [noteName.same]: same,
  [noteName.replaced]: replaced,
  [noteName.ignored]: ignored,
};
