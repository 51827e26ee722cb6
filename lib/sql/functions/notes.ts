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
  /** `(constraint)`: the row refers to none and is left out. Gives 0. */
  orphan: "pg_note_orphan",
  /** `(constraint)`: the row is referred to and stays. Gives 0. */
  referred: "pg_note_referred",
  /** `(value, column, row, digits)`: a decimal that loses others than these. Gives the value. */
  scale: "pg_note_scale",
  /** `(value, column, row)`: a moment of which the day alone is kept. Gives the value. */
  day: "pg_note_day",
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

/** Tells that a value lost a part; rows whose number is not known are counted. */
function cut(
  { notes }: EvalContext,
  lost: boolean,
  column: Datum | undefined,
  row: Datum | undefined,
): void {
  const at = Number(row) || notes?.rowOf(String(column));
  if (!lost) return;
  notes?.warn({
    level: "Note",
    code: 1265,
    message: `Data truncated for column '${column}' at row ${at}`,
  });
}

const dayMicros = 86_400_000_000;

/** What loses a part that it may lose is told of, and goes on. */
const cutCalls: Readonly<Record<string, Call>> = {
  [noteName.scale]: ([value, column, row, digits], context) => {
    const [, fraction = ""] = /\.(\d+)$/.exec(String(value)) ?? [];
    cut(context, /[^0]/.test(fraction.slice(Number(digits))), column, row);
    return value as Datum;
  },
  [noteName.day]: ([value, column, row], context) => {
    cut(context, Number(value) % dayMicros !== 0, column, row);
    return value as Datum;
  },
};

/** Immutable, or no CHECK could hold them; of a constant it is told once. */
export const divisionCalls: Readonly<Record<string, Call>> = {
  [noteName.zero]: (_, context) => divisionByZero(context),
  [noteName.nonZero]: ([divisor], context) =>
    Number(divisor) === 0 ? divisionByZero(context) : divisor as Datum,
};

const foreign =
  (code: number, what: string): Call => ([constraint], { notes }) => {
    notes?.ignored(undefined);
    notes?.warn({
      level: "Warning",
      code,
      message: `${what}: a foreign key constraint fails (\`${constraint}\`)`,
    });
    return 0;
  };

/** See the top of the file. */
export const noteCalls: Readonly<Record<string, Call>> = {
  ...cutCalls,
  [noteName.same]: same,
  [noteName.replaced]: replaced,
  [noteName.ignored]: ignored,
  [noteName.orphan]: foreign(1452, "Cannot add or update a child row"),
  [noteName.referred]: foreign(1451, "Cannot delete or update a parent row"),
};
