import { equal, match } from "node:assert/strict";
import type {
  Condition,
  Level,
  OperatorName,
} from "../../../../lib/rest/request.ts";
import {
  condition,
  field,
  filters,
  group,
  parse,
  refusal,
  sameTree,
} from "./support.ts";

const quantified = [
  "eq",
  "gt",
  "gte",
  "lt",
  "lte",
  "like",
  "ilike",
  "match",
  "imatch",
] as const;
const searches = ["fts", "plfts", "phfts", "wfts"] as const;
const simple = [
  "neq",
  "isdistinct",
  "cs",
  "cd",
  "ov",
  "sl",
  "sr",
  "nxr",
  "nxl",
  "adj",
] as const;

/** A value of each operator: as it is written, and what it means. */
const operators: readonly (readonly [
  OperatorName,
  string,
  Condition["value"],
])[] = [
  ...[...quantified, ...searches, ...simple].map((name) =>
    [name, "a.b", "a.b"] as const
  ),
  ["in", "(1,2)", ["1", "2"]],
  ["is", "null", "null"],
];

Deno.test("parseQuery() reads every operator, plain and negated, alone, in a group and on an embed", () => {
  equal(operators.length, 25);
  for (const [name, written, value] of operators) {
    const plain = condition("x", name, value);
    const negated = condition("x", name, value, { negated: true });
    const text = `${name}.${written}`;
    sameTree(filters("x", text), [plain], text);
    sameTree(filters("x", `not.${text}`), [negated], `not.${text}`);
    sameTree(
      filters("or", `(x.${text},x.not.${text})`),
      [group("or", [plain, negated])],
      text,
    );
    const [root, level] = parse(["rel.x", text]).levels;
    sameTree(root.filters, []);
    sameTree(level?.path, ["rel"]);
    sameTree(level?.filters, [plain]);
  }
});

Deno.test("parseQuery() reads quantifiers after the operators that have them, and nowhere else", () => {
  for (const [name] of operators) {
    const has = (quantified as readonly string[]).includes(name);
    for (const quantifier of ["any", "all"] as const) {
      const text = `${name}(${quantifier}).{O*,P*}`;
      if (has) {
        sameTree(filters("x", `not.${text}`), [
          condition("x", name, ["O*", "P*"], {
            negated: true,
            quantifier,
            hasNull: false,
          }),
        ]);
      } else if (!(searches as readonly string[]).includes(name)) {
        equal(refusal(() => filters("x", text)).code, "PGRST100", text);
      }
    }
  }
});

Deno.test("parseQuery() reads the configuration of a text search", () => {
  for (const name of searches) {
    sameTree(filters("x", `${name}(english).fat (cat)`), [
      condition("x", name, "fat (cat)", { language: "english" }),
    ]);
    sameTree(filters("or", `(x.not.${name}(simple).fat)`), [
      group("or", [
        condition("x", name, "fat", { language: "simple", negated: true }),
      ]),
    ]);
  }
});

Deno.test("parseQuery() takes a value of a parameter as it is", () => {
  for (
    const value of [
      "",
      " ",
      "a.b,c)(d",
      '"quoted"',
      "{1,2}",
      "not.eq.5",
      "'; DROP TABLE x; --",
      "*%_\\",
      "null",
      "line\nbreak",
      "🎈",
      "eq",
    ]
  ) sameTree(filters("x", `eq.${value}`), [condition("x", "eq", value)]);
});

Deno.test("parseQuery() reads lists", () => {
  for (
    const [text, values] of [
      ["()", []],
      ["( )", []],
      ['("")', [""]],
      ["(,)", ["", ""]],
      ["(1)", ["1"]],
      ["(1,2,3)", ["1", "2", "3"]],
      ["(a b, c )", ["a b", " c "]],
      ['("a,b",c)', ["a,b", "c"]],
      ['("(x)","y.z:w")', ["(x)", "y.z:w"]],
      ['("say \\"hi\\"","back\\\\slash")', ['say "hi"', "back\\slash"]],
      ['( "a" , "b" )', ["a", "b"]],
      // What is not quoted as a whole is plain: postgrest-js does not escape quotes.
      ['("a"b)', ['"a"b']],
      ['(5"",x)', ['5""', "x"]],
      ["(a.b:c*d(e)", ["a.b:c*d(e"]],
      ["(null,NULL)", ["null", "NULL"]],
      ["(__proto__)", ["__proto__"]],
      ["({1,2})", ["{1", "2}"]],
    ] as const
  ) {
    sameTree(filters("x", `in.${text}`), [condition("x", "in", values)], text);
    sameTree(
      filters("and", `(x.in.${text},y.eq.1)`),
      [group("and", [
        condition("x", "in", values),
        condition("y", "eq", "1"),
      ])],
      text,
    );
  }
});

Deno.test("parseQuery() reads the words of is in any case", () => {
  for (
    const [text, value] of [
      ["null", "null"],
      ["NULL", "null"],
      ["Not_Null", "not_null"],
      ["true", "true"],
      ["TRUE", "true"],
      ["False", "false"],
      ["uNKNOWN", "unknown"],
    ] as const
  ) {
    sameTree(filters("x", `is.${text}`), [condition("x", "is", value)]);
    sameTree(filters("or", `(x.not.is.${text})`), [
      group("or", [condition("x", "is", value, { negated: true })]),
    ]);
  }
});

Deno.test("parseQuery() reads the list of a quantifier as PostgreSQL reads an array", () => {
  for (
    const [text, value, hasNull = false] of [
      ["{}", []],
      [" { } ", []],
      ["{1}", ["1"]],
      ["{ a b , c }", ["a b", "c"]],
      ['{"a,b","c}"," d "}', ["a,b", "c}", " d "]],
      ['{"say \\"hi\\"","\\\\"}', ['say "hi"', "\\"]],
      ["{a\\,b,c\\ }", ["a,b", "c "]],
      ['{1,NULL,"NULL",null}', ["1", "NULL"], true],
      ["{nul\\l}", ["null"]],
      ['{""}', [""]],
    ] as readonly (readonly [string, string[], boolean?])[]
  ) {
    sameTree(
      filters("x", `eq(any).${text}`),
      [condition("x", "eq", value, { quantifier: "any", hasNull })],
      text,
    );
  }
  sameTree(
    filters("or", '(x.eq(all).{"a",b},y.like(any)."{c*,\\"d,\\"}")'),
    [group("or", [
      condition("x", "eq", ["a", "b"], { quantifier: "all", hasNull: false }),
      condition("y", "like", ["c*", "d,"], {
        quantifier: "any",
        hasNull: false,
      }),
    ])],
  );
});

Deno.test("parseQuery() reads keys: names, paths of embeds, places in JSON", () => {
  const one = condition("x", "eq", "1");
  for (
    const [key, path, of] of [
      ["x", [], field("x")],
      [" x ", [], field("x")],
      ["first name", [], field("first name")],
      ['"a.b"', [], field("a.b")],
      ['"a.limit"', [], field("a.limit")],
      ["rel.x", ["rel"], field("x")],
      ["a.b.c", ["a", "b"], field("c")],
      ['"a.b".c', ["a.b"], field("c")],
      ["data->a->>b", [], field("data", "->", "a", "->>", "b")],
      ["rel.data->-1->>b", ["rel"], field("data", "->", -1, "->>", "b")],
      ["data->limit", [], field("data", "->", "limit")],
      ['data->"a.or"', [], field("data", "->", "a.or")],
      ["data->@type", [], field("data", "->", "@type")],
      ["__proto__", [], field("__proto__")],
      ["constructor.hasOwnProperty", ["constructor"], field("hasOwnProperty")],
      ["limits", [], field("limits")],
      ["selects", [], field("selects")],
      ["rel.select", ["rel"], field("select")],
      ["rel.columns", ["rel"], field("columns")],
      ["order.x", ["order"], field("x")],
      ["名前", [], field("名前")],
    ] as const
  ) {
    const { levels } = parse([key, "eq.1"]);
    const level = levels.find((each) => each.filters.length > 0) as Level;
    sameTree(level.path, path, key);
    sameTree(level.filters, [{ ...one, field: of }], key);
  }
});

const anOperator = '"not" or operator (eq, gt, ...)';

/** Value of a filter, column, details. */
const faults: readonly (readonly [string, number, string])[] = [
  ["", 1, `unexpected end of input expecting ${anOperator}`],
  ["0", 1, `unexpected "0" expecting ${anOperator}`],
  ["val", 1, `unexpected "v" expecting ${anOperator}`],
  ["EQ.1", 1, `unexpected "E" expecting ${anOperator}`],
  [" eq.1", 1, `unexpected " " expecting ${anOperator}`],
  ["noop.0", 1, `unexpected "o" expecting ${anOperator}`],
  ["eqq.0", 1, `unexpected "e" expecting ${anOperator}`],
  ["constructor.1", 1, `unexpected "c" expecting ${anOperator}`],
  ["__proto__.1", 1, `unexpected "_" expecting ${anOperator}`],
  ["not.", 5, "unexpected end of input expecting operator (eq, gt, ...)"],
  ["not.not.eq.1", 5, 'unexpected "n" expecting operator (eq, gt, ...)'],
  ["eq", 3, "unexpected end of input expecting delimiter (.)"],
  ["eq:1", 3, 'unexpected ":" expecting delimiter (.)'],
  ["eq().1", 4, 'unexpected ")" expecting "any" or "all"'],
  ["eq(some).1", 4, 'unexpected "s" expecting "any" or "all"'],
  ["eq(any.1", 7, 'unexpected "." expecting ")"'],
  ["eq(any)1", 8, 'unexpected "1" expecting delimiter (.)'],
  ["neq(any).{1}", 4, 'unexpected "(" expecting delimiter (.)'],
  ["is(any).null", 3, 'unexpected "(" expecting delimiter (.)'],
  ["in(any).(1)", 3, 'unexpected "(" expecting delimiter (.)'],
  ["fts().x", 5, 'unexpected ")" expecting letter or digit'],
  ["fts(a.b).x", 6, 'unexpected "." expecting letter, digit or ")"'],
  ["in.1,2", 4, 'unexpected "1" expecting "("'],
  ["in.(1,2", 8, 'unexpected end of input expecting "," or ")"'],
  ["in.(1)2", 7, "unexpected '2' expecting end of input"],
  [
    "is.nul",
    4,
    'unexpected "n" expecting isVal: (null, not_null, true, false, unknown)',
  ],
  [
    "is.",
    4,
    "unexpected end of input expecting isVal: (null, not_null, true, false, unknown)",
  ],
  ["is.null.x", 8, "unexpected '.' expecting end of input"],
  ["eq(any).1", 9, 'unexpected "1" expecting "{"'],
  ["eq(any).{1", 11, 'unexpected end of input expecting "," or "}"'],
  ["eq(any).{1,}", 12, 'unexpected "}" expecting array element'],
  ["eq(any).{1,,2}", 12, 'unexpected "," expecting array element'],
  ["eq(any).{{1}}", 10, 'unexpected "{" expecting array element'],
  ['eq(any).{a"b"}', 11, 'unexpected "\\"" expecting "," or "}"'],
  ["\\eq.1", 1, `unexpected "\\\\" expecting ${anOperator}`],
  ['eq(any).{"a', 12, 'unexpected end of input expecting "\\""'],
  ["eq(any).{a\\", 12, "unexpected end of input expecting any character"],
  ["eq(any).{1}2", 12, 'unexpected "2" expecting end of array'],
];

Deno.test("parseQuery() refuses a value with the place and what would be right", () => {
  for (const [text, at, details] of faults) {
    const error = refusal(() => filters("x", text));
    equal(error.code, "PGRST100");
    equal(
      error.message,
      `"failed to parse filter (${text})" (line 1, column ${at})`,
    );
    equal(error.details, details, text);
  }
});

const nameLabel = "field name (* or [a..z0..9_$])";
const afterName = 'letter, digit, "-", delimiter (.), "->>", "->"';

/** Key, column, details. */
const keyFaults: readonly (readonly [string, number, string])[] = [
  ["", 1, `unexpected end of input expecting ${nameLabel}`],
  ["x)", 2, `unexpected ')' expecting ${afterName} or end of input`],
  ["x::int", 2, `unexpected ':' expecting ${afterName} or end of input`],
  ["rel.", 5, `unexpected end of input expecting ${nameLabel}`],
  [".x", 1, `unexpected "." expecting ${nameLabel}`],
  ["a..x", 3, `unexpected "." expecting ${nameLabel}`],
  ["metadata->>->>x", 13, 'unexpected ">" expecting digit'],
  ['"x', 3, 'unexpected end of input expecting "\\""'],
];

Deno.test("parseQuery() refuses a key with the place and what would be right", () => {
  for (const [key, at, details] of keyFaults) {
    const error = refusal(() => filters(key, "eq.1"));
    equal(
      error.message,
      `"failed to parse tree path (${key})" (line 1, column ${at})`,
    );
    equal(error.details, details, key);
  }
});

Deno.test("parseQuery() tells of a bad key before a bad value", () => {
  match(refusal(() => filters("x)", "bad")).message, /tree path/);
});
