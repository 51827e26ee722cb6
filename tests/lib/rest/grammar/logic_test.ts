import { equal } from "node:assert/strict";
import type { FilterNode } from "../../../../lib/rest/request.ts";
import {
  condition,
  field,
  filters,
  group,
  parse,
  refusal,
  sameTree,
} from "./support.ts";

const a = condition("a", "eq", "1");
const b = condition("b", "eq", "2");
const c = condition("c", "eq", "3");

/** Key, value, tree. */
const cases: readonly (readonly [string, string, FilterNode])[] = [
  ["and", "(a.eq.1)", group("and", [a])],
  ["or", "(a.eq.1,b.eq.2)", group("or", [a, b])],
  ["not.and", "(a.eq.1,b.eq.2)", group("and", [a, b], true)],
  ["not.or", "(a.eq.1)", group("or", [a], true)],
  [
    "or",
    " ( a.eq.1, b.eq.2 ) ",
    group("or", [
      a,
      condition("b", "eq", "2 "),
    ]),
  ],
  ["or", "(a.eq.1,and(b.eq.2,c.eq.3))", group("or", [a, group("and", [b, c])])],
  [
    "and",
    "(a.eq.1,not.or(b.eq.2,not.and(c.eq.3)))",
    group("and", [
      a,
      group("or", [b, group("and", [c], true)], true),
    ]),
  ],
  [
    "or",
    "( and ( a.eq.1 , b.eq.2 ) , c.eq.3 )",
    group("or", [
      group("and", [condition("a", "eq", "1 "), condition("b", "eq", "2 ")]),
      condition("c", "eq", "3 "),
    ]),
  ],
  [
    "or",
    "(rel.is.null,rel.not.is.null)",
    group("or", [
      condition("rel", "is", "null"),
      condition("rel", "is", "null", { negated: true }),
    ]),
  ],
  [
    "or",
    "(data->a->>b.eq.1,data->0.is.true)",
    group("or", [
      condition(field("data", "->", "a", "->>", "b"), "eq", "1"),
      condition(field("data", "->", 0), "is", "true"),
    ]),
  ],
  [
    "or",
    '("a.b".eq.1," c ".eq.2)',
    group("or", [
      condition("a.b", "eq", "1"),
      condition(" c ", "eq", "2"),
    ]),
  ],
  // Columns that are called like the words of logic.
  [
    "or",
    "(and.eq.1,or.eq.2,not.eq.3)",
    group("or", [
      condition("and", "eq", "1"),
      condition("or", "eq", "2"),
      condition("not", "eq", "3"),
    ]),
  ],
  [
    "or",
    "(not.not.is.null,android.eq.1,order.eq.2)",
    group("or", [
      condition("not", "is", "null", { negated: true }),
      condition("android", "eq", "1"),
      condition("order", "eq", "2"),
    ]),
  ],
  [
    "or",
    "(__proto__.eq.1,constructor.is.null)",
    group("or", [
      condition("__proto__", "eq", "1"),
      condition("constructor", "is", "null"),
    ]),
  ],
  // Values.
  [
    "or",
    '(a.eq."x,y)",b.eq."say \\"hi\\"")',
    group("or", [
      condition("a", "eq", "x,y)"),
      condition("b", "eq", 'say "hi"'),
    ]),
  ],
  [
    "or",
    '(a.eq."x"y,b.eq."")',
    group("or", [
      condition("a", "eq", '"x"y'),
      condition("b", "eq", ""),
    ]),
  ],
  [
    "or",
    "(a.eq.,b.eq. x y )",
    group("or", [
      condition("a", "eq", ""),
      condition("b", "eq", " x y "),
    ]),
  ],
  ["or", "(a.eq.x.y:z*(w)", group("or", [condition("a", "eq", "x.y:z*(w")])],
  [
    "or",
    "(a.cs.{1,2},b.cd.{(,)},c.ov.{})",
    group("or", [
      condition("a", "cs", "{1,2}"),
      condition("b", "cd", "{(,)}"),
      condition("c", "ov", "{}"),
    ]),
  ],
  [
    "or",
    '(a.cs.{"k":{"l":[1,2]}},b.cs.{{1,2},{3,4}})',
    group("or", [
      condition("a", "cs", '{"k":{"l":[1,2]}}'),
      condition("b", "cs", "{{1,2},{3,4}}"),
    ]),
  ],
  ["or", "(a.eq.{x,b.eq.2)", group("or", [condition("a", "eq", "{x"), b])],
  [
    "or",
    '(a.ov."[1,3)",b.in.(1,"2,3"),b.eq.2)',
    group("or", [
      condition("a", "ov", "[1,3)"),
      condition("b", "in", ["1", "2,3"]),
      b,
    ]),
  ],
];

Deno.test("parseQuery() reads logic trees", () => {
  for (const [key, text, expected] of cases) {
    sameTree(filters(key, text), [expected], `${key}=${text}`);
  }
});

Deno.test("parseQuery() reads logic trees of embeds", () => {
  for (
    const [key, path, negated] of [
      ["rel.or", ["rel"], false],
      ["rel.not.or", ["rel"], true],
      ["not.rel.or", ["rel"], true],
      ["a.b.or", ["a", "b"], false],
      ["a.b.not.or", ["a", "b"], true],
      ['"not".or', ["not"], false],
      ['"a.b".or', ["a.b"], false],
    ] as const
  ) {
    const level = parse([key, "(a.eq.1)"]).levels[1];
    sameTree(level?.path, path, key);
    sameTree(level?.filters, [group("or", [a], negated)], key);
  }
});

Deno.test("parseQuery() keeps filters and logic trees of a level in their order", () => {
  sameTree(
    parse(["a", "eq.1"], ["or", "(b.eq.2)"], ["a", "eq.1"], ["or", "(c.eq.3)"])
      .levels,
    [{
      path: [],
      filters: [a, group("or", [b]), a, group("or", [c])],
      order: [],
    }],
  );
});

const nameLabel = "field name (* or [a..z0..9_$])";
const aNode =
  `${nameLabel}, negation operator (not) or logic operator (and, or)`;

/** Key, value, column (counted from the key's operator), details. */
const faults: readonly (readonly [string, string, number, string])[] = [
  ["or", "", 3, 'unexpected end of input expecting "("'],
  ["or", ")(", 3, 'unexpected ")" expecting "("'],
  ["or", "a.eq.1", 3, 'unexpected "a" expecting "("'],
  ["or", "()", 4, `unexpected ")" expecting ${aNode}`],
  ["not.and", "()", 9, `unexpected ")" expecting ${aNode}`],
  ["or", "(a.eq.1,)", 11, `unexpected ")" expecting ${aNode}`],
  ["or", "(id.in.1,2,id.eq.3)", 10, 'unexpected "1" expecting "("'],
  ["or", "(a.eq.1", 10, 'unexpected end of input expecting "," or ")"'],
  ["or", "(a.eq.1)x", 11, "unexpected 'x' expecting end of input"],
  [
    "or",
    "(a)",
    5,
    'unexpected ")" expecting letter, digit, "-", "->>", "->" or delimiter (.)',
  ],
  [
    "or",
    "(rel.col.eq.1)",
    8,
    'unexpected "c" expecting "not" or operator (eq, gt, ...)',
  ],
  [
    "or",
    "(id.eq.1,not.xor(id.eq.2,id.eq.3))",
    16,
    'unexpected "x" expecting logic operator (and, or), "not" or operator (eq, gt, ...)',
  ],
  [
    "and",
    "(ord(id.eq.1),id.eq.2)",
    8,
    'unexpected "(" expecting letter, digit, "-", "->>", "->" or delimiter (.)',
  ],
  [
    "or",
    "(a.is.nil)",
    9,
    'unexpected "n" expecting isVal: (null, not_null, true, false, unknown)',
  ],
  [
    "or",
    "(a.is.nullx)",
    9,
    'unexpected "n" expecting isVal: (null, not_null, true, false, unknown)',
  ],
  ["or", "(a.eq.{1,2}x)", 14, 'unexpected "x" expecting "," or ")"'],
];

Deno.test("parseQuery() refuses a logic tree with the place and what would be right", () => {
  for (const [key, text, at, details] of faults) {
    const error = refusal(() => filters(key, text));
    equal(error.code, "PGRST100");
    equal(
      error.message,
      `"failed to parse logic tree (${text})" (line 1, column ${at})`,
    );
    equal(error.details, details, text);
  }
});

Deno.test("parseQuery() refuses the key of a logic tree with the place and what would be right", () => {
  for (
    const [key, at, details] of [
      [".or", 1, `unexpected end of input expecting ${nameLabel}`],
      ["a..or", 3, `unexpected end of input expecting ${nameLabel}`],
      [
        "a->b.or",
        2,
        `unexpected '-' expecting letter, digit, "-", delimiter (.) or end of input`,
      ],
    ] as const
  ) {
    const error = refusal(() => filters(key, "(a.eq.1)"));
    equal(
      error.message,
      `"failed to parse logic path (${key})" (line 1, column ${at})`,
    );
    equal(error.details, details, key);
  }
});
