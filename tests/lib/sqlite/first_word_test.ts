import { equal } from "node:assert/strict";
import { firstWord } from "../../../lib/sqlite/first_word.ts";

const cases: [sql: string, word: string][] = [
  ["SELECT 1", "SELECT"],
  ["select 1", "SELECT"],
  ["  \n\t;;begin", "BEGIN"],
  ["-- a\nPRAGMA x", "PRAGMA"],
  ["/* a */ /**/ /* * / */Commit", "COMMIT"],
  ["/* SELECT */", ""],
  ["/* not closed SELECT", ""],
  ["-- not ended SELECT", ""],
  ["\uFEFFATTACH 'x' AS y", "ATTACH"],
  ["'SELECT'", ""],
  ["", ""],
];

Deno.test("firstWord() finds the word that SQLite would see first", async (t) => {
  for (const [sql, word] of cases) {
    await t.step(JSON.stringify(sql), () => equal(firstWord(sql), word));
  }
});

Deno.test("firstWord() takes no longer than the text when it is hostile", async (t) => {
  for (const piece of ["/**/", "--", "/*", "-", " ", ";", "/* */--\n"]) {
    await t.step(JSON.stringify(piece), () => {
      equal(firstWord(`${piece.repeat(100_000)}`), "");
    });
  }
});
