import { deepEqual, equal, throws } from "node:assert/strict";
import type { Relation } from "../../../../lib/sql/catalog/catalog.ts";
import { Sequences } from "../../../../lib/engine/session/sequences.ts";
import { SqlError } from "../../../../lib/sql/error.ts";

function sequence(
  more: Partial<NonNullable<Relation["sequence"]>> = {},
): Relation {
  return {
    oid: 1,
    name: "s",
    sequence: {
      type: 20,
      start: 1n,
      increment: 1n,
      min: 1n,
      max: 100n,
      cache: 1n,
      cycle: false,
      ...more,
    },
  } as Relation;
}

Deno.test("Sequences.next() counts to the end", async (t) => {
  await t.step("and refuses beyond it", () => {
    const sequences = new Sequences();
    const s = sequence({ max: 3n });
    deepEqual([1, 2, 3].map(() => sequences.next(s)), [1n, 2n, 3n]);
    throws(
      () => sequences.next(s),
      (error) =>
        error instanceof SqlError && error.sqlState === "2200H" &&
        error.message ===
          'nextval: reached maximum value of sequence "s" (3)',
    );
  });

  await t.step("and begins again with CYCLE", () => {
    const sequences = new Sequences();
    const s = sequence({ max: 2n, cycle: true });
    deepEqual([1, 2, 3].map(() => sequences.next(s)), [1n, 2n, 1n]);
  });

  await t.step("downwards", () => {
    const sequences = new Sequences();
    const s = sequence({ increment: -2n, min: -10n, max: -1n, start: -1n });
    deepEqual([1, 2].map(() => sequences.next(s)), [-1n, -3n]);
  });
});

Deno.test("Sequences.rows() writes ahead, so that few commits have to", () => {
  const sequences = new Sequences();
  const s = sequence();
  sequences.next(s);
  const rows = sequences.rows();
  deepEqual(rows, [[1, 33n, true]]);
  sequences.written(rows);
  equal(sequences.dirty, false);
  for (let i = 0; i < 32; i++) sequences.next(s);
  equal(sequences.dirty, false);
  sequences.next(s);
  equal(sequences.dirty, true);
});

Deno.test("Sequences.rows() is exact at the end", () => {
  const sequences = new Sequences();
  const s = sequence();
  sequences.next(s);
  sequences.written(sequences.rows());
  deepEqual(sequences.rows(true), [[1, 1n, true]]);
});

Deno.test("Sequences.set() checks the limits", () => {
  const sequences = new Sequences();
  const s = sequence();
  sequences.set(s, 50n, false);
  equal(sequences.next(s), 50n);
  throws(
    () => sequences.set(s, 101n, true),
    (error) => error instanceof SqlError && error.sqlState === "22003",
  );
});

Deno.test("Sequences.adopt() takes over a restart and gives it back", () => {
  const sequences = new Sequences();
  const s = sequence();
  sequences.next(s);
  sequences.written(sequences.rows());
  const undo = sequences.adopt([[1, 1, 0]]);
  equal(sequences.next(s), 1n);
  undo();
  equal(sequences.next(s), 2n);
});
