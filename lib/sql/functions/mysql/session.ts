/**
 * What MySQL's functions know of the session: LAST_INSERT_ID(), FOUND_ROWS(), user variables
 * (manual, 14.15 and 11.4).
 *
 * All of it is kept in settings of the session named `mysql.…`, which functions read and set.
 *
 * @module
 */

import type { Datum } from "../../datum.ts";
import type { EvalContext } from "../../eval_context.ts";
import { narrow } from "../../types/date_time/calendar.ts";
import { unsignedDatum } from "../../mysql/unsigned.ts";
import { type Definition, fn } from "../define.ts";

/** Name of the setting that keeps something of the session. */
export const sessionSetting = (name: string): string => `mysql.${name}`;

/** Name of the setting that keeps a user variable. */
export const variableSetting = (name: string): string =>
  `mysql.v_${new TextEncoder().encode(name).toHex()}`;

/** A user variable's type and value, as they are kept. */
export function readVariable(
  kept: string | undefined,
): {
  readonly type: "int8" | "numeric" | "float8" | "text";
  readonly value: string;
} | undefined {
  const at = kept?.indexOf(":") ?? -1;
  if (kept === undefined || at < 0) return undefined;
  return { type: kept.slice(0, at) as "text", value: kept.slice(at + 1) };
}

/** A value for an AUTO_INCREMENT column: NULL and 0 ask for the next number, others move the counter on. */
function autoIncrement(
  [value, sequence]: readonly Datum[],
  context: EvalContext,
): Datum {
  if (value === null || value === undefined || value === 0) {
    const next = context.services.call("nextval", [sequence as Datum]);
    context.notes?.generated(Number(next));
    return next;
  }
  context.notes?.given(Number(value));
  // No sequence goes beyond 2^63 - 1.
  if (typeof value === "string") return value;
  return (value as number) > 0
    ? context.services.call("sequence_raise", [sequence as Datum, value])
    : value;
}

/** See the top of the file. */
export const mysqlSession: readonly Definition[] = [
  fn("pg_mysql.session_number(text) int8", {
    volatility: "v",
    call: ([name], context) => {
      const kept = context.setting(sessionSetting(String(name)));
      return kept === undefined || kept === "" ? 0 : narrow(BigInt(kept));
    },
  }),
  fn("pg_mysql.session_text(text) text", {
    volatility: "v",
    call: ([name], context) =>
      context.setting(sessionSetting(String(name))) ?? null,
  }),
  fn("pg_mysql.set_last_insert_id(int8) int8", {
    volatility: "v",
    call: ([value], context) => {
      context.setSetting(
        sessionSetting("last_insert_id"),
        String(value),
        false,
      );
      context.notes?.asked(Number(value));
      return value as Datum;
    },
  }),
  fn("pg_mysql.user_variable(text) text", {
    volatility: "v",
    call: ([name], context) =>
      readVariable(context.setting(variableSetting(String(name))))?.value ??
        null,
  }),
  fn("pg_mysql.whole_variable(text) int8", {
    volatility: "v",
    call: ([name], context) => {
      const kept = readVariable(context.setting(variableSetting(String(name))));
      return kept === undefined ? null : unsignedDatum(BigInt(kept.value));
    },
  }),
  fn("pg_mysql.set_variable(text, text, text) text", {
    volatility: "v",
    strict: false,
    call: ([name, value, type], context) => {
      context.setSetting(
        variableSetting(String(name)),
        value === null ? "" : `${type}:${value}`,
        false,
      );
      return value as Datum;
    },
  }),
  fn("pg_mysql.auto_increment(int8, regclass) int8", {
    volatility: "v",
    strict: false,
    call: autoIncrement,
  }),
  fn("pg_mysql.continue_numbers(regclass, int8, int8) int8", {
    volatility: "v",
    strict: false,
    call: ([table, greatest, next], context) => {
      const relation = context.catalog?.relation(Number(table));
      const column = relation?.columns.find(({ identity }) => identity !== "");
      if (relation === undefined || column === undefined) return null;
      for (const each of context.catalog?.relations() ?? []) {
        const owner = each.sequence?.ownedBy;
        if (owner?.table !== relation.oid || owner.column !== column.number) {
          continue;
        }
        const last = context.services.call("sequence_last_value", [each.oid]);
        const wanted = Math.max(
          Number(greatest ?? 0),
          Number(next ?? 1) - 1,
          Number(last ?? 0),
        );
        if (wanted >= 1) context.services.call("setval", [each.oid, wanted, 1]);
        return wanted;
      }
      return null;
    },
  }),
  fn("pg_mysql.get_lock(text, float8) int4", {
    volatility: "v",
    call: ([name], context) => advisory("try", String(name), context),
  }),
  fn("pg_mysql.release_lock(text) int4", {
    volatility: "v",
    call: ([name], context) => advisory("free", String(name), context),
  }),
];

/** GET_LOCK is an advisory lock whose key is a number made of the name. */
function advisory(
  what: "try" | "free",
  name: string,
  context: EvalContext,
): Datum {
  let key = 0n;
  for (const byte of new TextEncoder().encode(name)) {
    key = BigInt.asIntN(64, key * 1099511628211n ^ BigInt(byte));
  }
  const [service, flags] = what === "try"
    ? ["advisory_lock", "t"]
    : ["advisory_unlock", ""];
  return context.services.call(service as string, [
      flags as string,
      narrow(key),
    ]) === 0
    ? 0
    : 1;
}
