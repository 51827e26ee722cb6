import { deepEqual, throws } from "node:assert/strict";
import type { CopyFormat } from "../../../../../lib/engine/session/copy/options.ts";
import { RecordReader } from "../../../../../lib/engine/session/copy/records.ts";
import { SqlError } from "../../../../../lib/sql/error.ts";

const text: CopyFormat = {
  binary: false,
  csv: false,
  delimiter: "\t",
  null: "\\N",
  quote: '"',
  escape: '"',
  header: "no",
  forceQuote: undefined,
  forceNotNull: undefined,
  forceNull: undefined,
};
const csv: CopyFormat = { ...text, csv: true, delimiter: ",", null: "" };

function read(format: CopyFormat, pieces: readonly string[]) {
  const reader = new RecordReader(format);
  const encoder = new TextEncoder();
  const fields: (string | null)[][] = [];
  for (const piece of pieces) {
    for (const record of reader.read(encoder.encode(piece))) {
      fields.push([...record.fields]);
    }
  }
  for (const record of reader.read()) fields.push([...record.fields]);
  return fields;
}

Deno.test("RecordReader reads the text format", () => {
  const cases: [string, (string | null)[][]][] = [
    ["1\ta\n2\tb\n", [["1", "a"], ["2", "b"]]],
    ["1\ta", [["1", "a"]]],
    ["1\ta\r\n2\tb\r\n", [["1", "a"], ["2", "b"]]],
    ["\\N\t\\\\N\n", [[null, "\\N"]]],
    ["a\\tb\\nc\\x41\\101\\q\n", [["a\tb\ncAAq"]]],
    ["a\\\tb\tc\n", [["a\tb", "c"]]],
    ["a\\\nb\tc\n", [["a\nb", "c"]]],
    ["a\\\\\nb\n", [["a\\"], ["b"]]],
    ["\\xc3\\xa9\n", [["é"]]],
    ["1\n\\.\n2\n", [["1"]]],
    ["\n", [[""]]],
  ];
  for (const [data, expected] of cases) {
    deepEqual(read(text, [data]), expected, JSON.stringify(data));
    deepEqual(
      read(text, [...data]),
      expected,
      `${JSON.stringify(data)} in pieces`,
    );
  }
});

Deno.test("RecordReader reads CSV", () => {
  const cases: [string, (string | null)[][]][] = [
    ["1,a\n2,\n", [["1", "a"], ["2", null]]],
    ['1,"a\nb"\n2,""\n', [["1", "a\nb"], ["2", ""]]],
    ['"a""b",c"d"e\n', [['a"b', "cde"]]],
    ['"a,b"\r\n"c"\r\n', [["a,b"], ["c"]]],
    ["1\n\\.\n2\n", [["1"]]],
  ];
  for (const [data, expected] of cases) {
    deepEqual(read(csv, [data]), expected, JSON.stringify(data));
    deepEqual(
      read(csv, [...data]),
      expected,
      `${JSON.stringify(data)} in pieces`,
    );
  }
  deepEqual(
    read({ ...csv, escape: "\\" }, ['"a\\"b","c\\\\"\n']),
    [['a"b', "c\\"]],
  );
});

Deno.test("RecordReader refuses a quote without end and bytes that are no text", () => {
  throws(
    () => read(csv, ['1,"a\nb']),
    (error) =>
      error instanceof SqlError && error.sqlState === "22P04" &&
      error.message === "unterminated CSV quoted field",
  );
  const reader = new RecordReader(text);
  throws(
    () => [...reader.read(Uint8Array.of(0xff, 10))],
    (error) => error instanceof SqlError && error.sqlState === "22021",
  );
});
