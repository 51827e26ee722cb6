import { deepEqual, equal, throws } from "node:assert/strict";
import {
  md5Verifier,
  verifierKind,
} from "../../../../lib/base/role_password.ts";
import { Settings } from "../../../../lib/engine/session/settings.ts";
import { SqlError } from "../../../../lib/sql/error.ts";
import { testEngine } from "./support.ts";

const anybody = { superuser: false };

function settings(changed: (name: string) => void = () => {}): Settings {
  return new Settings(new Map(), changed);
}

Deno.test("Settings.set() writes values as PostgreSQL shows them", () => {
  const cases: [string, string, string][] = [
    ["statement_timeout", "5 min", "5min"],
    ["statement_timeout", "90s", "90s"],
    ["statement_timeout", "1500", "1500ms"],
    ["statement_timeout", "1.5s", "1500ms"],
    ["statement_timeout", "0", "0"],
    ["work_mem", "64MB", "64MB"],
    ["work_mem", "3000kB", "3000kB"],
    ["effective_cache_size", "128MB", "128MB"],
    ["enable_seqscan", "of", "off"],
    ["enable_seqscan", "yes", "on"],
    ["client_encoding", "utf-8", "UTF8"],
    ["DateStyle", "german", "German, DMY"],
    ["DateStyle", "dmy", "ISO, DMY"],
    ["DateStyle", "sql, mdy", "SQL, MDY"],
    ["TimeZone", "europe/berlin", "Europe/Berlin"],
    ["TimeZone", "+5", "<+05>-05"],
    ["TimeZone", "-3.5", "<-03:30>+03:30"],
    ["application_name", "é", "??"],
    ["a.b", "anything", "anything"],
    ["request.jwt.claims", "{}", "{}"],
  ];
  for (const [name, value, shown] of cases) {
    const session = settings();
    session.set(name, value, anybody);
    equal(session.shown(name.toUpperCase()), shown, `${name} = ${value}`);
  }
});

Deno.test("Settings.set() refuses what PostgreSQL refuses", () => {
  const cases: [string, string, string, string][] = [
    [
      "statement_timeout",
      "abc",
      "22023",
      'invalid value for parameter "statement_timeout": "abc"',
    ],
    [
      "statement_timeout",
      "-5",
      "22023",
      '-5 ms is outside the valid range for parameter "statement_timeout" (0 .. 2147483647)',
    ],
    [
      "extra_float_digits",
      "7",
      "22023",
      '7 is outside the valid range for parameter "extra_float_digits" (-15 .. 3)',
    ],
    [
      "random_page_cost",
      "-1",
      "22023",
      '-1 is outside the valid range for parameter "random_page_cost" (0 .. 1.79769e+308)',
    ],
    [
      "enable_seqscan",
      "maybe",
      "22023",
      'parameter "enable_seqscan" requires a Boolean value',
    ],
    [
      "bytea_output",
      "foo",
      "22023",
      'invalid value for parameter "bytea_output": "foo"',
    ],
    [
      "TimeZone",
      "nowhere/land",
      "22023",
      'invalid value for parameter "TimeZone": "nowhere/land"',
    ],
    [
      "DateStyle",
      "foo",
      "22023",
      'invalid value for parameter "DateStyle": "foo"',
    ],
    ["nosuch", "1", "42704", 'unrecognized configuration parameter "nosuch"'],
    ["1a.b", "1", "42602", 'invalid configuration parameter name "1a.b"'],
    [
      "server_version",
      "x",
      "55P02",
      'parameter "server_version" cannot be changed',
    ],
    [
      "max_connections",
      "4",
      "55P02",
      'parameter "max_connections" cannot be changed without restarting the server',
    ],
    [
      "session_replication_role",
      "replica",
      "42501",
      'permission denied to set parameter "session_replication_role"',
    ],
  ];
  for (const [name, value, code, message] of cases) {
    throws(
      () => settings().set(name, value, anybody),
      (error) =>
        error instanceof SqlError && error.sqlState === code &&
        error.message === message,
      `${name} = ${value}`,
    );
  }
});

Deno.test("Settings.end() takes back what a transaction set", async (t) => {
  await t.step("SET stays after a commit and goes after a rollback", () => {
    for (const committed of [true, false]) {
      const session = settings();
      session.set("a.b", "before", anybody);
      session.push();
      session.set("a.b", "inside", anybody);
      session.end(committed);
      equal(session.get("a.b"), committed ? "inside" : "before");
    }
  });

  await t.step("SET LOCAL goes in any case", () => {
    for (const committed of [true, false]) {
      const session = settings();
      session.set("a.b", "before", anybody);
      session.push();
      session.set("a.b", "local", { ...anybody, local: true });
      equal(session.get("a.b"), "local");
      session.end(committed);
      equal(session.get("a.b"), "before");
    }
  });

  await t.step("a custom one that was only local is empty afterwards", () => {
    const session = settings();
    session.push();
    session.set("a.c", "x", { ...anybody, local: true });
    session.end(true);
    equal(session.get("a.c"), "");
  });

  await t.step("savepoints", () => {
    const session = settings();
    session.push();
    session.set("a.b", "1", anybody);
    session.push();
    session.set("a.b", "2", anybody);
    session.push();
    session.set("a.b", "3", anybody);
    session.merge();
    equal(session.get("a.b"), "3");
    session.rollbackTo(2);
    equal(session.get("a.b"), "1");
    session.end(true);
    equal(session.get("a.b"), "1");
  });
});

Deno.test("Settings tells of each change", () => {
  const told: string[] = [];
  const session = settings((name) => told.push(name));
  session.push();
  session.set("TimeZone", "UTC", anybody);
  session.set("DateStyle", "german", { ...anybody, local: true });
  session.end(true);
  deepEqual(told, ["timezone", "datestyle", "datestyle"]);
});

Deno.test("password_encryption follows how clients log in, and what becomes of passwords follows it", async () => {
  await using engine = await testEngine({ passwordEncryption: "md5" });
  const client = engine.client();
  deepEqual(await client.rows("SHOW password_encryption"), [["md5"]]);
  await client.run("CREATE ROLE old LOGIN PASSWORD 'secret'");
  equal(engine.engine.verifier("old")?.verifier, md5Verifier("secret", "old"));
  await client.run(
    "SET password_encryption = 'scram-sha-256'; ALTER ROLE old PASSWORD 'secret'; RESET password_encryption",
  );
  equal(
    verifierKind(engine.engine.verifier("old")?.verifier ?? ""),
    "scram-sha-256",
  );
  deepEqual(await client.rows("SHOW password_encryption"), [["md5"]]);
});
