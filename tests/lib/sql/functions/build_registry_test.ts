import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { fixedOid } from "../../../../lib/sql/catalog/catalog.ts";
import { buildRegistry } from "../../../../lib/sql/functions/build_registry.ts";
import { builtins } from "../../../../lib/sql/functions/builtins.ts";
import {
  aggregate,
  cast,
  fn,
  op,
  rows,
} from "../../../../lib/sql/functions/define.ts";
import {
  builtinTypeOid,
  readFunction,
  readOperator,
} from "../../../../lib/sql/functions/signature.ts";
import "../../../../lib/sql/functions/definitions.ts";
import { oid } from "../../../../lib/sql/types/type.ts";

Deno.test("readFunction() reads names, types and results", async (t) => {
  const { pgCatalog, auth } = fixedOid;
  const cases = [
    ["now() timestamptz", { name: "now", args: [], returns: oid.timestamptz }],
    ["length(text) int4", { name: "length", args: [25], returns: 23 }],
    [
      "concat(VARIADIC any) text",
      { args: [oid.any], variadic: true, returns: oid.text },
    ],
    [
      "greatest_of(VARIADIC text[]) text",
      { args: [1009], variadic: true },
    ],
    [
      "json_each(json) (key text, value json)",
      {
        returns: oid.record,
        columns: [{ name: "key", type: 25 }, { name: "value", type: 114 }],
      },
    ],
    [
      "generate_series(int4, int4) int4",
      { columns: [{ name: "generate_series", type: 23 }] },
    ],
    ["auth.uid() uuid", { schema: auth, name: "uid", returns: oid.uuid }],
    ["lower(text) text", { schema: pgCatalog }],
  ] as const;
  for (const [text, expected] of cases) {
    await t.step(text, () => {
      const found = readFunction(text);
      for (const [key, value] of Object.entries(expected)) {
        deepEqual(found[key as keyof typeof found], value);
      }
    });
  }
});

Deno.test("readOperator() reads operators before and between operands", () => {
  const plus = readOperator("int4 + int4 = int4");
  deepEqual([plus.name, plus.args, plus.returns], ["+", [23, 23], 23]);
  const equals = readOperator("text = text = bool");
  deepEqual([equals.name, equals.args, equals.returns], ["=", [25, 25], 16]);
  const minus = readOperator("- int4 = int4");
  deepEqual([minus.name, minus.args, minus.returns], ["-", [23], 23]);
  throws(() => readOperator("int4 + int4"));
});

Deno.test("builtinTypeOid() refuses types that there are not", () => {
  throws(() => builtinTypeOid("txet"), /type "txet" is unknown/);
});

const registry = buildRegistry([
  fn("f(int4) int4", { oid: 77, sql: ([a]) => `${a}` }),
  fn("f(text) text", { call: () => "x" }),
  op("int4 <-> int4 = int4", { call: () => 1 }),
  cast("int4 -> text", "assignment", { sql: ([a]) => `${a}` }),
  aggregate("g(int4) int4", { sql: ([a]) => `max(${a})` }),
  rows("h(int4) (a int4, b text)", { rows: () => [] }),
]);

Deno.test("buildRegistry() finds things by name, number and types", () => {
  deepEqual(registry.functionsNamed("f").map(({ args }) => args), [[23], [25]]);
  equal(registry.operatorsNamed("<->").length, 1);
  equal(registry.byOid(77)?.name, "f");
  equal(registry.castBetween(23, 25)?.context, "assignment");
  equal(registry.castBetween(25, 23), undefined);
  deepEqual(registry.castBetween(oid.varchar, oid.text), {
    context: "implicit",
    binary: true,
  });
});

Deno.test("buildRegistry() gives every entry a number and a name of its own", () => {
  const entries = [...registry.all()];
  equal(new Set(entries.map(({ oid }) => oid)).size, entries.length);
  deepEqual(entries.map(({ sqliteName }) => sqliteName), [
    "f(int4)",
    "f(text)",
    "int4 <-> int4",
    "int4 -> text cast",
    "g(int4)",
    "h(int4) rows",
  ]);
});

Deno.test("buildRegistry() refuses the same signature twice", () => {
  const twice = fn("f(int4) int4", { sql: () => "1" });
  throws(() => buildRegistry([twice, twice]), /twice/);
});

Deno.test("builtins() reads every definition", () => {
  ok([...builtins().all()].length > 100);
});
