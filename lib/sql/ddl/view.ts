/**
 * CREATE VIEW.
 *
 * @module
 */

import type { DefElem, Node, ViewStmt } from "@pgsql/types";
import { typeLabel } from "../analyze/type_facts.ts";
import type { Column, Relation, Schema } from "../catalog/catalog.ts";
import { storedNames, usesOf } from "../catalog/dependencies.ts";
import { SqlError } from "../error.ts";
import { MysqlError } from "../mysql/error.ts";
import { isRelationName } from "./choose_name.ts";
import { bareTable, tableSchema } from "./create_table.ts";
import { formatType } from "./format_type.ts";
import { requireRelationOwner, temporarySchema } from "./lookup.ts";
import { mysqlText } from "./mysql_text.ts";
import { defElems, optionText, strings } from "./nodes.ts";
import { retypeViews } from "./retype_views.ts";
import { checkFree } from "./sequence.ts";
import { storeQuery } from "./stored_query.ts";
import { checkTypeFree } from "./type_names.ts";
import { readViewOptions } from "./view_options.ts";
import type { Work } from "./work.ts";

/**
 * @param work Statement.
 * @param statement CREATE VIEW.
 * @returns Command tag.
 */
export function createView(work: Work, statement: ViewStmt): string {
  const { view: range = {}, query } = statement;
  const name = range.relname ?? "";
  if (query === undefined) throw new TypeError("View without query");
  const given = defElems(statement.options);
  const isWritten = ({ defname }: DefElem) =>
    defname === "mysql_text" && work.env.dialect === "mysql";
  const options = readViewOptions(given.filter((each) => !isWritten(each)));
  const written = given.find(isWritten);
  let schema = tableSchema(work, range);
  const stored = storeQuery(
    work,
    query,
    strings(statement.aliases),
    "CREATE VIEW specifies more column names than columns",
  );
  const { aliases } = statement;
  if (
    written !== undefined && aliases !== undefined &&
    aliases.length !== stored.columns.length
  ) {
    throw new MysqlError(
      1353,
      "HY000",
      "View's SELECT and view's field list have different column counts",
    );
  }
  schema = followTemporary(work, name, schema, stored.node);
  const mysql = written === undefined
    ? undefined
    : mysqlText(work, query, { written: optionText(written), schema });
  const view: NonNullable<Relation["view"]> = {
    ...(mysql === undefined
      ? {}
      : { mysql: { text: mysql, named: statement.aliases !== undefined } }),
    text: stored.text,
    node: stored.node,
    ...options,
    checkOption: statement.withCheckOption === "LOCAL_CHECK_OPTION"
      ? "local" as const
      : statement.withCheckOption === "CASCADED_CHECK_OPTION"
      ? "cascaded" as const
      : options.checkOption,
  };
  const existing = work.catalog.relationNamed(schema.oid, name);
  if (existing !== undefined && statement.replace) {
    requireRelationOwner(work, existing);
    if (existing.kind !== "v") {
      throw new SqlError("42809", `"${name}" is not a view`);
    }
    // In MySQL the new view may have other columns, and views that read it must only find theirs.
    const isMysql = work.env.dialect === "mysql";
    if (!isMysql) checkReplacement(work, existing, stored.columns);
    const before = (column: Column, i: number) =>
      isMysql
        ? existing.columns.find((each) => each.name === column.name)
        : existing.columns[i];
    work.putRelation({
      ...existing,
      columns: stored.columns.map((column, i) => ({
        ...before(column, i) ?? column,
        number: column.number,
        type: column.type,
        typmod: column.typmod,
      })),
      view,
    });
    checkNoCycle(work, existing.oid, stored.node);
    if (isMysql) retypeViews(work, existing.oid);
    return "CREATE VIEW";
  }
  if (isRelationName(work.catalog, schema.oid, name)) {
    checkFree(work, schema.oid, name);
  }
  checkTypeFree(work, schema.oid, name, true);
  work.putRelation({
    ...bareTable(work, name, schema),
    kind: "v",
    columns: stored.columns,
    storage: "",
    view,
  });
  return "CREATE VIEW";
}

/** A view of temporary tables goes with them. */
function followTemporary(
  work: Work,
  name: string,
  schema: Schema,
  node: Node,
): Schema {
  if (schema.name.startsWith("pg_temp_")) return schema;
  const { relations } = usesOf(node, storedNames(work.catalog));
  for (const oid of relations.keys()) {
    if (work.catalog.relation(oid)?.persistence !== "t") continue;
    work.notice("00000", `view "${name}" will be a temporary view`);
    return temporarySchema(work);
  }
  return schema;
}

function checkReplacement(
  work: Work,
  { columns: old }: Relation,
  columns: readonly Column[],
): void {
  if (columns.length < old.length) {
    throw new SqlError("42P16", "cannot drop columns from view");
  }
  for (const [i, before] of old.entries()) {
    const after = columns[i] as Column;
    if (before.name !== after.name) {
      throw new SqlError(
        "42P16",
        `cannot change name of view column "${before.name}" to "${after.name}"`,
        {
          hint:
            "Use ALTER VIEW ... RENAME COLUMN ... to change name of view column instead.",
        },
      );
    }
    if (before.type !== after.type || before.typmod !== after.typmod) {
      throw new SqlError(
        "42P16",
        `cannot change data type of view column "${before.name}" from ${
          formatOf(work, before)
        } to ${formatOf(work, after)}`,
      );
    }
  }
}

function formatOf(work: Work, { type, typmod }: Column): string {
  return typmod < 0
    ? typeLabel(work.env, type)
    : formatType(work.env, type, typmod);
}

/** A view must not come to read itself through others. */
function checkNoCycle(work: Work, view: number, node: Node): void {
  const seen = new Set<number>();
  const visit = (query: Node) => {
    const { relations } = usesOf(query, storedNames(work.catalog));
    for (const oid of relations.keys()) {
      if (oid === view) {
        throw new SqlError(
          "42P17",
          `infinite recursion detected in rules for relation "${
            work.relation(view).name
          }"`,
        );
      }
      const inner = work.catalog.relation(oid)?.view?.node;
      if (inner === undefined || seen.has(oid)) continue;
      seen.add(oid);
      visit(inner);
    }
  };
  visit(node);
}
