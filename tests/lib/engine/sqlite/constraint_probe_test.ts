import { deepEqual, rejects } from "node:assert/strict";
import type { Lease } from "../../../../lib/engine/sqlite/plan_runner.ts";
import type { SqlErrorFields } from "../../../../lib/sql/error.ts";
import { oid } from "../../../../lib/sql/types/type.ts";
import {
  catalogOf,
  context,
  foreignKey,
  plan,
  relation,
  Rows,
  sqlError,
  uniqueIndex,
  withRunner,
} from "./plan_support.ts";

const expressionIndex = {
  ...uniqueIndex("p_lower", [0]),
  keys: [{
    column: 0,
    expression: { text: "lower(name)", node: {} as never },
    descending: false,
    nullsFirst: false,
  }],
};
const tables = {
  sql: [
    "CREATE TABLE p (id, a, name, b)",
    "CREATE UNIQUE INDEX p_pkey ON p (id)",
    "CREATE UNIQUE INDEX p_a_key ON p (a, b)",
    'CREATE UNIQUE INDEX p_lower ON p (t_upper("name") COLLATE BINARY DESC)',
    "CREATE TABLE c (id, p REFERENCES p (id), d REFERENCES p (id) DEFERRABLE INITIALLY DEFERRED)",
    "INSERT INTO p VALUES (1, 1, 'x', 'x'), (2, 2, 'y', 'y')",
    "INSERT INTO c VALUES (1, 1, NULL)",
  ],
  catalog: catalogOf([
    relation(20_000, "p", ["id", "a", "name", "b"], {
      indexes: [
        uniqueIndex("p_pkey", [1]),
        uniqueIndex("p_a_key", [2, 4]),
        expressionIndex,
      ],
    }),
    relation(20_001, "c", ["id", "p", "d"], {
      constraints: [
        foreignKey("c_p_fkey", [2], 20_000, [1]),
        foreignKey("c_d_fkey", [3], 20_000, [1]),
      ],
    }),
  ]),
};

const cases: [
  name: string,
  sql: string,
  params: (string | number)[],
  sqlState: string,
  message: RegExp,
  fields: SqlErrorFields,
][] = [
  [
    "a key that is there",
    "INSERT INTO p VALUES (?1, 9, 'z', 'z')",
    [2],
    "23505",
    /^duplicate key value violates unique constraint "p_pkey"$/,
    {
      detail: "Key (id)=(2) already exists.",
      table: "p",
      schema: "public",
      constraint: "p_pkey",
    },
  ],
  [
    "a key of two columns",
    "UPDATE p SET a = 2, b = 'y' WHERE id = 1",
    [],
    "23505",
    /"p_a_key"$/,
    { detail: "Key (a, b)=(2, y) already exists." },
  ],
  [
    "the first of several keys",
    "INSERT INTO p SELECT * FROM p WHERE id = 2",
    [],
    "23505",
    /"p_pkey"$/,
    { detail: "Key (id)=(2) already exists." },
  ],
  [
    "an expression",
    "INSERT INTO p VALUES (5, 5, 'Y', 'q')",
    [],
    "23505",
    /"p_lower"$/,
    { detail: "Key (lower(name))=(Y) already exists." },
  ],
  [
    "one of many rows",
    "INSERT INTO p SELECT value, value, 'n' || value, 1 FROM json_each('[7,8,1,9]')",
    [],
    "23505",
    /"p_pkey"$/,
    { detail: "Key (id)=(1) already exists." },
  ],
  [
    "DO UPDATE that meets another key",
    "INSERT INTO p VALUES (1, 5, 'q', 'q') ON CONFLICT (id) DO UPDATE SET id = 2",
    [],
    "23505",
    /"p_pkey"$/,
    { detail: "Key (id)=(2) already exists." },
  ],
  [
    "a reference to no row",
    "INSERT INTO c VALUES (2, ?1, NULL)",
    [77],
    "23503",
    /^insert or update on table "c" violates foreign key constraint "c_p_fkey"$/,
    {
      detail: 'Key (p)=(77) is not present in table "p".',
      table: "c",
      constraint: "c_p_fkey",
    },
  ],
  [
    "a row that others refer to",
    "DELETE FROM p WHERE id = 1",
    [],
    "23503",
    /^update or delete on table "p" violates foreign key constraint "c_p_fkey" on table "c"$/,
    { detail: 'Key (id)=(1) is still referenced from table "c".', table: "c" },
  ],
  [
    "its key that changes",
    "UPDATE p SET id = 50 WHERE id = 1",
    [],
    "23503",
    /on table "c"$/,
    { detail: 'Key (id)=(1) is still referenced from table "c".' },
  ],
];

Deno.test("ConstraintProbe names the row that violates a constraint", async (t) => {
  for (const [name, sql, params, sqlState, message, fields] of cases) {
    await t.step(name, async () => {
      await withRunner(
        async ({ runner, rows }) => {
          const statement = plan(
            sql,
            null,
            params.map((each) =>
              typeof each === "string" ? oid.text : oid.int8
            ),
          );
          const expected = sqlError(sqlState, message, fields);
          await rejects(
            runner.write(statement, params, new Rows(), context),
            expected,
          );
          const lease: Lease = await runner.lease({ lockTimeoutMs: 0 });
          await rejects(
            async () =>
              await lease.query(statement, params, new Rows(), context),
            expected,
          );
          await lease.commit();
          deepEqual(await rows(plan("SELECT id FROM p ORDER BY id", [20])), [
            [1],
            [2],
          ]);
          deepEqual(await rows(plan("SELECT p FROM c", [20])), [[1]]);
        },
        {},
        tables,
      );
    });
  }
});

Deno.test("ConstraintProbe names the row for which a commit fails", async () => {
  await withRunner(
    async ({ runner, rows }) => {
      const lease = await runner.lease({ lockTimeoutMs: 0 });
      await lease.query(
        plan("INSERT INTO c VALUES (5, NULL, 66)"),
        [],
        new Rows(),
        context,
      );
      await rejects(
        lease.commit(),
        sqlError("23503", /"c_d_fkey"$/, {
          detail: 'Key (d)=(66) is not present in table "p".',
        }),
      );
      await rejects(
        runner.write(
          plan("INSERT INTO c VALUES (6, NULL, 67)"),
          [],
          new Rows(),
          context,
        ),
        sqlError("23503", /"c_d_fkey"$/, {
          detail: 'Key (d)=(67) is not present in table "p".',
        }),
      );
      deepEqual(await rows(plan("SELECT id FROM c", [20])), [[1]]);
    },
    {},
    tables,
  );
});
