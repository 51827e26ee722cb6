/**
 * Parameters `$1`, `$2`, … of a client: their types are given, or found from where they stand.
 *
 * @module
 */

import type { ParamRef } from "@pgsql/types";
import type { Environment } from "../environment.ts";
import { SqlError } from "../error.ts";
import type { Expr, Param } from "../tree.ts";
import { oid } from "../types/type.ts";
import { errorAt } from "./located.ts";
import { locate, locationOf } from "./locations.ts";
import type { Scope } from "./scope.ts";
import { typeLabel } from "./type_facts.ts";

/** Int16 counts them on the wire. */
const most = 65_535;

/**
 * Resolves a parameter.
 *
 * @param node Parameter in the parse tree.
 * @param scope Where it stands; inside a function's body it is an argument.
 * @returns The parameter, of type `unknown` until something tells.
 * @throws {SqlError} 42P02 when there is no such parameter.
 */
export function resolveParam(node: ParamRef, scope: Scope): Expr {
  const number = node.number ?? 0;
  for (
    let level: Scope | undefined = scope;
    level !== undefined;
    level = level.parent
  ) {
    if (level.positional === undefined) continue;
    const argument = level.positional[number - 1];
    if (argument === undefined) throw noParameter(number, node.location);
    return argument;
  }
  if (number < 1 || number > most || (scope.statement.otherText ?? 0) > 0) {
    throw noParameter(number, node.location);
  }
  const { params, paramTypmods } = scope.env;
  while (params.length < number) params.push(0);
  const given = params[number - 1];
  return locate({
    kind: "param",
    number,
    type: given === undefined || given === 0 ? oid.unknown : given,
    typmod: paramTypmods?.[number - 1] ?? -1,
  }, node.location);
}

function noParameter(number: number, location: number | undefined) {
  return errorAt("42P02", `there is no parameter $${number}`, location);
}

/**
 * Gives a parameter the type that its place asks for.
 *
 * @param param Parameter of type `unknown`.
 * @param type What it becomes.
 * @param scope Where it stands.
 * @returns The parameter with its type.
 * @throws {SqlError} 42P08 when another place asked for another type.
 */
export function typeParam(param: Param, type: number, scope: Scope): Expr {
  const { params } = scope.env;
  const found = params[param.number - 1] ?? 0;
  if (found !== 0 && found !== oid.unknown && found !== type) {
    throw errorAt(
      "42P08",
      `inconsistent types deduced for parameter $${param.number}`,
      locationOf(param),
      {
        detail: `${typeLabel(scope.env, found)} versus ${
          typeLabel(scope.env, type)
        }`,
      },
    );
  }
  params[param.number - 1] = type;
  return locate({ ...param, type }, locationOf(param));
}

/**
 * Asks, when a statement has been resolved, whether every parameter has found its type.
 *
 * @param env Its environment.
 * @throws {SqlError} 42P18 when one has not.
 */
export function checkParams(env: Environment): void {
  env.params.forEach((type, index) => {
    if (type !== 0 && type !== oid.unknown) return;
    throw new SqlError(
      "42P18",
      `could not determine data type of parameter $${index + 1}`,
    );
  });
}
