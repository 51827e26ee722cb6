/**
 * Expressions over the rows of a table: resolved, made of the right type, stored, and printed for SQLite.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import "../analyze/expression.ts";
import "../analyze/query.ts";
import { rootScope } from "../analyze/new_scope.ts";
import { positionOf, withPosition } from "../analyze/located.ts";
import { locationOf } from "../analyze/locations.ts";
import { resolver } from "../analyze/resolver.ts";
import type { Place, Scope } from "../analyze/scope.ts";
import { typeLabel } from "../analyze/type_facts.ts";
import type { Relation, StoredExpression } from "../catalog/catalog.ts";
import type { Environment } from "../environment.ts";
import { notSupported, SqlError } from "../error.ts";
import type { PrintContext } from "../print/context.ts";
import { printExpression } from "../print/expression.ts";
import { mapChildren } from "../analyze/walk.ts";
import type { Expr, RangeEntry, Typed } from "../tree.ts";
import { oid } from "../types/type.ts";
import { expressionText } from "./expression_text.ts";
import { qualify } from "./qualify.ts";
import { sqliteLiteral } from "./sqlite_text.ts";
import { quoteName } from "../sqlite_words.ts";
import type { Work } from "./work.ts";

/** What an expression is for. */
export interface ExpressionUse {
  /** Table whose row it is about; nothing for a default. */
  readonly row?: Relation | undefined;
  readonly place: Place;
  /** Type that it must have; nothing for any. */
  readonly type?: Typed | undefined;
  /**
   * Whether a literal of no type may stay one.
   *
   * @default {false}
   */
  readonly unsettled?: boolean | undefined;
  /** Words for the error when it is of another type: `CHECK`, `column "a"`. */
  readonly what?: string | undefined;
}

/**
 * @param env Environment.
 * @param row Table.
 * @returns A scope in which its columns can be named.
 */
export function rowScope(env: Environment, row: Relation | undefined): Scope {
  const scope = rootScope(env);
  if (row === undefined) return scope;
  const entry: RangeEntry = {
    id: scope.statement.nextId(),
    alias: row.name,
    columns: row.columns.map(({ name, type, typmod, number }) => ({
      name,
      type,
      typmod,
      number,
    })),
    source: { kind: "table", relation: row },
  };
  scope.entries.push({ entry, visible: true, schema: row.schema });
  return scope;
}

/**
 * Resolves an expression.
 *
 * @param env Environment.
 * @param node Parse tree.
 * @param use What it is for.
 * @param text Text of the statement, for the position in errors.
 * @returns The expression.
 * @throws {SqlError} As PostgreSQL does.
 */
export function resolveOver(
  env: Environment,
  node: Node,
  use: ExpressionUse,
  text?: string,
): Expr {
  const scope = rowScope(env, use.row);
  try {
    const expr = resolver.expression(node, scope, use.place);
    if (scope.found.rows) {
      throw new SqlError(
        "0A000",
        `set-returning functions are not allowed in ${placeWords(use.place)}`,
      );
    }
    return use.type === undefined
      ? use.unsettled ? expr : settle(expr, scope)
      : fit(expr, use, use.type, scope, text);
  } catch (error) {
    throw text === undefined ? error : withPosition(error, text);
  }
}

function placeWords(place: Place): string {
  switch (place) {
    case "check":
      return "check constraints";
    case "default":
      return "DEFAULT expressions";
    case "generated":
      return "column generation expressions";
    case "index":
      return "index expressions";
    case "policy":
      return "policy expressions";
    default:
      return "this context";
  }
}

/** A literal of no type yet is a text. */
function settle(expr: Expr, scope: Scope): Expr {
  return expr.type === oid.unknown
    ? resolver.coerce(expr, oid.text, -1, "implicit", scope)
    : expr;
}

function fit(
  expr: Expr,
  { place, what = "" }: ExpressionUse,
  type: Typed,
  scope: Scope,
  text: string | undefined,
): Expr {
  const label = (each: number) => typeLabel(scope.env, each);
  try {
    return resolver.coerce(expr, type.type, type.typmod, "assignment", scope);
  } catch (error) {
    if (!(error instanceof SqlError) || !/^428(04|46)$/.test(error.sqlState)) {
      throw error;
    }
    const at = locationOf(expr);
    const position = at === undefined || text === undefined
      ? undefined
      : positionOf(text, at);
    if (
      type.type === oid.bool && place !== "default" && place !== "generated"
    ) {
      throw new SqlError(
        "42804",
        `argument of ${what} must be type boolean, not type ${
          label(expr.type)
        }`,
        { position },
      );
    }
    const kind = place === "generated"
      ? "generation expression"
      : "default expression";
    throw new SqlError(
      "42804",
      `${what} is of type ${label(type.type)} but ${kind} is of type ${
        label(expr.type)
      }`,
      { hint: "You will need to rewrite or cast the expression." },
    );
  }
}

/**
 * Resolves an expression of a statement and makes it fit to be stored.
 *
 * @param work Statement.
 * @param node Parse tree as it was written.
 * @param use What it is for.
 * @returns The expression, and how it is stored.
 */
export function storeExpression(
  work: Work,
  node: Node,
  use: ExpressionUse,
): { readonly expr: Expr; readonly stored: StoredExpression } {
  resolveOver(work.env, node, use, work.context.text);
  const qualified = qualify(work, node, use.row);
  const expr = resolveOver(work.env, qualified, use);
  return {
    expr,
    stored: {
      node: qualified,
      text: expressionText(expr, qualified, work.env),
    },
  };
}

/** How an expression is printed. */
export interface PrintOptions {
  readonly env: Environment;
  /**
   * Gives values of the session now, for what runs once; without it they are asked for each time, as a
   * CHECK needs it.
   */
  readonly sessionValue?: Work["context"]["sessionValue"] | undefined;
  /**
   * What stands before each column.
   *
   * @default {""}
   */
  readonly prefix?: string | undefined;
}

/** SQLite function that gives a value of the session that runs the statement; its argument is JSON. */
export const sessionValueFunction = "pg_session_value";

/**
 * @param expr Expression over the rows of one table.
 * @param options Where.
 * @returns SQLite text that names columns without their table and holds its literals.
 */
export function printOver(expr: Expr, options: PrintOptions): string {
  return printExpression(withLists(expr, options.env), printContext(options))
    .sql;
}

/** `x = ANY (ARRAY[…])` is `x IN (…)`, which SQLite takes where it takes no sub-query. */
function withLists(expr: Expr, env: Environment): Expr {
  const inner = mapChildren(expr, (each) => withLists(each, env));
  if (inner.kind !== "arrayCompare") return inner;
  const { function: operator, all, left, right, type, typmod } = inner;
  const not = operator.name === "<>";
  const list = elementsOf(right, env);
  if (
    list === undefined || list.length === 0 || all !== not ||
    (operator.name !== "=" && !not)
  ) return inner;
  return { kind: "in", arg: left, list, not, type, typmod };
}

/** Elements of an array that is written out, cast to its type. */
function elementsOf(
  expr: Expr,
  env: Environment,
): readonly Expr[] | undefined {
  if (expr.kind === "array") {
    return expr.elements.some((each) => each.kind === "array")
      ? undefined
      : expr.elements;
  }
  if (expr.kind !== "cast") return undefined;
  const { how, arg, explicit } = expr;
  if (how.by !== "relabel" && how.by !== "array") return undefined;
  const type = env.catalog.type(expr.type)?.element ?? 0;
  if (type === 0) return undefined;
  return elementsOf(arg, env)?.map((each): Expr => ({
    kind: "cast",
    arg: each,
    how: how.by === "array" ? how.element : how,
    explicit,
    type,
    typmod: -1,
  }));
}

/**
 * @param options Where.
 * @returns Context for the printers, in which nothing is bound.
 */
export function printContext(options: PrintOptions): PrintContext {
  const { env, sessionValue, prefix = "" } = options;
  const context: PrintContext = {
    env,
    ofSession: false,
    slot: (slot) => {
      switch (slot.from) {
        case "literal":
          return sqliteLiteral(slot.value, slot.type);
        case "param":
          throw new SqlError("42P02", `there is no parameter $${slot.number}`);
        case "session":
          return sessionValue === undefined
            ? `${sessionValueFunction}(${
              sqliteLiteral(JSON.stringify(slot.value))
            })`
            : sqliteLiteral(sessionValue(slot.value));
        case "rows":
          throw new TypeError("Cannot write out rows that are not known yet");
      }
    },
    column: ({ entry, index }) => {
      const { source } = entry;
      const number = entry.columns[index]?.number;
      const column = source.kind === "table"
        ? source.relation.columns.find((each) => each.number === number)
        : undefined;
      return `${prefix}${
        quoteName(column?.storage ?? entry.columns[index]?.name ?? "")
      }`;
    },
    query: () => {
      throw notSupported("a sub-query here");
    },
  };
  return context;
}
