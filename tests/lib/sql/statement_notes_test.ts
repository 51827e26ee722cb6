import { deepEqual, equal, throws } from "node:assert/strict";
import { SqlError } from "../../../lib/sql/error.ts";
import { StatementNotes } from "../../../lib/sql/statement_notes.ts";

const warning = { level: "Warning", code: 1, message: "m" } as const;
const lax = { strict: false, tellsDivision: false, most: 2 };

Deno.test("StatementNotes forgets what a run noted that is run again", () => {
  const notes = new StatementNotes();
  notes.begin(lax);
  notes.run(false);
  notes.warn(warning);
  notes.same();
  notes.keep();
  notes.run(false);
  notes.warn(warning);
  notes.replaced(undefined, null);
  notes.run(false);
  deepEqual([notes.counts.same, notes.counts.replaced], [1, 0]);
  equal(notes.counts.warnings, 1);
  equal(notes.list.length, 1);
});

Deno.test("StatementNotes is told nothing by a repetition", () => {
  const notes = new StatementNotes();
  notes.begin(lax);
  notes.run(false);
  notes.same();
  notes.generated(7);
  notes.run(true);
  notes.same();
  notes.generated(8);
  notes.warn(warning);
  deepEqual(
    [notes.counts.same, notes.counts.first, notes.counts.warnings],
    [1, 7, 0],
  );
});

Deno.test("StatementNotes keeps as many warnings as it may, and counts all", () => {
  const notes = new StatementNotes();
  notes.begin(lax);
  for (let i = 0; i < 5; i++) notes.warn(warning);
  notes.take([warning], 10);
  deepEqual([notes.list.length, notes.counts.warnings], [2, 15]);
  notes.begin();
  deepEqual([notes.list.length, notes.counts.warnings], [0, 0]);
});

Deno.test("StatementNotes.doubt() fails in strict statements", () => {
  const notes = new StatementNotes();
  notes.begin({ ...lax, strict: true });
  throws(
    () => notes.doubt(1292, "bad", "22007"),
    (error) => error instanceof SqlError && error.sqlState === "22007",
  );
  notes.begin(lax);
  notes.doubt(1292, "bad", "22007");
  equal(notes.counts.warnings, 1);
});

Deno.test("StatementNotes tells the first number of a row that was inserted", () => {
  const notes = new StatementNotes();
  notes.begin(lax);
  // Each row is inserted before the next number is given out.
  notes.generated(5);
  notes.ignored(5);
  notes.generated(6);
  notes.generated(7);
  equal(notes.counts.first, 6);
  // All numbers are given out before the first row is inserted.
  notes.begin(lax);
  for (const number of [5, 6, 7]) notes.generated(number);
  notes.same(5);
  notes.replaced(6, 3);
  equal(notes.counts.first, 7);
  equal(notes.counts.given, 3);
});
