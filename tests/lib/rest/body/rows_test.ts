import { deepEqual, equal, throws } from "node:assert/strict";
import fc from "fast-check";
import { parseCsv } from "../../../../lib/rest/body/csv.ts";
import { readRows } from "../../../../lib/rest/body/rows.ts";
import { RestError } from "../../../../lib/rest/error.ts";

const refused = (message: RegExp) => (error: unknown) =>
  error instanceof RestError && error.code === "PGRST102" &&
  message.test(error.message);

const rowsOf = (csv: string): Record<string, unknown>[] =>
  JSON.parse(parseCsv(csv).json);

Deno.test("readRows() reads one object and an array of them", () => {
  const one = readRows('{"a":1,"b":null}', "json", undefined);
  deepEqual([one.single, one.count, one.keys], [true, 1, ["a", "b"]]);
  const two = readRows('[{"a":1},{"a":2}]', "json", undefined);
  deepEqual([two.single, two.count, two.keys], [false, 2, ["a"]]);
});

Deno.test("readRows() takes a scalar for no rows", () => {
  for (const text of ["5", '"x"', "null", "true"]) {
    const rows = readRows(text, "json", undefined);
    deepEqual([rows.count, rows.json], [0, "[]"], text);
  }
});

Deno.test("readRows() refuses rows whose keys differ, unless columns are named", () => {
  for (
    const text of ['[{"a":1},{"b":1}]', '[{"a":1},{"a":1,"b":1}]', "[{},1]"]
  ) {
    throws(
      () => readRows(text, "json", undefined),
      refused(/^All object keys must match$/),
      text,
    );
  }
  const rows = readRows('[{"a":1},{"b":1}]', "json", ["a", "b"]);
  deepEqual(rows.keys, ["a", "b"]);
  equal(rows.ragged, true);
  equal(readRows('[{"a":1,"b":2}]', "json", ["a"]).ragged, false);
});

Deno.test("readRows() takes names of Object.prototype for ordinary keys", () => {
  const rows = readRows(
    '[{"__proto__":1,"toString":2},{"toString":3,"__proto__":4}]',
    "json",
    undefined,
  );
  deepEqual(rows.keys, ["__proto__", "toString"]);
  throws(
    () => readRows('[{"a":1},{"toString":1}]', "json", undefined),
    refused(/keys must match/),
  );
});

Deno.test("readRows() refuses what is no JSON", () => {
  for (const text of ["", "{", "[1,]", "nope"]) {
    throws(
      () => readRows(text, "json", undefined),
      refused(/^Empty or invalid json$/),
      text,
    );
  }
});

Deno.test("readRows() reads a form as one row of texts", () => {
  const rows = readRows("a=1&b=x+y", "form", undefined);
  deepEqual([rows.json, rows.single], ['{"a":"1","b":"x y"}', true]);
});

Deno.test("readRows() reads CSV as JSON of its rows", () => {
  const text = "b,a\n1,2\n3,4\n";
  const rows = readRows(text, "csv", undefined);
  deepEqual(rows, {
    json: '[{"b":"1","a":"2"},{"b":"3","a":"4"}]',
    single: false,
    count: 2,
    keys: ["b", "a"],
  });
  const some = readRows(text, "csv", ["a"]);
  deepEqual([some.keys, some.ragged], [["a"], false]);
  const more = readRows(text, "csv", ["a", "c"]);
  deepEqual([more.keys, more.ragged], [["a", "c"], true]);
  deepEqual(readRows("a,b\n", "csv", undefined).keys, []);
});

Deno.test("parseCsv() reads quotes, NULL and empty values", () => {
  deepEqual(
    rowsOf('id,name\r\n1,"a ""b"", c"\n2,NULL\n3,"NULL"\n4,\n\n"",x'),
    [
      { id: "1", name: 'a "b", c' },
      { id: "2", name: null },
      { id: "3", name: "NULL" },
      { id: "4", name: "" },
      { id: "", name: "x" },
    ],
  );
});

Deno.test("parseCsv() takes the last of columns of one name", () => {
  const { names, json } = parseCsv('a,NULL,a\n1,2,"3"');
  deepEqual([names, json], [["a", "NULL"], '[{"a":"3","NULL":"2"}]']);
});

Deno.test("parseCsv() refuses ragged lines and open quotes", () => {
  throws(() => parseCsv("a,b\n1"), refused(/same number of fields/));
  throws(() => parseCsv('a\n"1'), refused(/quote does not end/));
  throws(() => parseCsv('a\n"1"x'), refused(/text follows/));
  throws(() => parseCsv(""), refused(/Empty/));
});

Deno.test("parseCsv() reads back whatever is written as CSV", () => {
  const cell = fc.string({ unit: "binary" });
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (lines) => {
      const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
      const csv = ["a,b", ...lines.map((line) => line.map(quoted).join(","))]
        .join("\n");
      deepEqual(rowsOf(csv).map(({ a, b }) => [a, b]), lines);
    }),
    { numRuns: 100 },
  );
});

Deno.test("readRows() throws nothing but RestError for any text", () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.constantFrom("json" as const, "csv" as const, "form" as const),
      (text, media) => {
        try {
          readRows(text, media, undefined);
        } catch (error) {
          equal((error as Error).name, "RestError");
        }
      },
    ),
    { numRuns: 500 },
  );
});
