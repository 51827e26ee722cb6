/**
 * ALTER TABLE … DROP COLUMN.
 *
 * @module
 */

import type { AlterTableCmd } from "@pgsql/types";
import type { Relation } from "../catalog/catalog.ts";
import { SqlError } from "../error.ts";
import { dropObjects } from "./drop_objects.ts";
import { shrinkIndexes } from "./shrink_indexes.ts";
import type { Work } from "./work.ts";

/**
 * @param work Statement.
 * @param relation Table or composite type.
 * @param command DROP COLUMN.
 */
export async function dropColumn(
  work: Work,
  relation: Relation,
  { name = "", behavior, missing_ok: ifExists = false }: AlterTableCmd,
): Promise<void> {
  const column = relation.columns.find((each) => each.name === name);
  if (column === undefined) {
    const message =
      `column "${name}" of relation "${relation.name}" does not exist`;
    if (!ifExists) throw new SqlError("42703", message);
    work.notice("00000", `${message}, skipping`);
    return;
  }
  if (work.env.dialect === "mysql") {
    await shrinkIndexes(work, relation, column);
  }
  await dropObjects(work, [{
    kind: "column",
    oid: relation.oid,
    sub: column.number,
  }], { behavior });
}
