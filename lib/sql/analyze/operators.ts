/**
 * Finds the operator that an expression means (manual, 10.2).
 *
 * @module
 */

import { SqlError } from "../error.ts";
import { builtins } from "../functions/builtins.ts";
import type { FunctionEntry } from "../functions/registry.ts";
import type { Call, Expr } from "../tree.ts";
import { oid } from "../types/type.ts";
import { makeCall } from "./call.ts";
import { type Candidate, chooseFunction } from "./choose_function.ts";
import { errorAt, within } from "./located.ts";
import type { Scope } from "./scope.ts";
import { baseTypeOf, schemaNamed, typeLabel } from "./type_facts.ts";

const castHint = "You might need to add explicit type casts.";

/**
 * @param name Name of an operator, after its schema if that was written out.
 * @param operands One or two operands.
 * @param scope Where they stand.
 * @param location Byte offset of the operator.
 * @returns The call.
 * @throws {SqlError} 42883, 42725.
 */
export function operatorCall(
  name: readonly string[],
  operands: readonly Expr[],
  scope: Scope,
  location?: number | undefined,
): Call {
  const entry = findOperator(name, operands, scope, location);
  return within(location, () => makeCall(entry, operands, scope, location));
}

/**
 * The same, without a call.
 *
 * @param name Name of an operator, after its schema if that was written out.
 * @param operands One or two operands.
 * @param scope Where they stand.
 * @param location Byte offset of the operator.
 * @returns The operator.
 * @throws {SqlError} 42883, 42725.
 */
export function findOperator(
  name: readonly string[],
  operands: readonly Expr[],
  scope: Scope,
  location?: number | undefined,
): FunctionEntry {
  const choice = lookUp(name, operands, scope, location);
  if (typeof choice !== "string") return choice;
  const symbol = name.join(".");
  const labels = operands.map(({ type }) => typeLabel(scope.env, type));
  const text = labels.length === 1
    ? `${symbol} ${labels[0]}`
    : `${labels[0]} ${symbol} ${labels[1]}`;
  throw choice === "many"
    ? errorAt("42725", `operator is not unique: ${text}`, location, {
      hint: `Could not choose a best candidate operator. ${castHint}`,
    })
    : errorAt("42883", `operator does not exist: ${text}`, location, {
      hint: labels.length === 1
        ? `No operator matches the given name and argument type. You might need to add an explicit type cast.`
        : `No operator matches the given name and argument types. ${castHint}`,
    });
}

/**
 * @param name Name of an operator.
 * @param operands One or two operands.
 * @param scope Where they stand.
 * @returns The operator, `undefined` when none fits or several do.
 */
export function maybeOperator(
  name: string,
  operands: readonly Expr[],
  scope: Scope,
): FunctionEntry | undefined {
  const choice = lookUp([name], operands, scope);
  return typeof choice === "string" ? undefined : choice;
}

function lookUp(
  name: readonly string[],
  operands: readonly Expr[],
  scope: Scope,
  location?: number | undefined,
): FunctionEntry | "none" | "many" {
  const { env } = scope;
  const symbol = name.at(-1) ?? "";
  const schema = name.at(-2);
  const wanted = schema === undefined
    ? undefined
    : within(location, () => schemaNamed(env, schema));
  const entries = builtins().operatorsNamed(symbol).filter((entry) =>
    entry.args.length === operands.length &&
    (wanted === undefined || entry.schema === wanted)
  );
  if (operands.length === 2) {
    const exact = exactBinary(entries, operands, scope);
    if (exact !== undefined) return exact;
  }
  const choice = chooseFunction(
    entries.map((entry): Candidate => ({
      entry,
      types: entry.args,
      gathered: 0,
      defaults: 0,
    })),
    operands.map((operand) => ({
      ...operand,
      type: baseTypeOf(env, operand.type).type,
    })),
    scope,
  );
  return choice.found === "one" ? choice.candidate.entry : choice.found;
}

/** An operand of unknown type is taken to be of the other one's. */
function exactBinary(
  entries: readonly FunctionEntry[],
  operands: readonly Expr[],
  scope: Scope,
): FunctionEntry | undefined {
  let left = operands[0]?.type ?? oid.unknown;
  let right = operands[1]?.type ?? oid.unknown;
  if (left === oid.unknown && right === oid.unknown) return undefined;
  if (left === oid.unknown) left = right;
  if (right === oid.unknown) right = left;
  const find = (one: number, other: number) =>
    entries.find(({ args }) => args[0] === one && args[1] === other);
  return find(left, right) ?? find(
    baseTypeOf(scope.env, left).type,
    baseTypeOf(scope.env, right).type,
  );
}

/**
 * The operator by which values of a type are told apart.
 *
 * @param type Type.
 * @param scope For names.
 * @param location Byte offset.
 * @returns `=` of that type.
 * @throws {SqlError} 42883 when it has none (json).
 */
export function equalityOf(
  type: number,
  scope: Scope,
  location?: number | undefined,
): FunctionEntry {
  const operand: Expr = { kind: "constant", type, typmod: -1, value: null };
  const found = maybeOperator("=", [operand, operand], scope);
  if (found !== undefined) return found;
  const label = typeLabel(scope.env, type);
  throw location === undefined
    ? new SqlError(
      "42883",
      `could not identify an equality operator for type ${label}`,
    )
    : errorAt(
      "42883",
      `could not identify an equality operator for type ${label}`,
      location,
    );
}
