import { deepEqual, equal, notEqual } from "node:assert/strict";
import fc from "fast-check";
import { parseQuery } from "../../../../lib/rest/grammar/query.ts";
import { searchOf } from "../../../../lib/rest/grammar/search.ts";
import { searchShape } from "../../../../lib/rest/grammar/shape.ts";
import type { FilterNode, RestQuery } from "../../../../lib/rest/request.ts";
import { arbitraryQuery } from "./arbitrary_query.ts";
import { printQuery } from "./print_query.ts";

function valuesOf(search: string): readonly string[] | undefined {
  return searchShape(search)?.values;
}

/** Values of numbered filters, by their number. */
function numbered({ levels, slots }: RestQuery): (string | undefined)[] {
  const values: (string | undefined)[] = Array(slots ?? 0).fill(undefined);
  const look = (node: FilterNode) => {
    if (node.kind === "group") return node.nodes.forEach(look);
    if (node.slot !== undefined) values[node.slot] = node.value as string;
  };
  for (const { filters } of levels) filters.forEach(look);
  return values;
}

Deno.test("searchShape() takes out what plain filters compare with", () => {
  const one = searchShape("select=a,b&id=eq.1&items.price=gte.2.5&order=id");
  const other = searchShape("select=a,b&id=eq.&items.price=gte.x,y&order=id");

  deepEqual(one?.values, ["1", "2.5"]);
  deepEqual(other?.values, ["", "x,y"]);
  equal(one?.text, other?.text);
});

Deno.test("searchShape() decodes values as parameters are decoded", () => {
  deepEqual(valuesOf("a=eq.x+y%2Bz%26%3D=%C3%A9"), ["x y+z&==é"]);
});

Deno.test("searchShape() keeps apart what differs in more than such values", () => {
  const texts = [
    "id=eq.1",
    "id=neq.1",
    "id=gt.1",
    "ID=eq.1",
    "id=eq.1&select=id",
    "select=id&id=eq.1",
    "id=eq.1&id=eq.1",
    "id=eq.1&limit=1",
    "id=eq.1&limit=2",
    "id=not.eq.1",
    "id=not.eq.2",
    "id=in.(1)",
    "id=in.(2)",
    "id=eq(any).{1}",
    "id=eq(any).{2}",
    "or=(id.eq.1)",
    "or=(id.eq.2)",
    "",
  ].map((search) => searchShape(search)?.text);

  equal(new Set(texts).size, texts.length);
});

Deno.test("searchShape() takes no value from reserved words, however they are written", () => {
  for (
    const search of [
      "select=eq.1",
      "order=eq.1",
      "a.order=eq.1",
      "a.limit=eq.1",
      "offset=eq.1",
      "columns=eq.1",
      "on_conflict=eq.1",
      "apikey=eq.1",
      "not.and=eq.1",
      "a.or=eq.1",
      "%6frder=eq.1",
      "orde%72=eq.1",
      '"a.b"=eq.1',
    ]
  ) {
    deepEqual(valuesOf(search), [], search);
  }
});

Deno.test("searchShape() gives none for a long query string or one with NUL", () => {
  equal(searchShape(`id=eq.${"1".repeat(2000)}`), undefined);
  equal(searchShape("id=eq.\0"), undefined);
});

Deno.test("searchShape() takes for values what parseQuery() numbers, or another number of them", () => {
  let agreed = 0;
  fc.assert(
    fc.property(arbitraryQuery, (query) => {
      const search = new URLSearchParams(printQuery(query)).toString();
      const shape = searchShape(search);
      if (shape === undefined) return;
      const parsed = parseQuery(searchOf(search), { numbered: true });
      if (parsed.slots !== shape.values.length) return;
      deepEqual(numbered(parsed), shape.values, search);
      agreed += shape.values.length;
    }),
    { numRuns: 600 },
  );
  notEqual(agreed, 0);
});
