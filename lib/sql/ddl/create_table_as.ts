/**
 * CREATE TABLE AS, SELECT INTO, CREATE and REFRESH MATERIALIZED VIEW.
 *
 * @module
 */

import type {
  CreateTableAsStmt,
  IntoClause,
  Node,
  RefreshMatViewStmt,
  SelectStmt,
} from "@pgsql/types";
import { analyzeQuery } from "../compile.ts";
import type { Column, Relation } from "../catalog/catalog.ts";
import { fixedOid } from "../catalog/catalog.ts";
import { notSupported, SqlError } from "../error.ts";
import { defaultCollation } from "../mysql/collation.ts";
import { columnBehind } from "../mysql/list_type.ts";
import { isWide } from "../mysql/unsigned.ts";
import type { Target } from "../tree.ts";
import { oid } from "../types/type.ts";
import { chooseColumnStorage, isRelationName } from "./choose_name.ts";
import { bareTable, placeholder, tableSchema } from "./create_table.ts";
import { fillTable } from "./fill_table.ts";
import { findRelation, requireRelationOwner } from "./lookup.ts";
import { strings } from "./nodes.ts";
import { checkFree } from "./sequence.ts";
import { createStorage } from "./sqlite_schema.ts";
import { quoteName } from "../sqlite_words.ts";
import { plainColumn, storeQuery } from "./stored_query.ts";
import { checkTypeFree } from "./type_names.ts";
import { plainView } from "./view_options.ts";
import type { Work } from "./work.ts";

/**
 * @param work Statement.
 * @param statement CREATE TABLE AS or CREATE MATERIALIZED VIEW.
 * @returns Command tag.
 */
export async function createTableAs(
  work: Work,
  statement: CreateTableAsStmt,
): Promise<string> {
  const { query, into = {}, if_not_exists: ifNotExists } = statement;
  const isView = statement.objtype === "OBJECT_MATVIEW";
  if (query === undefined || !("SelectStmt" in query)) {
    throw notSupported("CREATE TABLE AS EXECUTE");
  }
  const schema = tableSchema(work, into.rel ?? {});
  const name = into.rel?.relname ?? "";
  if (ifNotExists && isRelationName(work.catalog, schema.oid, name)) {
    work.notice("42P07", `relation "${name}" already exists, skipping`);
    return isView ? "CREATE MATERIALIZED VIEW" : "CREATE TABLE AS";
  }
  if (isView) return await createMaterializedView(work, query, into);
  return await createFromQuery(work, query, into);
}

/**
 * @param work Statement.
 * @param select SELECT with INTO.
 * @returns Command tag.
 */
export async function selectInto(
  work: Work,
  select: SelectStmt,
): Promise<string> {
  const copy = structuredClone(select);
  const first = leftmost(copy);
  const { intoClause } = first;
  if (intoClause === undefined) throw notSupported("SELECT here");
  delete first.intoClause;
  return await createFromQuery(work, { SelectStmt: copy }, intoClause);
}

function leftmost(select: SelectStmt): SelectStmt {
  return select.larg === undefined ? select : leftmost(select.larg);
}

function checkInto({ onCommit, accessMethod }: IntoClause): void {
  if (onCommit === "ONCOMMIT_DROP" || onCommit === "ONCOMMIT_DELETE_ROWS") {
    throw notSupported("ON COMMIT");
  }
  if (accessMethod !== undefined && accessMethod !== "heap") {
    throw new SqlError(
      "42704",
      `access method "${accessMethod}" does not exist`,
    );
  }
}

function newName(work: Work, into: IntoClause) {
  const schema = tableSchema(work, into.rel ?? {});
  const name = into.rel?.relname ?? "";
  checkFree(work, schema.oid, name);
  checkTypeFree(work, schema.oid, name, true);
  return { schema, name };
}

function withStorage(columns: readonly Column[]): Column[] {
  const taken: string[] = [];
  return columns.map((column) => {
    const storage = chooseColumnStorage(taken, column.name, column.number);
    taken.push(storage);
    return { ...column, storage };
  });
}

async function createFromQuery(
  work: Work,
  query: Node,
  into: IntoClause,
): Promise<string> {
  checkInto(into);
  const { schema, name } = newName(work, into);
  const names = strings(into.colNames);
  const tree = analyzeQuery(query, work.env, work.context.text);
  if (tree.kind !== "select" && tree.kind !== "set") {
    throw notSupported("CREATE TABLE AS of such a statement");
  }
  if (names.length > tree.targets.length) {
    throw new SqlError("42601", "too many column names were specified");
  }
  const columns = withStorage(
    tree.targets.map((target, i) =>
      mysqlTyped(
        work,
        plainColumn(i + 1, names[i] ?? target.name, {
          type: target.expr.type === oid.unknown ? oid.text : target.expr.type,
          typmod: target.expr.typmod,
        }),
        target,
      )
    ),
  );
  checkColumns(work, columns);
  const relation = work.putRelation({
    ...bareTable(work, name, schema),
    columns,
    ...placeholder(columns),
  });
  await createStorage(work, relation);
  if (into.skipData) return "CREATE TABLE AS";
  const count = await fillTable(work, relation, query, work.context.env);
  return `SELECT ${count}`;
}

/** What a MySQL client makes of a column has the type there that it had, and texts fold. */
function mysqlTyped(
  work: Work,
  column: Column,
  { expr }: Pick<Target, "expr">,
): Column {
  if (work.env.dialect !== "mysql") return column;
  const source = columnBehind(expr);
  if (
    source?.mysql !== undefined && source.type === column.type &&
    source.typmod === column.typmod
  ) {
    const { onUpdate: _, ...mysql } = source.mysql;
    return { ...column, mysql };
  }
  if (source === undefined && isWide(expr)) {
    return { ...column, mysql: { type: "bigint unsigned" } };
  }
  if (column.type !== oid.text && column.type !== oid.varchar) return column;
  return {
    ...column,
    mysql: {
      type: column.typmod < 4 ? "longtext" : `varchar(${column.typmod - 4})`,
      collation: defaultCollation,
    },
  };
}

function checkColumns(work: Work, columns: readonly Column[]): void {
  const seen = new Set<string>();
  for (const { name, type } of columns) {
    if (seen.has(name)) {
      throw new SqlError("42701", `column "${name}" specified more than once`);
    }
    seen.add(name);
    const found = work.catalog.type(type);
    if (found?.kind === "p") {
      throw new SqlError(
        "42P16",
        `column "${name}" has pseudo-type ${found.name}`,
      );
    }
  }
}

async function createMaterializedView(
  work: Work,
  query: Node,
  into: IntoClause,
): Promise<string> {
  checkInto(into);
  const { schema, name } = newName(work, into);
  const stored = storeQuery(
    work,
    query,
    strings(into.colNames),
    "too many column names were specified",
  );
  const columns = withStorage(stored.columns);
  checkColumns(work, columns);
  const relation = work.putRelation({
    ...bareTable(work, name, schema, "m"),
    columns,
    ...placeholder(columns),
    view: { node: stored.node, text: stored.text, ...plainView },
    populated: !into.skipData,
  });
  await createStorage(work, relation);
  if (into.skipData) return "CREATE MATERIALIZED VIEW";
  const count = await fillTable(work, relation, query, work.context.env);
  return `SELECT ${count}`;
}

/**
 * @param work Statement.
 * @param statement REFRESH MATERIALIZED VIEW.
 * @returns Command tag.
 */
export async function refresh(
  work: Work,
  statement: RefreshMatViewStmt,
): Promise<string> {
  const relation = findRelation(work, statement.relation ?? {});
  if (relation.kind !== "m" || relation.view === undefined) {
    throw new SqlError(
      "0A000",
      `"${relation.name}" is not a materialized view`,
    );
  }
  requireRelationOwner(work, relation);
  if (statement.concurrent) checkConcurrent(work, relation, statement);
  await work.run(`DELETE FROM ${quoteName(relation.storage)}`);
  if (!statement.skipData) {
    // Its owner reads the tables, whoever asks.
    await fillTable(work, relation, relation.view.node, {
      ...work.context.env,
      role: relation.owner,
      searchPath: [fixedOid.pgCatalog],
      params: [],
    });
  }
  const populated = !statement.skipData;
  if ((relation.populated ?? true) !== populated) {
    work.putRelation({ ...relation, populated });
  }
  return "REFRESH MATERIALIZED VIEW";
}

function checkConcurrent(
  work: Work,
  relation: Relation,
  { skipData }: RefreshMatViewStmt,
): void {
  if (skipData) {
    throw new SqlError(
      "42601",
      "CONCURRENTLY and WITH NO DATA options cannot be used together",
    );
  }
  if (relation.populated === false) {
    throw new SqlError(
      "0A000",
      "CONCURRENTLY cannot be used when the materialized view is not populated",
    );
  }
  const fits = relation.indexes.some(({ unique, predicate, keys }) =>
    unique && predicate === undefined &&
    keys.every(({ column }) => column !== 0)
  );
  if (fits) return;
  throw new SqlError(
    "55000",
    `cannot refresh materialized view "${
      work.catalog.schema(relation.schema)?.name
    }.${relation.name}" concurrently`,
    {
      hint:
        "Create a unique index with no WHERE clause on one or more columns of the materialized view.",
    },
  );
}
