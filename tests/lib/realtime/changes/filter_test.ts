import { deepEqual, throws } from "node:assert/strict";
import { JoinError } from "../../../../lib/realtime/error.ts";
import { readFilter } from "../../../../lib/realtime/changes/filter.ts";

Deno.test("readFilter() reads conditions as Supabase's client writes them", () => {
  const one = (
    column: string,
    operator: string,
    values: string[],
    negated = false,
  ) => ({ column, operator, values, negated });

  deepEqual(readFilter("id=eq.1"), [one("id", "eq", ["1"])]);
  deepEqual(readFilter("id=gt.0,id=lt.100"), [
    one("id", "gt", ["0"]),
    one("id", "lt", ["100"]),
  ]);
  deepEqual(readFilter("status=not.in.(draft,archived)"), [
    one("status", "in", ["draft", "archived"], true),
  ]);
  deepEqual(readFilter('name=eq."a,b\\"c",x=in.("1,2",3)'), [
    one("name", "eq", ['a,b"c']),
    one("x", "in", ["1,2", "3"]),
  ]);
  deepEqual(readFilter("a=eq.5' x = y.z"), [one("a", "eq", ["5' x = y.z"])]);
  deepEqual(readFilter("a=is.null"), [one("a", "is", ["null"])]);
  deepEqual(readFilter("a=eq."), [one("a", "eq", [""])]);
});

Deno.test("readFilter() refuses what is none", () => {
  for (
    const text of [
      "",
      "id",
      "id=",
      "=eq.1",
      "id=1",
      "id=gtt.1",
      "id=in.1",
      "id=in.()",
      "id=eq.1,",
      "a=match.x",
      `a=eq.${"x".repeat(4000)}`,
      `a=in.(${"1,".repeat(100)}1)`,
    ]
  ) {
    throws(() => readFilter(text), JoinError, text);
  }
});
