import { ok } from "node:assert/strict";
import type { ParseOptions } from "../../../../lib/sql/mysql/dialect.ts";
import { MysqlError } from "../../../../lib/sql/mysql/error.ts";
import { parseMysql } from "../../../../lib/sql/mysql/parse.ts";
import { readCases } from "../../../support/mysql_differential.ts";

const folder = new URL("../../../corpora/mysql/", import.meta.url);

const options: ParseOptions = {
  sqlMode: new Set(),
  multi: true,
  database: "postgres",
  systemVariable: () => 1,
  userVariable: () => "text",
};

/** Numbers that look random and are the same each time. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

const scraps = [
  "'",
  '"',
  "`",
  "(",
  ")",
  ",",
  ";",
  "\\",
  "/*",
  "*/",
  "/*!",
  "--",
  "#",
  "@",
  "@@",
  "?",
  "0x",
  "1e",
  ".",
  "\0",
  "select",
  "from",
  "not",
  "case",
  "interval",
  "\u{1f600}",
  "é",
];

Deno.test("parseMysql() throws nothing but MysqlError, whatever the text", async () => {
  const texts: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    const text = await Deno.readTextFile(new URL(name, folder));
    texts.push(...readCases(name, text).map(({ sql }) => sql));
  }
  ok(texts.length >= 500);
  const next = random(42);
  for (const text of texts) {
    for (let round = 0; round < 12; round++) {
      let changed = text;
      for (let change = next(4); change >= 0; change--) {
        const at = next(changed.length + 1);
        const scrap = scraps[next(scraps.length)] as string;
        const length = next(6);
        changed = changed.slice(0, at) + (next(3) === 0 ? "" : scrap) +
          changed.slice(at + length);
      }
      try {
        for (const _ of parseMysql(changed, options));
      } catch (error) {
        ok(
          error instanceof MysqlError,
          `${changed}\n${error instanceof Error ? error.stack : error}`,
        );
      }
    }
  }
});
