/**
 * Functions that ask the engine behind the statement (`EvalContext.services`).
 *
 * @module
 */

import type { Datum } from "../../datum.ts";
import type { EvalContext } from "../../eval_context.ts";
import type { Evaluation, Properties, RowsCall } from "../define.ts";

/**
 * @param context Session.
 * @param service Name of the service.
 * @param args Its arguments.
 * @returns Its answer.
 */
export function ask(
  context: EvalContext,
  service: string,
  args: readonly Datum[],
): Datum {
  return context.services.call(service, args);
}

/**
 * @param service Name of the service.
 * @param before Arguments before those of the function.
 * @returns How a function that changes nothing is evaluated.
 */
export function stable(
  service: string,
  before: readonly Datum[] = [],
): Evaluation & Properties {
  return { ...volatile(service, before), volatility: "s" };
}

/**
 * @param service Name of the service.
 * @param before Arguments before those of the function.
 * @returns How a function with effects is evaluated.
 */
export function volatile(
  service: string,
  before: readonly Datum[] = [],
): Evaluation & Properties {
  return {
    call: (args, context) => ask(context, service, [...before, ...args]),
    volatility: "v",
  };
}

/**
 * @param service Name of a service that gives a JSON array of rows.
 * @returns How a function that returns a set is evaluated.
 */
export function askRows(
  service: string,
): { readonly rows: RowsCall } & Properties {
  return {
    rows: (args, context) =>
      JSON.parse(String(ask(context, service, args))) as Datum[][],
    volatility: "v",
    strict: false,
  };
}
