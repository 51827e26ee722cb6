/**
 * Puts the query of a user's SQL function in the place of a call in FROM.
 *
 * @module
 */

import type { Call, Expr, Query } from "../tree.ts";
import { coerce } from "./coercion.ts";
import { inOtherText } from "./located.ts";
import { emptyScope, memoOf } from "./new_scope.ts";
import { outputColumns, plainSelect, queryEntry, selectAll } from "./range.ts";
import { relationOfRowType } from "./type_facts.ts";
import { resolveStatementQuery } from "./query.ts";
import type { Scope } from "./scope.ts";
import { oid } from "../types/type.ts";
import { contains } from "./walk.ts";

/** Calls within calls; PostgreSQL would run out of stack. */
const deepest = 200;

/**
 * @param call Call of a user's function.
 * @param scope Where it stands.
 * @returns Its query with the arguments put in; `undefined` when only running it will do.
 */
export function inlineTableFunction(
  call: Call,
  scope: Scope,
): Query | undefined {
  const { user } = call.function;
  if (user === undefined || user.kind !== "f" || user.securityDefiner) {
    return undefined;
  }
  if (scope.env.asWritten === true) return undefined;
  if (call.args.some((arg) => contains(arg, isCostly))) return undefined;
  const [statement] = user.statements;
  if (
    user.statements.length !== 1 || statement === undefined ||
    !("SelectStmt" in statement) ||
    statement.SelectStmt.intoClause !== undefined ||
    Object.keys(user.settings).length > 0
  ) return undefined;
  const { statement: state } = scope;
  const memo = memoOf(state);
  if (memo.accesses.length > 10_000 || state.depth > deepest) return undefined;

  const inputs = user.args.filter(({ mode }) => mode !== "o" && mode !== "t");
  const inner: Scope = {
    ...emptyScope(scope.env, state),
    positional: call.args,
    arguments: new Map(
      inputs.flatMap(({ name }, index) => {
        const value = call.args[index];
        return name === "" || value === undefined ? [] : [[name, value]];
      }),
    ),
  };
  state.depth += 1;
  try {
    const query = inOtherText(
      state,
      () => resolveStatementQuery(statement, inner),
    );
    return shape(query, call, scope);
  } finally {
    state.depth -= 1;
  }
}

/** Evaluating it for each row of the body would show, or cost. */
function isCostly(expr: Expr): boolean {
  return expr.kind === "subQuery" || expr.kind === "aggregate" ||
    expr.kind === "window" ||
    (expr.kind === "call" && expr.function.volatility === "v");
}

/** Gives the query the columns that the function declares. */
function shape(query: Query, call: Call, scope: Scope): Query | undefined {
  const { user } = call.function;
  if (user === undefined) return undefined;
  const outputs = user.args.filter(({ mode }) =>
    mode === "o" || mode === "t" || mode === "b"
  );
  const relation = relationOfRowType(scope.env, user.returns);
  const declared = outputs.length > 0
    ? outputs.map(({ name, type }) => ({ name, type, typmod: -1 }))
    : relation !== undefined
    ? relation.columns
    : user.returns === oid.record
    ? outputColumns(query)
    : [{ name: user.name, type: user.returns, typmod: -1 }];
  if (declared.length !== query.targets.length) return undefined;
  const entry = queryEntry(query, scope);
  const all = selectAll(entry);
  const strict = user.strict
    ? call.args.map((arg) => ({
      kind: "isNull" as const,
      arg,
      not: true,
      type: oid.bool,
      typmod: -1,
    }))
    : [];
  return {
    ...plainSelect,
    from: all.from,
    targets: all.targets.map((target, index) => {
      const column = declared[index];
      return column === undefined ? target : {
        ...target,
        name: column.name,
        expr: coerce(
          target.expr,
          column.type,
          column.typmod,
          "assignment",
          scope,
        ),
      };
    }),
    ...(strict.length === 0 ? {} : {
      where: {
        kind: "logic",
        operator: "and",
        args: strict,
        type: oid.bool,
        typmod: -1,
      },
    }),
    // A function that returns one row returns the first.
    ...(user.returnsSet ? {} : {
      limit: { kind: "constant", type: oid.int8, typmod: -1, value: 1 },
    }),
  };
}
