/**
 * A function's call, as it stands in FROM.
 *
 * @module
 */

import type { RestArgument, RestFunction } from "../schema/picture.ts";
import { cellSql } from "./cell.ts";
import { arrayText, ident, type Params, qualified } from "./text.ts";

/** What a request gives for an argument. */
export type ArgumentValue =
  /** Text of a JSON value. */
  | { readonly json: string }
  /** Text of the argument's type; several where a key was repeated. */
  | { readonly texts: readonly string[] };

/**
 * @param routine The function.
 * @param values What is given, by name.
 * @param params Takes the values.
 * @returns The call.
 */
export function callSql(
  routine: RestFunction,
  values: ReadonlyMap<string, ArgumentValue>,
  params: Params,
): string {
  const given: string[] = [];
  for (const argument of routine.arguments) {
    const value = values.get(argument.name);
    if (value === undefined) continue;
    const variadic = argument.variadic ? "VARIADIC " : "";
    const name = argument.name === "" ? "" : `${ident(argument.name)} => `;
    given.push(`${variadic}${name}${valueSql(value, argument, params)}`);
  }
  return `${qualified(routine.schema, routine.name)}(${given.join(", ")})`;
}

function valueSql(
  value: ArgumentValue,
  argument: RestArgument,
  params: Params,
): string {
  if ("json" in value) {
    return `CAST(${
      cellSql(value.json, argument, params)
    } AS ${argument.castType})`;
  }
  const { texts } = value;
  const text = argument.variadic && (texts.length > 1 || !isArrayText(texts[0]))
    ? arrayText(texts)
    : texts.at(-1) ?? "";
  return `CAST(${params.add(text)} AS ${argument.castType})`;
}

function isArrayText(text: string | undefined): boolean {
  return text !== undefined && text.startsWith("{") && text.endsWith("}");
}
