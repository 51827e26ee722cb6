/**
 * The steps of MERGE: first which clause takes which row, then what each clause will write, then the
 * changes.
 *
 * @module
 */

import { entriesOf } from "../analyze/range.ts";
import type { Expr, Merge } from "../tree.ts";
import { printChecked } from "./checks.ts";
import { printExpression } from "./expression.ts";
import { printFrom, tableName } from "./from.ts";
import { quoteName } from "../sqlite_words.ts";
import { otherColumns, readKept } from "./stage.ts";
import type { Stage, StagedPlan } from "./staged.ts";
import { aliasOf } from "./step_printer.ts";
import { printWith } from "./with.ts";

type When = Merge["whens"][number];

/**
 * @param merge MERGE.
 * @param plan The plan.
 * @param counts Whether its changes are the statement's.
 */
export function stageMerge(
  merge: Merge,
  plan: StagedPlan,
  counts: boolean,
): void {
  const { target, relation, source, whens } = merge;
  const alias = aliasOf(target);
  const table = `${tableName(relation.storage)} AS ${alias}`;
  const kept = otherColumns(
    whens.flatMap(exprsOf),
    new Set(entriesOf([source])),
  );

  // c0: row of the target, c1: number of the clause, then what the clauses read of the source.
  const rows = plan.stage(2 + kept.length);
  const first = plan.printer();
  const ctes = printWith(merge.ctes, first);
  const clauses = printFrom(
    [{
      kind: "join",
      type: "left",
      left: source,
      right: { kind: "entry", entry: target },
      on: merge.on,
    }],
    undefined,
    first,
  );
  const choose = (matched: boolean) => {
    const arms = whens.flatMap((when, index) =>
      when.matched !== matched ? [] : [
        `WHEN ${
          when.condition === undefined
            ? "1"
            : printExpression(when.condition, first).sql
        } THEN ${index}`,
      ]
    );
    return arms.length === 0 ? "NULL" : `CASE ${arms.join(" ")} END`;
  };
  const columns = [
    `${alias}._rowid_`,
    `CASE WHEN ${alias}._rowid_ IS NULL THEN ${choose(false)} ELSE ${
      choose(true)
    } END`,
    ...kept.map((ref) => first.column(ref)),
  ];
  plan.add(
    `INSERT INTO ${rows.name} ${ctes}SELECT ${columns.join(", ")}${
      clauses.from === "" ? "" : ` FROM ${clauses.from}`
    }${clauses.where === "" ? "" : ` WHERE ${clauses.where}`}`,
    first,
  );
  const changing = whens.flatMap(({ action }, index) =>
    action.kind === "update" || action.kind === "delete" ? [index] : []
  );
  if (changing.length > 0) {
    plan.plain(
      `SELECT pg_error('21000', 'MERGE command cannot affect row a second time', '{"hint":"Ensure that not more than one source row matches any one target row."}') FROM ${rows.name} WHERE c1 IN (${
        changing.join(", ")
      }) GROUP BY c0 HAVING count(*) > 1`,
    );
  }
  const staged = whens.map((when, index) =>
    stageValues(merge, when, index, rows, kept, plan)
  );
  if (counts) {
    // The rows that some clause takes are the rows of the tag.
    const acting = whens.flatMap(({ action }, index) =>
      action.kind === "nothing" ? [] : [index]
    );
    plan.add(
      `SELECT 1 FROM ${rows.name} WHERE c1 IN (${acting.join(", ")})`,
      plan.printer(),
      { counts },
    );
  }
  whens.forEach(({ action }, index) => {
    const values = staged[index];
    const printer = plan.printer();
    switch (action.kind) {
      case "nothing":
        break;
      case "delete":
        plan.add(
          `DELETE FROM ${
            tableName(relation.storage)
          } WHERE _rowid_ IN (SELECT c0 FROM ${rows.name} WHERE c1 = ${index})`,
          printer,
        );
        break;
      case "update": {
        const set = action.set.map(({ column }, at) =>
          `${quoteName(relation.columns[column]?.storage ?? "")} = w.c${at + 1}`
        );
        plan.add(
          `UPDATE ${table} SET ${
            set.join(", ")
          } FROM ${values?.name} AS w WHERE ${alias}._rowid_ = w.c0`,
          printer,
        );
        break;
      }
      case "insert": {
        const names = action.columns.map((column) =>
          quoteName(relation.columns[column]?.storage ?? "")
        );
        plan.add(
          `INSERT INTO ${tableName(relation.storage)} (${
            names.join(", ")
          }) SELECT ${
            names.map((_, at) => `c${at}`).join(", ")
          } FROM ${values?.name} ORDER BY _rowid_`,
          printer,
        );
        break;
      }
    }
  });
}

function exprsOf({ action }: When): Expr[] {
  switch (action.kind) {
    case "update":
      return action.set.map(({ value }) => value);
    case "insert":
      return [...action.values];
    default:
      return [];
  }
}

/** Puts aside what a clause will write, once the rows have passed its checks. */
function stageValues(
  merge: Merge,
  when: When,
  index: number,
  rows: Stage,
  kept: ReturnType<typeof otherColumns>,
  plan: StagedPlan,
): Stage | undefined {
  const { target, relation } = merge;
  const alias = aliasOf(target);
  const { action, existing = [] } = when;
  const joined = `${rows.name} AS w JOIN ${
    tableName(relation.storage)
  } AS ${alias} ON ${alias}._rowid_ = w.c0 WHERE w.c1 = ${index}`;
  if (existing.length > 0) {
    const printer = plan.printer();
    plan.add(
      `SELECT max(${
        printChecked(existing, "target", "1", printer, "w.c0 IS NOT NULL")
      }) FROM ${joined}`,
      printer,
    );
  }
  if (action.kind === "nothing" || action.kind === "delete") return undefined;
  const printer = plan.printer();
  readKept(kept, 2, "w", printer);
  if (action.kind === "update") {
    const stage = plan.stage(1 + action.set.length);
    const values = action.set.map(({ value }) =>
      printExpression(value, printer).sql
    );
    plan.add(
      `INSERT INTO ${stage.name} SELECT ${
        [`${alias}._rowid_`, ...values].join(", ")
      } FROM ${joined}`,
      printer,
    );
    if (action.checks.length > 0) {
      const check = plan.printer();
      check.rename(target, (column) => {
        const at = action.set.findIndex((each) => each.column === column);
        return at >= 0
          ? `v.c${at + 1}`
          : `${alias}.${quoteName(relation.columns[column]?.storage ?? "")}`;
      });
      plan.add(
        `SELECT max(${
          printChecked(action.checks, "new", "1", check, "v.c0 IS v.c0")
        }) FROM ${stage.name} AS v JOIN ${
          tableName(relation.storage)
        } AS ${alias} ON ${alias}._rowid_ = v.c0`,
        check,
      );
    }
    return stage;
  }
  const stage = plan.stage(action.columns.length);
  plan.add(
    `INSERT INTO ${stage.name} SELECT ${
      action.values.map((value) => printExpression(value, printer).sql)
        .join(", ")
    } FROM ${rows.name} AS w WHERE w.c1 = ${index}`,
    printer,
  );
  if (action.checks.length > 0) {
    const check = plan.printer();
    check.rename(target, (column) => `v.c${action.columns.indexOf(column)}`);
    plan.add(
      `SELECT max(${
        printChecked(action.checks, "new", "1", check, "v.c0 IS v.c0")
      }) FROM ${stage.name} AS v`,
      check,
    );
  }
  return stage;
}
