/**
 * Prints statements that take several steps: what modifies data inside WITH, MERGE, and RETURNING that
 * SQLite cannot do by itself.
 *
 * Every part of such a statement sees the data as it was before (manual, 7.8.4), so the rows each part
 * works on, and what it returns, are put into temporary tables before it changes anything; tables that
 * a later part reads are copied before an earlier one changes them. The commonest form needs none of
 * that (`gathered.ts`).
 *
 * Temporary tables are named after their place and width and stay, empty, for the next such plan.
 *
 * @module
 */

import { entriesOf } from "../analyze/range.ts";
import { visitExpr } from "../analyze/walk.ts";
import { mapStatement } from "../analyze/walk_statement.ts";
import type { Relation } from "../catalog/catalog.ts";
import type { Environment } from "../environment.ts";
import { notSupported } from "../error.ts";
import type { Step } from "../plan.ts";
import type { Cte, Expr, Modification, Query, RangeEntry } from "../tree.ts";
import { stageDelete, stageUpdate } from "./stage.ts";
import { stageInsert } from "./stage_insert.ts";
import { tableName } from "./from.ts";
import { printGathered } from "./gathered.ts";
import { isNative, printModification } from "./modification.ts";
import { stageMerge } from "./stage_merge.ts";
import { quoteName } from "../sqlite_words.ts";
import { printQuery } from "./query.ts";
import { aliasOf, type ColumnPrinter, StepPrinter } from "./step_printer.ts";

/** A temporary table of the plan. */
export interface Stage {
  /** Its name, as it is printed. */
  readonly name: string;
  readonly width: number;
}

/** Collects the steps of a plan. */
export class StagedPlan {
  readonly env: Environment;
  readonly steps: Step[] = [];
  /** Tables of ours that stand for entries. */
  readonly sources: Map<RangeEntry, string> = new Map();
  readonly columns: Map<RangeEntry, ColumnPrinter> = new Map();
  readonly #stages: Stage[] = [];

  /** @param env Environment of the statement. */
  constructor(env: Environment) {
    this.env = env;
  }

  /** @returns A printer for the next step. */
  printer(): StepPrinter {
    return new StepPrinter(this.env, {
      columns: this.columns,
      sources: this.sources,
    });
  }

  /**
   * Makes an empty temporary table.
   *
   * @param width Number of columns; they are called `c0`, `c1`, ….
   * @returns The table.
   */
  stage(width: number): Stage {
    const columns = Math.max(width, 1);
    const bare = `w${this.#stages.length}_${columns}`;
    const names = Array.from({ length: columns }, (_, index) => `c${index}`);
    const stage = { name: `temp.${bare}`, width: columns };
    this.#stages.push(stage);
    this.plain(`CREATE TEMP TABLE IF NOT EXISTS ${bare} (${names.join(", ")})`);
    this.plain(`DELETE FROM ${stage.name}`);
    return stage;
  }

  /** Adds a step that binds nothing. */
  plain(sql: string): void {
    this.steps.push({ sql, slots: [], answers: false, counts: false });
  }

  /**
   * Adds a step.
   *
   * @param sql What `printer` printed.
   * @param printer The printer.
   * @param how Whether its rows are the answer and whether its changes count.
   */
  add(
    sql: string,
    printer: StepPrinter,
    how: { readonly answers?: boolean; readonly counts?: boolean } = {},
  ): void {
    this.steps.push({
      sql,
      slots: printer.slots,
      answers: how.answers ?? false,
      counts: how.counts ?? false,
    });
  }

  /** Adds the steps that empty the temporary tables. */
  clear(): void {
    for (const { name } of this.#stages) this.plain(`DELETE FROM ${name}`);
  }
}

/**
 * @param statement A resolved statement.
 * @param env Its environment.
 * @returns The steps.
 */
export function printStaged(
  statement: Query | Modification,
  env: Environment,
): Step[] {
  const gathered = printGathered(statement, env);
  if (gathered !== undefined) return gathered;
  const plan = new StagedPlan(env);
  keepSnapshots(statement, plan);
  const modifies = statement.ctes.some((cte) =>
    modificationOf(cte) !== undefined
  );
  const rest = modifies ? { ...statement, ctes: [] } : statement;
  if (modifies) {
    for (const cte of statement.ctes) stageCte(cte, plan, statement);
  }
  if (rest.kind === "select" || rest.kind === "set") {
    const printer = plan.printer();
    plan.add(printQuery(rest, printer), printer, {
      answers: true,
      counts: true,
    });
  } else {
    modify(rest, plan, true);
  }
  plan.clear();
  return plan.steps;
}

/**
 * @param cte An item of WITH.
 * @returns What it modifies, if it does.
 */
export function modificationOf({ query }: Cte): Modification | undefined {
  return query.kind === "select" || query.kind === "set" ? undefined : query;
}

/**
 * @param statement A modification without modifying CTEs.
 * @param plan The plan.
 * @param main Whether it is the statement itself, whose rows are the answer.
 * @returns What it returns, when it is not the statement itself.
 */
function modify(
  statement: Modification,
  plan: StagedPlan,
  main: boolean,
): Stage | undefined {
  if (statement.kind === "merge") {
    stageMerge(statement, plan, main);
    return undefined;
  }
  // MySQL's DELETE of several tables counts the rows of all.
  const counts = main || plan.env.dialect === "mysql";
  if (
    statement.returning.length === 0
      ? isNative(statement, plan.env)
      : main && isNative(statement, plan.env)
  ) {
    const printer = plan.printer();
    plan.add(printModification(statement, printer), printer, {
      answers: main && statement.returning.length > 0,
      counts,
    });
    return undefined;
  }
  const returned = statement.kind === "insert"
    ? stageInsert(statement, plan, counts)
    : statement.kind === "update"
    ? stageUpdate(statement, plan, counts)
    : stageDelete(statement, plan, counts);
  if (!main || returned === undefined) return returned;
  const names = statement.returning.map((_, index) => `c${index}`);
  plan.add(
    `SELECT ${names.join(", ")} FROM ${returned.name} ORDER BY _rowid_`,
    plan.printer(),
    { answers: true },
  );
  return returned;
}

/** Evaluates a CTE once and lets its references read the result. */
function stageCte(
  cte: Cte,
  plan: StagedPlan,
  statement: Query | Modification,
): void {
  const modification = modificationOf(cte);
  let stage: Stage | undefined;
  if (modification === undefined) {
    const references = referencesTo(cte, statement);
    if (references.length === 0) return;
    stage = plan.stage(cte.columns.length);
    const printer = plan.printer();
    const text = cte.recursive
      ? `WITH RECURSIVE w${cte.id}(${
        cte.columns.map((_, index) => `c${index}`).join(", ")
      }) AS (${
        printQuery(cte.query as Query, printer)
      }) SELECT * FROM w${cte.id}`
      : printQuery(cte.query as Query, printer);
    plan.add(`INSERT INTO ${stage.name} ${text}`, printer);
  } else {
    stage = modify(modification, plan, false);
  }
  for (const entry of referencesTo(cte, statement)) {
    if (stage === undefined) {
      throw notSupported("reading a WITH item without RETURNING");
    }
    if (!insideItself(cte, entry)) plan.sources.set(entry, stage.name);
  }
}

function insideItself(cte: Cte, entry: RangeEntry): boolean {
  return cte.recursive && entriesIn(cte.query).includes(entry);
}

/**
 * @param cte An item of WITH.
 * @param statement Where it may be read.
 * @returns The entries that stand for it.
 */
export function referencesTo(
  cte: Cte,
  statement: Query | Modification,
): RangeEntry[] {
  return entriesIn(statement).filter(({ source }) =>
    source.kind === "cte" && source.cte === cte
  );
}

/**
 * @param statement A statement.
 * @returns Every range entry of it, at whatever depth.
 */
export function entriesIn(statement: Query | Modification): RangeEntry[] {
  const found = new Set<RangeEntry>();
  const take = (entry: RangeEntry) => {
    if (found.has(entry)) return;
    found.add(entry);
    if (entry.source.kind === "query") inStatement(entry.source.query);
    for (const expr of entry.security ?? []) inExpr(expr);
    if (entry.source.kind === "values") {
      entry.source.rows.flat().forEach(inExpr);
    }
    if (entry.source.kind === "function") entry.source.calls.forEach(inExpr);
  };
  const inExpr = (expr: Expr) =>
    visitExpr(expr, (each) => {
      if (each.kind === "subQuery") inStatement(each.query);
    });
  const inStatement = (each: Query | Modification) => {
    for (const { query } of each.ctes) inStatement(query);
    switch (each.kind) {
      case "set":
        inStatement(each.left);
        inStatement(each.right);
        break;
      case "select":
        entriesOf(each.from).forEach(take);
        break;
      case "insert":
        inStatement(each.source);
        break;
      case "update":
        entriesOf(each.from).forEach(take);
        for (const expr of each.target.security ?? []) inExpr(expr);
        break;
      case "delete":
        entriesOf(each.using).forEach(take);
        for (const expr of each.target.security ?? []) inExpr(expr);
        break;
      case "merge":
        entriesOf([each.source]).forEach(take);
        for (const expr of each.target.security ?? []) inExpr(expr);
        break;
    }
    mapStatement(each, (expr) => {
      inExpr(expr);
      return expr;
    });
  };
  inStatement(statement);
  return [...found];
}

/** Copies the tables that a part reads after another one has changed them. */
function keepSnapshots(
  statement: Query | Modification,
  plan: StagedPlan,
): void {
  const changed = new Set<Relation>();
  const copies = new Map<Relation, Stage>();
  const parts: readonly (Query | Modification)[] = [
    ...statement.ctes.map(({ query }) => query),
    { ...statement, ctes: [] },
  ];
  for (const part of parts) {
    for (const entry of entriesIn(part)) {
      const { source } = entry;
      if (source.kind !== "table" || !changed.has(source.relation)) continue;
      const { relation } = source;
      let copy = copies.get(relation);
      if (copy === undefined) {
        copy = plan.stage(relation.columns.length);
        const columns = relation.columns.map(({ storage }) =>
          quoteName(storage)
        );
        plan.plain(
          `INSERT INTO ${copy.name} SELECT ${columns.join(", ")} FROM ${
            tableName(relation.storage)
          }`,
        );
        copies.set(relation, copy);
      }
      plan.sources.set(entry, copy.name);
      plan.columns.set(entry, (index) => `${aliasOf(entry)}.c${index}`);
    }
    if ("relation" in part) changed.add(part.relation);
  }
}
