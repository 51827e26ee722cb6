import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { coerceToBoolean } from "../../../../lib/sql/analyze/coercion.ts";
import { checkParams } from "../../../../lib/sql/analyze/params.ts";
import { fixedOid } from "../../../../lib/sql/catalog/catalog.ts";
import type { UserFunction } from "../../../../lib/sql/catalog/catalog.ts";
import { SqlError } from "../../../../lib/sql/error.ts";
import { parse } from "../../../../lib/sql/parse.ts";
import { oid } from "../../../../lib/sql/types/type.ts";
import {
  print,
  resolve,
  stage,
  stageCatalog,
  withRunner,
} from "../expression_stage.ts";

function failure(run: () => unknown): SqlError {
  try {
    run();
  } catch (error) {
    ok(error instanceof SqlError, String(error));
    return error;
  }
  throw new Error("Expected an error");
}

function words(error: unknown): string {
  ok(error instanceof SqlError, String(error));
  const { detail, hint, position } = error.fields;
  return `!! ${error.sqlState} ${error.message} | ${detail ?? ""} | ${
    hint ?? ""
  } | ${position ?? ""}`;
}

Deno.test("resolveExpression() and printExpression() give what PostgreSQL gives", async (t) => {
  const lines = (await Deno.readTextFile(
    new URL("../expressions.txt", import.meta.url),
  )).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const differences: string[] = [];
  await withRunner(({ run }) => {
    for (let at = 0; at < lines.length; at += 2) {
      const text = lines[at] as string;
      const expected = (lines[at + 1] as string).slice(3);
      let given: string;
      try {
        given = String(run(text));
      } catch (error) {
        given = words(error);
      }
      if (given !== expected) {
        differences.push(
          `${text}\n  given    ${given}\n  expected ${expected}`,
        );
      }
    }
  });
  await t.step(`${lines.length / 2} expressions`, () => {
    equal(differences.join("\n"), "");
  });
});

Deno.test("resolveExpression() finds the type of a parameter from where it stands", async (t) => {
  const cases: readonly (readonly [string, number])[] = [
    ["id = $1", oid.int4],
    ["$1 = big", oid.int8],
    ["name || $1", oid.text],
    ["$1::date", oid.date],
    ["coalesce(price, $1)", oid.numeric],
    ["case when flag then $1 else 2 end", oid.int4],
    ["id = any($1)", 1007],
    ["$1 = any(tags)", oid.text],
    ["id in (1, $1)", oid.int4],
    ["upper($1)", oid.text],
    ["name like $1", oid.text],
    ["$1 and flag", oid.bool],
    ["array[1, $1]", oid.int4],
    ["tags[$1]", oid.int4],
    ["greatest($1, weight)", oid.float8],
    ["nullif($1, id)", oid.int4],
  ];
  for (const [text, type] of cases) {
    await t.step(text, () => {
      const params: number[] = [];
      resolve(text, stage(params));
      deepEqual(params, [type]);
    });
  }
});

Deno.test("resolveExpression() keeps the type that the client gave a parameter", () => {
  const params = [oid.int8];
  equal(resolve("id + $1", stage(params)).type, oid.int8);
  deepEqual(params, [oid.int8]);
});

Deno.test("resolveExpression() refuses a parameter that two places give two types", () => {
  const error = failure(() => resolve("id = $1 and $1 = name"));
  equal(error.sqlState, "42883");
  equal(error.message, "operator does not exist: integer = text");
});

Deno.test("checkParams() refuses a parameter whose type nothing tells", () => {
  const on = stage();
  resolve("$1 is null", on);
  const error = failure(() => checkParams(on.env));
  equal(error.sqlState, "42P18");
  equal(error.message, "could not determine data type of parameter $1");
});

Deno.test("resolveExpression() keeps where a literal stands, and not in another text", () => {
  const constant = resolve("'abc'");
  equal(constant.kind === "constant" && constant.location, 7);
  const on = stage();
  on.scope.statement.otherText = 1;
  const other = resolve("'abc'", on);
  ok(other.kind === "constant" && !("location" in other));
});

Deno.test("resolveExpression() does not keep the value of a literal that depends on the session", async (t) => {
  const fixed = ["'2024-02-29'::date", "'2024-02-29 10:00+02'::timestamptz"];
  const open = [
    "'today'::date",
    "'now'::timestamp",
    "'2024-02-29 10:00'::timestamptz",
    "'2/3/2024'::date",
  ];
  for (const text of fixed) {
    await t.step(`keeps ${text}`, () => equal(resolve(text).kind, "constant"));
  }
  for (const text of open) {
    await t.step(`reads ${text} anew`, () => {
      const expr = resolve(text);
      ok(expr.kind === "cast" && expr.how.by === "text");
    });
  }
});

Deno.test("resolveExpression() refuses aggregates and windows where they may not stand", async (t) => {
  const cases = [
    [
      "count(*) > 1",
      "where",
      "42803",
      "aggregate functions are not allowed in WHERE",
    ],
    [
      "max(id)",
      "join",
      "42803",
      "aggregate functions are not allowed in JOIN conditions",
    ],
    [
      "max(id)",
      "check",
      "42803",
      "aggregate functions are not allowed in check constraints",
    ],
    [
      "row_number() over ()",
      "having",
      "42P20",
      "window functions are not allowed in HAVING",
    ],
    [
      "max(id) over ()",
      "group",
      "42P20",
      "window functions are not allowed in GROUP BY",
    ],
    [
      "rank() over ()",
      "policy",
      "42P20",
      "window functions are not allowed in policy expressions",
    ],
    [
      "grouping(id)",
      "where",
      "42803",
      "grouping operations are not allowed in WHERE",
    ],
    [
      "exists (select 1)",
      "check",
      "0A000",
      "cannot use subquery in check constraint",
    ],
  ] as const;
  for (const [text, place, state, message] of cases) {
    await t.step(`${text} in ${place}`, () => {
      const error = failure(() => resolve(text, stage(), place));
      equal(error.sqlState, state);
      equal(error.message, message);
    });
  }
});

Deno.test("resolveExpression() refuses what is nested too deeply", async (t) => {
  const deep = 2000;
  for (
    const text of [
      `${"not ".repeat(deep)}true`,
      Array.from({ length: deep }, () => "1").join(" + "),
      `${"coalesce(".repeat(deep)}1${", 1)".repeat(deep)}`,
    ]
  ) {
    await t.step(`${text.slice(0, 20)}…`, () => {
      equal(failure(() => resolve(text)).sqlState, "54001");
    });
  }
});

Deno.test("resolveExpression() takes long chains of AND and OR", () => {
  const expr = resolve(
    Array.from({ length: 3000 }, (_, index) => `id = ${index}`).join(" or "),
  );
  ok(expr.kind === "logic" && expr.args.length === 3000);
});

Deno.test("resolveExpression() binds a long list of values as one array", () => {
  const on = stage();
  const list = Array.from({ length: 40_000 }, (_, index) => index).join(", ");
  const { slots } = print(resolve(`id in (${list})`, on), on.env);
  equal(slots.length, 1);
  ok(on.scope.statement.exactText);
});

Deno.test("resolveExpression() turns what the session knows into values that are bound", async (t) => {
  for (
    const [text, name] of [
      ["now()", "transaction_timestamp"],
      ["current_timestamp", "transaction_timestamp"],
      ["current_date", "current_date"],
      ["current_user", "current_user"],
      ["session_user", "session_user"],
      ["current_setting('a.b', true)", "setting"],
    ] as const
  ) {
    await t.step(text, () => {
      const expr = resolve(text);
      equal(expr.kind === "session" && expr.value.name, name);
    });
  }
});

Deno.test("resolveExpression() refuses what is not supported by its name", async (t) => {
  for (
    const [text, feature] of [
      ["xmlelement(name a)", "XML"],
      ["json_object('a': 1)", "SQL/JSON"],
      ["b'1'", "bit string literal"],
      ["item.ctid", 'system column "ctid"'],
    ] as const
  ) {
    await t.step(text, () => {
      const error = failure(() => resolve(text));
      equal(error.sqlState, "0A000");
      equal(error.message, `${feature} is not supported`);
    });
  }
});

Deno.test("coerceToBoolean() names the clause when the condition is no boolean", () => {
  const on = stage();
  throws(
    () => coerceToBoolean(resolve("id", on), "WHERE", on.scope),
    { message: "argument of WHERE must be type boolean, not type integer" },
  );
});

/** A function of a user. */
function userFunction(
  name: string,
  body: string,
  more: Partial<UserFunction> = {},
): UserFunction {
  return {
    oid: 21_000,
    name,
    schema: fixedOid.public,
    owner: fixedOid.postgres,
    args: [
      { name: "a", type: oid.int4, mode: "i" },
      {
        name: "b",
        type: oid.int4,
        mode: "i",
        default: {
          text: "10",
          node: { A_Const: { ival: { ival: 10 }, location: -1 } },
        },
      },
    ],
    returns: oid.int4,
    returnsSet: false,
    kind: "f",
    volatility: "i",
    strict: false,
    securityDefiner: false,
    leakproof: false,
    body,
    statements: parse(body).map(({ node }) => node),
    settings: {},
    acl: null,
    ...more,
  };
}

function printWith(user: UserFunction, text: string): string {
  const on = stage([], stageCatalog().with("function", user));
  return print(resolve(text, on), on.env).sql;
}

Deno.test("resolveExpression() puts the body of an SQL function in the place of its call", async (t) => {
  const add = userFunction("add", "SELECT coalesce(a, $2)");
  const cases: readonly (readonly [string, UserFunction, string, string])[] = [
    ["arguments by position", add, "add(id, 2)", 'coalesce("item"."id", $1)'],
    ["a default", add, "add(id)", 'coalesce("item"."id", $1)'],
    [
      "arguments by name",
      add,
      "add(b => id, a => 2)",
      'coalesce($1, "item"."id")',
    ],
    [
      "a strict function",
      { ...add, strict: true },
      "add(id, 2)",
      '(CASE WHEN ("item"."id" IS NOT NULL) THEN coalesce("item"."id", $1) END)',
    ],
    [
      "no function with rights of its own",
      { ...add, securityDefiner: true },
      "add(id, 2)",
      'pg_call_sql(21000, "item"."id", $1)',
    ],
    [
      "no function that calls itself",
      userFunction("again", "SELECT again(a, b)"),
      "again(id, 2)",
      'pg_call_sql(21000, "item"."id", $1)',
    ],
    [
      "no function of several statements",
      userFunction("two", "SELECT 1; SELECT 2"),
      "two(id, 2)",
      'pg_call_sql(21000, "item"."id", $1)',
    ],
  ];
  for (const [name, user, text, sql] of cases) {
    await t.step(name, () => {
      const printed = printWith(user, text);
      equal(printed, sql);
    });
  }
});

Deno.test("resolveExpression() asks for EXECUTE on functions of users", () => {
  const on = stage(
    [],
    stageCatalog().with("function", userFunction("add", "SELECT a + b")),
  );
  resolve("add(1, 2)", on);
  deepEqual(on.scope.statement.needed, [
    { kind: "function", oid: 21_000, privilege: "X", role: fixedOid.postgres },
  ]);
});
