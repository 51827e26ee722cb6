/**
 * ALTER TABLE … ADD COLUMN.
 *
 * Nothing is copied when the column is NULL in every row; otherwise the rows get its value in place.
 *
 * @module
 */

import type { AlterTableCmd, ColumnDef } from "@pgsql/types";
import type { Column, Relation } from "../catalog/catalog.ts";
import { domainDefault } from "../catalog/domain_default.ts";
import { SqlError } from "../error.ts";
import { addConstraintNode } from "./alter_constraint.ts";
import { chooseColumnStorage } from "./choose_name.ts";
import { checkColumnName, planColumn } from "./columns.ts";
import { fillColumn } from "./column_value.ts";
import { printOver, resolveOver } from "./expressions.ts";
import { numberRows } from "./number_rows.ts";
import { ownedSequences } from "./owned_sequences.ts";
import { replaceTableTexts } from "./sqlite_schema.ts";
import { quoteName } from "../sqlite_words.ts";
import { verifyNotNull } from "./verify_rows.ts";
import type { Work } from "./work.ts";

/**
 * @param relation Table.
 * @returns Number for its next column.
 */
export function nextColumnNumber(
  { columns, dropped = [] }: Pick<Relation, "columns" | "dropped">,
): number {
  return Math.max(0, ...[...columns, ...dropped].map(({ number }) => number)) +
    1;
}

/**
 * @param work Statement.
 * @param relation Table or composite type.
 * @param command ADD COLUMN.
 */
export async function addColumn(
  work: Work,
  relation: Relation,
  command: AlterTableCmd,
): Promise<void> {
  const { def, missing_ok: ifNotExists = false } = command;
  if (def === undefined || !("ColumnDef" in def)) return;
  const definition: ColumnDef = def.ColumnDef;
  const { colname: name = "" } = definition;
  checkColumnName(name);
  if (relation.columns.some((each) => each.name === name)) {
    const message =
      `column "${name}" of relation "${relation.name}" already exists`;
    if (!ifNotExists) throw new SqlError("42701", message);
    work.notice("42701", `${message}, skipping`);
    return;
  }
  const number = nextColumnNumber(relation);
  const plan = planColumn(work, relation.name, definition, {
    number,
    storage: chooseColumnStorage(
      [...relation.columns, ...relation.dropped ?? []].map(({ storage }) =>
        storage
      ),
      name,
      number,
    ),
  });
  let table = work.putRelation({
    ...relation,
    columns: [...relation.columns, plan.column],
  });
  if (relation.kind === "c") return;
  const column = await fillColumn(work, table, plan);
  table = work.putRelation({
    ...table,
    columns: table.columns.with(-1, column),
  });
  const [sequence] = ownedSequences(work, table.oid, column.number);
  const value = sequence === undefined
    ? valueText(work, table, column)
    : undefined;
  if (sequence !== undefined) {
    await replaceTableTexts(work, [table], { withoutChecks: true });
    await numberRows(work, table, column, sequence);
  } else if (value !== undefined) {
    await replaceTableTexts(work, [table], { withoutChecks: true });
    await work.run(
      `UPDATE ${quoteName(table.storage)} SET ${
        quoteName(column.storage)
      } = ${value}`,
    );
  } else {
    // Rows that end before the new column have NULL there.
    await replaceTableTexts(work, [table], { withoutChecks: column.notNull });
  }
  if (column.notNull) await verifyNotNull(work, table, column);
  if (value !== undefined || sequence !== undefined || column.notNull) {
    await replaceTableTexts(work, [table]);
  }
  for (const node of plan.constraints) {
    await addConstraintNode(work, work.relation(table.oid), node, name);
  }
}

/** What the column is in the rows that are there; nothing for NULL. */
function valueText(
  work: Work,
  table: Relation,
  column: Column,
): string | undefined {
  const own = column.default ?? domainDefault(work.catalog, column.type);
  const node = own?.node;
  if (node === undefined) {
    // A domain may refuse NULL.
    if (work.catalog.type(column.type)?.kind !== "d") return undefined;
  }
  const expr = resolveOver(work.env, node ?? { A_Const: { isnull: true } }, {
    row: column.generated === "" ? undefined : table,
    place: column.generated === "" ? "default" : "generated",
    type: column,
    what: `column "${column.name}"`,
  });
  return printOver(expr, {
    env: work.env,
    sessionValue: (value) => work.context.sessionValue(value),
  });
}
