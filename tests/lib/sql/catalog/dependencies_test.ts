import { deepEqual } from "node:assert/strict";
import {
  storedNames,
  usesOf,
} from "../../../../lib/sql/catalog/dependencies.ts";
import { parse } from "../../../../lib/sql/parse.ts";
import type { Node } from "@pgsql/types";
import { withDdl } from "../ddl/support.ts";

/** Query, and the columns of `t` (a, b, c) and `u` (a, d) that it names. */
const cases: readonly (readonly [string, string, string])[] = [
  ["SELECT a FROM public.t", "a", ""],
  ["SELECT x.b FROM public.t x", "b", ""],
  ["SELECT b, d FROM public.t, public.u", "b", "d"],
  ["SELECT * FROM public.t JOIN public.u USING (a)", "a b c", "a d"],
  ["SELECT t FROM public.t", "a b c", ""],
  ["WITH w AS (SELECT a AS z FROM public.t) SELECT z FROM w", "a", ""],
  ["SELECT (SELECT d FROM public.u WHERE u.a = t.b) FROM public.t", "b", "a d"],
  ["SELECT y FROM (SELECT c AS y FROM public.t) s ORDER BY y", "c", ""],
  ["SELECT b AS a FROM public.t ORDER BY a", "b", ""],
  ["SELECT a FROM public.t UNION SELECT d FROM public.u", "a", "d"],
  ["SELECT p FROM public.t AS r(p, q)", "a", ""],
  ["SELECT count(*) FROM public.t GROUP BY b HAVING max(c) > 1", "b c", ""],
];

Deno.test("usesOf() finds the columns that a query names", () =>
  withDdl(async (stage) => {
    await stage.sql(
      "CREATE TABLE t (a int, b int, c int); CREATE TABLE u (a int, d int)",
    );
    for (const [query, t, u] of cases) {
      const node = parse(query)[0]?.node as Node;
      const { relations } = usesOf(node, storedNames(stage.catalog));
      const named = (table: string) => {
        const relation = stage.catalog.relationNamed(2200, table);
        const numbers = relations.get(relation?.oid ?? 0) ?? new Set();
        return relation?.columns.filter(({ number }) => numbers.has(number))
          .map(({ name }) => name).join(" ");
      };
      deepEqual([named("t"), named("u")], [t, u], query);
    }
  }));
