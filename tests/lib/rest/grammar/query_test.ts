import { deepEqual, equal, match } from "node:assert/strict";
import {
  parseQuery,
  parseRpcQuery,
} from "../../../../lib/rest/grammar/query.ts";
import { searchOf } from "../../../../lib/rest/grammar/search.ts";
import { condition, field, parse, refusal, sameTree } from "./support.ts";

const bare = { path: [], filters: [], order: [] };
const all = [{ kind: "star" }];

Deno.test("parseQuery() asks for all columns and rows when nothing is said", () => {
  sameTree(parse(), { select: all, levels: [bare] });
});

Deno.test("parseQuery() gathers what is said of each level, whatever the order of the parameters", () => {
  sameTree(
    parseQuery(searchOf(
      "rel.limit=3&a=eq.1&rel.x=gt.2&order=id&a.b.offset=4&rel.order=y.desc&offset=5&select=id&rel.offset=6&limit=7&a=lt.9",
    )),
    {
      select: [{ kind: "field", field: field("id") }],
      levels: [
        {
          path: [],
          filters: [condition("a", "eq", "1"), condition("a", "lt", "9")],
          order: [{ field: field("id") }],
          limit: 7,
          offset: 5,
        },
        {
          path: ["rel"],
          filters: [condition("x", "gt", "2")],
          order: [{ field: field("y"), direction: "desc" }],
          limit: 3,
          offset: 6,
        },
        { path: ["a", "b"], filters: [], order: [], offset: 4 },
      ],
    },
  );
});

Deno.test("parseQuery() keeps paths apart whose names run together alike", () => {
  const paths = parse(
    ["a.b.limit", "1"],
    ['"a.b".limit', "2"],
    ["ab.limit", "3"],
    ['"1:a1:b".limit', "4"],
    ["__proto__.limit", "5"],
  ).levels.slice(1).map(({ path, limit }) => [...path, limit]);
  deepEqual(paths, [
    ["a", "b", 1],
    ["a.b", 2],
    ["ab", 3],
    ["1:a1:b", 4],
    ["__proto__", 5],
  ]);
});

Deno.test("parseQuery() reads limit and offset, and ignores what is no number", () => {
  const largest = Number.MAX_SAFE_INTEGER;
  for (
    const [text, limit, offset] of [
      ["0", 0, 0],
      ["25", 25, 25],
      [" 25 ", 25, 25],
      ["007", 7, 7],
      ["-0", 0, 0],
      ["99999999999999999999", largest, largest],
      ["", undefined, undefined],
      ["x", undefined, undefined],
      ["1.5", undefined, undefined],
      ["1e3", undefined, undefined],
      ["0x10", undefined, undefined],
      ["eq.5", undefined, undefined],
      ["Infinity", undefined, undefined],
    ] as const
  ) {
    equal(parse(["limit", text]).levels[0].limit, limit, text);
    equal(parse(["offset", text]).levels[0].offset, offset, text);
    equal(parse(["rel.limit", text]).levels[1]?.limit, limit, text);
  }
});

Deno.test("parseQuery() takes the last limit and offset", () => {
  const [{ limit, offset }] = parse(
    ["limit", "1"],
    ["offset", "3"],
    ["limit", "2"],
    ["limit", "x"],
    ["offset", "4"],
  ).levels;
  deepEqual([limit, offset], [2, 4]);
});

Deno.test("parseQuery() refuses a negative limit, and lets a negative offset do nothing", () => {
  for (const key of ["limit", "rel.limit"]) {
    const error = refusal(() => parse([key, "-1"]));
    deepEqual([error.code, error.message, error.details], [
      "PGRST103",
      "Requested range not satisfiable",
      "Limit should be greater than or equal to zero.",
    ]);
  }
  equal(parse(["offset", "-1"]).levels[0].offset, 0);
});

Deno.test("parseQuery() reads columns and on_conflict, each name once", () => {
  for (
    const [text, names] of [
      ["id", ["id"]],
      ['"a","b c",d', ["a", "b c", "d"]],
      [" a , b ", ["a", "b"]],
      ["a,b,a", ["a", "b"]],
      ["__proto__,constructor", ["__proto__", "constructor"]],
    ] as const
  ) {
    deepEqual(parse(["columns", text]).columns, names);
    deepEqual(parse(["on_conflict", text]).onConflict, names);
  }
  equal(parse(["on_conflict", ""]).onConflict, undefined);
});

Deno.test("parseQuery() refuses columns and on_conflict with the place and what would be right", () => {
  const nameLabel = "field name (* or [a..z0..9_$])";
  const more = `letter, digit, "-", "," or end of input`;
  for (
    const [key, text, at, details] of [
      ["columns", "", 1, `unexpected end of input expecting ${nameLabel}`],
      ["columns", "a,", 3, `unexpected end of input expecting ${nameLabel}`],
      ["columns", "a(b)", 2, `unexpected '(' expecting ${more}`],
      ["columns", "a->b", 2, `unexpected '-' expecting ${more}`],
      ["on_conflict", ",", 1, `unexpected "," expecting ${nameLabel}`],
      ["on_conflict", "a;b", 2, `unexpected ';' expecting ${more}`],
    ] as const
  ) {
    const error = refusal(() => parse([key, text]));
    deepEqual([error.code, error.message, error.details], [
      "PGRST100",
      `"failed to parse ${key} parameter (${text})" (line 1, column ${at})`,
      details,
    ]);
  }
});

Deno.test("parseQuery() takes the first select, columns and on_conflict", () => {
  const query = parse(
    ["select", "a"],
    ["select", "b"],
    ["columns", "c"],
    ["columns", ""],
    ["on_conflict", "e"],
    ["on_conflict", "f"],
  );
  sameTree(query.select, [{ kind: "field", field: field("a") }]);
  deepEqual([query.columns, query.onConflict], [["c"], ["e"]]);
});

Deno.test("parseQuery() passes over an apikey", () => {
  sameTree(parse(["apikey", "secret"]), { select: all, levels: [bare] });
});

Deno.test("parseQuery() does not drop a filter whose value is missing", () => {
  for (
    const [key, value] of [["id", ""], ["or", ""], ["rel.id", ""]] as const
  ) {
    equal(refusal(() => parse([key, value])).code, "PGRST100");
  }
});

Deno.test("searchOf() drops what has no =, and decodes the rest", () => {
  for (
    const [text, pairs] of [
      ["", []],
      ["id", []],
      ["select&columns&id=eq.1&x", [["id", "eq.1"]]],
      ["id=", [["id", ""]]],
      ["&&a=1&&", [["a", "1"]]],
      ["a=b=c", [["a", "b=c"]]],
      ["name=eq.a+b%2Bc%26d", [["name", "eq.a b+c&d"]]],
      ["%22a%2Eb%22=eq.%C3%A9", [['"a.b"', "eq.é"]]],
      ["a=%E0%A4&b=%", [["a", "\ufffd"], ["b", "%"]]],
    ] as const
  ) deepEqual([...searchOf(text)], pairs, text);
});

Deno.test("parseRpcQuery() tells arguments from filters by their values", () => {
  const { arguments: given, query } = parseRpcQuery(searchOf(
    "id=5&id=gt.2&tags={1,2}&v=1&v=2&note=is.it so&list=in.5&f=fts(a.b).x&not=not.5&empty=&dots=a.b.c&limit=3&select=x&order=y&or=(a.eq.1)&apikey=k&data->a=eq.1&rel.z=is.null&__proto__=7",
  ));
  deepEqual(given, [
    ["id", "5"],
    ["tags", "{1,2}"],
    ["v", "1"],
    ["v", "2"],
    ["note", "is.it so"],
    ["list", "in.5"],
    ["f", "fts(a.b).x"],
    ["not", "not.5"],
    ["empty", ""],
    ["dots", "a.b.c"],
    ["__proto__", "7"],
  ]);
  sameTree(query, {
    select: [{ kind: "field", field: field("x") }],
    levels: [
      {
        path: [],
        filters: [
          condition("id", "gt", "2"),
          {
            kind: "group",
            connective: "or",
            negated: false,
            nodes: [condition("a", "eq", "1")],
          },
          condition(field("data", "->", "a"), "eq", "1"),
        ],
        order: [{ field: field("y") }],
        limit: 3,
      },
      { path: ["rel"], filters: [condition("z", "is", "null")], order: [] },
    ],
  });
});

Deno.test("parseRpcQuery() refuses reserved words and keys of filters as parseQuery() does", () => {
  for (
    const [text, message] of [
      ["order=;", /failed to parse order/],
      ["or=5", /failed to parse logic tree/],
      ["select=)", /failed to parse select/],
      ["x)=eq.1", /failed to parse tree path/],
    ] as const
  ) {
    match(refusal(() => parseRpcQuery(searchOf(text))).message, message);
  }
});
