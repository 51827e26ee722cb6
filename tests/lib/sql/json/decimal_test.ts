import { equal, throws } from "node:assert/strict";
import {
  canonicalNumber,
  compareNumberTexts,
  divideDecimals,
  parseDecimal,
  printDecimal,
} from "../../../../lib/sql/json/decimal.ts";
import { SqlError } from "../../../../lib/sql/error.ts";

Deno.test("canonicalNumber() writes numbers as numeric does", () => {
  for (
    const [written, expected] of [
      ["1e2", "100"],
      ["1.10", "1.10"],
      ["-0", "0"],
      ["-0.0", "0.0"],
      ["1.50e1", "15.0"],
      ["1e-3", "0.001"],
      ["-12.5e-1", "-1.25"],
      ["0e10", "0"],
      ["0e-3", "0.000"],
      ["10", "10"],
    ] as const
  ) equal(canonicalNumber(written), expected, written);
});

Deno.test("canonicalNumber() refuses what numeric cannot hold", () => {
  for (const written of ["1e131072", "1e-16384", "1e999999999999"]) {
    throws(
      () => canonicalNumber(written),
      (error) => error instanceof SqlError && error.sqlState === "22003",
      written,
    );
  }
});

Deno.test("compareNumberTexts() compares by value", () => {
  equal(compareNumberTexts("1.0", "1.00"), 0);
  equal(compareNumberTexts("10", "9"), 1);
  equal(compareNumberTexts("-10", "9"), -1);
  equal(
    compareNumberTexts("100000000000000000001", "100000000000000000000"),
    1,
  );
  equal(compareNumberTexts("0.1000000000000000001", "0.1"), 1);
});

Deno.test("divideDecimals() gives as many digits as numeric", () => {
  for (
    const [a, b, expected] of [
      ["10", "3", "3.3333333333333333"],
      ["1", "7", "0.14285714285714285714"],
      ["-7", "2", "-3.5000000000000000"],
      ["100000", "3", "33333.333333333333"],
    ] as const
  ) {
    equal(
      printDecimal(divideDecimals(parseDecimal(a), parseDecimal(b))),
      expected,
      `${a} / ${b}`,
    );
  }
});
