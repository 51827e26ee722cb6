import { equal } from "node:assert/strict";
import { withDdl } from "./support.ts";

/** Expression, and what `pg_get_expr` of PostgreSQL 15 shows. */
const checks: readonly (readonly [string, string])[] = [
  ["a > 0", "(a > 0)"],
  [
    "a > 0 and (b <> 'z' or t is null)",
    "((a > 0) AND ((b <> 'z'::text) OR (t IS NULL)))",
  ],
  ["not (a = 1)", "(NOT (a = 1))"],
  ["v <> 'q'", "((v)::text <> 'q'::text)"],
  ["b in ('x', 'y')", "(b = ANY (ARRAY['x'::text, 'y'::text]))"],
  ["b like 'a%'", "(b ~~ 'a%'::text)"],
  ["n > 1.5", "(n > 1.5)"],
  ["n > -1.5", "(n > '-1.5'::numeric)"],
  ["a > -1", "(a > '-1'::integer)"],
  ["n > 1", "(n > (1)::numeric)"],
  ["length(b) > 3", "(length(b) > 3)"],
  ["coalesce(a, 1) = 1", "(COALESCE(a, 1) = 1)"],
  ["t <= now()", "(t <= now())"],
  ["t <= current_timestamp", "(t <= CURRENT_TIMESTAMP)"],
  ["a::text = b", "((a)::text = b)"],
  ["a between 1 and 3", "((a >= 1) AND (a <= 3))"],
  ["a is distinct from 3", "(a IS DISTINCT FROM 3)"],
  ["(a > 0) is true", "((a > 0) IS TRUE)"],
];

Deno.test("expressionText() writes as pg_get_expr does", () =>
  withDdl(async (stage) => {
    for (const [written, shown] of checks) {
      await stage.sql(
        `CREATE TABLE x (a int, b text, v varchar(5), n numeric, t timestamptz, CHECK (${written}))`,
      );
      const table = stage.catalog.relationNamed(2200, "x");
      equal(table?.constraints[0]?.check?.text, shown);
      await stage.sql("DROP TABLE x");
    }
  }));

/** Type, default, and what PostgreSQL 15 shows. */
const defaults: readonly (readonly [string, string, string])[] = [
  ["int", "5", "5"],
  ["int", "-5", "'-5'::integer"],
  ["bigint", "5", "5"],
  ["numeric(10,2)", "1.5", "1.5"],
  ["numeric", "0", "0"],
  ["double precision", "1", "1"],
  ["real", "-1", "'-1'::integer"],
  ["text", "'x'", "'x'::text"],
  ["varchar(5)", "'x'", "'x'::character varying"],
  ["boolean", "true", "true"],
  ["timestamptz", "now()", "now()"],
  ["timestamptz", "CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP"],
  ["uuid", "gen_random_uuid()", "gen_random_uuid()"],
  ["jsonb", "'{}'", "'{}'::jsonb"],
  ["text[]", "'{}'", "'{}'::text[]"],
  ["date", "current_date", "CURRENT_DATE"],
];

Deno.test("expressionText() writes defaults as pg_get_expr does", () =>
  withDdl(async (stage) => {
    for (const [type, written, shown] of defaults) {
      await stage.sql(`CREATE TABLE x (a ${type} DEFAULT ${written})`);
      const table = stage.catalog.relationNamed(2200, "x");
      equal(table?.columns[0]?.default?.text, shown, `${type} ${written}`);
      await stage.sql("DROP TABLE x");
    }
  }));
