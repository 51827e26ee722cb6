/**
 * Reads definitions of columns (MySQL manual, 15.1.20).
 *
 * What MySQL's clients want to see again (`int unsigned`, a collation, ON UPDATE CURRENT_TIMESTAMP) goes along
 * as options of the column, which the catalog keeps beside PostgreSQL's type.
 *
 * @module
 */

import type { ColumnDef, Constraint, Node } from "@pgsql/types";
import { readCharset, readCollation } from "./collation.ts";
import { type ColumnType, columnType } from "./column_type.ts";
import { declaredText, readList } from "./list_type.ts";
import { readTime } from "../functions/mysql/read_text.ts";
import { writeTime } from "../functions/mysql/write_text.ts";
import { mostTime } from "./time_value.ts";
import { MysqlError } from "./error.ts";
import { conditionOf, valueOf } from "./expression.ts";
import { call, cast, number, string, text } from "./nodes.ts";
import { largeDatum } from "./unsigned.ts";
import type { Parser } from "./parser.ts";

/** A column and what else its definition asks for. */
export interface ColumnRead {
  readonly name: string;
  readonly type: ColumnType;
  readonly notNull: boolean;
  readonly nullable: boolean;
  readonly autoIncrement: boolean;
  readonly primary: boolean;
  readonly unique: boolean;
  readonly defaultNode: Node | undefined;
  /** Its default as SHOW prints it. */
  readonly defaultShown: string | undefined;
  readonly generated: Node | undefined;
  readonly comment: string | undefined;
  readonly onUpdate: boolean;
  readonly checks: readonly {
    readonly name: string | undefined;
    readonly node: Node;
  }[];
  readonly collation: string | undefined;
}

/** After ADD, in CREATE TABLE: `name type …`. */
export function columnDefinition(p: Parser): ColumnRead {
  return columnBody(p, p.name());
}

/** A column after its name. */
export function columnBody(p: Parser, name: string): ColumnRead {
  const type = columnType(p);
  let notNull = type.serial === true;
  let nullable = false;
  let autoIncrement = type.serial === true;
  let primary = false;
  let unique = type.serial === true;
  let defaultNode: Node | undefined;
  let defaultShown: string | undefined;
  let generated: Node | undefined;
  let comment: string | undefined;
  let onUpdate = false;
  let { collation } = type;
  const checks: { name: string | undefined; node: Node }[] = [];
  for (;;) {
    if (p.accept("not", "null")) notNull = true;
    else if (p.accept("null")) nullable = true;
    else if (p.accept("default")) {
      const { token } = p;
      defaultNode = declaredDefault(defaultValue(p, type), type, name);
      defaultShown = p.textFrom(token);
    } else if (p.accept("on", "update")) {
      currentTimestamp(p);
      onUpdate = true;
    } else if (p.accept("auto_increment")) {
      if (!type.integer) {
        throw new MysqlError(
          1063,
          "42000",
          `Incorrect column specifier for column '${name}'`,
        );
      }
      autoIncrement = true;
    } else if (p.accept("unique")) {
      p.acceptOne("key", "index");
      unique = true;
    } else if (p.accept("primary", "key") || p.accept("key")) primary = true;
    else if (p.accept("comment")) comment = p.string();
    else if (p.accept("collate")) collation = readCollation(p);
    else if (p.accept("character", "set") || p.accept("charset")) {
      readCharset(p);
    } else if (p.accept("generated", "always", "as") || p.accept("as")) {
      generated = p.parenthesized(() => valueOf(p));
      p.acceptOne("virtual", "stored", "persistent");
    } else if (p.is("constraint", "check")) {
      const constraint = p.accept("constraint") && !p.is("check")
        ? p.name()
        : undefined;
      p.expect("check");
      checks.push({
        name: constraint,
        node: p.parenthesized(() => conditionOf(p)),
      });
      p.accept("not");
      p.accept("enforced");
    } else if (p.accept("references")) ignoredReference(p);
    else if (p.acceptOne("invisible", "visible") === undefined && !storage(p)) {
      break;
    }
  }
  return {
    name,
    type,
    notNull,
    nullable,
    autoIncrement,
    primary,
    unique,
    defaultNode,
    defaultShown,
    generated,
    comment,
    onUpdate,
    checks,
    collation,
  };
}

/** MySQL reads REFERENCES of a column and does nothing. */
function ignoredReference(p: Parser): void {
  p.qualifiedName();
  if (p.is("(")) p.parenthesized(() => p.list(() => p.name()));
  while (p.accept("on")) {
    p.acceptOne("delete", "update");
    if (!p.accept("set", "null") && !p.accept("no", "action")) p.take();
  }
}

function storage(p: Parser): boolean {
  if (!p.is("column_format", "storage", "engine_attribute")) return false;
  p.take();
  p.accept("=");
  p.take();
  return true;
}

/** `CURRENT_TIMESTAMP[(n)]` and its other names. */
function currentTimestamp(p: Parser): void {
  if (
    p.acceptOne("current_timestamp", "now", "localtime", "localtimestamp") ===
      undefined
  ) {
    throw p.error();
  }
  if (p.accept("(")) {
    if (!p.is(")")) p.whole();
    p.expect(")");
  }
}

/** After DEFAULT. */
export function defaultValue(
  p: Parser,
  type: Pick<ColumnType, "family">,
): Node {
  const { token } = p;
  if (token.kind === "hex" && type.family !== "bytes") {
    p.take();
    return text(new TextDecoder().decode(Uint8Array.fromHex(token.value)));
  }
  // A literal in quotes becomes what the column is; zero dates are refused when they are read.
  return p.is("(") ? p.parenthesized(() => valueOf(p)) : simpleDefault(p);
}

/** A time as PostgreSQL reads it. */
function timeText(given: string): string | undefined {
  const micros = readTime(given);
  return micros === undefined || Math.abs(micros) > mostTime
    ? undefined
    : writeTime(micros);
}

/** A default of ENUM, SET and TIME is kept in the words that are the same everywhere. */
function declaredDefault(node: Node, type: ColumnType, name: string): Node {
  // What is more than PostgreSQL's integers stays a number.
  if (
    type.integer && "A_Const" in node &&
    largeDatum(node.A_Const.sval?.sval ?? "") !== undefined
  ) return number(node.A_Const.sval?.sval ?? "");
  const list = readList(type.mysql);
  const isTime = /^time\b/.test(type.mysql);
  if (
    list === undefined && !isTime || !("A_Const" in node) ||
    node.A_Const.sval === undefined
  ) return node;
  const given = node.A_Const.sval.sval ?? "";
  const found = list === undefined
    ? timeText(given)
    : declaredText(list, given);
  if (found !== undefined) return text(found);
  throw new MysqlError(1067, "42000", `Invalid default value for '${name}'`);
}

function simpleDefault(p: Parser): Node {
  const negative = p.accept("-");
  if (!negative) p.accept("+");
  const { token } = p;
  if (token.kind === "string") {
    p.take();
    return text(token.value);
  }
  if (token.kind === "number") {
    p.take();
    return text(negative ? `-${token.value}` : token.value);
  }
  return valueOf(p);
}

/**
 * @param read Column.
 * @param table Table, for names of constraints.
 * @param collation Collation of the table.
 * @returns PostgreSQL's definition.
 */
export function columnNode(
  read: ColumnRead,
  { table, collation, start }: {
    readonly table: string;
    readonly collation: string;
    readonly start?: string | undefined;
  },
): ColumnDef {
  const { type, name } = read;
  const constraints: Constraint[] = [];
  if (read.notNull || read.primary) {
    constraints.push({ contype: "CONSTR_NOTNULL" });
  }
  if (read.autoIncrement) {
    constraints.push({
      contype: "CONSTR_IDENTITY",
      generated_when: "d",
      ...(start === undefined ? {} : {
        options: [{
          DefElem: {
            defname: "start",
            arg: { Float: { fval: start } },
            defaction: "DEFELEM_UNSPEC",
          },
        }],
      }),
    });
  } else if (read.defaultNode !== undefined && !isNull(read.defaultNode)) {
    constraints.push({ contype: "CONSTR_DEFAULT", raw_expr: read.defaultNode });
  }
  if (read.generated !== undefined) {
    constraints.push({
      contype: "CONSTR_GENERATED",
      generated_when: "a",
      generated_kind: "s",
      raw_expr: type.family === "text"
        ? call("to_text", read.generated)
        : read.generated,
    });
  }
  if (type.check !== undefined) constraints.push(rangeCheck(read, table));
  for (const check of read.checks) {
    constraints.push({
      contype: "CONSTR_CHECK",
      raw_expr: check.node,
      initially_valid: true,
      ...(check.name === undefined ? {} : { conname: check.name }),
    });
  }
  return {
    colname: name,
    typeName: type.typeName,
    is_local: true,
    fdwoptions: columnOptions(read, collation),
    ...(constraints.length === 0 ? {} : {
      constraints: constraints.map((each): Node => ({ Constraint: each })),
    }),
  };
}

const isNull = (node: Node) =>
  "A_Const" in node && node.A_Const.isnull === true;

/** Name of the check that keeps a column's range or list. */
export const rangeCheckName = (
  table: string,
  column: string,
  kind: "range" | "list" = "range",
): string => `${table}.${column}.${kind}`;

/** The check that keeps a column's range or list. */
export function rangeCheck(
  { type, name }: ColumnRead,
  table: string,
): Constraint {
  return {
    contype: "CONSTR_CHECK",
    conname: rangeCheckName(
      table,
      name,
      /^(?:enum|set)\(/.test(type.mysql) ? "list" : "range",
    ),
    raw_expr: type.check?.(name) ?? cast(text("t"), "bool"),
    initially_valid: true,
  };
}

/** What the catalog keeps of a column besides PostgreSQL's type. */
export function columnOptions(read: ColumnRead, collation: string): Node[] {
  const { type } = read;
  const option = (defname: string, value: string): Node => ({
    DefElem: { defname, arg: string(value), defaction: "DEFELEM_UNSPEC" },
  });
  return [
    option("mysql_type", type.mysql),
    ...(type.textual
      ? [option("mysql_collation", read.collation ?? collation)]
      : []),
    ...(read.onUpdate ? [option("mysql_on_update", "true")] : []),
  ];
}
