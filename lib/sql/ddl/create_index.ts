/**
 * CREATE INDEX.
 *
 * B-trees, hashes and BRINs become B-trees of SQLite; GIN, GiST and SP-GiST are in the catalog only, for
 * nothing here could use them.
 *
 * @module
 */

import type { IndexElem, IndexStmt, Node } from "@pgsql/types";
import { typeLabel } from "../analyze/type_facts.ts";
import { visitExpr } from "../analyze/walk.ts";
import type { Column, Index, Relation } from "../catalog/catalog.ts";
import { SqlError } from "../error.ts";
import type { Expr } from "../tree.ts";
import { oid } from "../types/type.ts";
import { chooseStorage } from "./choose_name.ts";
import { isImmutable } from "./column_value.ts";
import { storeExpression } from "./expressions.ts";
import { chooseIndexName } from "./index_name.ts";
import {
  checkMayCreate,
  findRelation,
  requireRelationOwner,
} from "./lookup.ts";
import { defElems, strings } from "./nodes.ts";
import { checkFree } from "./sequence.ts";
import { createIndexStorage } from "./sqlite_schema.ts";
import { verifyUnique } from "./verify_rows.ts";
import type { Work } from "./work.ts";

interface AccessMethod {
  /** Whether SQLite keeps an index. */
  readonly stored: boolean;
  readonly unique: boolean;
  readonly multicolumn: boolean;
  readonly ordered: boolean;
  readonly include: boolean;
}

const btree: AccessMethod = {
  stored: true,
  unique: true,
  multicolumn: true,
  ordered: true,
  include: true,
};
const inCatalogOnly: AccessMethod = {
  stored: false,
  unique: false,
  multicolumn: true,
  ordered: false,
  include: false,
};
const methods: Readonly<Record<string, AccessMethod>> = {
  btree,
  hash: {
    ...btree,
    unique: false,
    multicolumn: false,
    ordered: false,
    include: false,
  },
  brin: { ...btree, unique: false, ordered: false, include: false },
  gin: inCatalogOnly,
  gist: { ...inCatalogOnly, include: true },
  spgist: { ...inCatalogOnly, multicolumn: false, include: true },
};

/**
 * @param work Statement.
 * @param statement CREATE INDEX.
 * @returns Command tag.
 */
export async function createIndex(
  work: Work,
  statement: IndexStmt,
): Promise<string> {
  const tag = "CREATE INDEX";
  const relation = findRelation(work, statement.relation ?? {});
  checkIndexable(relation);
  requireRelationOwner(work, relation);
  const schema = work.catalog.schema(relation.schema);
  if (schema !== undefined) {
    checkMayCreate(work, schema, statement.idxname ?? "");
  }
  const method = statement.accessMethod ?? "btree";
  const how = checkMethod(statement, method);
  const { idxname } = statement;
  const elements = indexElements(statement.indexParams);
  const keys = elements.map((element) =>
    makeKey(work, relation, element, method)
  );
  const include = indexElements(statement.indexIncludingParams).map(
    (element) => includedColumn(relation, element),
  );
  const predicate = statement.whereClause === undefined
    ? undefined
    : makePredicate(work, relation, statement.whereClause);
  if (idxname !== undefined) {
    if (
      statement.if_not_exists &&
      (work.catalog.relationNamed(relation.schema, idxname) !== undefined ||
        work.catalog.indexNamed(relation.schema, idxname) !== undefined)
    ) {
      work.notice("42P07", `relation "${idxname}" already exists, skipping`);
      return tag;
    }
    checkFree(work, relation.schema, idxname);
  }
  const number = work.newOid();
  const name = idxname ??
    chooseIndexName(
      work,
      relation,
      elements.map((element) =>
        element.indexcolname ?? element.name ?? figureName(element.expr)
      ),
    );
  const index: Index = {
    oid: number,
    name,
    schema: relation.schema,
    unique: statement.unique ?? false,
    primary: false,
    nullsNotDistinct: statement.nulls_not_distinct ?? false,
    method,
    keys,
    include,
    predicate,
    storage: how.stored
      ? chooseStorage(work.catalog, `${relation.storage}.${name}`, number)
      : "",
  };
  if (index.unique) await verifyUnique(work, relation, index);
  const changed = work.putRelation({
    ...relation,
    indexes: [...relation.indexes, index],
  });
  await createIndexStorage(work, changed, index);
  return tag;
}

const kindWords: Partial<Record<Relation["kind"], string>> = {
  v: "views",
  S: "sequences",
  c: "composite types",
};

function checkIndexable(relation: Relation): void {
  if (relation.kind === "r" || relation.kind === "m") return;
  throw new SqlError(
    "42809",
    `cannot create index on relation "${relation.name}"`,
    {
      detail: `This operation is not supported for ${
        kindWords[relation.kind] ?? "it"
      }.`,
    },
  );
}

function checkMethod(statement: IndexStmt, method: string): AccessMethod {
  const how = methods[method];
  if (how === undefined) {
    throw new SqlError("42704", `access method "${method}" does not exist`);
  }
  const refuse = (what: string) =>
    new SqlError("0A000", `access method "${method}" does not support ${what}`);
  if (statement.unique && !how.unique) throw refuse("unique indexes");
  if ((statement.indexIncludingParams ?? []).length > 0 && !how.include) {
    throw refuse("included columns");
  }
  if ((statement.indexParams ?? []).length > 1 && !how.multicolumn) {
    throw refuse("multicolumn indexes");
  }
  for (
    const { ordering, nulls_ordering: nulls } of indexElements(
      statement.indexParams,
    )
  ) {
    if (how.ordered) break;
    if (ordering !== undefined && ordering !== "SORTBY_DEFAULT") {
      throw refuse("ASC/DESC options");
    }
    if (nulls !== undefined && nulls !== "SORTBY_NULLS_DEFAULT") {
      throw refuse("NULLS FIRST/LAST options");
    }
  }
  return how;
}

function indexElements(nodes: readonly Node[] | undefined): IndexElem[] {
  return (nodes ?? []).flatMap((node) =>
    "IndexElem" in node ? [node.IndexElem] : []
  );
}

function includedColumn(relation: Relation, { name, expr }: IndexElem): number {
  if (expr !== undefined) {
    throw new SqlError(
      "0A000",
      "expressions are not supported in included columns",
    );
  }
  return columnNamed(relation, name ?? "");
}

function columnNamed(relation: Relation, name: string): number {
  const found = relation.columns.find((each) => each.name === name);
  if (found !== undefined) return found.number;
  throw new SqlError("42703", `column "${name}" does not exist`);
}

function makeKey(
  work: Work,
  relation: Relation,
  element: IndexElem,
  method: string,
): Index["keys"][number] {
  const descending = element.ordering === "SORTBY_DESC";
  const order = {
    descending,
    nullsFirst: element.nulls_ordering === "SORTBY_NULLS_FIRST" ||
      (element.nulls_ordering !== "SORTBY_NULLS_LAST" && descending),
  };
  checkCollation(element.collation);
  const prefix = prefixOf(work, relation, element);
  if (element.expr === undefined) {
    const column = columnNamed(relation, element.name ?? "");
    const type = relation.columns.find(({ number }) => number === column)?.type;
    checkOperatorClass(work, type ?? 0, method, element);
    return { column, ...order, ...prefix };
  }
  const { expr, stored } = storeExpression(work, element.expr, {
    row: relation,
    place: "index",
  });
  checkImmutable(expr, "expression");
  checkOperatorClass(work, expr.type, method, element);
  const [number] = expr.kind === "column"
    ? [expr.entry.columns[expr.index]?.number]
    : [];
  return number === undefined
    ? { column: 0, expression: stored, ...order, ...prefix }
    : { column: number, ...order, ...prefix };
}

/** What a MySQL client asked to be the prefix of a column (`a(20)`). */
function prefixOf(
  work: Work,
  relation: Relation,
  { opclassopts }: IndexElem,
): Pick<Index["keys"][number], "prefix"> {
  const [option] = defElems(opclassopts);
  if (option?.defname !== "mysql_prefix") return {};
  const { arg } = option;
  const [length = "", ...name] =
    (arg !== undefined && "String" in arg ? arg.String.sval ?? "" : "")
      .split(" ");
  const column = relation.columns.find((each) =>
    each.number === columnNamed(relation, name.join(" "))
  );
  const type = column === undefined
    ? undefined
    : work.catalog.type(column.type);
  const most = type?.oid === oid.varchar && (column?.typmod ?? -1) >= 4
    ? (column as Column).typmod - 4
    : Number.POSITIVE_INFINITY;
  const isText = type?.category === "S" || type?.oid === oid.bytea;
  if (column === undefined || !isText || Number(length) > most) {
    throw new SqlError(
      "42P17",
      "Incorrect prefix key; the used key part isn't a string, or the used length is longer than the key part",
    );
  }
  return Number(length) === most
    ? {}
    : { prefix: { column: column.number, length: Number(length) } };
}

const collations = new Set(["C", "POSIX", "default", "ucs_basic"]);

function checkCollation(name: IndexElem["collation"]): void {
  const parts = strings(name);
  if (parts.length === 0 || collations.has(parts.at(-1) ?? "")) return;
  throw new SqlError(
    "42704",
    `collation "${parts.join(".")}" for encoding "UTF8" does not exist`,
  );
}

/** Types of values that can be looked into. */
function hasClass(work: Work, type: number, method: string): boolean {
  const found = work.catalog.type(type);
  switch (method) {
    case "gin":
      return found?.category === "A" || type === oid.jsonb ||
        type === oid.tsvector;
    case "gist":
      return type === oid.tsvector || type === oid.tsquery;
    case "spgist":
      return found?.category === "S";
    default:
      return type !== oid.json && type !== oid.xml;
  }
}

/** Operator classes that PostgreSQL has without any extension end so. */
const builtInClass =
  /^(array|bool|bpchar|bpchar_pattern|bytea|char|date|float[48]|int[248]|interval|jsonb|jsonb_path|name|numeric|oid|record|text|text_pattern|time|timestamp|timestamptz|timetz|tsquery|tsvector|uuid|varchar|varchar_pattern|enum)_(ops|minmax_ops|bloom_ops|minmax_multi_ops)$/;

function checkOperatorClass(
  work: Work,
  type: number,
  method: string,
  { opclass }: IndexElem,
): void {
  const name = strings(opclass).at(-1);
  if (name !== undefined && !builtInClass.test(name)) {
    throw new SqlError(
      "42704",
      `operator class "${name}" does not exist for access method "${method}"`,
    );
  }
  if (name !== undefined || hasClass(work, type, method)) return;
  throw new SqlError(
    "42704",
    `data type ${
      typeLabel(work.env, type)
    } has no default operator class for access method "${method}"`,
    {
      hint:
        "You must specify an operator class for the index or define a default operator class for the data type.",
    },
  );
}

function makePredicate(
  work: Work,
  relation: Relation,
  node: Node,
): Index["predicate"] {
  const { expr, stored } = storeExpression(work, node, {
    row: relation,
    place: "index",
    type: { type: oid.bool, typmod: -1 },
    what: "WHERE",
  });
  checkImmutable(expr, "predicate");
  return stored;
}

function checkImmutable(expr: Expr, what: "expression" | "predicate"): void {
  visitExpr(expr, (each) => {
    if (!isImmutable(each)) {
      throw new SqlError(
        "42P17",
        `functions in index ${what} must be marked IMMUTABLE`,
      );
    }
    return true;
  });
}

/** What an expression is called in the name of its index. */
function figureName(expr: Node | undefined): string {
  if (expr === undefined) return "expr";
  if ("FuncCall" in expr) {
    return strings(expr.FuncCall.funcname).at(-1) ?? "expr";
  }
  if ("CoalesceExpr" in expr) return "coalesce";
  if ("TypeCast" in expr) {
    const inner = figureName(expr.TypeCast.arg);
    return inner === "expr"
      ? strings(expr.TypeCast.typeName?.names).at(-1) ?? "expr"
      : inner;
  }
  if ("ColumnRef" in expr) {
    return strings(expr.ColumnRef.fields).at(-1) ?? "expr";
  }
  return "expr";
}
