import { deepEqual, equal } from "node:assert/strict";
import { testEngine } from "../support.ts";

type Part = number[] | string;

/** Joins bytes; a text stands for its bytes in Latin-1. */
function bytes(...parts: Part[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === "string" ? Array.from(part, (c) => c.charCodeAt(0)) : part
    ),
  );
}

const int16 = (value: number) => [value >> 8 & 255, value & 255];
const int32 = (value: number) => [...int16(value >> 16), ...int16(value)];
const signature = "PGCOPY\n\xff\r\n\0";
const head: Part[] = [signature, int32(0), int32(0)];
const trailer = int16(-1);

function row(...fields: (Part | null)[]): number[] {
  return [
    ...int16(fields.length),
    ...fields.flatMap((field) =>
      field === null ? int32(-1) : [...int32(field.length), ...bytes(field)]
    ),
  ];
}

Deno.test("COPY BINARY takes rows whatever the messages' borders are", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  await client.run("CREATE TABLE t (a int, b text, c bytea)");
  const data = bytes(
    [...bytes(signature)],
    int32(5),
    int32(3),
    "ext",
    row(int32(1), "x", [0, 255]),
    row(int32(-2), null, ""),
    trailer,
  );
  for (const size of [1, 2, 3, 7, 11, 64, data.length]) {
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < data.length; at += size) {
      pieces.push(data.slice(at, at + size));
    }
    const [outcome] = await client.run("COPY t FROM STDIN BINARY", pieces);
    equal(outcome?.tag, "COPY 2", `pieces of ${size}`);
    deepEqual(await client.rows("SELECT * FROM t ORDER BY a DESC"), [
      ["1", "x", "\\x00ff"],
      ["-2", null, "\\x"],
    ]);
    await client.run("TRUNCATE t");
  }
});

Deno.test("COPY BINARY writes the header with the first row", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  const cases: [string, Uint8Array[]][] = [
    [
      "COPY (VALUES (1, 'x'), (2, NULL)) TO STDOUT (FORMAT binary)",
      [
        bytes(...head, row(int32(1), "x")),
        bytes(row(int32(2), null)),
        bytes(trailer),
      ],
    ],
    [
      "COPY (SELECT 1 WHERE false) TO STDOUT (FORMAT binary)",
      [bytes(...head, trailer)],
    ],
  ];
  for (const [text, pieces] of cases) {
    const [outcome] = await client.run(text);
    deepEqual(outcome?.pieces, pieces, text);
  }
  const statement = client.session.prepare(
    "COPY (SELECT 1) TO STDOUT BINARY",
    [],
  );
  deepEqual(
    [statement.copy, statement.copyColumns, statement.copyBinary],
    ["out", 1, true],
  );
});

Deno.test("COPY BINARY says what is wrong, and keeps nothing", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  await client.run(
    "CREATE TABLE t (a int NOT NULL UNIQUE CHECK (a < 50), b varchar(5))",
  );
  const good = row(int32(1), "x");
  const cases: [string, Part[], string][] = [
    ["nothing", [], "22P04 COPY file signature not recognized"],
    ["text", ["1\tx\n and so on"], "22P04 COPY file signature not recognized"],
    ["no flags", [signature], "22P04 invalid COPY file header (missing flags)"],
    [
      "oids",
      [signature, int32(1 << 16), int32(0)],
      "22P04 invalid COPY file header (WITH OIDS)",
    ],
    [
      "unknown flags",
      [signature, int32(1 << 31), int32(0)],
      "22P04 unrecognized critical flags in COPY file header",
    ],
    [
      "no length",
      [signature, int32(0)],
      "22P04 invalid COPY file header (missing length)",
    ],
    [
      "negative length",
      [signature, int32(0), int32(-1)],
      "22P04 invalid COPY file header (missing length)",
    ],
    [
      "short extension",
      [signature, int32(0), int32(5), "abc"],
      "22P04 invalid COPY file header (wrong length)",
    ],
    [
      "too few fields",
      [...head, row(int32(1))],
      "22P04 row field count is 1, expected 2 | COPY t, line 1",
    ],
    [
      "too many fields in the second row",
      [...head, good, row(int32(1), "x", "y")],
      "22P04 row field count is 3, expected 2 | COPY t, line 2",
    ],
    [
      "negative size",
      [...head, int16(2), int32(-5)],
      "22P04 invalid field size | COPY t, line 1, column a",
    ],
    [
      "too large",
      [...head, int16(2), int32(0x7fffffff)],
      "54000 COPY record is too long | COPY t, line 1, column a",
    ],
    [
      "end in a field",
      [...head, int16(2), int32(4), "a"],
      "22P04 unexpected EOF in COPY data | COPY t, line 1, column a",
    ],
    [
      "end after a field",
      [...head, int16(2), int32(4), int32(1)],
      "22P04 unexpected EOF in COPY data | COPY t, line 1, column b",
    ],
    [
      "wrong length of an integer",
      [...head, row([0, 0, 0, 0, 1], "x")],
      "22P03 incorrect binary data format | COPY t, line 1, column a",
    ],
    [
      "no UTF-8",
      [...head, row(int32(1), "\xff")],
      '22021 invalid byte sequence for encoding "UTF8": 0xff | COPY t, line 1, column b',
    ],
    [
      "too long for its column",
      [...head, row(int32(1), "abcdefg")],
      "22001 value too long for type character varying(5) | COPY t, line 1, column b",
    ],
    [
      "null",
      [...head, row(null, "x")],
      '23502 null value in column "a" of relation "t" violates not-null constraint | COPY t, line 1',
    ],
    [
      "duplicate",
      [...head, good, good],
      '23505 duplicate key value violates unique constraint "t_a_key" | COPY t, line 2',
    ],
    [
      "check",
      [...head, good, row(int32(99), null)],
      '23514 new row for relation "t" violates check constraint "t_a_check" | COPY t, line 2',
    ],
    [
      "data after the end",
      [...head, good, trailer, "x"],
      "22P04 received copy data after EOF marker | COPY t, line 2",
    ],
  ];
  for (const [name, parts, expected] of cases) {
    equal(
      await client.error("COPY t FROM STDIN BINARY", [bytes(...parts)]),
      expected,
      name,
    );
    deepEqual(await client.rows("SELECT * FROM t"), [], name);
  }
});

Deno.test("COPY BINARY takes data without a trailer, and none", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  await client.run("CREATE TABLE t (a int)");
  const cases: [Part[], string][] = [
    [[...head, row(int32(1))], "COPY 1"],
    [[...head, row(int32(2)), [0]], "COPY 1"],
    [head, "COPY 0"],
    [[...head, trailer], "COPY 0"],
  ];
  for (const [parts, tag] of cases) {
    const [outcome] = await client.run("COPY t FROM STDIN BINARY", [
      bytes(...parts),
    ]);
    equal(outcome?.tag, tag);
  }
});
