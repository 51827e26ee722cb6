/**
 * The clients that the tutorial names, and two ORMs, against the real program with SCRAM.
 *
 * @module
 */

import { deepEqual, equal, rejects } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import * as pgCore from "drizzle-orm/pg-core";
import { Kysely, PostgresDialect, sql as kyselySql } from "kysely";
import pg from "pg";
import postgres from "postgres";
import { type Program, startProgram } from "../support/program.ts";

const folder = fileURLToPath(new URL("clients", import.meta.url));
const scram = {
  args: ["--memory", "--auth", "scram-sha-256", "--password", "s3cret"],
};

function addressOf({ pgPort }: Program): string {
  return `postgresql://postgres:s3cret@127.0.0.1:${pgPort}/postgres`;
}

/** The server may end before the pool has closed its last connection. */
function pooled(program: Program): pg.Pool {
  const pool = new pg.Pool({ connectionString: addressOf(program), max: 4 });
  pool.on("error", () => {});
  return pool;
}

async function output(
  program: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<string> {
  const { stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    cwd: folder,
    env,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  const text = decoder.decode(stdout);
  return text === "" ? decoder.decode(stderr) : text;
}

Deno.test("psycopg2 works", async () => {
  await using program = await startProgram(scram);
  const answer = JSON.parse(
    await output("/usr/bin/python3", ["psycopg.py", addressOf(program)]),
  );
  deepEqual(answer, {
    who: ["postgres", true],
    id: 1,
    row: [
      "12.30",
      "it's",
      "2024-01-02T03:04:05+00:00",
      "2024-01-02",
      ["a", "b c", null],
      { a: [1, 2] },
      "00ff",
      true,
    ],
    count: 101,
    error: ["23505", "py_pkey", "py"],
    streamed: 101,
    dict: "it's",
    copy: "5.00\ta,b\n6.00\tc\n",
  });
});

Deno.test("JDBC works", async () => {
  await using program = await startProgram(scram);
  const text = await output("java", [
    "-cp",
    "/usr/share/java/postgresql.jar",
    "Jdbc.java",
    `jdbc:postgresql://127.0.0.1:${program.pgPort}/postgres`,
    "postgres",
    "s3cret",
  ]);
  const row =
    "row 12.30 it's 2024-01-02T03:04:05Z a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11 a|b c true";
  deepEqual(text.trim().split("\n"), [
    "key 1",
    row,
    row,
    "batch 500",
    "fetched 1000",
    "error 23503",
    "tables [jd, jd_child]",
    "columns [id:bigserial:0, n:numeric:0, t:text:1, at:timestamptz:1, u:uuid:1, tags:_text:1, ok:bool:1]",
    "primary key id jd_pkey",
    "foreign key jd.id",
    "indexes [jd_pkey]",
    "schema true",
    "types true",
  ]);
});

Deno.test("pgx works", async () => {
  await using program = await startProgram(scram);
  const text = await output("go", ["run", "pgx.go", addressOf(program)], {
    GO111MODULE: "off",
    GOPATH: "/usr/share/gocode",
    GOFLAGS: "",
  });
  deepEqual(text.trim().split("\n"), [
    "id 1",
    "row 1152921504606846976 1.5 it's 2024-01-02T03:04:05Z [a b c] true [0 255]",
    "batch 51",
    "error true 23505 gx_pkey",
    "copied 2 <nil>",
    "count 53",
  ]);
});

Deno.test("node-postgres works", async () => {
  await using program = await startProgram(scram);
  const pool = pooled(program);
  try {
    await pool.query(
      "CREATE TABLE np (id serial PRIMARY KEY, v jsonb, at date)",
    );
    const { rows } = await pool.query(
      "INSERT INTO np (v, at) VALUES ($1, $2) RETURNING id, v",
      [{ a: 1 }, "2024-01-02"],
    );
    deepEqual(rows, [{ id: 1, v: { a: 1 } }]);
    const many = await Promise.all(
      Array.from(
        { length: 40 },
        (_, i) => pool.query("SELECT $1::int + 1 AS n", [i]),
      ),
    );
    deepEqual(
      many.map((result: pg.QueryResult) => result.rows[0].n),
      Array.from({ length: 40 }, (_, i) => i + 1),
    );
    const client = await pool.connect();
    await client.query("BEGIN");
    await client.query("DELETE FROM np");
    await client.query("ROLLBACK");
    client.release();
    equal((await pool.query("SELECT count(*)::int AS n FROM np")).rows[0].n, 1);
    await rejects(pool.query("SELECT nosuch FROM np"), { code: "42703" });
  } finally {
    await pool.end();
  }
});

Deno.test("postgres.js works", async () => {
  await using program = await startProgram(scram);
  const sql = postgres(addressOf(program), { max: 3, onnotice: () => {} });
  try {
    await sql`CREATE TABLE pj (id serial PRIMARY KEY, name text, tags text[], n numeric)`;
    const people = [{ name: "a", n: "1.50" }, { name: "b", n: null }];
    deepEqual(
      [...await sql`INSERT INTO pj ${sql(people)} RETURNING id, name`],
      [
        { id: 1, name: "a" },
        { id: 2, name: "b" },
      ],
    );
    deepEqual([
      ...await sql`SELECT n FROM pj WHERE id IN ${sql([1, 2])} ORDER BY id`,
    ], [
      { n: "1.50" },
      { n: null },
    ]);
    await sql.begin(async (tx) => {
      await tx`UPDATE pj SET tags = ${["x", "y z"]} WHERE id = 1`;
      await tx.savepoint((inner) => inner`DELETE FROM pj WHERE id = 2`);
    });
    deepEqual([...await sql`SELECT * FROM pj`], [
      { id: 1, name: "a", tags: ["x", "y z"], n: "1.50" },
    ]);
    const heard = Promise.withResolvers<string>();
    const { unlisten } = await sql.listen("news", heard.resolve);
    await sql.notify("news", "hello");
    equal(await heard.promise, "hello");
    await unlisten();
    let seen = 0;
    await sql`SELECT * FROM generate_series(1, 1000)`.cursor(100, (rows) => {
      seen += rows.length;
    });
    equal(seen, 1000);
  } finally {
    await sql.end();
  }
});

Deno.test("Drizzle works", async () => {
  await using program = await startProgram(scram);
  const pool = pooled(program);
  try {
    const db = drizzle(pool);
    const users = pgCore.pgTable("dz_users", {
      id: pgCore.serial("id").primaryKey(),
      name: pgCore.text("name").notNull(),
      born: pgCore.timestamp("born", { withTimezone: true }),
    });
    const posts = pgCore.pgTable("dz_posts", {
      id: pgCore.uuid("id").primaryKey().defaultRandom(),
      author: pgCore.integer("author").references(() => users.id),
      meta: pgCore.jsonb("meta"),
    });
    await db.execute(
      sql`CREATE TABLE dz_users (id serial PRIMARY KEY, name text NOT NULL, born timestamptz)`,
    );
    await db.execute(
      sql`CREATE TABLE dz_posts (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), author int REFERENCES dz_users, meta jsonb)`,
    );
    const born = new Date("2000-01-02T03:04:05.000Z");
    const [ada] = await db.insert(users).values({ name: "Ada", born })
      .returning();
    deepEqual(ada, { id: 1, name: "Ada", born });
    await db.insert(posts).values([{ author: 1, meta: { a: 1 } }, {
      author: 1,
    }]);
    const joined = await db.select({
      name: users.name,
      n: sql<number>`count(*)::int`,
    })
      .from(users).leftJoin(posts, eq(posts.author, users.id)).groupBy(
        users.id,
      );
    deepEqual(joined, [{ name: "Ada", n: 2 }]);
    await db.transaction(async (tx) => {
      await tx.update(users).set({ name: "Eva" }).where(eq(users.id, 1));
    });
    deepEqual(await db.select({ name: users.name }).from(users), [{
      name: "Eva",
    }]);
  } finally {
    await pool.end();
  }
});

Deno.test("Kysely works", async () => {
  await using program = await startProgram(scram);
  // deno-lint-ignore no-explicit-any
  const db = new Kysely<any>({
    dialect: new PostgresDialect({
      pool: pooled(program),
    }),
  });
  try {
    await db.schema.createTable("ky")
      .addColumn("id", "serial", (column) => column.primaryKey())
      .addColumn("name", "varchar(20)", (column) => column.notNull())
      .addColumn(
        "at",
        "timestamptz",
        (column) => column.defaultTo(kyselySql`now()`),
      )
      .execute();
    await db.insertInto("ky").values([{ name: "a" }, { name: "b" }]).execute();
    await db.insertInto("ky").values({ id: 1, name: "c" })
      .onConflict((conflict) =>
        conflict.column("id").doUpdateSet({ name: "c" })
      ).execute();
    deepEqual(
      await db.selectFrom("ky").select(["id", "name"]).orderBy("id").execute(),
      [{ id: 1, name: "c" }, { id: 2, name: "b" }],
    );
    const tables = await db.introspection.getTables();
    deepEqual(
      tables.filter(({ name }) => name === "ky").map(({ columns }) =>
        columns.map((
          { name, dataType, isNullable },
        ) => [name, dataType, isNullable])
      ),
      [[["id", "int4", false], ["name", "varchar", false], [
        "at",
        "timestamptz",
        true,
      ]]],
    );
  } finally {
    await db.destroy();
  }
});
