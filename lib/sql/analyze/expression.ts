/**
 * Resolves expressions: what each name, operator and function means, and of which type everything is.
 *
 * @module
 */

import type { CollateClause, Node, TypeCast, TypeName } from "@pgsql/types";
import type { Expr } from "../tree.ts";
import "../functions/definitions.ts";
import { oid } from "../types/type.ts";
import { resolveGrouping } from "./aggregate.ts";
import { cannotCast, coerce, tryCoerce } from "./coercion.ts";
import { commonType } from "./common_type.ts";
import {
  resolveBooleanTest,
  resolveCase,
  resolveCoalesce,
  resolveExtreme,
  resolveLogic,
  resolveNullTest,
} from "./conditions.ts";
import { resolveArray, resolveIndirection, resolveRow } from "./containers.ts";
import { resolveFunctionCall } from "./function_call.ts";
import { resolveConstant } from "./literals.ts";
import {
  errorAt,
  LocatedError,
  notSupportedAt,
  tooDeep,
  within,
} from "./located.ts";
import { leftmost, locate, locationOf } from "./locations.ts";
import { resolveName } from "./names.ts";
import { resolveOperatorExpression } from "./operator_expression.ts";
import { resolveParam } from "./params.ts";
import { provide } from "./resolver.ts";
import type { Place, Scope } from "./scope.ts";
import { resolveSqlValue } from "./session_values.ts";
import { resolveSubLink } from "./sub_link.ts";
import { baseTypeOf, elementTypeOf, typeLabel } from "./type_facts.ts";
import { nameParts, resolveTypeName } from "./type_name.ts";

/** Levels of nesting; each takes a few frames of the stack here, in the printer and in SQLite. */
const deepest = 500;

/**
 * Resolves an expression.
 *
 * @param node Expression in the parse tree.
 * @param scope Where it stands.
 * @param place The same.
 * @returns The expression.
 * @throws {SqlError} As PostgreSQL does; 54001 when it is nested too deeply.
 */
export function resolveExpression(
  node: Node,
  scope: Scope,
  place: Place,
): Expr {
  const { statement } = scope;
  if (statement.depth > deepest) throw tooDeep();
  statement.depth += 1;
  try {
    return dispatch(node, scope, place);
  } finally {
    statement.depth -= 1;
  }
}

function dispatch(node: Node, scope: Scope, place: Place): Expr {
  if ("ColumnRef" in node) return resolveName(node.ColumnRef, scope);
  if ("A_Const" in node) return resolveConstant(node.A_Const, scope);
  if ("ParamRef" in node) return resolveParam(node.ParamRef, scope);
  if ("A_Expr" in node) {
    return begin(
      resolveOperatorExpression(node.A_Expr, scope, place),
      node.A_Expr.location,
    );
  }
  if ("FuncCall" in node) {
    return resolveFunctionCall(node.FuncCall, scope, place);
  }
  if ("BoolExpr" in node) return resolveLogic(node.BoolExpr, scope, place);
  if ("TypeCast" in node) return resolveCast(node.TypeCast, scope, place);
  if ("SubLink" in node) {
    return locate(
      resolveSubLink(node.SubLink, scope, place),
      node.SubLink.location,
    );
  }
  if ("NullTest" in node) {
    return begin(
      resolveNullTest(node.NullTest, scope, place),
      node.NullTest.location,
    );
  }
  if ("BooleanTest" in node) {
    return begin(
      resolveBooleanTest(node.BooleanTest, scope, place),
      node.BooleanTest.location,
    );
  }
  if ("CaseExpr" in node) {
    return locate(
      resolveCase(node.CaseExpr, scope, place),
      node.CaseExpr.location,
    );
  }
  if ("CoalesceExpr" in node) {
    return locate(
      resolveCoalesce(node.CoalesceExpr, scope, place),
      node.CoalesceExpr.location,
    );
  }
  if ("MinMaxExpr" in node) {
    return locate(
      resolveExtreme(node.MinMaxExpr, scope, place),
      node.MinMaxExpr.location,
    );
  }
  if ("SQLValueFunction" in node) {
    return locate(
      resolveSqlValue(node.SQLValueFunction),
      node.SQLValueFunction.location,
    );
  }
  if ("A_ArrayExpr" in node) {
    return locate(
      resolveArray(node.A_ArrayExpr, scope, place),
      node.A_ArrayExpr.location,
    );
  }
  if ("RowExpr" in node) {
    return locate(
      resolveRow(node.RowExpr, scope, place),
      node.RowExpr.location,
    );
  }
  if ("A_Indirection" in node) {
    return resolveIndirection(node.A_Indirection, scope, place);
  }
  if ("CollateClause" in node) {
    return resolveCollate(node.CollateClause, scope, place);
  }
  if ("GroupingFunc" in node) {
    return locate(
      resolveGrouping(node.GroupingFunc, scope, place),
      node.GroupingFunc.location,
    );
  }
  throw refused(node);
}

/** An expression begins where its first operand does. */
function begin(expr: Expr, location: number | undefined): Expr {
  return locate(expr, leftmost(locationOf(expr), location));
}

function refused(node: Node) {
  const kind = Object.keys(node)[0] ?? "";
  const { location } = (Object.values(node)[0] ?? {}) as { location?: number };
  switch (kind) {
    case "SetToDefault":
      return errorAt(
        "42601",
        "DEFAULT is not allowed in this context",
        location,
      );
    case "CurrentOfExpr":
      return notSupportedAt("WHERE CURRENT OF", location);
    case "XmlExpr":
    case "XmlSerialize":
      return notSupportedAt("XML", location);
    case "NamedArgExpr":
      return notSupportedAt("named argument here", location);
    case "MergeSupportFunc":
      return notSupportedAt("MERGE_ACTION()", location);
    default:
      return notSupportedAt(
        kind.startsWith("Json") ? "SQL/JSON" : kind,
        location,
      );
  }
}

/** Resolves `CAST (a AS type)`, `a::type`, `type 'literal'`. */
function resolveCast(node: TypeCast, scope: Scope, place: Place): Expr {
  const { env } = scope;
  const target = resolveTypeName(node.typeName as TypeName, env);
  const argument = node.arg as Node;
  const array = "A_ArrayExpr" in argument
    ? baseTypeOf(env, target.type).type
    : 0;
  const arg = "A_ArrayExpr" in argument && elementTypeOf(env, array) !== 0
    ? resolveArray(argument.A_ArrayExpr, scope, place, array)
    : resolveExpression(argument, scope, place);
  const where = node.location ?? -1;
  const at = where >= 0 ? where : locationOf(arg);
  const cast = castAt(arg, target.type, target.typmod, at, scope);
  return begin(cast, leftmost(locationOf(arg), where));
}

function castAt(
  arg: Expr,
  type: number,
  typmod: number,
  location: number | undefined,
  scope: Scope,
): Expr {
  const done = within(
    location,
    () => tryCoerce(arg, type, typmod, "explicit", scope),
  );
  if (done !== undefined) {
    // The same object may be an operand elsewhere, with another place.
    return done === arg ? { ...arg } : done;
  }
  const error = cannotCast(arg, type, scope.env);
  throw location === undefined
    ? error
    : new LocatedError(error.sqlState, error.message, location, error.fields);
}

/** Everything is sorted by its bytes here. */
const collations: ReadonlySet<string> = new Set([
  "C",
  "POSIX",
  "default",
  "ucs_basic",
]);

function resolveCollate(
  node: CollateClause,
  scope: Scope,
  place: Place,
): Expr {
  const parts = nameParts(node.collname);
  const name = parts.at(-1) ?? "";
  const schema = parts.at(-2);
  if (
    !collations.has(name) ||
    (schema !== undefined && schema !== "pg_catalog")
  ) {
    throw errorAt(
      "42704",
      `collation "${parts.join(".")}" for encoding "UTF8" does not exist`,
      node.location,
    );
  }
  const arg = resolveExpression(node.arg as Node, scope, place);
  const type = scope.env.catalog.type(baseTypeOf(scope.env, arg.type).type);
  const element = type?.element ?? 0;
  const collatable = arg.type === oid.unknown || type?.category === "S" ||
    (element !== 0 && scope.env.catalog.type(element)?.category === "S");
  if (!collatable) {
    throw errorAt(
      "42804",
      `collations are not supported by type ${typeLabel(scope.env, arg.type)}`,
      node.location,
    );
  }
  return arg;
}

provide({ expression: resolveExpression, coerce, commonType });
