/**
 * Shows functions of users as the entries that built-in ones have.
 *
 * @module
 */

import type { UserFunction } from "../catalog/catalog.ts";
import type { FunctionEntry } from "../functions/registry.ts";

const entries = new WeakMap<UserFunction, FunctionEntry>();

/**
 * @param user Function of the catalog.
 * @returns Its entry.
 */
export function userEntry(user: UserFunction): FunctionEntry {
  let entry = entries.get(user);
  if (entry === undefined) {
    entry = makeEntry(user);
    entries.set(user, entry);
  }
  return entry;
}

function makeEntry(user: UserFunction): FunctionEntry {
  const inputs = user.args.filter(({ mode }) => mode !== "o" && mode !== "t");
  const outputs = user.args.filter(({ mode }) =>
    mode === "o" || mode === "b" || mode === "t"
  );
  return {
    oid: user.oid,
    name: user.name,
    schema: user.schema,
    kind: user.returnsSet ? "rows" : "function",
    args: inputs.map(({ type }) => type),
    argNames: inputs.map(({ name }) => name),
    defaults: inputs.flatMap((arg) =>
      arg.default === undefined ? [] : [arg.default.text]
    ),
    variadic: inputs.some(({ mode }) => mode === "v"),
    returns: user.returns,
    columns: outputs.length > 0
      ? outputs.map(({ name, type }) => ({ name, type }))
      : user.returnsSet
      ? [{ name: user.name, type: user.returns }]
      : [],
    strict: user.strict,
    volatility: user.volatility,
    leakproof: user.leakproof,
    sqliteName: "pg_call_sql",
    user,
  };
}
