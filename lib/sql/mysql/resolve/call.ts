/**
 * Resolves calls of functions of `pg_mysql`: those that depend on types, and those that are written down
 * with one signature, whose arguments are converted as MySQL does by itself.
 *
 * @module
 */

import type { FuncCall } from "@pgsql/types";
import { coerce } from "../../analyze/coercion.ts";
import { makeCall } from "../../analyze/call.ts";
import { resolver } from "../../analyze/resolver.ts";
import type { Place, Scope } from "../../analyze/scope.ts";
import { SqlError } from "../../error.ts";
import type { FunctionEntry } from "../../functions/registry.ts";
import type { Expr } from "../../tree.ts";
import { oid } from "../../types/type.ts";
import { forms } from "./forms.ts";
import type { FormName } from "./form_names.ts";
import { convertTo, mysqlEntries } from "./convert.ts";

/** Functions that write to the database; the others with effects change the session. */
const writers: ReadonlySet<string> = new Set(["continue_numbers"]);

/**
 * @param node Call.
 * @param name Its name in `pg_mysql`.
 * @param scope Where it stands.
 * @param place The same.
 * @returns The expression.
 * @throws {SqlError} 42883 for a wrong number of arguments.
 */
export function resolveMysqlCall(
  node: FuncCall,
  name: string,
  scope: Scope,
  place: Place,
): Expr {
  const args = (node.args ?? []).map((arg) =>
    resolver.expression(arg, scope, place)
  );
  const form = forms[name as FormName];
  if (form !== undefined) {
    const made = form(args, scope);
    if (made === undefined) throw wrongCount(name);
    return made;
  }
  const entry = mysqlEntries(name).find((each) => takes(each, args.length));
  if (entry === undefined) throw wrongCount(name);
  if (writers.has(name)) scope.statement.writes = true;
  return makeCall(entry, fitted(entry, args, scope), scope, node.location);
}

function takes({ args, variadic }: FunctionEntry, count: number): boolean {
  return variadic ? count >= args.length : args.length === count;
}

function fitted(
  entry: FunctionEntry,
  args: readonly Expr[],
  scope: Scope,
): Expr[] {
  return args.map((arg, at) => {
    const type = entry.args[at] ?? oid.text;
    return type === oid.any ? known(arg, scope) : convertTo(arg, type, scope);
  });
}

const known = (arg: Expr, scope: Scope) =>
  arg.type === oid.unknown ? coerce(arg, oid.text, -1, "implicit", scope) : arg;

function wrongCount(name: string): SqlError {
  return new SqlError(
    "42883",
    `Incorrect parameter count in the call to native function '${name}'`,
  );
}
