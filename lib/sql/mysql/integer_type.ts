/**
 * Types of whole numbers, and what stands after a numeric type.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import { column, logic, operator, typeName } from "./nodes.ts";
import type { Parser } from "./parser.ts";
import { type ColumnType } from "./column_type.ts";

interface IntegerKind {
  readonly type: string;
  readonly low: string;
  readonly high: string;
  readonly unsignedType: string;
  readonly unsignedHigh: string;
  /** Whether its own range is PostgreSQL's. */
  readonly exact: boolean;
}

const integers: Readonly<Record<string, IntegerKind>> = {
  tinyint: {
    type: "int2",
    low: "-128",
    high: "127",
    unsignedType: "int2",
    unsignedHigh: "255",
    exact: false,
  },
  smallint: {
    type: "int2",
    low: "-32768",
    high: "32767",
    unsignedType: "int4",
    unsignedHigh: "65535",
    exact: true,
  },
  mediumint: {
    type: "int4",
    low: "-8388608",
    high: "8388607",
    unsignedType: "int4",
    unsignedHigh: "16777215",
    exact: false,
  },
  int: {
    type: "int4",
    low: "-2147483648",
    high: "2147483647",
    unsignedType: "int8",
    unsignedHigh: "4294967295",
    exact: true,
  },
  bigint: {
    type: "int8",
    low: "",
    high: "",
    unsignedType: "int8",
    unsignedHigh: "",
    exact: true,
  },
};

/** Types of whole numbers by all their names. */
export const integerNames: Readonly<Record<string, string>> = {
  tinyint: "tinyint",
  int1: "tinyint",
  smallint: "smallint",
  int2: "smallint",
  mediumint: "mediumint",
  int3: "mediumint",
  middleint: "mediumint",
  int: "int",
  integer: "int",
  int4: "int",
  bigint: "bigint",
  int8: "bigint",
};

/** A number as a literal. */
export const number = (digits: string): Node => ({
  A_Const: { fval: { fval: digits } },
});

/** Range of a column that is NULL or between two numbers. */
export const range =
  (low: string, high: string): (name: string) => Node => (name) =>
    logic(
      "AND_EXPR",
      operator(">=", column(name), number(low)),
      operator("<=", column(name), number(high)),
    );

/** `(n)`, `(n, m)`. */
export function sizes(p: Parser): number[] {
  return p.is("(") ? p.parenthesized(() => p.list(() => p.whole())) : [];
}

/** SIGNED, UNSIGNED, ZEROFILL; the text that SHOW prints. */
export function signs(p: Parser): string {
  let text = "";
  for (;;) {
    if (p.accept("unsigned")) {
      text = ` unsigned${text.replace(" unsigned", "")}`;
    } else if (p.accept("zerofill")) text = " unsigned zerofill";
    else if (!p.accept("signed")) return text;
  }
}

const positiveCheck = (name: string): Node =>
  operator(">=", column(name), number("0"));

/** The check of an UNSIGNED number whose type has no bound of its own. */
export const positive = (unsigned: string): Partial<ColumnType> =>
  unsigned === "" ? {} : { check: positiveCheck };

/** After the name of a type of whole numbers. */
export function integerType(p: Parser, name: string): ColumnType {
  const kind = integers[name] as IntegerKind;
  const [width] = sizes(p);
  const unsigned = signs(p);
  // MySQL 8 prints a width only where it means something to clients.
  const shown = name === "tinyint" && width === 1 && unsigned === ""
    ? "tinyint(1)"
    : name;
  return {
    typeName: typeName(unsigned === "" ? kind.type : kind.unsignedType),
    mysql: `${shown}${unsigned}`,
    textual: false,
    integer: true,
    family: "number",
    ...(unsigned !== ""
      ? {
        check: kind.unsignedHigh === ""
          ? positiveCheck
          : range("0", kind.unsignedHigh),
      }
      : kind.exact
      ? {}
      : { check: range(kind.low, kind.high) }),
  };
}
