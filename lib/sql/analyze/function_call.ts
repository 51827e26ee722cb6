/**
 * Resolves calls of functions; what is special about aggregates and windows is in their own files.
 *
 * @module
 */

import type { FuncCall, Node } from "@pgsql/types";
import { fixedOid } from "../catalog/catalog.ts";
import type { FunctionEntry } from "../functions/registry.ts";
import { mysqlSchema } from "../mysql/nodes.ts";
import { resolveMysqlCall } from "../mysql/resolve/call.ts";
import { parseExpression } from "../parse.ts";
import type { Call, Expr } from "../tree.ts";
import { oid } from "../types/type.ts";
import { makeAggregate, makeOrderedSet } from "./aggregate.ts";
import { fitArguments, type FittedFunction } from "./call.ts";
import { castPath } from "./cast_path.ts";
import { type Candidate, chooseFunction } from "./choose_function.ts";
import { coerce } from "./coercion.ts";
import { candidatesFor, functionsNamed } from "./function_candidates.ts";
import { checkShape, notFound, signatureText } from "./function_call_errors.ts";
import { inlineCall } from "./inline.ts";
import { errorAt, inOtherText, within } from "./located.ts";
import { leftmost, locate, locationOf } from "./locations.ts";
import { emptyScope } from "./new_scope.ts";
import { placeWords } from "./place_words.ts";
import { resolver } from "./resolver.ts";
import type { Place, Scope } from "./scope.ts";
import { sessionCall } from "./session_values.ts";
import { arrayTypeOf } from "./type_facts.ts";
import { findType, nameParts } from "./type_name.ts";
import { contains } from "./walk.ts";
import { makeWindowCall } from "./window.ts";

/** Built-in functions that write to the database. */
const writers: ReadonlySet<string> = new Set(["nextval", "setval"]);

/**
 * Resolves a call.
 *
 * @param node Call in the parse tree.
 * @param scope Where it stands.
 * @param place The same.
 * @returns The expression.
 * @throws {SqlError} 42883, 42725, 42809, 42803, 42P20, 0A000.
 */
export function resolveFunctionCall(
  node: FuncCall,
  scope: Scope,
  place: Place,
): Expr {
  const parts = nameParts(node.funcname);
  if (parts[0] === mysqlSchema && parts.length === 2) {
    return resolveMysqlCall(node, parts[1] as string, scope, place);
  }
  const names: string[] = [];
  const args = (node.args ?? []).map((arg) => {
    if (!("NamedArgExpr" in arg)) {
      if (names.length > 0) {
        throw errorAt(
          "42601",
          "positional argument cannot follow named argument",
          node.location,
        );
      }
      return resolver.expression(arg, scope, place);
    }
    names.push(arg.NamedArgExpr.name ?? "");
    return resolver.expression(arg.NamedArgExpr.arg as Node, scope, place);
  });
  const ordered = node.agg_within_group ?? false;
  const sorted = ordered
    ? (node.agg_order ?? []).map((key) =>
      resolver.expression(
        ("SortBy" in key ? key.SortBy.node : key) as Node,
        scope,
        place,
      )
    )
    : [];
  const entries = within(
    node.location,
    () => functionsNamed(parts, scope.env),
  );
  const all = [...args, ...sorted];
  const choice = chooseFunction(
    candidatesFor(entries, {
      count: all.length,
      names,
      variadic: node.func_variadic ?? false,
    }, scope.env),
    all,
    scope,
  );
  if (choice.found !== "one") {
    const cast = typeCall(node, parts, all, names, scope);
    if (cast !== undefined) return cast;
    throw notFound(
      node,
      signatureText(parts, all, names, scope),
      choice.found === "many",
    );
  }
  const { candidate } = choice;
  const { entry } = candidate;
  checkShape(node, parts, entry);
  if (entry.user !== undefined) {
    if (entry.user.kind === "p") {
      throw errorAt(
        "42809",
        `${signatureText(parts, all, names, scope)} is a procedure`,
        node.location,
        { hint: "To call a procedure, use CALL." },
      );
    }
    scope.statement.needed.push({
      kind: "function",
      oid: entry.oid,
      privilege: "X",
      role: scope.env.role,
    });
  }
  const fitted = within(
    node.location,
    () => fit(candidate, all, scope),
  );
  const made = { entry, ...fitted };
  const begin = leftmost(node.location, ...all.map(locationOf));
  return locate(finish(node, made, args.length, scope, place), begin);
}

function finish(
  node: FuncCall,
  made: FittedFunction,
  direct: number,
  scope: Scope,
  place: Place,
): Expr {
  const { entry, args, returns } = made;
  switch (entry.kind) {
    case "aggregate":
      if (node.over !== undefined) {
        return makeWindowCall(node, made, scope, place);
      }
      return node.agg_within_group
        ? makeOrderedSet(node, made, direct, scope, place)
        : makeAggregate(node, made, scope, place);
    case "window":
      return makeWindowCall(node, made, scope, place);
    case "rows":
      checkSet(node, scope, place);
      break;
  }
  if (writers.has(entry.name) && entry.user === undefined) {
    scope.statement.writes = true;
  }
  const call: Call = {
    kind: "call",
    function: entry,
    args,
    type: returns,
    typmod: -1,
    ...(node.func_variadic && entry.args.at(-1) === oid.any
      ? { variadicArray: true }
      : {}),
  };
  if (entry.user !== undefined) {
    // What stands in FROM is put in place by the query's part of the resolver.
    const inlined = place === "from" || entry.kind === "rows"
      ? undefined
      : inlineCall(call, scope);
    if (inlined !== undefined) return inlined;
    if (entry.volatility === "v") scope.statement.writes = true;
    return call;
  }
  return typeName(call, scope) ?? sessionCall(call, scope) ?? call;
}

/** `pg_typeof(a)` is known as soon as `a` is resolved. */
function typeName(call: Call, scope: Scope): Expr | undefined {
  const { function: entry, args: [arg] } = call;
  if (
    entry.name !== "pg_typeof" || entry.schema !== fixedOid.pgCatalog ||
    arg === undefined || arg.kind === "param" && arg.type === oid.unknown ||
    contains(arg, ({ kind }) => kind === "aggregate" || kind === "window")
  ) return undefined;
  scope.statement.exactText ||= contains(
    arg,
    (each) => each.kind === "constant" && each.location !== undefined,
  );
  return { kind: "constant", type: call.type, typmod: -1, value: arg.type };
}

/** Makes arguments fit, gathers those of VARIADIC, adds defaults. */
function fit(
  candidate: Candidate,
  args: readonly Expr[],
  scope: Scope,
): { readonly args: readonly Expr[]; readonly returns: number } {
  const { entry, types, order, gathered, defaults } = candidate;
  const fitted = fitArguments(types, entry.returns, args, scope, entry.name);
  const { returns } = fitted;
  let made: readonly Expr[] = fitted.args;
  if (gathered > 0) {
    const elements = made.slice(made.length - gathered);
    const element = elements[0]?.type ?? oid.text;
    made = [
      ...made.slice(0, made.length - gathered),
      {
        kind: "array",
        elements,
        type: arrayTypeOf(scope.env, element),
        typmod: -1,
      },
    ];
  }
  if (order === undefined && defaults === 0) return { args: made, returns };
  const full = entry.args.map((type, index) => {
    const at = order === undefined ? index : order[index] ?? -1;
    const given = at < 0 ? undefined : made[at];
    return given ?? defaultOf(entry, index, type, scope);
  });
  return { args: full, returns };
}

function defaultOf(
  entry: FunctionEntry,
  index: number,
  type: number,
  scope: Scope,
): Expr {
  const inputs = entry.user?.args.filter(({ mode }) =>
    mode !== "o" && mode !== "t"
  );
  const node = inputs === undefined
    ? parseExpression(
      entry.defaults[index - (entry.args.length - entry.defaults.length)] ??
        "NULL",
    )
    : inputs[index]?.default?.node ?? parseExpression("NULL");
  return inOtherText(scope.statement, () => {
    const outside = emptyScope(scope.env, scope.statement);
    return coerce(
      resolver.expression(node, outside, "default"),
      type,
      -1,
      "assignment",
      outside,
    );
  });
}

/** `date('…')`: the name of a type called like a function is a cast. */
function typeCall(
  node: FuncCall,
  parts: readonly string[],
  args: readonly Expr[],
  names: readonly string[],
  scope: Scope,
): Expr | undefined {
  const [arg, second] = args;
  if (
    arg === undefined || second !== undefined || names.length > 0 ||
    node.agg_star || node.agg_distinct || node.over !== undefined ||
    node.func_variadic || node.agg_filter !== undefined ||
    node.agg_order !== undefined
  ) return undefined;
  const type = findType(scope.env, parts);
  if (type === undefined) return undefined;
  if (
    arg.type !== oid.unknown &&
    castPath(arg.type, type.oid, "explicit", scope.env) === undefined
  ) return undefined;
  return locate(
    coerce(arg, type.oid, -1, "explicit", scope),
    leftmost(node.location, locationOf(arg)),
  );
}

function checkSet(node: FuncCall, scope: Scope, place: Place): void {
  if (place === "from") return;
  if (place === "select" || place === "order" || place === "group") {
    scope.found.rows = true;
    return;
  }
  if (place === "insert" || place === "values") {
    throw errorAt(
      "0A000",
      "set-returning functions are not allowed in VALUES",
      node.location,
    );
  }
  throw errorAt(
    "0A000",
    `set-returning functions are not allowed in ${placeWords(place)}`,
    node.location,
  );
}
