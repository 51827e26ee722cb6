/**
 * Reads definitions besides those of tables: CREATE, DROP, RENAME of indexes, views, databases
 * (MySQL manual, 15.1).
 *
 * @module
 */

import type { Node, RangeVar } from "@pgsql/types";
import { readCharset, readCollation } from "./collation.ts";
import { createTable } from "./create_table.ts";
import { MysqlError, notSupportedYet } from "./error.ts";
import { rangeVar, string } from "./nodes.ts";
import { renameTable } from "./alter_table.ts";
import { dropIndex } from "./alter_keys.ts";
import type { Parser } from "./parser.ts";
import { query } from "./query.ts";
import {
  indexNode,
  indexType,
  keyParts,
  type KeyRead,
} from "./table_constraint.ts";
import { tableExists } from "./show_tables.ts";
import {
  databaseOf,
  mainDatabase,
  schemaOf,
  tableParts,
} from "./table_name.ts";
import { createUser, dropUser, renameUser } from "./users.ts";

/** At CREATE. */
export function create(p: Parser): Node[] {
  p.expect("create");
  const replace = p.accept("or", "replace");
  if (p.accept("temporary")) {
    p.expect("table");
    return createTable(p, true);
  }
  if (p.accept("table")) return createTable(p, false);
  if (p.is("unique", "fulltext", "spatial", "index")) return createIndex(p);
  if (p.acceptOne("database", "schema") !== undefined) return createDatabase(p);
  if (p.acceptOne("user", "role") !== undefined) return createUser(p, replace);
  if (p.is("algorithm", "definer", "sql", "view")) {
    return createView(p, replace);
  }
  if (
    p.is(
      "trigger",
      "procedure",
      "function",
      "event",
      "server",
      "tablespace",
      "aggregate",
    )
  ) {
    throw notSupportedYet(`CREATE ${p.token.value.toUpperCase()}`);
  }
  throw p.error();
}

function createIndex(p: Parser): Node[] {
  const kind = p.acceptOne("unique", "fulltext", "spatial") ?? "index";
  p.expect("index");
  const ifNotExists = p.accept("if", "not", "exists");
  const name = p.name();
  indexType(p);
  p.expect("on");
  const relation = rangeVar(tableParts(p)) as RangeVar;
  const key: KeyRead = {
    kind: kind === "unique"
      ? "unique"
      : kind === "index"
      ? "index"
      : "fulltext",
    name,
    parts: keyParts(p),
  };
  algorithm(p);
  return [indexNode(relation, key, new Set(), ifNotExists)];
}

/** ALGORITHM=…, LOCK=…. */
function algorithm(p: Parser): void {
  while (p.is("algorithm", "lock")) {
    p.take();
    p.accept("=");
    p.take();
  }
}

function databaseOptions(p: Parser): void {
  for (;;) {
    p.accept("default");
    if (p.accept("character", "set") || p.accept("charset")) {
      p.accept("=");
      readCharset(p);
    } else if (p.accept("collate")) {
      p.accept("=");
      readCollation(p);
    } else if (p.accept("encryption") || p.accept("comment")) {
      p.accept("=");
      p.string();
    } else return;
  }
}

function createDatabase(p: Parser): Node[] {
  const exists = p.accept("if", "not", "exists");
  const name = p.name();
  databaseOptions(p);
  if (name === mainDatabase) {
    if (exists) return [];
    throw new MysqlError(
      1007,
      "HY000",
      `Can't create database '${name}'; database exists`,
    );
  }
  return [{ CreateSchemaStmt: { schemaname: name, if_not_exists: exists } }];
}

/** At ALTER DATABASE, after the words. */
export function alterDatabase(p: Parser): Node[] {
  if (!p.is("default", "character", "charset", "collate", "encryption")) {
    p.name();
  }
  databaseOptions(p);
  return [];
}

/** A text that is read in one of these modes means something else without it. */
const textModes = [
  "ANSI_QUOTES",
  "NO_BACKSLASH_ESCAPES",
  "PIPES_AS_CONCAT",
  "HIGH_NOT_PRECEDENCE",
  "IGNORE_SPACE",
];

const viewOption = (defname: string, text: string): Node => ({
  DefElem: { defname, arg: string(text), defaction: "DEFELEM_UNSPEC" },
});

/** After CREATE or ALTER. */
function createView(p: Parser, replace: boolean): Node[] {
  if (p.accept("algorithm", "=")) p.anyName();
  if (p.accept("definer", "=")) account(p);
  let invoker = false;
  if (p.accept("sql", "security")) {
    invoker = p.acceptOne("invoker", "definer") === "invoker";
  }
  p.expect("view");
  const view = rangeVar(tableParts(p)) as RangeVar;
  const names = p.is("(")
    ? p.parenthesized(() => p.list(() => string(p.name())))
    : undefined;
  p.expect("as");
  const first = p.at;
  p.origin = p.token.at;
  const select = query(p);
  const written = textModes.some((mode) => p.options.sqlMode.has(mode))
    ? undefined
    : p.plainTextFrom(first);
  let checkOption:
    | "NO_CHECK_OPTION"
    | "LOCAL_CHECK_OPTION"
    | "CASCADED_CHECK_OPTION" = "NO_CHECK_OPTION";
  if (p.accept("with")) {
    checkOption = p.acceptOne("local", "cascaded") === "local"
      ? "LOCAL_CHECK_OPTION"
      : "CASCADED_CHECK_OPTION";
    p.expect("check", "option");
  }
  return [{
    ViewStmt: {
      view,
      query: select,
      replace,
      withCheckOption: checkOption,
      ...(names === undefined ? {} : { aliases: names }),
      options: [
        ...(invoker ? [viewOption("security_invoker", "true")] : []),
        ...(written === undefined ? [] : [viewOption("mysql_text", written)]),
      ],
    },
  }];
}

/** At ALTER VIEW: the view must be there, and is replaced. */
export function alterView(p: Parser): Node[] {
  const made = createView(p, true);
  const [view] = made.flatMap((node) =>
    "ViewStmt" in node ? [node.ViewStmt.view ?? {}] : []
  );
  const { schemaname, relname = "" } = view ?? {};
  const database = schemaname === undefined
    ? p.options.database ?? ""
    : databaseOf(schemaname);
  return [tableExists(database, relname), ...made];
}

/** `'user'@'host'`. */
export function account(p: Parser): string {
  if (p.accept("current_user")) {
    if (p.accept("(")) p.expect(")");
    return "";
  }
  const name = p.nameOrString();
  if (p.token.kind === "variable") p.take();
  return name;
}

const dropped = {
  table: "OBJECT_TABLE",
  view: "OBJECT_VIEW",
} as const;

/** At DROP. */
export function drop(p: Parser): Node[] {
  p.expect("drop");
  p.accept("temporary");
  const kind = p.acceptOne("table", "tables", "view");
  if (kind !== undefined) {
    const missing = p.accept("if", "exists");
    const names = p.list(() => tableParts(p));
    const cascade = p.acceptOne("restrict", "cascade") === "cascade";
    return [{
      DropStmt: {
        objects: names.map((parts) => ({ List: { items: parts.map(string) } })),
        removeType: dropped[kind === "view" ? "view" : "table"],
        behavior: cascade || !p.checksForeignKeys
          ? "DROP_CASCADE"
          : "DROP_RESTRICT",
        missing_ok: missing,
      },
    }];
  }
  if (p.accept("index")) {
    const missing = p.accept("if", "exists");
    const name = p.name();
    p.expect("on");
    const relation = rangeVar(tableParts(p)) as RangeVar;
    algorithm(p);
    const node = dropIndex(relation, name);
    return missing
      ? [{
        DropStmt: {
          ...(node as { DropStmt: object }).DropStmt,
          missing_ok: true,
        },
      }]
      : [node];
  }
  if (p.acceptOne("database", "schema") !== undefined) {
    const missing = p.accept("if", "exists");
    const name = p.name();
    if (name === mainDatabase) {
      throw new MysqlError(
        1044,
        "42000",
        `Access denied: database '${name}' cannot be dropped`,
      );
    }
    return [{
      DropStmt: {
        objects: [string(schemaOf(name))],
        removeType: "OBJECT_SCHEMA",
        behavior: "DROP_CASCADE",
        missing_ok: missing,
      },
    }];
  }
  if (p.acceptOne("user", "role") !== undefined) return dropUser(p);
  if (p.is("trigger", "procedure", "function", "event", "server")) {
    const what = p.take().value.toUpperCase();
    // Dumps drop what is not there.
    if (p.accept("if", "exists")) {
      p.qualifiedName();
      return [];
    }
    throw notSupportedYet(`DROP ${what}`);
  }
  throw p.error();
}

/** At RENAME. */
export function rename(p: Parser): Node[] {
  p.expect("rename");
  if (p.accept("user")) return renameUser(p);
  if (p.acceptOne("table", "tables") === undefined) throw p.error();
  return p.list(() => {
    const from = rangeVar(tableParts(p)) as RangeVar;
    p.expect("to");
    return renameTable(from, tableParts(p));
  }).flat();
}
