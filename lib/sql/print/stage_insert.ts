/**
 * The steps of an INSERT whose RETURNING is computed before anything changes.
 *
 * @module
 */

import { notSupported } from "../error.ts";
import type { Insert, RangeEntry, Target } from "../tree.ts";
import { printChecked } from "./checks.ts";
import { printExpression } from "./expression.ts";
import { barrier, tableName } from "./from.ts";
import { printModification } from "./modification.ts";
import { quoteName } from "../sqlite_words.ts";
import { printQuery } from "./query.ts";
import { printTargets } from "./stage.ts";
import type { Stage, StagedPlan } from "./staged.ts";
import { aliasOf } from "./step_printer.ts";
import { printWith } from "./with.ts";

/**
 * @param insert INSERT.
 * @param plan The plan.
 * @param counts Whether its changes are the statement's.
 * @returns What it returns.
 */
export function stageInsert(
  insert: Insert,
  plan: StagedPlan,
  counts: boolean,
): Stage | undefined {
  const { target, relation, columns, checks, returning, source, conflict } =
    insert;
  const rows = plan.stage(columns.length);
  const first = plan.printer();
  const ctes = printWith(insert.ctes, first);
  const text = printQuery(source, first);
  const at = (index: number) => `s.c${columns.indexOf(index)}`;
  const checked = checks.length === 0 ? "" : ` WHERE ${
    first.renamed(
      target,
      at,
      () => printChecked(checks, "new", "1", first, "s.c0 IS s.c0"),
    )
  }`;
  plan.add(
    `INSERT INTO ${rows.name} ${ctes}SELECT * FROM (SELECT * FROM (${text}) ${barrier}) AS s${checked}`,
    first,
  );
  const names = columns.map((index) =>
    quoteName(relation.columns[index]?.storage ?? "")
  );
  const stagedRows: Insert = {
    ...insert,
    ctes: [],
    checks: [],
    returning: [],
    source: stageQuery(insert, rows, plan),
  };
  if (conflict !== undefined) {
    return insertWithConflict(stagedRows, returning, rows, plan, counts);
  }
  let returned: Stage | undefined;
  if (returning.length > 0) {
    returned = plan.stage(returning.length);
    const printer = plan.printer();
    printer.rename(target, (index) => `w.c${columns.indexOf(index)}`);
    plan.add(
      `INSERT INTO ${returned.name} SELECT ${
        printTargets(returning, printer)
      } FROM ${rows.name} AS w ORDER BY w._rowid_`,
      printer,
    );
  }
  plan.add(
    `INSERT INTO ${tableName(relation.storage)} (${
      names.join(", ")
    }) SELECT * FROM ${rows.name} ORDER BY _rowid_`,
    plan.printer(),
    { counts },
  );
  return returned;
}

/** A query that reads the rows that were put aside. */
function stageQuery(
  insert: Insert,
  rows: Stage,
  plan: StagedPlan,
): Insert["source"] {
  const { target, columns } = insert;
  const entry: RangeEntry = {
    // Far from the ids of the statement's own entries.
    id: 1_000_000 + target.id,
    alias: "",
    columns: columns.flatMap((index) => target.columns[index] ?? []),
    source: { kind: "table", relation: insert.relation },
  };
  plan.sources.set(entry, rows.name);
  plan.columns.set(entry, (index) => `${aliasOf(entry)}.c${index}`);
  return {
    kind: "select",
    ctes: [],
    from: [{ kind: "entry", entry }],
    targets: entry.columns.map((column, index) => ({
      name: column.name,
      table: 0,
      column: 0,
      expr: {
        kind: "column",
        entry,
        index,
        type: column.type,
        typmod: column.typmod,
      },
    })),
    groupBy: [],
    aggregated: false,
    distinct: "no",
    orderBy: [],
    withTies: false,
    locking: false,
  };
}

/**
 * Which rows a conflict let in is only known afterwards: the new ones are those beyond the last row there
 * was, and the updated ones are those that the keys found before.
 */
function insertWithConflict(
  insert: Insert,
  returning: readonly Target[],
  rows: Stage,
  plan: StagedPlan,
  counts: boolean,
): Stage | undefined {
  const { relation, target, columns, conflict } = insert;
  const alias = aliasOf(target);
  const table = tableName(relation.storage);
  const touched = plan.stage(2);
  plan.plain(
    `INSERT INTO ${touched.name} SELECT 0, coalesce(max(_rowid_), -1) FROM ${table}`,
  );
  const update = conflict?.update;
  if (update !== undefined && conflict?.index !== undefined) {
    if (update.where !== undefined) {
      throw notSupported("ON CONFLICT DO UPDATE with WHERE inside WITH");
    }
    const printer = plan.printer();
    const proposed = (index: number) => `w.c${columns.indexOf(index)}`;
    const keys = conflict.index.keys.map((key) => {
      const there = printExpression(key, printer).sql;
      const here = printer.renamed(
        target,
        proposed,
        () => printExpression(key, printer).sql,
      );
      return `${there} = ${here}`;
    });
    plan.add(
      `INSERT INTO ${touched.name} SELECT 1, ${alias}._rowid_ FROM ${table} AS ${alias}, ${rows.name} AS w WHERE ${
        keys.join(" AND ")
      }`,
      printer,
    );
  }
  const printer = plan.printer();
  plan.add(printModification(insert, printer), printer, { counts });
  if (returning.length === 0) return undefined;
  const returned = plan.stage(returning.length);
  const last = plan.printer();
  plan.add(
    `INSERT INTO ${returned.name} SELECT ${
      printTargets(returning, last)
    } FROM ${table} AS ${alias} WHERE ${alias}._rowid_ > (SELECT c1 FROM ${touched.name} WHERE c0 = 0) OR ${alias}._rowid_ IN (SELECT c1 FROM ${touched.name} WHERE c0 = 1) ORDER BY ${alias}._rowid_`,
    last,
  );
  return returned;
}
