/**
 * Puts the body of a user's SQL function in the place of a call, where that is the same: the body is one
 * SELECT of one column, runs with the caller's rights and settings, and no argument would be evaluated
 * in another number of times than before in a way that shows.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import type { UserFunction } from "../catalog/catalog.ts";
import type { Call, Expr, Query } from "../tree.ts";
import { oid } from "../types/type.ts";
import { tryCoerce } from "./coercion.ts";
import { inOtherText } from "./located.ts";
import { emptyScope } from "./new_scope.ts";
import { logic } from "./conditions.ts";
import { resolver } from "./resolver.ts";
import type { Scope, StatementState } from "./scope.ts";
import { contains } from "./walk.ts";

/** Functions whose bodies are being put in, against those that call themselves. */
const under = new WeakMap<StatementState, Set<number>>();

/**
 * @param call Call of a user's function.
 * @param scope Where it stands.
 * @returns What to evaluate instead; `undefined` when the function must be run.
 */
export function inlineCall(call: Call, scope: Scope): Expr | undefined {
  const { user } = call.function;
  if (user === undefined || scope.env.asWritten === true) return undefined;
  if (!mayInline(user, call.args)) return undefined;
  const { statement } = scope;
  const open = under.get(statement) ?? new Set<number>();
  under.set(statement, open);
  if (open.has(user.oid)) return undefined;
  open.add(user.oid);
  try {
    const value = inOtherText(statement, () => bodyValue(user, call, scope));
    return value === undefined ? undefined : guard(value, user, call);
  } finally {
    open.delete(user.oid);
  }
}

function mayInline(user: UserFunction, args: readonly Expr[]): boolean {
  return user.kind === "f" && !user.returnsSet && !user.securityDefiner &&
    Object.keys(user.settings).length === 0 && user.statements.length === 1 &&
    user.returns !== oid.void && user.returns !== oid.record &&
    !user.args.some(({ mode }) =>
      mode === "o" || mode === "b" || mode === "t"
    ) &&
    !args.some((arg) => contains(arg, isCostly));
}

/** Evaluating it twice would show, or cost. */
function isCostly(expr: Expr): boolean {
  return expr.kind === "subQuery" || expr.kind === "aggregate" ||
    expr.kind === "window" ||
    (expr.kind === "call" && expr.function.volatility === "v");
}

function bodyValue(
  user: UserFunction,
  call: Call,
  scope: Scope,
): Expr | undefined {
  const named = new Map<string, Expr>();
  user.args.forEach(({ name }, index) => {
    const value = call.args[index];
    if (name === "" || value === undefined) return;
    named.set(name, value);
    named.set(`${user.name}.${name}`, value);
  });
  const inner: Scope = {
    ...emptyScope(scope.env, scope.statement),
    positional: call.args,
    arguments: named,
  };
  const [body] = user.statements;
  if (body === undefined) return undefined;
  const plain = plainValue(body);
  if (plain !== undefined) {
    const value = resolver.expression(plain, inner, "select");
    const simple = !inner.found.aggregates && !inner.found.windows &&
      inner.found.rows !== true;
    return simple
      ? tryCoerce(value, call.type, -1, "assignment", scope)
      : undefined;
  }
  if (!("SelectStmt" in body)) return undefined;
  const query = resolver.query(body, inner);
  const [target, second] = query.targets;
  if (target === undefined || second !== undefined) return undefined;
  // The function gives its first row.
  const first: Query = query.limit === undefined
    ? {
      ...query,
      limit: { kind: "constant", type: oid.int8, typmod: -1, value: 1 },
    }
    : query;
  return tryCoerce(
    {
      kind: "subQuery",
      form: "scalar",
      query: first,
      type: target.expr.type,
      typmod: target.expr.typmod,
    },
    call.type,
    -1,
    "assignment",
    scope,
  );
}

/** The expression of `SELECT expression` or `RETURN expression`. */
function plainValue(body: Node): Node | undefined {
  if ("ReturnStmt" in body) return body.ReturnStmt.returnval;
  if (!("SelectStmt" in body)) return undefined;
  const { SelectStmt: select } = body;
  const [target, second] = select.targetList ?? [];
  if (
    target === undefined || second !== undefined || !("ResTarget" in target) ||
    (select.op !== undefined && select.op !== "SETOP_NONE")
  ) return undefined;
  const others = Object.keys(select).filter((key) =>
    key !== "targetList" && key !== "limitOption" && key !== "op"
  );
  const value = target.ResTarget.val;
  if (others.length > 0 || value === undefined) return undefined;
  // A star is no expression.
  return "ColumnRef" in value &&
      value.ColumnRef.fields?.some((field) => "A_Star" in field)
    ? undefined
    : value;
}

/** A strict function is not evaluated for a NULL. */
function guard(value: Expr, user: UserFunction, call: Call): Expr {
  const nullable = user.strict
    ? call.args.filter((arg) => arg.kind !== "constant" || arg.value === null)
    : [];
  if (nullable.length === 0) return value;
  return {
    kind: "case",
    whens: [{
      when: logic(
        "and",
        nullable.map((arg): Expr => ({
          kind: "isNull",
          arg,
          not: true,
          type: oid.bool,
          typmod: -1,
        })),
      ),
      then: value,
    }],
    type: value.type,
    typmod: value.typmod,
  };
}
