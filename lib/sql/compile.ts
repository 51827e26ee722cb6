/**
 * Makes plans of statements: resolves names and types, applies row policies, checks rights, prints
 * SQLite's text.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import { collectNeeded } from "./analyze/access.ts";
import "./analyze/expression.ts";
import { withPosition } from "./analyze/located.ts";
import { resolveModification } from "./analyze/modification.ts";
import { rootScope } from "./analyze/new_scope.ts";
import { checkParams } from "./analyze/params.ts";
import { resolveStatementQuery } from "./analyze/query.ts";
import type { Scope } from "./analyze/scope.ts";
import { baseTypeOf } from "./analyze/type_facts.ts";
import { updateOfTables } from "./mysql/resolve/update_tables.ts";
import { checkPrivilege } from "./catalog/privileges.ts";
import type { Environment } from "./environment.ts";
import type { ParsedStatement } from "./parse.ts";
import type { OutputColumn, Plan, QueryPlan } from "./plan.ts";
import { printStatement } from "./print/statement.ts";
import type { Modification, Query, Target } from "./tree.ts";
import { utilityTag } from "./utility_tag.ts";

/** How a query is compiled for something around it. */
export interface CompileOptions {
  /** Whether the parameters' types need not all be found, because the engine gives them later. */
  readonly looseParams?: boolean;
}

/**
 * Compiles a statement.
 *
 * @param statement The statement.
 * @param env Its environment; types of parameters that are found are written into it.
 * @returns A plan to run, or what the engine does itself.
 * @throws {SqlError} With the position, where one is known.
 */
export function compile(statement: ParsedStatement, env: Environment): Plan {
  const { node, text } = statement;
  if (isQuery(node)) return compileQuery(node, env, text);
  return {
    kind: "utility",
    node,
    tag: utilityTag(node),
    columns: null,
    params: env.params,
  };
}

/**
 * @param node A statement.
 * @returns Whether it becomes a plan: SELECT without INTO, INSERT, UPDATE, DELETE, MERGE.
 */
export function isQuery(node: Node): boolean {
  if ("SelectStmt" in node) return !hasInto(node.SelectStmt);
  return "InsertStmt" in node || "UpdateStmt" in node ||
    "DeleteStmt" in node || "MergeStmt" in node;
}

type SelectNode = Extract<Node, { SelectStmt: unknown }>["SelectStmt"];

/** `INTO` stands in the first SELECT of a set operation. */
function hasInto(select: SelectNode): boolean {
  return select.intoClause !== undefined ||
    (select.larg !== undefined && hasInto(select.larg));
}

/**
 * Compiles a query, alone or inside a utility statement (`CREATE TABLE AS`, `DECLARE CURSOR`, `COPY`,
 * `EXPLAIN`).
 *
 * @param node SELECT, INSERT, UPDATE, DELETE or MERGE.
 * @param env Its environment.
 * @param text Text that the offsets in `node` are of.
 * @param options See {@linkcode CompileOptions}.
 * @returns The plan.
 * @throws {SqlError} With the position, where one is known.
 */
export function compileQuery(
  node: Node,
  env: Environment,
  text: string,
  options: CompileOptions = {},
): QueryPlan {
  try {
    return planOf(node, env, options);
  } catch (error) {
    throw withPosition(error, text);
  }
}

/**
 * Resolves a query without printing it, for views and functions that are being defined.
 *
 * @param node SELECT, INSERT, UPDATE, DELETE or MERGE.
 * @param env Its environment.
 * @param text Text that the offsets in `node` are of.
 * @returns The resolved tree.
 * @throws {SqlError} With the position, where one is known.
 */
export function analyzeQuery(
  node: Node,
  env: Environment,
  text: string,
): Query | Modification {
  try {
    const scope = rootScope(env);
    const tree = resolve(node, scope);
    checkRights(tree, scope);
    return tree;
  } catch (error) {
    throw withPosition(error, text);
  }
}

function planOf(
  node: Node,
  env: Environment,
  options: CompileOptions,
): QueryPlan {
  const scope = rootScope(env);
  const tree = resolve(node, scope);
  if (!options.looseParams) checkParams(env);
  checkRights(tree, scope);
  const steps = printStatement(tree, env);
  const { statement } = scope;
  const modifies = tree.kind !== "select" && tree.kind !== "set";
  return {
    kind: "query",
    tag: tagOf(tree),
    steps,
    columns: columnsOf(tree, env),
    params: env.params,
    readOnly: !modifies && !statement.writes && steps.length === 1,
    exactText: statement.exactText,
  };
}

function resolve(written: Node, scope: Scope): Query | Modification {
  const node = isUpdateOfJoin(written)
    ? updateOfTables(written.UpdateStmt, scope.env)
    : written;
  return "SelectStmt" in node
    ? resolveStatementQuery(node, scope, { top: true })
    : resolveModification(node, scope, true);
}

/** MySQL's UPDATE over a join, whose tables are all in FROM. */
function isUpdateOfJoin(
  node: Node,
): node is Extract<Node, { UpdateStmt: unknown }> {
  return "UpdateStmt" in node && node.UpdateStmt.relation === undefined;
}

function checkRights(tree: Query | Modification, scope: Scope): void {
  collectNeeded(tree, scope.statement);
  for (const needed of scope.statement.needed) {
    checkPrivilege(scope.env.catalog, needed);
  }
}

function tagOf(tree: Query | Modification): QueryPlan["tag"] {
  switch (tree.kind) {
    case "insert":
      return "INSERT";
    case "update":
      return "UPDATE";
    case "delete":
      return "DELETE";
    case "merge":
      return "MERGE";
    default:
      return "SELECT";
  }
}

function columnsOf(
  tree: Query | Modification,
  env: Environment,
): OutputColumn[] | null {
  const query = tree.kind === "select" || tree.kind === "set";
  const targets = query ? tree.targets : tree.returning;
  return !query && targets.length === 0
    ? null
    : targets.map((target) => outputColumn(target, env));
}

/** Clients are told the type under a domain, as by PostgreSQL. */
function outputColumn(
  { name, expr, table, column }: Target,
  env: Environment,
): OutputColumn {
  return { name, ...baseTypeOf(env, expr.type, expr.typmod), table, column };
}
