/**
 * The steps of INSERT, UPDATE and DELETE whose RETURNING is computed before anything changes.
 *
 * @module
 */

import { visitExpr } from "../analyze/walk.ts";
import type {
  ColumnRef,
  Delete,
  Expr,
  RangeEntry,
  Target,
  Update,
} from "../tree.ts";
import {
  asksForChange,
  type Assigning,
  printAssigned,
  printSame,
} from "./assigned.ts";
import { printChecked } from "./checks.ts";
import { printExpression } from "./expression.ts";
import { printFrom, tableName } from "./from.ts";
import { sameNote } from "./modification.ts";
import { quoteName } from "../sqlite_words.ts";
import type { Stage, StagedPlan } from "./staged.ts";
import { aliasOf, type StepPrinter } from "./step_printer.ts";
import { printWith } from "./with.ts";

/** Columns of other entries that expressions read, so that they can be kept beside the row. */
export function otherColumns(
  exprs: readonly Expr[],
  entries: ReadonlySet<RangeEntry>,
): ColumnRef[] {
  const found: ColumnRef[] = [];
  for (const expr of exprs) {
    visitExpr(expr, (each) => {
      if (each.kind !== "column" || !entries.has(each.entry)) return;
      const known = found.some(({ entry, index }) =>
        entry === each.entry && index === each.index
      );
      if (!known) found.push(each);
    });
  }
  return found;
}

/**
 * Lets columns be read from a temporary table.
 *
 * @param kept The columns.
 * @param first Index of the first of them in the table.
 * @param alias What the table is called.
 * @param printer Where they are printed.
 */
export function readKept(
  kept: readonly ColumnRef[],
  first: number,
  alias: string,
  printer: StepPrinter,
): void {
  for (const { entry } of kept) {
    printer.rename(entry, (index) => {
      const at = kept.findIndex((each) =>
        each.entry === entry && each.index === index
      );
      return `${alias}.c${first + at}`;
    });
  }
}

/**
 * @param targets Columns.
 * @param printer Where they are printed.
 * @returns The expressions with commas between.
 */
export function printTargets(
  targets: readonly Target[],
  printer: StepPrinter,
): string {
  return targets.map(({ expr }) => printExpression(expr, printer).sql)
    .join(", ");
}

/**
 * @param update UPDATE.
 * @param plan The plan.
 * @param counts Whether its changes are the statement's.
 * @returns What it returns.
 */
export function stageUpdate(
  update: Update,
  plan: StagedPlan,
  counts: boolean,
): Stage | undefined {
  const { target, relation, set, checks, from, where, returning } = update;
  const alias = aliasOf(target);
  const others = new Set(entriesBeside(update));
  const kept = otherColumns(returning.map(({ expr }) => expr), others);
  const rows = plan.stage(1 + set.length + kept.length);

  const first = plan.printer();
  const ctes = printWith(update.ctes, first);
  const clauses = printFrom(from, where, first, target);
  const columns = [
    `${alias}._rowid_`,
    ...set.map(({ value }) => printExpression(value, first).sql),
    ...kept.map((ref) => first.column(ref)),
  ];
  const table = `${tableName(relation.storage)} AS ${alias}`;
  plan.add(
    `INSERT INTO ${rows.name} ${ctes}SELECT ${
      columns.join(", ")
    } FROM ${table}${clauses.from === "" ? "" : `, ${clauses.from}`}${
      clauses.where === "" ? "" : ` WHERE ${clauses.where}`
    }${clauses.from === "" ? "" : ` GROUP BY ${alias}._rowid_`}`,
    first,
  );

  const how: Assigning = {
    relation,
    old: (index) =>
      `${alias}.${quoteName(relation.columns[index]?.storage ?? "")}`,
    value: (_, at) => `w.c${at + 1}`,
  };
  if (asksForChange(set)) {
    const same = printSame(set, how);
    const stay = set.flatMap((each, at) =>
      each.onChange === true ? [`c${at + 1} = ${how.old(each.column)}`] : []
    );
    plan.plain(
      `UPDATE ${rows.name} AS w SET ${
        stay.join(", ")
      } FROM ${table} WHERE ${alias}._rowid_ = w.c0 AND ${same}`,
    );
  }

  /** The row as it will be. */
  const newRow = (index: number): string => {
    const at = set.findIndex(({ column }) => column === index);
    return at >= 0
      ? `w.c${at + 1}`
      : `${alias}.${quoteName(relation.columns[index]?.storage ?? "")}`;
  };
  const joined = `${rows.name} AS w JOIN ${table} ON ${alias}._rowid_ = w.c0`;
  if (checks.length > 0) {
    const printer = plan.printer();
    printer.rename(target, newRow);
    plan.add(
      `SELECT max(${
        printChecked(checks, "new", "1", printer, "w.c0 IS NOT NULL")
      }) FROM ${joined}`,
      printer,
    );
  }
  let returned: Stage | undefined;
  if (returning.length > 0) {
    returned = plan.stage(returning.length);
    const printer = plan.printer();
    printer.rename(target, newRow);
    readKept(kept, 1 + set.length, "w", printer);
    plan.add(
      `INSERT INTO ${returned.name} SELECT ${
        printTargets(returning, printer)
      } FROM ${joined} ORDER BY w._rowid_`,
      printer,
    );
  }
  const last = plan.printer();
  const assigned = printAssigned(set, { ...how, same: sameNote(last) })
    .map((value, index) =>
      `${
        quoteName(relation.columns[set[index]!.column]?.storage ?? "")
      } = ${value}`
    );
  plan.add(
    `UPDATE ${table} SET ${
      assigned.join(", ")
    } FROM ${rows.name} AS w WHERE ${alias}._rowid_ = w.c0`,
    last,
    { counts },
  );
  return returned;
}

function entriesBeside(statement: Update | Delete): RangeEntry[] {
  const items = statement.kind === "update" ? statement.from : statement.using;
  const found: RangeEntry[] = [];
  const walk = (item: (typeof items)[number]): void => {
    if (item.kind === "entry") found.push(item.entry);
    else {
      walk(item.left);
      walk(item.right);
    }
  };
  items.forEach(walk);
  return found;
}

/**
 * @param statement DELETE.
 * @param plan The plan.
 * @param counts Whether its changes are the statement's.
 * @returns What it returns.
 */
export function stageDelete(
  statement: Delete,
  plan: StagedPlan,
  counts: boolean,
): Stage | undefined {
  const { target, relation, using, where, returning } = statement;
  const alias = aliasOf(target);
  const kept = otherColumns(
    returning.map(({ expr }) => expr),
    new Set(entriesBeside(statement)),
  );
  const rows = plan.stage(1 + kept.length);
  const first = plan.printer();
  const ctes = printWith(statement.ctes, first);
  const clauses = printFrom(using, where, first, target);
  const table = `${tableName(relation.storage)} AS ${alias}`;
  const columns = [
    `${alias}._rowid_`,
    ...kept.map((ref) => first.column(ref)),
  ];
  plan.add(
    `INSERT INTO ${rows.name} ${ctes}SELECT ${
      columns.join(", ")
    } FROM ${table}${clauses.from === "" ? "" : `, ${clauses.from}`}${
      clauses.where === "" ? "" : ` WHERE ${clauses.where}`
    }${clauses.from === "" ? "" : ` GROUP BY ${alias}._rowid_`}`,
    first,
  );
  let returned: Stage | undefined;
  if (returning.length > 0) {
    returned = plan.stage(returning.length);
    const printer = plan.printer();
    readKept(kept, 1, "w", printer);
    plan.add(
      `INSERT INTO ${returned.name} SELECT ${
        printTargets(returning, printer)
      } FROM ${rows.name} AS w JOIN ${table} ON ${alias}._rowid_ = w.c0 ORDER BY w._rowid_`,
      printer,
    );
  }
  plan.add(
    `DELETE FROM ${
      tableName(relation.storage)
    } WHERE _rowid_ IN (SELECT c0 FROM ${rows.name})`,
    plan.printer(),
    { counts },
  );
  return returned;
}
