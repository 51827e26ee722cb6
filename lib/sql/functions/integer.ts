/**
 * Functions of `int2`, `int4`, `int8` and `oid`.
 *
 * SQLite reckons with 64 bits and makes a float of what is larger, so every result is compared with the
 * bounds of its type.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import { integerDatum } from "../types/binary.ts";
import {
  divisionByZero,
  fitInteger,
  int2Range,
  int4Range,
  int8Range,
  type IntegerRange,
  outOfRange,
} from "../types/integer.ts";
import { cast, type Definition, fn, op, type Printed } from "./define.ts";
import { callOf, failure, type Print, whenSimple } from "./native.ts";
import { comparisons } from "./text_compare.ts";

const types = ["int2", "int4", "int8"] as const;
type IntegerType = typeof types[number];

/** Bounds of each type. */
const ranges: Readonly<Record<IntegerType, IntegerRange>> = {
  int2: int2Range,
  int4: int4Range,
  int8: int8Range,
};

/** The least `int8` as SQLite reads it; written out it would be a float. */
const least8 = "(-9223372036854775807 - 1)";
const leastOf = (type: IntegerType) =>
  type === "int8" ? least8 : String(ranges[type].min);

const wider = (a: IntegerType, b: IntegerType) =>
  types.indexOf(a) < types.indexOf(b) ? b : a;

/** Fails when the value of `sql` does not fit the type; `sql` is printed twice. */
function bounded(sql: string, type: IntegerType): string {
  const fail = failure("22003", `${ranges[type].label} out of range`);
  return type === "int8"
    ? `CASE typeof(${sql}) WHEN 'real' THEN ${fail} ELSE ${sql} END`
    : `CASE WHEN ${sql} NOT BETWEEN ${ranges[type].min} AND ${
      ranges[type].max
    } THEN ${fail} ELSE ${sql} END`;
}

type Arithmetic = (a: bigint, b: bigint) => bigint;

/** A function of two integers of one type. */
function exact(type: IntegerType, how: Arithmetic) {
  const range = ranges[type];
  return ([a, b]: readonly Datum[]) => {
    if (typeof a === "number" && typeof b === "number") {
      const fast = quick.get(how)?.(a, b);
      if (
        fast !== undefined && Number.isSafeInteger(fast) && type === "int8"
      ) return fast;
    }
    return fitInteger(how(BigInt(a as number), BigInt(b as number)), range);
  };
}

const plus: Arithmetic = (a, b) => a + b;
const minus: Arithmetic = (a, b) => a - b;
const times: Arithmetic = (a, b) => a * b;
const quotient: Arithmetic = (a, b) => {
  if (b === 0n) throw divisionByZero();
  return a / b;
};
const rest: Arithmetic = (a, b) => {
  if (b === 0n) throw divisionByZero();
  return a % b;
};
const quick: ReadonlyMap<Arithmetic, (a: number, b: number) => number> =
  new Map([
    [plus, (a, b) => a + b],
    [minus, (a, b) => a - b],
    [times, (a, b) => a * b],
  ]);

/** Names of the functions behind the operators, as in `pg_proc`. */
const arithmetic: readonly (readonly [string, string, Arithmetic])[] = [
  ["+", "pl", plus],
  ["-", "mi", minus],
  ["*", "mul", times],
  ["/", "div", quotient],
];

function printArithmetic(symbol: string, type: IntegerType): Print {
  if (symbol !== "/") {
    return ([a, b]) => `(${bounded(`(${a} ${symbol} ${b})`, type)})`;
  }
  const zero = failure("22012", "division by zero");
  const large = failure("22003", `${ranges[type].label} out of range`);
  return ([a, b]) =>
    `(CASE WHEN ${b} = 0 THEN ${zero} WHEN ${b} = -1 AND ${a} = ${
      leastOf(type)
    } THEN ${large} ELSE ${a} / ${b} END)`;
}

function operatorsOf(a: IntegerType, b: IntegerType): Definition[] {
  const type = wider(a, b);
  return arithmetic.map(([symbol, suffix]) =>
    op(`${a} ${symbol} ${b} = ${type}`, {
      sql: whenSimple(
        printArithmetic(symbol, type),
        callOf(`${type}${suffix}(${type}, ${type})`),
      ),
    })
  );
}

/** Remainder: needs its divisor twice only. */
function printRemainder(type: IntegerType): Print {
  const otherwise = callOf(`mod(${type}, ${type})`);
  return (args) => {
    const [a, b] = args as [Printed, Printed];
    return b.simple
      ? `(CASE WHEN ${b} = 0 THEN ${
        failure("22012", "division by zero")
      } ELSE ${a} % ${b} END)`
      : otherwise(args);
  };
}

const greatest: Arithmetic = (a, b) => {
  let [left, right] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (right !== 0n) [left, right] = [right, left % right];
  return left;
};
const least: Arithmetic = (a, b) => {
  if (a === 0n || b === 0n) return 0n;
  const product = a / greatest(a, b) * b;
  return product < 0n ? -product : product;
};

/** Bits that a shift may use at most, and what is left of the result. */
function shift(type: IntegerType, left: boolean) {
  return ([value, count]: readonly Datum[]) => {
    const mask = type === "int8" ? 63n : 31n;
    const by = BigInt(count as number) & mask;
    const number = BigInt(value as number);
    const bits = type === "int8" ? 64 : type === "int4" ? 32 : 16;
    return integerDatum(
      BigInt.asIntN(bits, left ? number << by : number >> by),
    );
  };
}

function definitionsOf(type: IntegerType): Definition[] {
  const negative = failure("22003", `${ranges[type].label} out of range`);
  const unary = (symbol: string): Print => ([a]) =>
    `(CASE WHEN ${a} = ${leastOf(type)} THEN ${negative} ELSE ${
      symbol === "-" ? `-${a}` : `abs(${a})`
    } END)`;
  const negate = whenSimple(unary("-"), callOf(`${type}um(${type})`));
  const absolute = whenSimple(unary("@"), callOf(`${type}abs(${type})`));
  const range = ranges[type];
  return [
    ...arithmetic.map(([, suffix, how]) =>
      fn(`${type}${suffix}(${type}, ${type}) ${type}`, {
        call: exact(type, how),
      })
    ),
    fn(`mod(${type}, ${type}) ${type}`, { call: exact(type, rest) }),
    op(`${type} % ${type} = ${type}`, { sql: printRemainder(type) }),
    fn(`${type}um(${type}) ${type}`, {
      call: ([a]) => fitInteger(-BigInt(a as number), range),
    }),
    op(`- ${type} = ${type}`, { sql: negate }),
    op(`+ ${type} = ${type}`, { sql: ([a]) => `${a}` }),
    fn(`${type}abs(${type}) ${type}`, {
      call: ([a]) => {
        const value = BigInt(a as number);
        return fitInteger(value < 0n ? -value : value, range);
      },
    }),
    op(`@ ${type} = ${type}`, { sql: absolute }),
    fn(`abs(${type}) ${type}`, { sql: absolute }),
    op(`${type} & ${type} = ${type}`, { sql: ([a, b]) => `(${a} & ${b})` }),
    op(`${type} | ${type} = ${type}`, { sql: ([a, b]) => `(${a} | ${b})` }),
    fn(`${type}xor(${type}, ${type}) ${type}`, {
      call: ([a, b]) => integerDatum(BigInt(a as number) ^ BigInt(b as number)),
    }),
    op(`${type} # ${type} = ${type}`, {
      sql: whenSimple(
        ([a, b]) => `((${a} | ${b}) & ~(${a} & ${b}))`,
        callOf(`${type}xor(${type}, ${type})`),
      ),
    }),
    op(`~ ${type} = ${type}`, { sql: ([a]) => `(~${a})` }),
    op(`${type} << int4 = ${type}`, { call: shift(type, true) }),
    op(`${type} >> int4 = ${type}`, { call: shift(type, false) }),
  ];
}

function commonDivisors(type: "int4" | "int8"): Definition[] {
  return [
    fn(`gcd(${type}, ${type}) ${type}`, { call: exact(type, greatest) }),
    fn(`lcm(${type}, ${type}) ${type}`, { call: exact(type, least) }),
  ];
}

/** Casts to a narrower type. */
function narrowing(from: IntegerType, to: IntegerType): Definition[] {
  const name = `${to}(${from})`;
  const range = ranges[to];
  return [
    fn(`${name} ${to}`, {
      call: ([a]) => {
        const value = BigInt(a as number);
        if (value < range.min || value > range.max) throw outOfRange(range);
        return a as Datum;
      },
    }),
    cast(`${from} -> ${to}`, "assignment", {
      sql: whenSimple(([a]) => `(${bounded(`${a}`, to)})`, callOf(name)),
    }),
  ];
}

function toOid([a]: readonly Datum[]): Datum {
  const value = BigInt(a as number);
  if (value < -2147483648n || value > 4294967295n) {
    throw new SqlError("22003", "OID out of range");
  }
  return Number(BigInt.asUintN(32, value));
}

/** See the top of the file. */
export const integerFunctions: readonly Definition[] = [
  ...types.flatMap((a) => types.flatMap((b) => comparisons(a, b))),
  ...comparisons("oid", "oid"),
  ...["xid", "cid", "tid", "pg_lsn", "xid8"].flatMap((type) =>
    comparisons(type, type)
  ),
  op("xid = int4 = bool", { sql: ([a, b]) => `(${a} = ${b})` }),
  ...types.flatMap((a) => types.flatMap((b) => operatorsOf(a, b))),
  ...types.flatMap(definitionsOf),
  ...commonDivisors("int4"),
  ...commonDivisors("int8"),
  cast("int2 -> int4", "implicit", { sql: ([a]) => `${a}` }),
  cast("int2 -> int8", "implicit", { sql: ([a]) => `${a}` }),
  cast("int4 -> int8", "implicit", { sql: ([a]) => `${a}` }),
  ...narrowing("int8", "int4"),
  ...narrowing("int8", "int2"),
  ...narrowing("int4", "int2"),
  cast("int8 -> oid", "implicit", { call: toOid }),
  cast("int4 -> oid", "implicit", { call: toOid }),
  cast("oid -> int4", "assignment", {
    call: ([a]) => Number(a) | 0,
  }),

  fn("int4inc(int4) int4", {
    call: ([a]) => fitInteger(BigInt(a as number) + 1n, int4Range),
  }),
];
