import { deepEqual, equal, match } from "node:assert/strict";
import {
  longestPattern,
  longestValue,
} from "../../../../lib/base/value_limit.ts";
import { testEngine } from "./support.ts";

const over = longestValue + 1;
const tooLong = /^54000 requested length too large/;

Deno.test("functions refuse to make what is too large, before they make it", async (t) => {
  await using engine = await testEngine();
  const client = engine.client();
  const cases: [sql: string, error: RegExp][] = [
    [`SELECT repeat('x', ${over})`, tooLong],
    [`SELECT lpad('x', ${over}, 'ab')`, tooLong],
    [`SELECT rpad('x', ${over})`, tooLong],
    [`SELECT format('%${over}s', 'x')`, tooLong],
    [`SELECT replace(repeat('a', 100000), 'a', repeat('b', 1000))`, tooLong],
    [
      `SELECT replace(x, repeat('a', 100), repeat('b', 100000)) FROM (SELECT repeat('a', 100000) AS x) t`,
      tooLong,
    ],
    [`SELECT array_fill(repeat('x', 1000), ARRAY[100000])`, tooLong],
    [
      `SELECT array_fill(1, ARRAY[100000, 1000])`,
      /^54000 array size exceeds the maximum allowed \(5000000\)/,
    ],
    [
      `SELECT string_to_array(repeat(',', 6000000), ',')`,
      /^54000 array size exceeds/,
    ],
    [
      `SELECT string_agg(repeat('x', 1000000), ',') FROM generate_series(1, 40)`,
      tooLong,
    ],
    [
      `SELECT jsonb_agg(repeat('x', 1000000)) FROM generate_series(1, 40)`,
      tooLong,
    ],
    [
      `SELECT 'x' LIKE repeat('%', ${longestPattern + 1})`,
      /^54000 LIKE pattern is too long/,
    ],
    [
      `SELECT to_char(1, repeat('9', ${longestPattern}))`,
      /^54000 formatting template is too long/,
    ],
    [
      `SELECT plainto_tsquery(repeat('a ', ${longestPattern}))`,
      /^54000 tsquery is too large/,
    ],
    [
      `SELECT to_tsvector((SELECT string_agg('w' || g, ' ') FROM generate_series(1, 150000) g))`,
      /^54000 string is too long for tsvector/,
    ],
    [`SELECT repeat('9', 2000000)::numeric`, /^22003 value overflows/],
    [`SELECT repeat('9', 100000)::int`, /^22003 value /],
  ];
  for (const [sql, error] of cases) {
    await t.step(sql, async () => match(await client.error(sql), error));
  }
});

Deno.test("a value that doubles is refused when it is too large for a row", async () => {
  await using engine = await testEngine();
  match(
    await engine.client().error(
      `WITH RECURSIVE r (n, t) AS (SELECT 1, repeat('x', 3000000) UNION ALL SELECT n + 1, t || t FROM r WHERE n < 12)
       SELECT max(length(t)) FROM r`,
    ),
    /^54000 /,
  );
});

Deno.test("large values give what small ones give, on whichever thread", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  deepEqual(
    await client.rows(
      `SELECT length(upper(x)), md5(x), strpos(x, repeat('a', 999) || 'b'), length(replace(x, 'ab', '-'))
         FROM (SELECT repeat(repeat('a', 1000) || 'b', 5000) AS x) t`,
    ),
    [["5005000", md5OfLarge, "2", "5000000"]],
  );
  deepEqual(
    await client.rows(`SELECT length($q$x$q$ || repeat('y', 5000000))`),
    [
      ["5000001"],
    ],
  );
  equal(
    (await client.extended("SELECT length($1::text)", ["z".repeat(6_000_000)]))
      .rows[0]?.[0],
    "6000000",
  );
});

/** Of a thousand `a` and a `b`, five thousand times. */
const md5OfLarge = "45e5d03c287c08baf098cffd3548b52b";

Deno.test("a session has only so many of each thing", async (t) => {
  await using engine = await testEngine();
  const client = engine.client();
  await client.run("CREATE TABLE large (x text)");
  const cases: [name: string, sql: string, error: RegExp][] = [
    [
      "custom settings by number",
      `SELECT set_config('my.s' || n, 'x', false) FROM generate_series(1, 1001) n`,
      /^53400 too many custom settings/,
    ],
    [
      "custom settings by size",
      `SELECT set_config('my.large', repeat('x', 1100000), false)`,
      /^53400 too many custom settings/,
    ],
    [
      "notifications by size",
      `SELECT pg_notify('c', n || repeat('x', 7000)) FROM generate_series(1, 2000) n`,
      /^54000 too many notifications in the NOTIFY queue/,
    ],
    [
      "notifications of 8000 bytes",
      `SELECT pg_notify('c', repeat('x', 8000))`,
      /^22023 payload string too long/,
    ],
    [
      "advisory locks",
      `SELECT pg_advisory_lock(n) FROM generate_series(1, 100001) n`,
      /^53200 out of shared memory/,
    ],
    [
      "rows of a cursor that outlives its transaction",
      `BEGIN; DECLARE c CURSOR WITH HOLD FOR SELECT repeat('x', 1000000) FROM generate_series(1, 150); COMMIT`,
      /^53400 result is too large to be kept in memory/,
    ],
    [
      "rows of RETURNING",
      `INSERT INTO large SELECT repeat('x', 1000000) FROM generate_series(1, 150) RETURNING x`,
      /^53400 result is too large to be kept in memory/,
    ],
  ];
  for (const [name, sql, error] of cases) {
    await t.step(name, async () => {
      match(await client.error(sql), error);
      await client.run("ROLLBACK");
      await client.run("SELECT pg_advisory_unlock_all()");
    });
  }
});

Deno.test("CREATE TABLE AS calls functions with the settings of the session", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  await client.run(
    `SET TIME ZONE 'Asia/Tokyo'; CREATE TABLE t AS SELECT to_char('2024-01-01 00:00:00+00'::timestamptz, 'HH24') AS h`,
  );
  deepEqual(await client.rows("TABLE t"), [["09"]]);
});
