/**
 * SHOW CREATE TABLE: a statement that makes the table anew, here and in MySQL.
 *
 * @module
 */

import type {
  Catalog,
  Column,
  Constraint,
  Index,
  Relation,
} from "../../catalog/catalog.ts";
import {
  columnCollation,
  columnDefault,
  columnExtra,
  columnTypeText,
  keyName,
  plainCollation,
} from "./column_text.ts";

const quoted = (name: string) => `\`${name.replaceAll("`", "``")}\``;
const literal = (text: string) =>
  `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;

/** Name of a column. */
export const columnNamed = (relation: Relation, number: number): string =>
  relation.columns.find((each) => each.number === number)?.name ?? "";

const names = (relation: Relation, numbers: readonly number[]) =>
  numbers.map((number) => quoted(columnNamed(relation, number))).join(",");

function columnLine(
  catalog: Catalog,
  column: Column,
  collation: string,
): string {
  const parts = [quoted(column.name), columnTypeText(catalog, column)];
  const own = columnCollation(catalog, column);
  if (own !== null && own !== collation && column.mysql !== undefined) {
    parts.push(own === "binary" ? "CHARACTER SET binary" : `COLLATE ${own}`);
  }
  if (column.generated !== "") {
    parts.push(`GENERATED ALWAYS AS (${column.default?.text ?? ""}) STORED`);
  }
  if (column.notNull) parts.push("NOT NULL");
  else if (columnTypeText(catalog, column).startsWith("timestamp")) {
    parts.push("NULL");
  }
  const { text, expression } = columnDefault(column);
  if (text !== null) {
    const shown = text === "CURRENT_TIMESTAMP"
      ? text + precision(catalog, column)
      : expression
      ? `(${text})`
      : literal(text);
    parts.push(`DEFAULT ${shown}`);
  } else if (
    !column.notNull && column.generated === "" &&
    !/(?:text|blob|json)$/.test(columnTypeText(catalog, column))
  ) {
    parts.push("DEFAULT NULL");
  }
  if (columnExtra(column) === "auto_increment") parts.push("AUTO_INCREMENT");
  if (column.mysql?.onUpdate) {
    parts.push(`ON UPDATE CURRENT_TIMESTAMP${precision(catalog, column)}`);
  }
  if (column.comment !== undefined) {
    parts.push(`COMMENT ${literal(column.comment)}`);
  }
  return `  ${parts.join(" ")}`;
}

/** `(3)` of `datetime(3)`. */
function precision(catalog: Catalog, column: Column): string {
  return /\(\d\)$/.exec(columnTypeText(catalog, column))?.[0] ?? "";
}

function keyLine(relation: Relation, index: Index): string {
  const keys = index.keys.map((key) =>
    (key.prefix !== undefined
      ? `${
        quoted(columnNamed(relation, key.prefix.column))
      }(${key.prefix.length})`
      : key.column === 0
      ? `(${key.expression?.text ?? ""})`
      : quoted(columnNamed(relation, key.column))) +
    (key.descending ? " DESC" : "")
  ).join(",");
  if (index.primary) return `  PRIMARY KEY (${keys})`;
  if (index.method === "gin") {
    const inside = relation.columns.filter(({ name }) =>
      index.keys.some((key) => key.expression?.text.includes(name))
    );
    return `  FULLTEXT KEY ${quoted(keyName(relation, index))} (${
      inside.map(({ name }) => quoted(name)).join(",")
    })`;
  }
  return `  ${index.unique ? "UNIQUE KEY" : "KEY"} ${
    quoted(keyName(relation, index))
  } (${keys})`;
}

const actions = {
  a: "",
  r: " RESTRICT",
  c: " CASCADE",
  n: " SET NULL",
  d: " SET DEFAULT",
} as const;

function foreignLine(
  catalog: Catalog,
  relation: Relation,
  constraint: Constraint,
): string {
  const { foreign } = constraint;
  const other = catalog.relation(foreign?.table ?? 0);
  if (foreign === undefined || other === undefined) return "";
  const onDelete = actions[foreign.onDelete];
  const onUpdate = actions[foreign.onUpdate];
  return `  CONSTRAINT ${quoted(constraint.name)} FOREIGN KEY (${
    names(relation, constraint.columns)
  }) REFERENCES ${quoted(other.name)} (${names(other, foreign.columns)})${
    onDelete === "" ? "" : ` ON DELETE${onDelete}`
  }${onUpdate === "" ? "" : ` ON UPDATE${onUpdate}`}`;
}

/** Whether MySQL keeps a table's check itself, in the type of a column. */
export const isRangeCheck = ({ name }: Constraint): boolean =>
  /\.(?:range|list)$/.test(name);

/** Collation of most of a table's columns. */
export function tableCollation(relation: Relation): string {
  const found = relation.columns.find((column) =>
    column.mysql?.collation !== undefined
  );
  return found?.mysql?.collation ??
    (relation.columns.some((column) => column.mysql !== undefined)
      ? "utf8mb4_general_ci"
      : plainCollation);
}

/**
 * @param catalog Catalog.
 * @param relation Table.
 * @param next Next number of its AUTO_INCREMENT column, if it has one and has given any.
 * @returns CREATE TABLE.
 */
export function createTableText(
  catalog: Catalog,
  relation: Relation,
  next: number | undefined,
): string {
  const collation = tableCollation(relation);
  const lines = [
    ...relation.columns.filter(({ number }) => number > 0).map((column) =>
      columnLine(catalog, column, collation)
    ),
    ...relation.indexes.filter(({ primary }) => primary).map((index) =>
      keyLine(relation, index)
    ),
    ...relation.indexes.filter(({ primary, predicate }) =>
      !primary && predicate === undefined
    )
      .map((index) => keyLine(relation, index)),
    ...relation.constraints.filter(({ kind }) => kind === "f").map((each) =>
      foreignLine(catalog, relation, each)
    ),
    ...relation.constraints.filter((each) =>
      each.kind === "c" && !isRangeCheck(each)
    )
      .map((each) =>
        `  CONSTRAINT ${quoted(each.name)} CHECK (${each.check?.text ?? ""})`
      ),
  ];
  const temporary = relation.persistence === "t" ? "TEMPORARY " : "";
  const numbers = next === undefined || next <= 1
    ? ""
    : ` AUTO_INCREMENT=${next}`;
  const comment = relation.comment === undefined
    ? ""
    : ` COMMENT=${literal(relation.comment)}`;
  return `CREATE ${temporary}TABLE ${quoted(relation.name)} (\n${
    lines.join(",\n")
  }\n) ENGINE=InnoDB${numbers} DEFAULT CHARSET=utf8mb4 COLLATE=${collation}${comment}`;
}
