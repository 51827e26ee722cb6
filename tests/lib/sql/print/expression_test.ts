import { equal, ok } from "node:assert/strict";
import { print, resolve, stage } from "../expression_stage.ts";

function printed(text: string): string {
  const on = stage();
  return print(resolve(text, on), on.env).sql;
}

Deno.test("printExpression() leaves columns as they are where an index could serve", async (t) => {
  const cases = [
    ["id = 1", '("item"."id" = $1)'],
    ["id in (1, 2)", '("item"."id" IN ($1, $2))'],
    [
      "id between 1 and 2",
      '(("item"."id" >= $1) AND ("item"."id" <= $2))',
    ],
    ["name is not distinct from 'x'", '("item"."name" IS $1)'],
    ["feeling = 'ok'", '("item"."feeling" = $1)'],
    ["name is null", '("item"."name" IS NULL)'],
    ["(id, big) > (1, 2)", '(("item"."id", "item"."big") > ($1, $2))'],
    [
      "id = any($1)",
      `("item"."id" IN (SELECT value FROM json_each(coalesce(CASE WHEN substr($1, 1, 2) = '[[' THEN pg_array_flat($1) ELSE $1 END, '[null]'))))`,
    ],
  ] as const;
  for (const [text, sql] of cases) {
    await t.step(text, () => equal(printed(text), sql));
  }
});

Deno.test("printExpression() compares by the collation of the type", async (t) => {
  const cases = [
    ["1.5 = 1.50", "($1 COLLATE pg_numeric)"],
    ["price + 1 > 2", "COLLATE pg_numeric) >"],
    ["1.5 in (price, 2)", " COLLATE pg_numeric) IN ("],
    ["price + 1 is distinct from 2", "COLLATE pg_numeric) IS NOT"],
    ["greatest(price, price)", "COLLATE pg_numeric, coalesce("],
    ["nullif(price + 1, 2)", "COLLATE pg_numeric), $"],
    ["sum(id) over (partition by price + 1)", "COLLATE pg_numeric)"],
    ["count(distinct price + 1)", "COLLATE pg_numeric)"],
  ] as const;
  for (const [text, part] of cases) {
    await t.step(text, () => {
      const sql = printed(text);
      ok(sql.includes(part), sql);
    });
  }
});

Deno.test("printExpression() writes no value of the text into SQLite's", () => {
  const sql = printed(
    "name || 'secret''; DROP TABLE item; --' = 'x' and id = 4711 and tags[3] = 'y'",
  );
  ok(!/secret|DROP|4711/.test(sql), sql);
});

Deno.test("printExpression() compares texts by their bytes whatever they are made of", async (t) => {
  const cases = [
    "price::text = '1.0'",
    "'1.0' = price::text",
    "price::text is distinct from '1.0'",
    "case when price + 1 > 2 then 'a' else 'b' end < 'b'",
    "'b' > case when price + 1 > 2 then 'a' end",
    "price::text in ('1.0')",
    "max(price::text)",
  ];
  for (const text of cases) {
    await t.step(text, () => ok(printed(text).includes("COLLATE BINARY")));
  }
});

Deno.test("printExpression() evaluates no argument beside a NULL of a strict function", () => {
  equal(printed("null::int / id"), "NULL");
  equal(printed("id + (null::int - big)"), "NULL");
  ok(printed("null::int + (1 / 0)").includes("pg_error"));
});

Deno.test("printExpression() sorts NULLs where PostgreSQL does", async (t) => {
  const cases = [
    ["id", '"item"."id" NULLS LAST'],
    ["id desc", '"item"."id" DESC NULLS FIRST'],
    ["id nulls first", '"item"."id"'],
    ["id desc nulls last", '"item"."id" DESC'],
  ] as const;
  for (const [key, sql] of cases) {
    await t.step(key, () => {
      equal(
        printed(`row_number() over (order by ${key})`),
        `row_number() OVER (ORDER BY ${sql})`,
      );
    });
  }
});

Deno.test("printExpression() puts FILTER, ORDER BY and OVER behind each aggregate of a template", () => {
  equal(
    printed(
      "string_agg(name, ',' order by id desc nulls last) filter (where flag)",
    ),
    '"string_agg(text, text)"("item"."name", $1 ORDER BY "item"."id" DESC) FILTER (WHERE "item"."flag")',
  );
  equal(
    printed(
      "count(*) over (rows between 1 preceding and unbounded following exclude ties)",
    ),
    "count(*) OVER (ROWS BETWEEN $1 PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE TIES)",
  );
});

Deno.test("printExpression() does not evaluate what AND and OR have decided", () => {
  ok(printed("id <> 0 and 1 / id > 1").startsWith("(CASE "));
  ok(printed("id = 0 or 1 / id > 1").startsWith("(CASE "));
  ok(printed("id <> 0 and big > 1").startsWith("(("));
});

Deno.test("printExpression() prints long chains without depth", () => {
  const sql = printed(
    Array.from({ length: 2000 }, (_, index) => `id = ${index}`).join(" or "),
  );
  let depth = 0;
  let deepest = 0;
  for (const character of sql) {
    if (character === "(") deepest = Math.max(deepest, ++depth);
    else if (character === ")") depth -= 1;
  }
  ok(deepest < 20, String(deepest));
});
