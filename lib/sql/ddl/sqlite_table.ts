/**
 * SQLite's side of a table: its `CREATE TABLE` and `CREATE INDEX` texts, made from the catalog.
 *
 * Column `n` of the catalog is column `n - 1` of the SQLite table, for dropped columns stay there.
 * Columns have no declared type. NOT NULL and CHECK call a function of ours when they fail, with the row
 * (see `lib/sql/catalog/violations.ts`).
 *
 * @module
 */

import type {
  Column,
  Constraint,
  Index,
  Relation,
  StoredExpression,
} from "../catalog/catalog.ts";
import { fixedOid } from "../catalog/catalog.ts";
import { isBytes, violationFunction } from "../catalog/violations.ts";
import type { Environment } from "../environment.ts";
import { isBinaryCollation } from "../mysql/collation.ts";
import { oid } from "../types/type.ts";
import { printOver, resolveOver } from "./expressions.ts";
import { quoteNames, sqliteLiteral } from "./sqlite_text.ts";
import { quoteName } from "../sqlite_words.ts";

/** Columns that MySQL's clients defined fold case and accents, unless their collation says otherwise. */
function foldedCollation({ mysql }: Column): string | undefined {
  return mysql?.collation === undefined || isBinaryCollation(mysql.collation)
    ? undefined
    : "mysql_ci";
}

/** What of a table to leave out while it is rewritten. */
export interface TableTextOptions {
  /**
   * Leaves out CHECK and NOT NULL.
   *
   * @default {false}
   */
  readonly withoutChecks?: boolean;
  /**
   * Leaves out foreign keys.
   *
   * @default {false}
   */
  readonly withoutKeys?: boolean;
}

const actions = {
  a: "NO ACTION",
  r: "RESTRICT",
  c: "CASCADE",
  n: "SET NULL",
  d: "SET DEFAULT",
} as const;

/** Stored trees name what is not built in by schema. */
function storedEnvironment(env: Environment): Environment {
  return { ...env, searchPath: [fixedOid.pgCatalog], params: [] };
}

/**
 * @param relation Table.
 * @param numbers Numbers of columns.
 * @returns Their names in SQLite.
 */
export function storageNames(
  relation: Relation,
  numbers: readonly number[],
): string[] {
  return numbers.map((number) =>
    relation.columns.find((each) => each.number === number)?.storage ?? ""
  );
}

/**
 * @param relation Table.
 * @param env Environment with the catalog as it will be.
 * @param expression Stored expression over its rows that is a condition.
 * @param prefix What stands before each column.
 * @returns SQLite text.
 */
export function conditionText(
  relation: Relation,
  env: Environment,
  expression: StoredExpression,
  prefix = "",
): string {
  const stored = storedEnvironment(env);
  return printOver(
    resolveOver(stored, expression.node, {
      row: relation,
      place: "check",
      type: { type: oid.bool, typmod: -1 },
      what: "CHECK",
    }),
    { env: stored, prefix },
  );
}

/**
 * @param relation Table.
 * @param env Environment with the catalog as it will be.
 * @returns `CREATE TABLE` of SQLite.
 */
export function tableText(
  relation: Relation,
  env: Environment,
  { withoutChecks = false, withoutKeys = false }: TableTextOptions = {},
): string {
  const row = rowJson(relation, env);
  const defaults = columnsSetToDefault(relation);
  const columns = new Map<number, string>();
  for (const column of relation.columns) {
    let text = quoteName(column.storage);
    const collation = env.catalog.type(column.type)?.collation ??
      foldedCollation(column);
    if (collation !== undefined) text += ` COLLATE ${quoteName(collation)}`;
    if (defaults.has(column.number)) text += defaultClause(column, env);
    if (column.notNull && !withoutChecks) {
      text += ` CHECK (${
        quoteName(column.storage)
      } IS NOT NULL OR ${violationFunction.notNull}(${relation.oid}, ${column.number}, ${row}))`;
    }
    columns.set(column.number, text);
  }
  for (const { number, storage } of relation.dropped ?? []) {
    columns.set(number, quoteName(storage));
  }
  const parts = [...columns].sort(([a], [b]) => a - b).map(([, text]) => text);
  for (const constraint of relation.constraints) {
    if (constraint.kind === "c" && !withoutChecks) {
      parts.push(...checkClause(relation, constraint, row, env));
    }
    if (constraint.kind !== "f") continue;
    if (!withoutChecks) {
      parts.push(...matchFullClause(relation, constraint, row));
    }
    if (!withoutKeys) parts.push(foreignKeyClause(relation, constraint, env));
  }
  return `CREATE TABLE ${quoteName(relation.storage)} (${parts.join(", ")})`;
}

/** The row as JSON; bytes as hexadecimal digits, for JSON cannot hold them. */
function rowJson(relation: Relation, env: Environment, prefix = ""): string {
  const values = relation.columns.map(({ storage, type }) => {
    const name = `${prefix}${quoteName(storage)}`;
    return isBytes(type, env.catalog)
      ? `iif(${name} IS NULL, NULL, hex(${name}))`
      : name;
  });
  // SQLite takes a hundred arguments at most; the rest of a longer row comes by concatenation.
  if (values.length <= longestCall) return `json_array(${values.join(", ")})`;
  const parts: string[] = [];
  for (let at = 0; at < values.length; at += longestCall) {
    const some = values.slice(at, at + longestCall).join(", ");
    parts.push(`trim(json_array(${some}), '[]')`);
  }
  return `('[' || ${parts.join(" || ',' || ")} || ']')`;
}

const longestCall = 100;

/** Names, texts, and what sub-queries begin with. */
const tokens = /"(?:[^"]|"")*"|'(?:[^']|'')*'|\bSELECT\b/gi;

/** SQLite takes no sub-query in a CHECK, to which a few expressions come down. */
function hasSubQuery(sql: string): boolean {
  for (const [token] of sql.matchAll(tokens)) {
    if (!/^["']/.test(token)) return true;
  }
  return false;
}

function checkClause(
  relation: Relation,
  { oid: constraint, check }: Constraint,
  row: string,
  env: Environment,
): string[] {
  if (check === undefined) throw new TypeError("Check without expression");
  const condition = conditionText(relation, env, check);
  return hasSubQuery(condition) ? [] : [
    `CHECK ((${condition}) IS NOT FALSE OR ${violationFunction.check}(${relation.oid}, ${constraint}, ${row}))`,
  ];
}

/** What names of triggers begin with. */
export const checkTrigger = "heliosdb_check";

/**
 * Checks that SQLite does not take as such are triggers.
 *
 * @param relation Table.
 * @param env Environment with the catalog as it will be.
 * @returns `CREATE TRIGGER` of SQLite, in order.
 */
export function triggerTexts(relation: Relation, env: Environment): string[] {
  const row = rowJson(relation, env, "NEW.");
  return relation.constraints.flatMap(({ oid: constraint, check }) => {
    if (check === undefined) return [];
    const condition = conditionText(relation, env, check, "NEW.");
    if (!hasSubQuery(condition)) return [];
    return ["INSERT", "UPDATE"].map((event) =>
      `CREATE TRIGGER ${
        quoteName(`${checkTrigger}.${constraint}.${event}`)
      } BEFORE ${event} ON ${
        quoteName(relation.storage)
      } WHEN (${condition}) IS FALSE BEGIN SELECT ${violationFunction.check}(${relation.oid}, ${constraint}, ${row}); END`
    );
  });
}

function matchFullClause(
  relation: Relation,
  { oid: constraint, columns, foreign }: Constraint,
  row: string,
): string[] {
  if (foreign?.match !== "f" || columns.length < 2) return [];
  const names = storageNames(relation, columns).map(quoteName);
  const all = (not: string) =>
    names.map((name) => `${name} IS ${not}NULL`).join(" AND ");
  return [
    `CHECK ((${all("")}) OR (${
      all("NOT ")
    }) OR ${violationFunction.check}(${relation.oid}, ${constraint}, ${row}))`,
  ];
}

function foreignKeyClause(
  relation: Relation,
  constraint: Constraint,
  env: Environment,
): string {
  const { foreign } = constraint;
  const target = foreign?.table === relation.oid
    ? relation
    : env.catalog.relation(foreign?.table ?? 0);
  if (foreign === undefined || target === undefined) {
    throw new TypeError("Foreign key without table");
  }
  const deferred = constraint.deferrable && constraint.initiallyDeferred
    ? " DEFERRABLE INITIALLY DEFERRED"
    : "";
  return `CONSTRAINT ${quoteName(constraint.name)} FOREIGN KEY (${
    quoteNames(storageNames(relation, constraint.columns))
  }) REFERENCES ${quoteName(target.storage)} (${
    quoteNames(storageNames(target, foreign.columns))
  }) ON DELETE ${actions[foreign.onDelete]} ON UPDATE ${
    actions[foreign.onUpdate]
  }${deferred}`;
}

/**
 * SQLite's own defaults serve one purpose: foreign keys that set a column to it.
 *
 * @param relation Table.
 * @returns Numbers of the columns that need theirs.
 */
export function columnsSetToDefault(relation: Relation): ReadonlySet<number> {
  return new Set(
    relation.constraints.flatMap(({ foreign, columns }) =>
      foreign?.onDelete === "d" || foreign?.onUpdate === "d" ? columns : []
    ),
  );
}

function defaultClause(column: Column, env: Environment): string {
  if (column.default === undefined) return "";
  const stored = storedEnvironment(env);
  const expr = resolveOver(stored, column.default.node, {
    place: "default",
    type: column,
    what: `column "${column.name}"`,
  });
  return ` DEFAULT (${printOver(expr, { env: stored })})`;
}

/**
 * @param relation Table.
 * @param index Index that is to be in SQLite.
 * @param env Environment with the catalog as it will be.
 * @returns `CREATE INDEX` of SQLite.
 */
export function indexText(
  relation: Relation,
  index: Index,
  env: Environment,
): string {
  const keys = indexKeyTexts(relation, index, env).flatMap((text, i) => {
    const key = `${text}${index.keys[i]?.descending ? " DESC" : ""}`;
    if (!index.nullsNotDistinct || !index.unique) return [key];
    // To SQLite NULLs are distinct; whether it is NULL, and the value or an empty text, are not.
    return [`(${text} IS NULL)`, `ifnull(${text}, '')`];
  });
  const where = index.predicate === undefined
    ? ""
    : ` WHERE ${conditionText(relation, env, index.predicate)}`;
  return `CREATE ${index.unique ? "UNIQUE " : ""}INDEX ${
    quoteName(index.storage)
  } ON ${quoteName(relation.storage)} (${keys.join(", ")})${where}`;
}

/**
 * @param relation Table.
 * @param index Index.
 * @param env Environment.
 * @returns SQLite texts of its keys.
 */
export function indexKeyTexts(
  relation: Relation,
  index: Index,
  env: Environment,
): string[] {
  const stored = storedEnvironment(env);
  return index.keys.map(({ column, expression }) => {
    if (expression === undefined) {
      return quoteName(storageNames(relation, [column])[0] ?? "");
    }
    const expr = resolveOver(stored, expression.node, {
      row: relation,
      place: "index",
    });
    const collation = env.catalog.type(expr.type)?.collation;
    return `(${printOver(expr, { env: stored })})${
      collation === undefined ? "" : ` COLLATE ${quoteName(collation)}`
    }`;
  });
}

/**
 * @param relation Table.
 * @param index Index.
 * @param env Environment.
 * @returns Types of its keys.
 */
export function indexKeyTypes(
  relation: Relation,
  index: Index,
  env: Environment,
): number[] {
  const stored = storedEnvironment(env);
  return index.keys.map(({ column, expression }) =>
    expression === undefined
      ? relation.columns.find(({ number }) => number === column)?.type ??
        oid.text
      : resolveOver(stored, expression.node, { row: relation, place: "index" })
        .type
  );
}

/**
 * @param name Name of a table in SQLite.
 * @returns Condition that finds it in `sqlite_master`.
 */
export function schemaRow(name: string): string {
  return `type = 'table' AND name = ${sqliteLiteral(name)}`;
}
