/**
 * Puts the query of a user's SQL function in the place of a call in FROM.
 *
 * @module
 */

import type { Call, Expr, FromItem, Query, Select } from "../tree.ts";
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

/** Whether there is exactly one row, or the first of at least one. */
function givesOneRow(query: Query): boolean {
  return query.kind === "select" && query.having === undefined &&
    query.limit === undefined && query.offset === undefined &&
    (query.aggregated
      ? query.groupBy.length === 0 && query.groupingSets === undefined
      : query.from.length === 0 && query.where === undefined);
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
  // Of void it gives one, whatever the query gives.
  if (user.returns === oid.void) return undefined;
  const strict = user.strict
    ? call.args.map((arg) => ({
      kind: "isNull" as const,
      arg,
      not: true,
      type: oid.bool,
      typmod: -1,
    }))
    : [];
  const called: Select = {
    ...selectAll(queryEntry(query, scope)),
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
    ...(user.returnsSet ? {} : { limit: one }),
  };
  const all = user.returnsSet || (givesOneRow(query) && strict.length === 0)
    ? called
    : orNulls(called, scope);
  return {
    ...all,
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
  };
}

const one: Expr = { kind: "constant", type: oid.int8, typmod: -1, value: 1 };

/** The row of a query; one of nulls if it has none, which is what a function that returns one row gives. */
function orNulls(query: Select, scope: Scope): Select {
  const single = queryEntry(
    {
      ...plainSelect,
      targets: [{ expr: one, name: "one", table: 0, column: 0 }],
    },
    scope,
  );
  const { from: [right], ...all } = selectAll(queryEntry(query, scope));
  return {
    ...all,
    from: [{
      kind: "join",
      type: "left",
      left: { kind: "entry", entry: single },
      right: right as FromItem,
      on: { kind: "constant", type: oid.bool, typmod: -1, value: 1 },
    }],
  };
}
