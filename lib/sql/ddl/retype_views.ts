/**
 * Views after a column of a table that they read got another type: MySQL lets that be, and the view has
 * what the table has now.
 *
 * @module
 */

import { analyzeQuery } from "../compile.ts";
import { fixedOid, type Relation } from "../catalog/catalog.ts";
import { storedNames, usesOf } from "../catalog/dependencies.ts";
import { SqlError } from "../error.ts";
import { oid } from "../types/type.ts";
import type { Work } from "./work.ts";

/**
 * @param work Statement; the table is in its catalog as it is now.
 * @param table Oid of what changed.
 * @throws {SqlError} What a view's query says of the new type; 0A000 for a materialized view.
 */
export function retypeViews(work: Work, table: number): void {
  for (const relation of [...work.catalog.objects("relation").values()]) {
    const { view } = relation;
    if (view === undefined) continue;
    const { relations } = usesOf(view.node, storedNames(work.catalog));
    if (!relations.has(table)) continue;
    const after = retyped(work, relation, view.node);
    if (after === undefined) continue;
    if (relation.kind === "m") {
      throw new SqlError(
        "0A000",
        "cannot alter type of a column used by a materialized view",
      );
    }
    work.putRelation(after);
    retypeViews(work, relation.oid);
  }
}

/** The view with the types that its query has now; nothing when they are the same. */
function retyped(
  work: Work,
  relation: Relation,
  node: NonNullable<Relation["view"]>["node"],
): Relation | undefined {
  const query = analyzeQuery(node, {
    ...work.env,
    searchPath: [fixedOid.pgCatalog],
    role: relation.owner,
    params: [],
  }, "");
  if (query.kind !== "select" && query.kind !== "set") return undefined;
  const columns = relation.columns.map((column, i) => {
    const { type, typmod } = query.targets[i]?.expr ?? column;
    const shown = type === oid.unknown ? oid.text : type;
    return { ...column, type: shown, typmod };
  });
  const isSame = columns.every(({ type, typmod }, i) =>
    type === relation.columns[i]?.type && typmod === relation.columns[i]?.typmod
  );
  return isSame ? undefined : { ...relation, columns };
}
