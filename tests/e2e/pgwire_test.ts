/**
 * The PostgreSQL wire of the real program, with the clients that people use: psql, node-postgres and
 * postgres.js.
 */
import { deepEqual, equal, match, rejects } from "node:assert/strict";
import pg from "pg";
import postgres from "postgres";
import { type Program, startProgram } from "../support/program.ts";
import {
  testAuthority,
  testCert,
  testKey,
} from "../support/test_certificate.ts";

const password = "s3cret";
const base = ["-m", "--no-auth-api", "--no-rest-api", "--mysql-listen", "off"];

async function withFolder(
  body: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Promise.all([
      Deno.writeTextFile(`${folder}/cert.pem`, testCert),
      Deno.writeTextFile(`${folder}/key.pem`, testKey),
      Deno.writeTextFile(`${folder}/ca.pem`, testAuthority),
    ]);
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs psql; gives what it printed, or what it complained about. */
async function psql(
  address: string,
  { sql = "SELECT 42", env = {} }: {
    sql?: string;
    env?: Record<string, string>;
  } = {},
): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command("psql", {
    args: [address, "-X", "-A", "-t", "-q", "-w", "-c", sql],
    env: { PGCONNECT_TIMEOUT: "20", PGSSLMODE: "disable", ...env },
    stdin: "null",
  }).output();
  return new TextDecoder().decode(code === 0 ? stdout : stderr).trim();
}

const at = ({ pgPort }: Program, user = "postgres") =>
  `postgresql://${user}@127.0.0.1:${pgPort}/postgres`;

for (const method of ["password", "md5", "scram-sha-256"]) {
  Deno.test(`psql signs in by ${method} with the right password only`, async () => {
    await using program = await startProgram({
      args: [...base, "--auth", method, "--password", password],
    });
    const attempt = (given: string, user?: string) =>
      psql(at(program, user), { env: { PGPASSWORD: given } });

    equal(await attempt(password), "42");
    match(
      await attempt("wrong"),
      /FATAL: +password authentication failed for user "postgres"$/,
    );
    match(
      await attempt(password, "nobody"),
      /FATAL: +password authentication failed for user "nobody"$/,
    );
    // psql itself knows that an empty password is none.
    match(await attempt(""), /no password supplied/);
  });
}

Deno.test("psql runs what it is told, and shows errors where they are", async () => {
  await using program = await startProgram({ args: base });
  const run = (sql: string) => psql(at(program), { sql });

  equal(await run("SELECT 1, NULL, 'a'; SELECT 2"), "1||a\n2");
  match(
    await run("SELECT nothing"),
    /ERROR: +column "nothing" does not exist\nLINE 1: SELECT nothing\n +\^$/,
  );
  match(
    await psql(`postgresql://postgres@127.0.0.1:${program.pgPort}/nope`),
    /FATAL: +database "nope" does not exist$/,
  );
});

Deno.test("psql goes over TLS, bound to our certificate", () =>
  withFolder(async (folder) => {
    await using program = await startProgram({
      args: [
        ...base,
        "--auth",
        "scram",
        "--password",
        password,
        "--tls-cert",
        `${folder}/cert.pem`,
        "--tls-key",
        `${folder}/key.pem`,
        "--require-tls",
        "--pg-socket-dir",
        folder,
      ],
    });
    const env = {
      PGPASSWORD: password,
      PGSSLMODE: "verify-full",
      PGSSLROOTCERT: `${folder}/ca.pem`,
      PGCHANNELBINDING: "require",
    };

    equal(await psql(at(program), { env }), "42");
    match(
      await psql(at(program), {
        env: { ...env, PGSSLMODE: "disable", PGCHANNELBINDING: "disable" },
      }),
      /FATAL: +connections from a network must use TLS here/,
    );
    equal(
      await psql(
        `host=${folder} port=${program.pgPort} user=postgres dbname=postgres`,
        { env: { PGPASSWORD: password } },
      ),
      "42",
    );
    match(
      await psql(
        `host=${folder} port=${program.pgPort} user=postgres dbname=postgres`,
        { env: { PGPASSWORD: "wrong" } },
      ),
      /password authentication failed/,
    );
  }));

Deno.test("node-postgres works: parameters, errors, notifications", async () => {
  await using program = await startProgram({
    args: [...base, "--auth", "scram", "--password", password],
  });
  const client = new pg.Client({
    host: "127.0.0.1",
    port: program.pgPort,
    user: "postgres",
    database: "postgres",
    password,
  });
  await client.connect();
  try {
    const { rows } = await client.query(
      "SELECT $1::int4 + 1 AS n, $2::text AS t, $3::bytea AS b",
      [41, "hé", new Uint8Array([0, 255])],
    );
    deepEqual(
      rows.map((
        { n, t, b }: Record<string, unknown>,
      ) => [n, t, [...b as Uint8Array]]),
      [[42, "hé", [0, 255]]],
    );
    await client.query("CREATE TABLE t (id int PRIMARY KEY)");
    await client.query("INSERT INTO t VALUES (1)");
    await rejects(client.query("INSERT INTO t VALUES ($1)", [1]), {
      code: "23505",
      constraint: "t_pkey",
      table: "t",
      schema: "public",
    });
    const told = new Promise((resolve) => client.on("notification", resolve));
    await client.query("LISTEN news");
    await client.query("NOTIFY news, 'hello'");
    equal((await told as { payload: string }).payload, "hello");
  } finally {
    await client.end();
  }
});

Deno.test("postgres.js works: pipelines, cursors, COPY, cancelling", async () => {
  await using program = await startProgram({
    args: [...base, "--auth", "md5", "--password", password],
  });
  const sql = postgres({
    host: "127.0.0.1",
    port: program.pgPort,
    user: "postgres",
    database: "postgres",
    password,
    max: 2,
  });
  try {
    await sql`CREATE TABLE t (id int, name text)`;
    const copy = await sql`COPY t FROM STDIN`.writable();
    copy.write("1\tone\n2\t");
    copy.end("\\N\n");
    await new Promise((resolve) => copy.on("finish", resolve));
    const found = await Promise.all(
      [1, 2, 3].map((id) => sql`SELECT name FROM t WHERE id = ${id}`),
    );
    deepEqual(found.map((rows) => rows.map(({ name }) => name)), [
      ["one"],
      [null],
      [],
    ]);
    const pieces: number[] = [];
    await sql`SELECT id FROM t`.cursor(1, (rows) => {
      pieces.push(rows.length);
    });
    deepEqual(pieces, [1, 1]);

    const slow = sql`SELECT pg_sleep(60)`.execute();
    while ((slow as unknown as { state: unknown }).state == null) {
      await new Promise((go) => setTimeout(go));
    }
    slow.cancel();
    await rejects(slow, { code: "57014" });
  } finally {
    await sql.end();
  }
});

Deno.test("the program tells clients when it stops", async () => {
  const program = await startProgram({ args: base });
  const client = new pg.Client({
    connectionString: at(program),
  });
  await client.connect();
  const gone = new Promise<Error>((resolve) => client.on("error", resolve));
  program.kill("SIGTERM");

  match((await gone).message, /due to administrator command/);
  equal((await program.ended).code, 0);
  await client.end();
});
