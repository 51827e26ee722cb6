import { deepEqual, equal, throws } from "node:assert/strict";
import type { Relation } from "../../../../lib/sql/catalog/catalog.ts";
import { Sequences } from "../../../../lib/engine/session/sequences.ts";
import { SqlError } from "../../../../lib/sql/error.ts";
import { testEngine } from "./support.ts";

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

Deno.test("nextval() as a default is held to the column's range where the sequence is not", async (t) => {
  await using test = await testEngine();
  const client = test.client();
  await client.run(`
    CREATE TABLE narrow (id serial, v int);
    CREATE TABLE small (id smallserial, v int);
    CREATE TABLE own (id int DEFAULT nextval('narrow_id_seq'), v int);
    SELECT setval('narrow_id_seq', 2147483646), setval('small_id_seq', 32767);
    INSERT INTO narrow (v) VALUES (1);
  `);
  await t.step("not beyond the sequence's end", async () => {
    equal(
      await client.error("INSERT INTO narrow (v) VALUES (2)"),
      '2200H nextval: reached maximum value of sequence "narrow_id_seq" (2147483647)',
    );
    equal(
      await client.error("INSERT INTO small (v) VALUES (2)"),
      '2200H nextval: reached maximum value of sequence "small_id_seq" (32767)',
    );
  });
  await t.step(
    "not beyond the column's when the sequence was widened",
    async () => {
      await client.run(
        "ALTER SEQUENCE narrow_id_seq AS bigint MAXVALUE 3000000000",
      );
      for (const table of ["narrow", "own"]) {
        equal(
          await client.error(`INSERT INTO ${table} (v) VALUES (3)`),
          "22003 integer out of range",
        );
      }
    },
  );
  await t.step("and is of the column's type", async () => {
    await client.run("CREATE TABLE given (id serial, v int)");
    deepEqual(
      await client.rows(
        "INSERT INTO given (v) VALUES (5) RETURNING pg_typeof(id), id",
      ),
      [["integer", "1"]],
    );
  });
});
