/**
 * Finds and binds the values of a plan's slots.
 *
 * @module
 */

import type { Datum } from "../../sql/datum.ts";
import type { QueryPlan, Slot, Step } from "../../sql/plan.ts";
import { oid } from "../../sql/types/type.ts";
import { bindReal, bindValue } from "../../sqlite/bind.ts";
import type { Statement } from "../../sqlite/statement.ts";
import type { SqliteSymbols } from "../../sqlite/symbols.ts";
import type { RunContext } from "./plan_runner.ts";
import { sessionValue } from "./session_value.ts";

/**
 * Finds the values of one step, once, so that it can be done again or elsewhere.
 *
 * @param plan The plan.
 * @param step One of its steps.
 * @param params Values of `$1`, `$2`, ….
 * @param context Literals and session.
 * @returns One value for each slot.
 */
export function slotValues(
  step: Step,
  params: readonly Datum[],
  context: RunContext,
): Datum[] {
  return step.slots.map((slot) => slotValue(slot, params, context));
}

/**
 * @param slot One slot.
 * @param params Values of `$1`, `$2`, ….
 * @param context Literals and session.
 * @returns Its value.
 */
export function slotValue(
  slot: Slot,
  params: readonly Datum[],
  context: RunContext,
): Datum {
  switch (slot.from) {
    case "param":
      return params[slot.number - 1] ?? null;
    case "literal": {
      if (context.literals === undefined || slot.location === undefined) {
        return slot.value;
      }
      const other = context.literals[slot.location];
      return other === undefined ? slot.value : other;
    }
    case "rows":
      // Known when the step before it has run.
      return null;
    default:
      return sessionValue(slot.value, context.eval);
  }
}

/**
 * Puts the rows that earlier steps gathered in their places.
 *
 * @param step A step.
 * @param values Values of its slots so far.
 * @param gathered What each step gathered.
 * @returns Values of its slots.
 */
export function withGathered(
  step: Step,
  values: readonly Datum[],
  gathered: readonly string[],
): readonly Datum[] {
  return gathered.length === 0 ? values : values.map((value, i) => {
    const slot = step.slots[i];
    return slot?.from === "rows" ? gathered[slot.step] ?? null : value;
  });
}

/**
 * @param plan A plan.
 * @param step One of its steps.
 * @returns Which of its values are REAL also when they are whole numbers.
 */
export function realSlots(plan: QueryPlan, step: Step): readonly boolean[] {
  return step.slots.map((slot) => {
    if (slot.from === "session" || slot.from === "rows") return false;
    const type = slot.from === "param"
      ? plan.params[slot.number - 1]
      : slot.type;
    return type === oid.float4 || type === oid.float8;
  });
}

/**
 * Binds one value. A text that is still bound from the last run is left there: most runs of a statement
 * differ in a number only.
 *
 * @param symbols The library.
 * @param statement A statement that is reset.
 * @param index Place of the value, from 0.
 * @param value The value.
 * @param real Whether a number is REAL also when it is whole.
 */
export function bindDatum(
  symbols: SqliteSymbols,
  statement: Statement,
  index: number,
  value: Datum,
  real: boolean,
): void {
  const { handle, texts } = statement;
  if (typeof value === "string") {
    if (texts[index] === value) return;
    bindValue(symbols, handle, index + 1, value);
    texts[index] = value;
    return;
  }
  texts[index] = undefined;
  if (real && typeof value === "number") {
    bindReal(symbols, handle, index + 1, value);
  } else bindValue(symbols, handle, index + 1, value);
}
