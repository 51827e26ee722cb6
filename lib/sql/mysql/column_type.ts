/**
 * Types of columns: what MySQL's are in PostgreSQL, and what SHOW prints of them (MySQL manual, 13).
 *
 * | MySQL | PostgreSQL |
 * |---|---|
 * | TINYINT, SMALLINT, BOOL | smallint, with a range |
 * | TINYINT UNSIGNED | smallint; SMALLINT UNSIGNED, MEDIUMINT: integer; INT UNSIGNED, BIGINT, BIGINT UNSIGNED, BIT: bigint, with ranges |
 * | DECIMAL(p, s) | numeric(p, s) |
 * | FLOAT, DOUBLE | real, double precision |
 * | CHAR, VARCHAR | varchar(n) |
 * | TEXT family, ENUM, SET | text, the last two with their lists |
 * | BINARY, VARBINARY, BLOB family | bytea |
 * | DATE, DATETIME(n), TIMESTAMP(n) | date, timestamp(n), timestamptz(n) |
 * | TIME(n) | interval hour to second(n), from -838:59:59 to 838:59:59 |
 * | YEAR | smallint, 1901 to 2155 or 0 |
 * | JSON | jsonb |
 *
 * @module
 */

import type { Node, TypeName } from "@pgsql/types";
import { readCharset, readCollation } from "./collation.ts";
import { notSupportedYet } from "./error.ts";
import {
  call,
  cast,
  column,
  logic,
  operator,
  string,
  text,
  typeName,
} from "./nodes.ts";
import { timeModifiers } from "./time_value.ts";
import type { Parser } from "./parser.ts";
import {
  integerNames,
  integerType,
  number,
  positive,
  range,
  signs,
  sizes,
} from "./integer_type.ts";

/** A type of a column. */
export interface ColumnType {
  readonly typeName: TypeName;
  /** As SHOW COLUMNS prints it. */
  readonly mysql: string;
  /** Condition over the column of that name, for ranges and lists. */
  readonly check?: ((name: string) => Node) | undefined;
  /** Whether it holds characters and so has a collation. */
  readonly textual: boolean;
  /** Collation that was written out. */
  readonly collation?: string | undefined;
  /** Whether it is a kind of integer, which can count by itself. */
  readonly integer: boolean;
  /** Whether a quoted default is a value of another type. */
  readonly family: "number" | "text" | "bytes" | "time" | "json";
  /** `SERIAL`. */
  readonly serial?: boolean;
}

/**
 * @param p Parser, before a type.
 * @returns The type.
 */
export function columnType(p: Parser): ColumnType {
  const { token } = p;
  if (token.kind !== "word") throw p.error();
  p.take();
  const { word } = token;
  const integerName = integerNames[word];
  if (integerName !== undefined) return integerType(p, integerName);
  const plain = (
    type: TypeName,
    mysql: string,
    family: ColumnType["family"],
    more: Partial<ColumnType> = {},
  ): ColumnType => ({
    typeName: type,
    mysql,
    textual: false,
    integer: false,
    family,
    ...more,
  });
  switch (word) {
    case "bool":
    case "boolean":
      return plain(typeName("int2"), "tinyint(1)", "number", {
        integer: true,
        check: range("-128", "127"),
      });
    case "serial":
      return plain(typeName("int8"), "bigint unsigned", "number", {
        integer: true,
        serial: true,
        ...positive(" unsigned"),
      });
    case "bit": {
      const [bits = 1] = sizes(p);
      return plain(typeName("int8"), `bit(${bits})`, "number", {
        ...(bits >= 64
          ? positive(" unsigned")
          : { check: range("0", String((1n << BigInt(bits)) - 1n)) }),
      });
    }
    case "decimal":
    case "dec":
    case "numeric":
    case "fixed": {
      const [precision = 10, scale = 0] = sizes(p);
      const unsigned = signs(p);
      return plain(
        typeName("numeric", precision, scale),
        `decimal(${precision},${scale})${unsigned}`,
        "number",
        unsigned === ""
          ? {}
          : { check: (name) => operator(">=", column(name), number("0")) },
      );
    }
    case "float":
    case "float4": {
      const given = sizes(p);
      const unsigned = signs(p);
      const double = given.length === 1 && (given[0] ?? 0) > 24;
      return plain(
        typeName(double ? "float8" : "float4"),
        `${double ? "double" : "float"}${unsigned}`,
        "number",
        positive(unsigned),
      );
    }
    case "double":
    case "real":
    case "float8": {
      p.accept("precision");
      sizes(p);
      const unsigned = signs(p);
      return plain(
        typeName("float8"),
        `double${unsigned}`,
        "number",
        positive(unsigned),
      );
    }
    case "char":
    case "character":
    case "nchar":
    case "national": {
      if (word === "national") {
        const varying =
          p.acceptOne("char", "character", "varchar") === "varchar" ||
          p.accept("varying");
        return textual(p, varying ? "varchar" : "char", sizes(p)[0] ?? 1);
      }
      const varying = p.accept("varying");
      return textual(p, varying ? "varchar" : "char", sizes(p)[0] ?? 1);
    }
    case "varchar":
    case "varcharacter":
    case "nvarchar": {
      const [length] = sizes(p);
      if (length === undefined) throw p.error();
      return textual(p, "varchar", length);
    }
    case "tinytext":
    case "text":
    case "mediumtext":
    case "longtext":
      sizes(p);
      return { ...textual(p, word, undefined) };
    case "long":
      if (p.accept("varbinary")) {
        return plain(typeName("bytea"), "mediumblob", "bytes");
      }
      p.accept("varchar");
      return textual(p, "mediumtext", undefined);
    case "enum":
    case "set":
      return listed(p, word);
    case "binary":
    case "varbinary": {
      const [length = 1] = sizes(p);
      return plain(typeName("bytea"), `${word}(${length})`, "bytes", {
        check: (name) =>
          operator("<=", {
            FuncCall: {
              funcname: [string("pg_catalog"), string("octet_length")],
              args: [column(name)],
              funcformat: "COERCE_EXPLICIT_CALL",
            },
          }, number(String(length))),
      });
    }
    case "tinyblob":
    case "blob":
    case "mediumblob":
    case "longblob":
      sizes(p);
      return plain(typeName("bytea"), word, "bytes");
    case "date":
      return plain(typeName("date"), "date", "time");
    case "time": {
      const [digits = 0] = sizes(p);
      return plain(
        typeName("interval", ...timeModifiers(digits)),
        digits === 0 ? word : `${word}(${digits})`,
        "time",
        { check: timeRange },
      );
    }
    case "datetime":
    case "timestamp": {
      const [digits = 0] = sizes(p);
      return plain(
        typeName(word === "datetime" ? "timestamp" : "timestamptz", digits),
        digits === 0 ? word : `${word}(${digits})`,
        "time",
      );
    }
    case "year":
      sizes(p);
      return plain(typeName("int2"), "year", "number", {
        check: (name) =>
          logic(
            "OR_EXPR",
            operator("=", column(name), number("0")),
            range("1901", "2155")(name),
          ),
      });
    case "json":
      return plain(typeName("jsonb"), "json", "json");
    case "uuid":
      return plain(typeName("uuid"), "uuid", "text");
    case "inet4":
    case "inet6":
    case "geometry":
    case "point":
    case "linestring":
    case "polygon":
    case "vector":
      throw notSupportedYet(`column of type ${word.toUpperCase()}`);
    default:
      throw p.error(token);
  }
}

/** What PostgreSQL's clients write stays within TIME, too. */
const timeRange = (name: string): Node =>
  logic(
    "AND_EXPR",
    operator(">=", column(name), cast(text("-838:59:59"), "interval")),
    operator("<=", column(name), cast(text("838:59:59"), "interval")),
  );

/** CHARACTER SET, COLLATE, BINARY after a type. */
function characters(p: Parser): string | undefined {
  let collation: string | undefined;
  for (;;) {
    if (p.accept("character", "set") || p.accept("charset")) {
      p.accept("=");
      const charset = readCharset(p);
      collation ??= charset === "binary" ? "binary" : undefined;
    } else if (p.accept("collate")) collation = readCollation(p);
    else if (p.accept("binary")) collation = "utf8mb4_bin";
    else if (!p.accept("ascii") && !p.accept("unicode")) return collation;
  }
}

/** A type that holds characters. */
export function textual(
  p: Parser,
  name: string,
  length: number | undefined,
): ColumnType {
  const collation = characters(p);
  return {
    // VARCHAR(0) is allowed in MySQL.
    typeName: length === undefined
      ? typeName("text")
      : typeName("varchar", Math.max(length, 1)),
    mysql: length === undefined ? name : `${name}(${length})`,
    textual: true,
    integer: false,
    family: "text",
    ...(collation === undefined ? {} : { collation }),
  };
}

/** ENUM ('a', 'b'), SET ('a', 'b'). */
function listed(p: Parser, word: string): ColumnType {
  const labels = p.parenthesized(() =>
    p.list(() => p.string().replace(/ +$/, ""))
  );
  const collation = characters(p);
  const shown = labels.map((label) => `'${label.replaceAll("'", "''")}'`).join(
    ",",
  );
  const array: Node = cast(
    { A_ArrayExpr: { elements: labels.map(text) } },
    "_text",
  );
  return {
    typeName: typeName("text"),
    mysql: `${word}(${shown})`,
    textual: true,
    integer: false,
    family: "text",
    check: (name) =>
      word === "enum"
        ? {
          A_Expr: {
            kind: "AEXPR_OP_ANY",
            name: [string("=")],
            lexpr: column(name),
            rexpr: array,
          },
        }
        : call("is_subset", column(name), text(labels.join(","))),
    ...(collation === undefined ? {} : { collation }),
  };
}
