import { deepEqual, throws } from "node:assert/strict";
import type {
  ColumnCondition,
  RowImage,
} from "../../../../../lib/engine/change_reader.ts";
import { EngineError } from "../../../../../lib/engine/engine.ts";
import { restApp } from "../../../../support/rest_app.ts";

const columns: Record<string, { type: string; values: (string | null)[] }> = {
  i: { type: "int", values: ["-1", "0", "7", null] },
  b: {
    type: "bigint",
    values: ["9007199254740993", "9007199254740992", "0", null],
  },
  n: { type: "numeric(20,4)", values: ["1.5", "10", "-3.25", null] },
  f: { type: "float8", values: ["NaN", "Infinity", "-0.5", null] },
  t: { type: "text", values: ["a", "B", "zürich_%", null] },
  c: { type: "char(4)", values: ["ab", "abcd", "", null] },
  o: { type: "boolean", values: ["true", "false", "false", null] },
  d: { type: "date", values: ["2026-01-01", "1999-12-31", "infinity", null] },
  m: {
    type: "timestamptz",
    values: ["2026-01-01 10:00+02", "2026-01-01 08:00Z", "2030-01-01", null],
  },
  u: {
    type: "uuid",
    values: [
      "6f0b2c6e-53a8-4a86-9f0a-0b1a5c9f5d3e",
      "00000000-0000-0000-0000-000000000000",
      "ffffffff-ffff-ffff-ffff-ffffffffffff",
      null,
    ],
  },
  j: { type: "jsonb", values: ['{"a": 1}', "[1, 2]", "3", null] },
  a: { type: "int[]", values: ["{1,2}", "{1,10}", "{}", null] },
};

const operators = {
  eq: "=",
  neq: "<>",
  lt: "<",
  lte: "<=",
  gt: ">",
  gte: ">=",
  isdistinct: "IS DISTINCT FROM",
} as const;

Deno.test("condition() means what SQL's operators mean", async () => {
  await using app = await restApp();
  const names = Object.keys(columns);
  await app.run(
    `CREATE TABLE t (place serial, ${
      names.map((name) => `${name} ${columns[name]!.type}`)
    })`,
  );
  const images: RowImage[] = [];
  app.engine.changes.subscribe(
    ({ changes }) => images.push(...changes.map(({ after }) => after ?? [])),
    ({ name }) => name === "t",
  );
  for (const row of [0, 1, 2, 3]) {
    await app.operator.query(
      `INSERT INTO t (${names}) VALUES (${
        names.map((name, i) => `$${i + 1}::text::${columns[name]!.type}`)
      })`,
      names.map((name) => columns[name]!.values[row] ?? null),
    );
  }
  const table = app.engine.changeReader.find("public", "t")!;
  const wanted = async (sql: string, params: string[]) =>
    (await app.operator.query(
      `SELECT coalesce(${sql}, false) FROM t ORDER BY place`,
      params,
    )).rows.map(([each]) => each);
  const check = async (condition: ColumnCondition, sql: string) => {
    const test = table.condition(condition);
    deepEqual(
      images.map(test),
      await wanted(
        condition.negated ? `NOT (${sql})` : sql,
        [...condition.values],
      ),
      JSON.stringify(condition),
    );
  };
  for (const column of names) {
    const { type, values } = columns[column]!;
    const literal = type.replace("char(4)", "bpchar").replace("(20,4)", "");
    const [first, second] = values as [string, string];
    for (const negated of [false, true]) {
      for (const [operator, sign] of Object.entries(operators)) {
        await check(
          {
            column,
            operator: operator as keyof typeof operators,
            values: [first],
            negated,
          },
          `${column} ${sign} $1::text::${literal}`,
        );
      }
      await check(
        { column, operator: "in", values: [first, second], negated },
        `${column} IN ($1::text::${literal}, $2::text::${literal})`,
      );
    }
    deepEqual(
      images.map(
        table.condition({
          column,
          operator: "is",
          values: ["null"],
          negated: false,
        }),
      ),
      [false, false, false, true],
    );
  }
  for (
    const pattern of ["a", "A", "%", "_", "z%ch\\_\\%", "%ü%", "", "%%_%", "b"]
  ) {
    for (const operator of ["like", "ilike"] as const) {
      await check(
        { column: "t", operator, values: [pattern], negated: false },
        `t ${operator} $1`,
      );
    }
  }
  const refused: [Partial<ColumnCondition>, string][] = [
    [{ column: "nope" }, "42703"],
    [{ column: "i", values: ["x"] }, "22P02"],
    [{ column: "i", operator: "like" }, "0A000"],
    [{ column: "i", operator: "is", values: ["true"] }, "22023"],
  ];
  for (const [part, state] of refused) {
    throws(
      () =>
        table.condition({
          column: "i",
          operator: "eq",
          values: ["1"],
          negated: false,
          ...part,
        }),
      (error) => error instanceof EngineError && error.sqlState === state,
    );
  }
});
