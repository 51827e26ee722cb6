/**
 * Looks at the body of a function in SQL when it is made: every query in it is resolved, and the last
 * one has to give what the function is declared to return.
 *
 * Statements that are no queries are not looked at before they run, nor are bodies with polymorphic
 * arguments, as in PostgreSQL.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import "../analyze/expression.ts";
import { canCoerce } from "../analyze/cast_path.ts";
import { withPosition } from "../analyze/located.ts";
import { resolveModification } from "../analyze/modification.ts";
import { rootScope } from "../analyze/new_scope.ts";
import { resolveStatementQuery } from "../analyze/query.ts";
import type { Scope } from "../analyze/scope.ts";
import {
  baseTypeOf,
  isPolymorphic,
  relationOfRowType,
  typeLabel,
} from "../analyze/type_facts.ts";
import type { UserFunction } from "../catalog/catalog.ts";
import { isQuery } from "../compile.ts";
import type { Environment } from "../environment.ts";
import { SqlError } from "../error.ts";
import { parse } from "../parse.ts";
import type { Expr } from "../tree.ts";
import { oid } from "../types/type.ts";
import type { Work } from "./work.ts";
import { positionInStatement } from "./body_position.ts";

/**
 * @param text Text of the statement.
 * @param made Name and body of the function.
 * @returns Statements of the body.
 * @throws {SqlError} 42601 with the position in the statement, where the body can be found there.
 */
export function parseBody(
  text: string,
  made: Pick<UserFunction, "name" | "body">,
): Node[] {
  try {
    return parse(made.body).map(({ node }) => node);
  } catch (error) {
    throw inBody(error, text, made);
  }
}

/** What the last query of a body gives: types of its columns; nothing if it is no query with rows. */
type Result = readonly number[] | undefined;

/**
 * @param work Statement; the function is in its catalog, so that it may call itself.
 * @param made Function or procedure.
 * @param statements Its body, if its offsets are those of the statement (`RETURN`, `BEGIN ATOMIC`).
 * @throws {SqlError} 42P13 when it gives something else than it is declared to, and whatever its queries throw.
 */
export function checkBody(
  work: Work,
  made: UserFunction,
  statements?: readonly Node[],
): void {
  checkTypes(work.env, made);
  if (made.args.some(({ type }) => isPolymorphic(type))) return;
  const env: Environment = { ...work.env, params: [] };
  let result: Result;
  try {
    for (const node of statements ?? made.statements) {
      result = isQuery(node)
        ? columnTypes(node, bodyScope(env, made))
        : undefined;
    }
  } catch (error) {
    throw statements === undefined
      ? inBody(withPosition(error, made.body), work.context.text, made)
      : withPosition(error, work.context.text);
  }
  const returns = resultType(made);
  const detail = mismatch(env, made, returns, result);
  if (detail === undefined) return;
  throw new SqlError(
    "42P13",
    `return type mismatch in function declared to return ${
      typeLabel(env, returns)
    }`,
    { detail, where: `SQL function "${made.name}"` },
  );
}

/** Procedures give all their outputs as one row, even if it is only one. */
function resultType({ kind, args, returns }: UserFunction): number {
  if (kind === "f") return returns;
  return args.some(({ mode }) => mode === "o" || mode === "b")
    ? oid.record
    : oid.void;
}

function isInput({ mode }: UserFunction["args"][number]): boolean {
  return mode !== "o" && mode !== "t";
}

/** Types that are no types of values are left to functions in C. */
function checkTypes(env: Environment, { args, returns }: UserFunction): void {
  const isPseudo = (type: number) =>
    env.catalog.type(type)?.kind === "p" && !isPolymorphic(type);
  if (isPseudo(returns) && returns !== oid.void && returns !== oid.record) {
    throw new SqlError(
      "42P13",
      `SQL functions cannot return type ${typeLabel(env, returns)}`,
    );
  }
  for (const arg of args) {
    if (!isInput(arg) || !isPseudo(arg.type)) continue;
    throw new SqlError(
      "42P13",
      `SQL functions cannot have arguments of type ${typeLabel(env, arg.type)}`,
    );
  }
}

/** A scope in which the arguments can be named, `f.x`, `x` and `$1`. */
function bodyScope(env: Environment, { args, name: owner }: UserFunction) {
  const inputs = args.filter(isInput);
  const positional = inputs.map(({ type }, i): Expr => ({
    kind: "param",
    number: i + 1,
    type,
    typmod: -1,
  }));
  const named = new Map<string, Expr>();
  inputs.forEach(({ name }, i) => {
    const value = positional[i];
    if (name === "" || value === undefined) return;
    named.set(name, value);
    named.set(`${owner}.${name}`, value);
  });
  return { ...rootScope(env), positional, arguments: named };
}

function columnTypes(node: Node, scope: Scope): Result {
  const tree = "SelectStmt" in node
    ? resolveStatementQuery(node, scope, { top: true })
    : resolveModification(node, scope, true);
  const isSelect = tree.kind === "select" || tree.kind === "set";
  const targets = isSelect ? tree.targets : tree.returning;
  if (!isSelect && targets.length === 0) return undefined;
  // A literal of no type yet is a text.
  return targets.map(({ expr }) =>
    expr.type === oid.unknown ? oid.text : expr.type
  );
}

/** @returns What is wrong, as the error's detail. */
function mismatch(
  env: Environment,
  made: UserFunction,
  returns: number,
  result: Result,
): string | undefined {
  if (returns === oid.void) return undefined;
  if (result === undefined) {
    return "Function's final statement must be SELECT or INSERT/UPDATE/DELETE RETURNING.";
  }
  const fits = (source: number, target: number) =>
    canCoerce(source, target, "assignment", env);
  const [first] = result;
  const base = baseTypeOf(env, returns).type;
  const isRow = base === oid.record || env.catalog.type(base)?.kind === "c";
  if (!isRow) {
    if (first === undefined || result.length > 1) {
      return "Final statement must return exactly one column.";
    }
    return isPolymorphic(base) || fits(first, returns)
      ? undefined
      : `Actual return type is ${typeLabel(env, first)}.`;
  }
  // The row itself as the one column.
  if (result.length === 1 && first !== undefined && fits(first, base)) {
    return undefined;
  }
  const declared = rowColumns(env, made, base);
  return declared === undefined
    ? undefined
    : rowMismatch(env, declared, result, fits);
}

/** @returns Types of the row's columns; nothing for a record that says nothing of them. */
function rowColumns(
  env: Environment,
  { args }: UserFunction,
  base: number,
): number[] | undefined {
  const outputs = args.filter(({ mode }) => mode !== "i" && mode !== "v");
  return base === oid.record && outputs.length > 0
    ? outputs.map(({ type }) => type)
    : relationOfRowType(env, base)?.columns.map(({ type }) => type);
}

function rowMismatch(
  env: Environment,
  declared: readonly number[],
  result: readonly number[],
  fits: (source: number, target: number) => boolean,
): string | undefined {
  for (const [i, source] of result.entries()) {
    const target = declared[i];
    if (target === undefined) {
      return "Final statement returns too many columns.";
    }
    if (fits(source, target)) continue;
    return `Final statement returns ${typeLabel(env, source)} instead of ${
      typeLabel(env, target)
    } at column ${i + 1}.`;
  }
  return result.length < declared.length
    ? "Final statement returns too few columns."
    : undefined;
}

/** Blames the place in the statement, if the body can be found there. */
function inBody(
  error: unknown,
  text: string,
  made: Pick<UserFunction, "name" | "body">,
): unknown {
  if (!(error instanceof SqlError)) return error;
  const { position } = error.fields;
  const found = position === undefined
    ? undefined
    : positionInStatement(text, made.body, position);
  return new SqlError(error.sqlState, error.message, {
    ...error.fields,
    position: found,
    ...(found === undefined ? { where: `SQL function "${made.name}"` } : {}),
  });
}
