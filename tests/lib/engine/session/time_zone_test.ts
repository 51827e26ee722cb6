import { deepEqual, throws } from "node:assert/strict";
import { readTimeZone } from "../../../../lib/engine/session/time_zone.ts";
import { testEngine } from "./support.ts";

Deno.test("readTimeZone() reads names, offsets, POSIX text and intervals", () => {
  const cases: [string, string][] = [
    ["utc", "UTC"],
    ["europe/berlin", "Europe/Berlin"],
    ["-7", "<-07>+07"],
    ["3.5", "<+03:30>-03:30"],
    ["foo3", "FOO3"],
    ["<-03:30>+03:30", "<-03:30>+03:30"],
    ["INTERVAL '-03:30:00'", "<-03:30>+03:30"],
    ["interval '3 s'", "<+00:00:03>-00:00:03"],
    ["INTERVAL '-167:59:59'", "<-167:59:59>+167:59:59"],
  ];
  for (const [value, name] of cases) {
    deepEqual(readTimeZone(value), { name }, value);
  }
});

Deno.test("readTimeZone() says why there is no such zone", () => {
  const range = { detail: "UTC timezone offset is out of range." };
  const cases: [string, object][] = [
    ["nowhere/land", {}],
    ["interval", {}],
    ["168", range],
    ["INTERVAL '200:00:00'", range],
    [
      "INTERVAL '1 mon'",
      { detail: "Cannot specify months in time zone interval." },
    ],
    [
      "INTERVAL '1 day'",
      { detail: "Cannot specify days in time zone interval." },
    ],
  ];
  for (const [value, expected] of cases) {
    deepEqual(readTimeZone(value), expected, value);
  }
  throws(() => readTimeZone("INTERVAL 'x'"), {
    message: 'invalid input syntax for type interval: "x"',
  });
});

Deno.test("a literal is rounded to the digits of timestamptz(3) when it is stored", async () => {
  await using test = await testEngine();
  const client = test.client();
  await client.run("SET TimeZone = 'UTC'; CREATE TABLE t (at timestamptz(3))");
  await client.run("INSERT INTO t VALUES ('2020-01-01 10:11:12.9999')");
  deepEqual(await client.rows("SELECT at FROM t"), [[
    "2020-01-01 10:11:13+00",
  ]]);
});
