/**
 * Makes an expression have a type.
 *
 * @module
 */

import type { Environment } from "../environment.ts";
import type { SqlError } from "../error.ts";
import type { Cast, Expr, RowOf } from "../tree.ts";
import { oid } from "../types/type.ts";
import { type CastContext, castPath } from "./cast_path.ts";
import { invoke, toCondition } from "../mysql/resolve/convert.ts";
import { isWide } from "../mysql/unsigned.ts";
import { domainRules } from "./domain.ts";
import { convertNumber, nullConstant, readLiteral } from "./literals.ts";
import { errorAt } from "./located.ts";
import { locate, locationOf } from "./locations.ts";
import { typeParam } from "./params.ts";
import type { Scope } from "./scope.ts";
import {
  baseTypeOf,
  categoryOf,
  relationOfRowType,
  typeLabel,
} from "./type_facts.ts";

/**
 * Makes `expr` a `type`.
 *
 * @param expr Expression.
 * @param type Type to become.
 * @param typmod Its modifier, -1 for none.
 * @param context Where it happens.
 * @param scope Where the expression stands.
 * @returns The expression, in a cast if it needs one.
 * @throws {SqlError} 42846 when there is no such conversion; what the type's input says of a literal.
 */
export function coerce(
  expr: Expr,
  type: number,
  typmod: number,
  context: CastContext,
  scope: Scope,
): Expr {
  const done = tryCoerce(expr, type, typmod, context, scope);
  if (done !== undefined) return done;
  throw cannotCast(expr, type, scope.env);
}

/**
 * @param expr Expression.
 * @param type Type that it cannot become.
 * @param env For names.
 * @returns Error 42846.
 */
export function cannotCast(
  expr: Expr,
  type: number,
  env: Environment,
): SqlError {
  return errorAt(
    "42846",
    `cannot cast type ${typeLabel(env, expr.type)} to ${typeLabel(env, type)}`,
    locationOf(expr),
  );
}

/**
 * The same, for callers that have words of their own for what cannot be done.
 *
 * @param expr Expression.
 * @param type Type to become.
 * @param typmod Its modifier, -1 for none.
 * @param context Where it happens.
 * @param scope Where the expression stands.
 * @returns The expression; `undefined` when there is no such conversion.
 */
export function tryCoerce(
  expr: Expr,
  type: number,
  typmod: number,
  context: CastContext,
  scope: Scope,
): Expr | undefined {
  const { env } = scope;
  const explicit = context === "explicit";
  if (expr.type === type && typmod < 0) return expr;
  const base = baseTypeOf(env, type, typmod);
  if (base.type !== type) {
    if (expr.type === type) return expr;
    const inner = tryCoerce(expr, base.type, base.typmod, context, scope);
    return inner === undefined ? undefined : cast(inner, type, base.typmod, {
      by: "domain",
      ...domainRules(type, scope),
    }, explicit);
  }
  if (expr.type === type) return fit(expr, typmod, explicit, env);
  if (expr.type === oid.unknown) {
    return known(expr, type, typmod, context, scope);
  }
  if (type === oid.any) return expr;
  if (expr.type === oid.record || relationOfRowType(env, type) !== undefined) {
    return coerceRow(expr, type, context, scope);
  }
  if (type === oid.record || type === oid.recordArray) {
    return cast(expr, type, -1, { by: "relabel" }, explicit);
  }
  const how = castPath(expr.type, type, context, env);
  if (how === undefined) return undefined;
  if (
    expr.type === oid.int8 && isWide(expr) &&
    (type === oid.numeric || categoryOf(env, type) === "S")
  ) {
    // What is kept as a text has a zero before it, which is not the number's.
    const digits = invoke("unsigned_to_decimal", [expr], scope);
    return type === oid.numeric
      ? fit(digits, typmod, explicit, env)
      : tryCoerce(digits, type, typmod, context, scope);
  }
  if (expr.kind === "constant") {
    if (expr.value === null) {
      return locate({ ...expr, type, typmod }, locationOf(expr));
    }
    const converted = env.asWritten === true
      ? undefined
      : convertNumber(expr, type, scope);
    if (converted !== undefined) return fit(converted, typmod, explicit, env);
  }
  if (how.by === "relabel") {
    return fit(
      cast(expr, type, -1, how, explicit),
      typmod,
      explicit,
      env,
    );
  }
  return fit(cast(expr, type, -1, how, explicit), typmod, explicit, env);
}

/** Something of type `unknown` becomes a `type`. */
function known(
  expr: Expr,
  type: number,
  typmod: number,
  context: CastContext,
  scope: Scope,
): Expr {
  const explicit = context === "explicit";
  switch (expr.kind) {
    case "constant": {
      if (type === oid.any || type === oid.unknown) return expr;
      // Text that is cut by an explicit cast is an error when it is stored, so it is cut apart.
      const literal = readLiteral(
        expr,
        type,
        explicit && type !== oid.interval ? -1 : typmod,
        scope,
      );
      // What is read when the statement runs is fitted then.
      return explicit || literal.kind === "cast"
        ? fit(literal, typmod, explicit, scope.env)
        : literal;
    }
    case "param":
      if (type === oid.any || type === oid.unknown) return expr;
      return fit(typeParam(expr, type, scope), typmod, explicit, scope.env);
    default: {
      const text = cast(expr, oid.text, -1, { by: "relabel" }, false);
      return type === oid.text ? text : fit(
        cast(text, type, -1, { by: "text" }, explicit),
        typmod,
        explicit,
        scope.env,
      );
    }
  }
}

/** Fits a value to its type's modifier. */
function fit(
  expr: Expr,
  typmod: number,
  explicit: boolean,
  env: Environment,
): Expr {
  if (typmod < 0 || expr.typmod === typmod) return expr;
  const type = env.catalog.type(expr.type);
  const fitted = type?.applyTypmod !== undefined ||
    (type !== undefined && type.element !== 0 &&
      env.catalog.type(type.element)?.applyTypmod !== undefined);
  if (!fitted || (expr.kind === "constant" && expr.value === null)) {
    return locate({ ...expr, typmod }, locationOf(expr));
  }
  return cast(expr, expr.type, typmod, { by: "typmod" }, explicit);
}

function cast(
  arg: Expr,
  type: number,
  typmod: number,
  how: Cast["how"],
  explicit: boolean,
): Expr {
  return locate(
    { kind: "cast", type, typmod, arg, how, explicit },
    locationOf(arg),
  );
}

/** A row becomes a row type, field by field. */
function coerceRow(
  expr: Expr,
  type: number,
  context: CastContext,
  scope: Scope,
): Expr | undefined {
  const explicit = context === "explicit";
  if (type === oid.record) {
    return cast(expr, type, -1, { by: "relabel" }, explicit);
  }
  const relation = relationOfRowType(scope.env, type);
  if (relation === undefined) {
    return context !== "implicit" && type === oid.text
      ? cast(expr, type, -1, { by: "text" }, explicit)
      : undefined;
  }
  if (expr.kind !== "row") {
    return expr.type === oid.text && explicit
      ? cast(expr, type, -1, { by: "text" }, explicit)
      : undefined;
  }
  if (expr.fields.length !== relation.columns.length) {
    throw errorAt(
      "42846",
      `cannot cast type ${typeLabel(scope.env, expr.type)} to ${
        typeLabel(scope.env, type)
      }`,
      locationOf(expr),
      {
        detail: expr.fields.length < relation.columns.length
          ? "Input has too few columns."
          : "Input has too many columns.",
      },
    );
  }
  const fields = expr.fields.map((field, index) => {
    const column = relation.columns[index];
    return column === undefined
      ? field
      : coerce(field, column.type, column.typmod, context, scope);
  });
  const row: RowOf = {
    ...expr,
    type,
    fields,
    names: relation.columns.map(({ name }) => name),
  };
  return locate(row, locationOf(expr));
}

/**
 * @param expr Condition.
 * @param what Where it stands, for the message: `WHERE`, `AND`, `CASE/WHEN`.
 * @param scope Where it stands.
 * @returns It as a boolean.
 * @throws {SqlError} 42804 when it is something else.
 */
export function coerceToBoolean(expr: Expr, what: string, scope: Scope): Expr {
  if (scope.env.dialect === "mysql" && expr.type !== oid.bool) {
    return toCondition(expr, scope);
  }
  return coerceArgument(expr, oid.bool, what, scope);
}

/**
 * @param expr Expression, for example after LIMIT.
 * @param type Type it must have.
 * @param what Where it stands, for the message.
 * @param scope Where it stands.
 * @returns It as that type.
 * @throws {SqlError} 42804 when it is something else.
 */
export function coerceArgument(
  expr: Expr,
  type: number,
  what: string,
  scope: Scope,
): Expr {
  const done = tryCoerce(expr, type, -1, "assignment", scope);
  if (done !== undefined) return done;
  throw errorAt(
    "42804",
    `argument of ${what} must be type ${typeLabel(scope.env, type)}, not type ${
      typeLabel(scope.env, expr.type)
    }`,
    locationOf(expr),
  );
}

/**
 * @param expr Target of a query, which may still be of type `unknown`.
 * @param scope Where it stands.
 * @returns It, as text if its type was unknown.
 */
export function settleUnknown(expr: Expr, scope: Scope): Expr {
  if (expr.type !== oid.unknown) return expr;
  return expr.kind === "constant" && expr.value === null
    ? nullConstant(oid.text, locationOf(expr))
    : coerce(expr, oid.text, -1, "implicit", scope);
}
