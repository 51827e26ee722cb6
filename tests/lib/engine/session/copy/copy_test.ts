import { deepEqual, equal } from "node:assert/strict";
import { testEngine } from "../support.ts";

Deno.test("COPY FROM STDIN inserts rows", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  await client.run("CREATE TABLE t (a int, b text, c numeric(5,2) DEFAULT 7)");
  const [outcome] = await client.run(
    "COPY t FROM STDIN",
    "1\tx\t1.5\n2\t\\N\t2\n",
  );
  equal(outcome?.tag, "COPY 2");
  await client.run(
    "COPY t (b, a) FROM STDIN (FORMAT csv, HEADER)",
    'b,a\n"y,z",3\n',
  );
  deepEqual(await client.rows("SELECT * FROM t ORDER BY a"), [
    ["1", "x", "1.50"],
    ["2", null, "2.00"],
    ["3", "y,z", "7.00"],
  ]);
  await client.run("COPY t FROM STDIN WHERE a > 4", "4\t\t1\n5\t\t1\n");
  deepEqual(await client.rows("SELECT a FROM t WHERE a > 3"), [["5"]]);
});

Deno.test("COPY FROM STDIN says which line is wrong, and keeps nothing", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  await client.run(
    "CREATE TABLE t (a int UNIQUE, b text NOT NULL, d varchar(3))",
  );
  const cases: [string, string, string][] = [
    [
      "1\ta\tb\n2\tb\n",
      "",
      '22P04 missing data for column "d" | COPY t, line 2: "2\tb"',
    ],
    [
      "1\ta\tb\tc\n",
      "",
      '22P04 extra data after last expected column | COPY t, line 1: "1\ta\tb\tc"',
    ],
    [
      "1\ta\tb\nx\tb\tc\n",
      "",
      '22P02 invalid input syntax for type integer: "x" | COPY t, line 2, column a: "x"',
    ],
    [
      "1\ta\tlong\n",
      "",
      '22001 value too long for type character varying(3) | COPY t, line 1, column d: "long"',
    ],
    [
      "1\ta\tb\n2\t\\N\tc\n",
      "",
      '23502 null value in column "b" of relation "t" violates not-null constraint | COPY t, line 2: "2\t\\N\tc"',
    ],
    [
      "1\ta\tb\n1\tb\tc\n",
      "",
      '23505 duplicate key value violates unique constraint "t_a_key" | COPY t, line 2',
    ],
    [
      "a,b\n",
      "(FORMAT csv, HEADER match)",
      '22P04 wrong number of fields in header line: got 2, expected 3 | COPY t, line 1: "a,b"',
    ],
    [
      '1,"a',
      "(FORMAT csv)",
      '22P04 unterminated CSV quoted field | COPY t, line 1: "1,"a"',
    ],
  ];
  for (const [data, options, expected] of cases) {
    equal(
      await client.error(`COPY t FROM STDIN ${options}`, data),
      expected,
      JSON.stringify(data),
    );
    deepEqual(await client.rows("SELECT * FROM t"), []);
  }
});

Deno.test("COPY TO STDOUT writes rows", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  const cases: [string, string][] = [
    [
      "COPY (SELECT 1, NULL, '', '\\N', E'a\\\\b\\n\\r\\t', true) TO STDOUT",
      "1\t\\N\t\t\\\\N\ta\\\\b\\n\\r\\t\tt\n",
    ],
    [
      "COPY (SELECT NULL, '', '\\.', 'a\"b', ' x', 'a,b') TO STDOUT (FORMAT csv)",
      ',"",\\.,"a""b", x,"a,b"\n',
    ],
    ["COPY (SELECT '\\.') TO STDOUT (FORMAT csv)", '"\\."\n'],
    [
      "COPY (SELECT 1 AS a, 'x' AS b) TO STDOUT (FORMAT csv, HEADER, FORCE_QUOTE (a), DELIMITER ';')",
      'a;b\n"1";x\n',
    ],
  ];
  for (const [text, data] of cases) {
    equal((await client.run(text))[0]?.data, data, text);
  }
  await client.run(
    "CREATE TABLE t (a int, b text); INSERT INTO t VALUES (1, 'x')",
  );
  equal((await client.run("COPY t (b) TO STDOUT"))[0]?.data, "x\n");
});

Deno.test("COPY refuses what PostgreSQL refuses", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  await client.run(
    "CREATE TABLE t (a int); CREATE VIEW v AS SELECT 1 AS x; CREATE SEQUENCE s",
  );
  const cases: [string, string][] = [
    ["COPY t TO STDOUT (FORMAT foo)", '22023 COPY format "foo" not recognized'],
    ["COPY t TO STDOUT (FOO 1)", '42601 option "foo" not recognized'],
    [
      "COPY t TO STDOUT (DELIMITER 'ab')",
      "0A000 COPY delimiter must be a single one-byte character",
    ],
    ["COPY t TO STDOUT (DELIMITER 'a')", '22023 COPY delimiter cannot be "a"'],
    [
      "COPY t TO STDOUT (HEADER 'x')",
      '42601 header requires a Boolean value or "match"',
    ],
    [
      "COPY t TO STDOUT (QUOTE 'x')",
      "0A000 COPY quote available only in CSV mode",
    ],
    [
      "COPY t TO STDOUT (FORMAT csv, QUOTE ',')",
      "22023 COPY delimiter and quote must be different",
    ],
    [
      "COPY t FROM STDIN (FORMAT csv, FORCE_QUOTE *)",
      "0A000 COPY force quote only available using COPY TO",
    ],
    [
      "COPY t TO STDOUT (FORMAT csv, FORCE_QUOTE (z))",
      '42703 column "z" of relation "t" does not exist',
    ],
    ["COPY t (z) TO STDOUT", '42703 column "z" of relation "t" does not exist'],
    ["COPY t (a, a) TO STDOUT", '42701 column "a" specified more than once'],
    ["COPY nosuch TO STDOUT", '42P01 relation "nosuch" does not exist'],
    ["COPY v TO STDOUT", '42809 cannot copy from view "v"'],
    ["COPY s TO STDOUT", '42809 cannot copy from sequence "s"'],
    ["COPY v FROM STDIN", '42809 cannot copy to view "v"'],
    [
      "COPY t TO STDOUT (FORMAT binary, DELIMITER ',')",
      "42601 cannot specify DELIMITER in BINARY mode",
    ],
    [
      "COPY t FROM STDIN (FORMAT binary, NULL '')",
      "42601 cannot specify NULL in BINARY mode",
    ],
    [
      "COPY t FROM STDIN (FORMAT binary, HEADER)",
      "0A000 cannot specify HEADER in BINARY mode",
    ],
    [
      "COPY t FROM STDIN (FORMAT csv, FORCE_NULL *)",
      '22023 argument to option "force_null" must be a list of column names',
    ],
    ["COPY t FROM '/etc/passwd'", "0A000 COPY FROM a file is not supported"],
    ["COPY t TO PROGRAM 'x'", "0A000 COPY TO a program is not supported"],
  ];
  for (const [text, expected] of cases) {
    equal(await client.error(text), expected, text);
  }
  await client.run("SET ROLE anon");
  equal(
    await client.error("COPY t FROM '/etc/passwd'"),
    "42501 must be superuser or have privileges of the pg_read_server_files role to COPY from a file",
  );
});

Deno.test("COPY respects row policies", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  await client.run("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (2)");
  await client.run(
    "ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t USING (a = 1)",
  );
  await client.run("SET ROLE anon");
  equal((await client.run("COPY t TO STDOUT"))[0]?.data, "1\n");
  equal(
    await client.error("COPY t FROM STDIN", "1\n"),
    "0A000 COPY FROM not supported with row-level security",
  );
});
