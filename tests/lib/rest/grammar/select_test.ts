import { equal } from "node:assert/strict";
import { parseSelect } from "../../../../lib/rest/grammar/select.ts";
import type {
  EmbedItem,
  FieldItem,
  SelectItem,
} from "../../../../lib/rest/request.ts";
import { field, refusal, sameTree } from "./support.ts";

const star: SelectItem = { kind: "star" };

function column(name: string, rest: Partial<FieldItem> = {}): FieldItem {
  return { kind: "field", field: field(name), ...rest };
}

function place(
  of: FieldItem["field"],
  rest: Partial<FieldItem> = {},
): FieldItem {
  return { kind: "field", field: of, ...rest };
}

function embed(
  target: string,
  items: readonly SelectItem[],
  rest: Partial<EmbedItem> = {},
): EmbedItem {
  return { kind: "embed", target, spread: false, items, ...rest };
}

/** Grammar, then texts and what they mean. */
const cases: Readonly<
  Record<string, readonly (readonly [string, readonly SelectItem[]])[]>
> = {
  "columns": [
    ["", [star]],
    ["  ", [star]],
    ["*", [star]],
    ["*,*", [star, star]],
    ["id", [column("id")]],
    ["id,name", [column("id"), column("name")]],
    [" id , name ", [column("id"), column("name")]],
    ["first name", [column("first name")]],
    ["date-of-birth", [column("date-of-birth")]],
    ["a - b", [column("a-b")]],
    ["123", [column("123")]],
    ["_", [column("_")]],
    ["$", [column("$")]],
    ["名前,größe,🎈", [column("名前"), column("größe"), column("🎈")]],
    ['"a,b(c).d:e*"', [column("a,b(c).d:e*")]],
    ['"*"', [column("*")]],
    ['" kept "', [column(" kept ")]],
    ['"say \\"hi\\" \\\\ \\x"', [column('say "hi" \\ x')]],
    ["count", [column("count")]],
    ["sum", [column("sum")]],
    ["inner,left", [column("inner"), column("left")]],
    ["__proto__,constructor,toString", [
      column("__proto__"),
      column("constructor"),
      column("toString"),
    ]],
  ],
  "aliases and casts": [
    ["a:id", [column("id", { alias: "a" })]],
    ["a b:id", [column("id", { alias: "a b" })]],
    ["a : id", [column("id", { alias: "a" })]],
    ['"x:y":id', [column("id", { alias: "x:y" })]],
    ["id::text", [column("id", { cast: "text" })]],
    ["id::timestamp with time zone", [
      column("id", { cast: "timestamp with time zone" }),
    ]],
    ["a:id::int", [column("id", { alias: "a", cast: "int" })]],
    ["__proto__:id::constructor", [
      column("id", { alias: "__proto__", cast: "constructor" }),
    ]],
  ],
  "places in JSON": [
    ["data->a", [place(field("data", "->", "a"))]],
    ["data->>a", [place(field("data", "->>", "a"))]],
    ["data->a->>b", [place(field("data", "->", "a", "->>", "b"))]],
    ["data->0", [place(field("data", "->", 0))]],
    ["data->-1", [place(field("data", "->", -1))]],
    ["data->>-0", [place(field("data", "->>", 0))]],
    ["data->2147483647", [place(field("data", "->", 2147483647))]],
    ["data->007", [place(field("data", "->", 7))]],
    ["data->0->1->>c", [place(field("data", "->", 0, "->", 1, "->>", "c"))]],
    ["data->0a", [place(field("data", "->", "0a"))]],
    ["data->1 a", [place(field("data", "->", "1 a"))]],
    ["data->0::int", [place(field("data", "->", 0), { cast: "int" })]],
    ["data->0.sum()", [place(field("data", "->", 0), { aggregate: "sum" })]],
    ["data->first-name", [place(field("data", "->", "first-name"))]],
    ["data->a-1->b", [place(field("data", "->", "a-1", "->", "b"))]],
    ["data->!@#$%^&*_a", [place(field("data", "->", "!@#$%^&*_a"))]],
    ['data->"a.b,(c)"', [place(field("data", "->", "a.b,(c)"))]],
    ['data->"0"', [place(field("data", "->", "0"))]],
    ['data->""', [place(field("data", "->", ""))]],
    ["data->__proto__->>constructor", [
      place(field("data", "->", "__proto__", "->>", "constructor")),
    ]],
    ["x:data->>a::int", [
      place(field("data", "->>", "a"), { alias: "x", cast: "int" }),
    ]],
    ["rel(data->0)", [embed("rel", [place(field("data", "->", 0))])]],
    ["data->0 , id", [place(field("data", "->", 0)), column("id")]],
  ],
  "aggregates": [
    ...(["sum", "avg", "count", "max", "min"] as const).map((aggregate) =>
      [`n.${aggregate}()`, [column("n", { aggregate })]] as const
    ),
    ["count()", [{ kind: "field", aggregate: "count" }]],
    ["c:count()", [{ kind: "field", aggregate: "count", alias: "c" }]],
    ["count()::text", [{
      kind: "field",
      aggregate: "count",
      aggregateCast: "text",
    }]],
    ["t:n::int.sum()::text", [
      column("n", {
        alias: "t",
        cast: "int",
        aggregate: "sum",
        aggregateCast: "text",
      }),
    ]],
    ["n.sum()::text", [
      column("n", { aggregate: "sum", aggregateCast: "text" }),
    ]],
    ["data->>n::int.max()", [
      place(field("data", "->>", "n"), { cast: "int", aggregate: "max" }),
    ]],
    ["rel(count)", [embed("rel", [column("count")])]],
    ["rel(count())", [embed("rel", [{ kind: "field", aggregate: "count" }])]],
  ],
  "embeds": [
    ["rel(*)", [embed("rel", [star])]],
    ["rel()", [embed("rel", [])]],
    ["rel( )", [embed("rel", [])]],
    ["rel(id,name)", [embed("rel", [column("id"), column("name")])]],
    ["a:rel(id)", [embed("rel", [column("id")], { alias: "a" })]],
    [" a : rel ( id ) , x ", [
      embed("rel", [column("id")], { alias: "a" }),
      column("x"),
    ]],
    ["rel!inner(*)", [embed("rel", [star], { join: "inner" })]],
    ["rel!left(*)", [embed("rel", [star], { join: "left" })]],
    ["rel!fk(*)", [embed("rel", [star], { hint: "fk" })]],
    ["rel!fk!inner(*)", [embed("rel", [star], { hint: "fk", join: "inner" })]],
    ["rel!inner!fk(*)", [embed("rel", [star], { hint: "fk", join: "inner" })]],
    ["rel!left!fk-2(*)", [
      embed("rel", [star], { hint: "fk-2", join: "left" }),
    ]],
    ['rel!"inner"(*)', [embed("rel", [star], { hint: "inner" })]],
    ["rel!innermost(*)", [embed("rel", [star], { hint: "innermost" })]],
    ['"re,l"!"f k"(*)', [embed("re,l", [star], { hint: "f k" })]],
    ['"count"(id)', [embed("count", [column("id")])]],
    ["counts(id)", [embed("counts", [column("id")])]],
    ["a(b(c(d)))", [
      embed("a", [embed("b", [embed("c", [column("d")])])]),
    ]],
    ["a(id),b(id)", [
      embed("a", [column("id")]),
      embed("b", [column("id")]),
    ]],
    ["__proto__(constructor)", [embed("__proto__", [column("constructor")])]],
  ],
  "spreads": [
    ["...rel(id)", [embed("rel", [column("id")], { spread: true })]],
    ["...rel(x:id,*)", [
      embed("rel", [column("id", { alias: "x" }), star], { spread: true }),
    ]],
    ["...rel!fk!inner(id)", [
      embed("rel", [column("id")], { spread: true, hint: "fk", join: "inner" }),
    ]],
    ["a(...b(c))", [
      embed("a", [embed("b", [column("c")], { spread: true })]),
    ]],
    ["...rel(n.sum())", [
      embed("rel", [column("n", { aggregate: "sum" })], { spread: true }),
    ]],
  ],
};

for (const [what, rows] of Object.entries(cases)) {
  Deno.test(`parseSelect() reads ${what}`, () => {
    for (const [text, expected] of rows) {
      sameTree(parseSelect(text), expected, text);
    }
  });
}

const nameLabel = "field name (* or [a..z0..9_$])";

/** Text, column of the error, details. */
const faults: readonly (readonly [string, number, string])[] = [
  ["id,", 4, `unexpected end of input expecting "..." or ${nameLabel}`],
  [",id", 1, `unexpected "," expecting "..." or ${nameLabel}`],
  ["id,,x", 4, `unexpected "," expecting "..." or ${nameLabel}`],
  [":", 1, `unexpected ":" expecting "..." or ${nameLabel}`],
  ["a:", 3, `unexpected end of input expecting ${nameLabel}`],
  ["a:*", 3, `unexpected "*" expecting ${nameLabel}`],
  ["a:...b(c)", 3, `unexpected "." expecting ${nameLabel}`],
  ["name::", 7, "unexpected end of input expecting letter or digit"],
  [
    "id::numeric(10)",
    12,
    `unexpected '(' expecting letter, digit, ".", "," or end of input`,
  ],
  [
    "id::int::text",
    8,
    `unexpected ':' expecting letter, digit, ".", "," or end of input`,
  ],
  ["*!hint", 2, `unexpected '!' expecting "," or end of input`],
  ["*id", 2, `unexpected 'i' expecting "," or end of input`],
  [
    "name!hint",
    10,
    `unexpected end of input expecting letter, digit, "-", "!" or "("`,
  ],
  ["rel!(id)", 5, `unexpected "(" expecting ${nameLabel}`],
  [
    "rel!a!inner!b(id)",
    12,
    `unexpected "!" expecting letter, digit, "-" or "("`,
  ],
  ["rel!a!b(id)", 7, "an embed can have one hint"],
  ["rel!inner!left(id)", 11, "an embed can have one join"],
  [
    "id,clients(name[])",
    16,
    `unexpected "[" expecting letter, digit, "-", "->>", "->", "::", ".", "," or ")"`,
  ],
  [
    "rel(id",
    7,
    `unexpected end of input expecting letter, digit, "-", "->>", "->", "::", ".", "," or ")"`,
  ],
  [
    "id)",
    3,
    `unexpected ')' expecting letter, digit, "-", "->>", "->", "::", ".", "," or end of input`,
  ],
  ["count(*)", 7, `unexpected "*" expecting ")"`],
  [
    "n.total()",
    3,
    `unexpected "t" expecting "sum", "avg", "count", "max" or "min"`,
  ],
  ["n.sum", 6, `unexpected end of input expecting "()"`],
  ["n.sum(x)", 6, `unexpected "x" expecting "()"`],
  ["a--b", 3, `unexpected "-" expecting letter or digit`],
  ["a-", 3, "unexpected end of input expecting letter or digit"],
  ['"abc', 5, 'unexpected end of input expecting "\\""'],
  ['"abc\\"', 7, 'unexpected end of input expecting "\\""'],
  ['id,""', 4, "a name cannot be empty"],
  ["data->>-78xy", 11, `unexpected "x" expecting digit, "->>" or "->"`],
  ["data->>--34", 9, `unexpected "-" expecting digit`],
  ["data->>-xy-4", 9, `unexpected "x" expecting digit`],
  [
    "data->",
    7,
    "unexpected end of input expecting any non reserved character different from: .,>()",
  ],
  ["data->2147483648", 7, "an index into JSON must fit into 32 bits"],
  ["data->-2147483649", 7, "an index into JSON must fit into 32 bits"],
  [
    "名前🎈;",
    4,
    `unexpected ';' expecting letter, digit, "-", "->>", "->", "::", ".", "," or end of input`,
  ],
  ["é,🎈:", 5, `unexpected end of input expecting ${nameLabel}`],
];

Deno.test("parseSelect() refuses with the place and what would be right", () => {
  for (const [text, at, details] of faults) {
    const error = refusal(() => parseSelect(text));
    equal(error.code, "PGRST100");
    equal(
      error.message,
      `"failed to parse select parameter (${text})" (line 1, column ${at})`,
    );
    equal(error.details, details);
  }
});

Deno.test("parseSelect() counts lines and columns from 1", () => {
  equal(
    refusal(() => parseSelect('"a\nb",;')).message,
    `"failed to parse select parameter ("a\nb",;)" (line 2, column 4)`,
  );
});

Deno.test("parseSelect() repeats at most 200 characters of its input", () => {
  const { message } = refusal(() => parseSelect("x".repeat(199) + "🎈🎈;"));
  equal(
    message,
    `"failed to parse select parameter (${
      "x".repeat(199)
    }…)" (line 1, column 202)`,
  );
});
