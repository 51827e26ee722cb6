import { deepEqual, equal, throws } from "node:assert/strict";
import fc from "fast-check";
import { SqliteError } from "../../../lib/sqlite/error.ts";
import type { SqliteValue } from "../../../lib/sqlite/value.ts";
import { withDatabase } from "./support.ts";

const cases: [name: string, value: SqliteValue, type: string][] = [
  ["null", null, "null"],
  ["zero", 0, "integer"],
  ["a small negative integer", -7, "integer"],
  ["the largest 32-bit integer", 2 ** 31 - 1, "integer"],
  ["an integer beyond 32 bits", 2 ** 31, "integer"],
  ["the largest exact integer", Number.MAX_SAFE_INTEGER, "integer"],
  ["the smallest exact integer", Number.MIN_SAFE_INTEGER, "integer"],
  ["an integer beyond 2^53", 2n ** 53n + 1n, "integer"],
  ["the largest 64-bit integer", 2n ** 63n - 1n, "integer"],
  ["the smallest 64-bit integer", -(2n ** 63n), "integer"],
  ["a fraction", 0.1, "real"],
  ["infinity", Infinity, "real"],
  ["a double beyond 2^53", 1e300, "real"],
  ["an empty text", "", "text"],
  ["a text with NUL", "a\0b\0", "text"],
  ["a text that is only NUL", "\0", "text"],
  ["a text with a byte order mark", "\uFEFFa", "text"],
  ["a text beyond the basic plane", "æ—😀", "text"],
  ["a text longer than every buffer", "ü".repeat(100_000), "text"],
  ["an empty blob", new Uint8Array(), "blob"],
  ["a blob", Uint8Array.of(0, 255, 0, 1), "blob"],
  ["a large blob", new Uint8Array(200_000).fill(7), "blob"],
];

Deno.test("Database.run() keeps each kind of value", async (t) => {
  await withDatabase(async ({ database }) => {
    for (const [name, value, type] of cases) {
      await t.step(name, () => {
        const [row] = database.run("SELECT $1, typeof($1)", [value]);
        deepEqual(row, [value, type]);
      });
    }
  });
});

Deno.test("Database.run() keeps the bytes of a text when it holds NUL", async () => {
  await withDatabase(({ database }) => {
    const [row] = database.run("SELECT hex($1), length(CAST($1 AS blob))", [
      "a\0é",
    ]);
    deepEqual(row, ["6100C3A9", 4]);
  });
});

Deno.test("Database.run() gives an exact bigint as a number when it is small", async () => {
  await withDatabase(({ database }) => {
    deepEqual(database.run("SELECT $1", [42n]), [[42]]);
  });
});

Deno.test("Database.run() gives booleans only from a column declared boolean", async () => {
  await withDatabase(({ database }) => {
    database.run(
      "CREATE TABLE t (yes BOOLEAN, no boolean, odd boolean, n int)",
    );
    database.run("INSERT INTO t VALUES ($1, $2, 2, $1)", [true, false]);
    deepEqual(database.run("SELECT * FROM t"), [[true, false, 2, 1]]);
    deepEqual(database.run("SELECT yes AND 1 FROM t"), [[1]]);
  });
});

Deno.test("Database.run() refuses what SQLite would change silently", async (t) => {
  await withDatabase(async ({ database }) => {
    const wrong: [string, unknown][] = [
      ["not a number", NaN],
      ["an integer beyond 64 bits", 2n ** 63n],
      ["a negative integer beyond 64 bits", -(2n ** 63n) - 1n],
      ["undefined", undefined],
      ["an object", {}],
    ];
    for (const [name, value] of wrong) {
      await t.step(name, () => {
        throws(
          () => database.run("SELECT $1", [value as SqliteValue]),
          (error) => error instanceof SqliteError && error.code === 20,
        );
      });
    }
  });
});

Deno.test("Database.run() keeps any row of values", async () => {
  const value = fc.oneof(
    fc.constant(null),
    fc.maxSafeInteger(),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }),
    fc.double({ noNaN: true, noDefaultInfinity: true })
      .filter((n) => !Number.isInteger(n)),
    fc.string({ unit: "binary" }),
    fc.uint8Array(),
  );
  await withDatabase(({ database }) => {
    fc.assert(fc.property(
      fc.array(value, { minLength: 1, maxLength: 20 }),
      (values) => {
        const names = values.map((_, i) => `$${i + 1}`).join(", ");
        deepEqual(database.run(`SELECT ${names}`, values), [values]);
      },
    ));
  });
});

Deno.test("Database.run() binds $n by its number", async (t) => {
  await withDatabase(async ({ database }) => {
    await t.step("used twice", () => {
      deepEqual(database.run("SELECT $1, $1", ["a"]), [["a", "a"]]);
    });
    await t.step("out of order", () => {
      deepEqual(database.run("SELECT $3, $1, $2", ["a", "b", "c"]), [[
        "c",
        "a",
        "b",
      ]]);
    });
    await t.step("beyond nine", () => {
      const names = Array.from({ length: 12 }, (_, i) => `$${12 - i}`);
      const values = Array.from({ length: 12 }, (_, i) => i + 1);
      deepEqual(
        database.run(`SELECT ${names.join()}`, values),
        [values.toReversed()],
      );
    });
    await t.step("with a gap", () => {
      deepEqual(database.run("SELECT $2", ["unused", "b"]), [["b"]]);
    });
    for (const values of [[], ["a", "b"]]) {
      await t.step(`refused with ${values.length} values`, () => {
        throws(
          () => database.run("SELECT $1", values),
          (error) => error instanceof SqliteError && error.code === 25,
        );
      });
    }
    for (const name of ["?", "?1", ":a", "@a", "$a", "$0", "$1::text"]) {
      await t.step(`refused when written ${name}`, () => {
        throws(
          () => database.run(`SELECT ${name}`, ["a"]),
          (error) => error instanceof SqliteError && error.code === 1,
        );
      });
    }
  });
});

Deno.test("Database.run() does not allow injection through a bound text", async (t) => {
  const shapes = [
    "'; DROP TABLE t; --",
    "' OR '1'='1",
    '" OR ""="',
    "1); DELETE FROM t; --",
    "a'||(SELECT v FROM t)||'",
    "\\'; DROP TABLE t; --",
    "/* */ UNION SELECT v FROM t",
    "$1",
    "x\0'; DROP TABLE t; --",
    "ʼ; DROP TABLE t; --",
  ];
  await withDatabase(async ({ database }) => {
    database.run("CREATE TABLE t (v text PRIMARY KEY)");
    database.run("INSERT INTO t VALUES ('kept')");
    for (const shape of shapes) {
      await t.step(JSON.stringify(shape), () => {
        deepEqual(database.run("SELECT v FROM t WHERE v = $1", [shape]), []);
        database.run("INSERT INTO t VALUES ($1)", [shape]);
        deepEqual(
          database.run("SELECT v FROM t WHERE v = $1", [shape]),
          [[shape]],
        );
        equal(database.run("SELECT 1 FROM t WHERE v = 'kept'").length, 1);
      });
    }
  });
});
