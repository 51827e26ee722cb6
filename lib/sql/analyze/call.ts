/**
 * Makes calls: arguments become what the function declares.
 *
 * @module
 */

import { fixedOid } from "../catalog/catalog.ts";
import { builtins } from "../functions/builtins.ts";
import type { FunctionEntry } from "../functions/registry.ts";
import { isWide } from "../mysql/unsigned.ts";
import type { Call, Expr } from "../tree.ts";
import { oid } from "../types/type.ts";
import { coerce } from "./coercion.ts";
import { leftmost, locate, locationOf } from "./locations.ts";
import { resolvePolymorphic } from "./polymorphic.ts";
import type { Scope } from "./scope.ts";
import { baseTypeOf } from "./type_facts.ts";

/** A function and arguments that fit it. */
export interface FittedFunction {
  readonly entry: FunctionEntry;
  readonly args: readonly Expr[];
  readonly returns: number;
}

/** A call whose arguments fit. */
export interface FittedCall {
  readonly args: Expr[];
  readonly returns: number;
}

/**
 * @param declared Types of the parameters.
 * @param returns Type of the result, maybe polymorphic.
 * @param args Arguments, as many.
 * @param scope Where the call stands.
 * @param name Name of the function.
 * @returns The arguments, each in its type, and the type of the result.
 */
export function fitArguments(
  declared: readonly number[],
  returns: number,
  args: readonly Expr[],
  scope: Scope,
  name = "",
): FittedCall {
  const types = resolvePolymorphic(declared, returns, args, scope);
  return {
    returns: types.returns,
    args: args.map((arg, index) => {
      const type = types.args[index] ?? oid.any;
      if (type !== oid.any) {
        const fitted = fitOne(arg, type, scope);
        // Comparisons and these take what is above 2^63 - 1.
        return types.returns === oid.bool || largeSafe.has(name)
          ? fitted
          : withinSigned(fitted, scope);
      }
      // Only pg_typeof() tells a literal of unknown type from text.
      return arg.type === oid.unknown && arg.kind !== "param" &&
          name !== "pg_typeof"
        ? coerce(arg, oid.text, -1, "implicit", scope)
        : arg;
    }),
  };
}

const largeSafe: ReadonlySet<string> = new Set([
  "min",
  "max",
  "sum",
  "avg",
  "unsigned_to_decimal",
]);

/**
 * A number without a sign of a MySQL client that is above 2^63 - 1 is an error to PostgreSQL's functions.
 *
 * @param fitted Argument, or another value that PostgreSQL reckons with.
 * @param scope Where it stands.
 * @returns It, checked if it may be such a number.
 */
export function withinSigned(fitted: Expr, scope: Scope): Expr {
  if (
    scope.env.dialect === "mysql" || fitted.type !== oid.int8 || !isWide(fitted)
  ) return fitted;
  const entry = builtins().functionsNamed("signed_of").find(({ schema }) =>
    schema === fixedOid.mysql
  );
  if (entry === undefined) throw new TypeError("Cannot find signed_of");
  return {
    kind: "call",
    function: entry,
    args: [fitted],
    type: oid.int8,
    typmod: -1,
  };
}

function fitOne(arg: Expr, type: number, scope: Scope): Expr {
  const fitted = coerce(arg, type, -1, "implicit", scope);
  const base = baseTypeOf(scope.env, fitted.type);
  return base.type === fitted.type || fitted.type === type ? fitted : locate({
    kind: "cast",
    type: base.type,
    typmod: base.typmod,
    arg: fitted,
    how: { by: "relabel" },
    explicit: false,
  }, locationOf(fitted));
}

/**
 * @param entry Function.
 * @param args Arguments, one for each of its parameters.
 * @param scope Where the call stands.
 * @param location Byte offset of the name.
 * @returns The call.
 */
export function makeCall(
  entry: FunctionEntry,
  args: readonly Expr[],
  scope: Scope,
  location?: number | undefined,
): Call {
  const fitted = fitArguments(
    entry.args,
    entry.returns,
    args,
    scope,
    entry.name,
  );
  const call: Call = {
    kind: "call",
    function: entry,
    args: fitted.args,
    type: fitted.returns,
    typmod: -1,
  };
  locate(call, leftmost(location, ...args.map(locationOf)));
  return call;
}
