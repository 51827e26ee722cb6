import { equal } from "node:assert/strict";
import type { Field, OrderTerm } from "../../../../lib/rest/request.ts";
import { field, parse, refusal, sameTree } from "./support.ts";

function term(of: string | Field, rest: Partial<OrderTerm> = {}): OrderTerm {
  return { field: typeof of === "string" ? field(of) : of, ...rest };
}

const cases: readonly (readonly [string, readonly OrderTerm[]])[] = [
  ["", []],
  ["id", [term("id")]],
  ["id.asc", [term("id", { direction: "asc" })]],
  ["id.desc", [term("id", { direction: "desc" })]],
  ["id.nullsfirst", [term("id", { nulls: "first" })]],
  ["id.nullslast", [term("id", { nulls: "last" })]],
  ...(["asc", "desc"] as const).flatMap((direction) =>
    (["first", "last"] as const).map((nulls) =>
      [`id.${direction}.nulls${nulls}`, [
        term("id", { direction, nulls }),
      ]] as const
    )
  ),
  ["a,b.desc,c.asc.nullslast", [
    term("a"),
    term("b", { direction: "desc" }),
    term("c", { direction: "asc", nulls: "last" }),
  ]],
  [" a , b.desc ", [term("a"), term("b", { direction: "desc" })]],
  ["first name.desc", [term("first name", { direction: "desc" })]],
  ['"a.b,c".desc', [term("a.b,c", { direction: "desc" })]],
  ["asc,desc.desc", [term("asc"), term("desc", { direction: "desc" })]],
  ["data->a->>b.desc", [
    term(field("data", "->", "a", "->>", "b"), { direction: "desc" }),
  ]],
  ["data->0.desc", [term(field("data", "->", 0), { direction: "desc" })]],
  ["data->!@#$%^&*_a.asc", [
    term(field("data", "->", "!@#$%^&*_a"), { direction: "asc" }),
  ]],
  ["rel(name)", [term("name", { relation: "rel" })]],
  ["rel( name ).desc.nullsfirst", [
    term("name", { relation: "rel", direction: "desc", nulls: "first" }),
  ]],
  ["rel(data->0->>k).asc,id", [
    term(field("data", "->", 0, "->>", "k"), {
      relation: "rel",
      direction: "asc",
    }),
    term("id"),
  ]],
  ["__proto__(constructor).desc", [
    term("constructor", { relation: "__proto__", direction: "desc" }),
  ]],
];

Deno.test("parseQuery() reads order", () => {
  for (const [text, expected] of cases) {
    sameTree(parse(["order", text]).levels[0].order, expected, text);
  }
});

Deno.test("parseQuery() reads order of an embed, and lets terms of a repeated key follow", () => {
  const { levels } = parse(
    ["a.b.order", "id.desc"],
    ["order", "x"],
    ["order", "y"],
  );
  sameTree(levels[0].order, [term("x"), term("y")]);
  sameTree(levels[1]?.path, ["a", "b"]);
  sameTree(levels[1]?.order, [term("id", { direction: "desc" })]);
});

const nameLabel = "field name (* or [a..z0..9_$])";
const aWord = '"asc", "desc", "nullsfirst" or "nullslast"';

/** Text, column, details. */
const faults: readonly (readonly [string, number, string])[] = [
  ["id.ac", 4, `unexpected "c" expecting ${aWord}`],
  ["id.", 4, `unexpected end of input expecting ${aWord}`],
  ["id.as", 4, `unexpected end of input expecting ${aWord}`],
  [
    "id.descc",
    8,
    `unexpected 'c' expecting delimiter (.), "," or end of input`,
  ],
  ["id.nulsfist", 4, `unexpected "n" expecting ${aWord}`],
  ["id.nullslasttt", 13, `unexpected 't' expecting "," or end of input`],
  ["id.smth34", 4, `unexpected "s" expecting ${aWord}`],
  [
    "id.asc.nlsfst",
    8,
    `unexpected "l" expecting "nullsfirst" or "nullslast"`,
  ],
  ["id.asc.nullslasttt", 17, `unexpected 't' expecting "," or end of input`],
  ["id.nullsfirst.asc", 14, `unexpected '.' expecting "," or end of input`],
  ["id,", 4, `unexpected end of input expecting ${nameLabel}`],
  ["eq.0", 4, `unexpected "0" expecting ${aWord}`],
  [
    "rel(a,b)",
    6,
    `unexpected "," expecting letter, digit, "-", "->>", "->" or ")"`,
  ],
  ["rel()", 5, `unexpected ")" expecting ${nameLabel}`],
  [
    "rel(a(b))",
    6,
    `unexpected "(" expecting letter, digit, "-", "->>", "->" or ")"`,
  ],
  [
    "id;x",
    3,
    `unexpected ';' expecting letter, digit, "-", "->>", "->", delimiter (.), "," or end of input`,
  ],
];

Deno.test("parseQuery() refuses order with the place and what would be right", () => {
  for (const [text, at, details] of faults) {
    const error = refusal(() => parse(["order", text]));
    equal(error.code, "PGRST100");
    equal(
      error.message,
      `"failed to parse order (${text})" (line 1, column ${at})`,
    );
    equal(error.details, details, text);
  }
});
