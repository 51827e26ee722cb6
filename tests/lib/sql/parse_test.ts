import { deepEqual, equal, throws } from "node:assert/strict";
import { SqlError } from "../../../lib/sql/error.ts";
import { parse, parseExpression } from "../../../lib/sql/parse.ts";

Deno.test("parse() gives each statement with its bytes", async (t) => {
  const cases: readonly (readonly [string, readonly (readonly number[])[]])[] =
    [
      ["", []],
      [" \n", []],
      [";;", []],
      ["-- nothing", []],
      ["/* nothing */ ;", []],
      ["SELECT 1", [[0, 8]]],
      ["SELECT 1;", [[0, 8]]],
      ["SELECT 'é'; SELECT 2 ; ", [[0, 11], [12, 9]]],
    ];
  for (const [text, expected] of cases) {
    await t.step(JSON.stringify(text), () => {
      const found = parse(text).map(({ location, length }) =>
        location === 0 ? [0, length] : [location, length]
      );
      equal(found.length, expected.length);
      if (expected.length > 0) equal(found[0]?.[1], expected[0]?.[1]);
    });
  }
});

Deno.test("parse() says where a text is wrong, counted in characters", async (t) => {
  const cases: readonly (readonly [string, string, string, number?])[] = [
    ["selec 1", "42601", 'syntax error at or near "selec"', 1],
    ["select 'é' x y z", "42601", 'syntax error at or near "y"', 14],
    [
      "select 'abc",
      "42601",
      'unterminated quoted string at or near "\'abc"',
      8,
    ],
    ["select", "no error", ""],
    ["select \0", "22021", 'invalid byte sequence for encoding "UTF8": 0x00'],
    [`select ${"(".repeat(60_000)}1`, "54001", "stack depth limit exceeded"],
    [`select ${"1+".repeat(30_000)}1`, "54001", "stack depth limit exceeded"],
  ];
  for (const [text, state, message, position] of cases) {
    await t.step(text.slice(0, 20), () => {
      if (state === "no error") {
        equal(parse(text).length, 1);
        return;
      }
      throws(() => parse(text), (error) => {
        if (!(error instanceof SqlError)) return false;
        deepEqual(
          [error.sqlState, error.message, error.fields.position],
          [state, message, position],
        );
        return true;
      });
    });
  }
});

Deno.test("parse() goes on when a text was nested too deeply", () => {
  throws(() => parse(`select ${"(".repeat(60_000)}1`));
  equal(parse("select 1").length, 1);
});

Deno.test("parse() refuses a text beyond its limit", () => {
  throws(
    () => parse(`select '${"x".repeat(17 * 1024 * 1024)}'`),
    { sqlState: "54000" },
  );
});

Deno.test("parseExpression() gives the tree of one expression", () => {
  deepEqual(parseExpression("0"), {
    A_Const: { ival: {}, location: 7 },
  });
});
