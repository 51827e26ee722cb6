import { deepEqual, equal } from "node:assert/strict";
import { scanLiterals } from "../../../../lib/engine/session/literal_scan.ts";

Deno.test("scanLiterals() finds each literal with its byte offset", () => {
  const cases: [string, [string, string, number, number][]][] = [
    ["select 1", [["i", "1", 7, -1]]],
    ["select a1 from t where b = 'x''y'", [["s", "x'y", 27, -1]]],
    ["select 'é', 7", [["s", "é", 7, -1], ["i", "7", 13, -1]]],
    ["select -5", [["i", "5", 8, 7]]],
    ["select - 5", [["i", "5", 9, 7]]],
    ["select 1.5, 1e3", [["n", "1.5", 7, -1], ["n", "1e3", 12, -1]]],
    ["select 3000000000", [["l", "3000000000", 7, -1]]],
    ["select 99999999999999999999", [["n", "99999999999999999999", 7, -1]]],
    ['select "5" , $1, 6', [["i", "6", 17, -1]]],
  ];
  for (const [text, expected] of cases) {
    deepEqual(
      scanLiterals(text)?.literals.map((
        { kind, text, location, minus },
      ) => [kind, text, location, minus]),
      expected,
      text,
    );
  }
});

Deno.test("scanLiterals() gives texts that differ in literals alone one shape", () => {
  const shape = (text: string) => scanLiterals(text)?.shape;
  equal(
    shape("select * from t where a = 1"),
    shape("select * from t where a = 22"),
  );
  equal(shape("select 'a'"), shape("select 'bb''b'"));
  const different = [
    ["select 1", "select '1'"],
    ["select 1", "select 1.0"],
    ["select 1", "select 3000000000"],
    ["select a", "select b"],
    ["select -1", "select 1"],
  ];
  for (const [a, b] of different) {
    equal(
      shape(a as string) === shape(b as string) &&
        shape(b as string) !== undefined,
      false,
      `${a} / ${b}`,
    );
  }
});

Deno.test("scanLiterals() leaves alone what it does not read", () => {
  const texts = [
    "select E'a\\'b'",
    "select $$a$$",
    "select $x$1$x$",
    "select 1 -- 2",
    "select /* 1 */ 2",
    "select U&'a'",
    "select B'1'",
    "select 1a",
    "select 0x1f",
    "select 1_000",
    "select .5",
    "select 'a'\n'b'",
    "select 2147483648",
    "select 'open",
    "select é, 1",
    "select now()",
  ];
  for (const text of texts) equal(scanLiterals(text), undefined, text);
});
