import { deepEqual, throws } from "node:assert/strict";
import { MysqlError } from "../../../../lib/sql/mysql/error.ts";
import { tokenize } from "../../../../lib/sql/mysql/tokens.ts";

const plain = { ansiQuotes: false, noBackslashEscapes: false };

const read = (text: string, options: Partial<typeof plain> = {}) =>
  tokenize(text, { ...plain, ...options }).slice(0, -1)
    .map(({ kind, value }) => `${kind}:${value}`);

const cases: readonly (readonly [text: string, tokens: readonly string[]])[] = [
  ["SELECT `a``b`", ["word:SELECT", "name:a`b"]],
  ["'it''s' \"q\"\"q\"", ["string:it'sq\"q"]],
  ["'a\\'b\\\\' 'c'", ["string:a'b\\c"]],
  ["'\\n\\t\\Z\\b\\r\\x'", ["string:\n\t\x1a\b\rx"]],
  // A NUL is no text: the checks of a text's length would end at it.
  ["'a\\0b'", ["hex:610062"]],
  ["'100\\%\\_'", ["string:100\\%\\_"]],
  ["_utf8mb4'x' N'y'", ["string:x", "string:y"]],
  ["x'4142' 0x41 0x4", ["hex:4142", "hex:41", "hex:04"]],
  ["b'101' 0b11", ["bits:101", "bits:11"]],
  ["1 1.5 .5 1e3 5.", [
    "number:1",
    "number:1.5",
    "number:.5",
    "number:1e3",
    "number:5.",
  ]],
  ["2fa t.1a", ["word:2fa", "word:t", "operator:.", "word:1a"]],
  ["@x @`odd name` @'q' @@sql_mode @@global.port", [
    "variable:x",
    "variable:odd name",
    "variable:q",
    "system:sql_mode",
    "system:global.port",
  ]],
  ["a<=>b->>c:=?", [
    "word:a",
    "operator:<=>",
    "word:b",
    "operator:->>",
    "word:c",
    "operator::=",
    "param:?",
  ]],
  ["1 -- x\n2 # y\n3 /* z */ 4", [
    "number:1",
    "number:2",
    "number:3",
    "number:4",
  ]],
  ["1--2", ["number:1", "operator:-", "operator:-", "number:2"]],
  ["/*!50000 1 */ /*!99999 2 */ /*! 3 */", ["number:1", "number:3"]],
];

Deno.test("tokenize() decodes every kind of token", () => {
  for (const [text, tokens] of cases) deepEqual(read(text), tokens, text);
});

Deno.test("tokenize() follows the modes", () => {
  deepEqual(read('"a"', { ansiQuotes: true }), ["name:a"]);
  deepEqual(read("'a\\'", { noBackslashEscapes: true }), ["string:a\\"]);
});

Deno.test("tokenize() refuses what does not end", () => {
  for (
    const text of [
      "'a",
      "'a\\'",
      '"',
      "`a",
      "``",
      "/* x",
      "/*! 1",
      "\u0001'",
      "x'4'",
      "x'zz'",
    ]
  ) {
    throws(
      () => tokenize(text, plain),
      (error) => error instanceof MysqlError && error.errno === 1064,
      text,
    );
  }
});
