import { equal } from "node:assert/strict";
import fc from "fast-check";
import {
  canonicalSearch,
  canonicalShape,
  spell,
} from "../../../../lib/rest/grammar/canonical_search.ts";
import { searchShape } from "../../../../lib/rest/grammar/shape.ts";

const spellings: readonly (readonly [search: string, canonical: string])[] = [
  ["", ""],
  ["&&", ""],
  ["select=id,a:b(c)&id=eq.5", "id=eq.5&select=id%2Ca%3Ab(c)"],
  ["b=eq.2&a=eq.1&b=eq.1", "a=eq.1&b=eq.2&b=eq.1"],
  ["id=eq.5&id", "id=eq.5&id="],
  ["name=eq.Z%C3%BCrich+S%C3%BCd", "name=eq.Z%C3%BCrich%20S%C3%BCd"],
  ["name=eq.a b/c", "name=eq.a%20b%2Fc"],
  ["data->>a=gt.x&id=lt.%00", "data-%3E%3Ea=gt.x&id=lt.%00"],
  ["limit=eq.1&a=gte.", "a=gte.&limit=eq.1"],
];

for (const [search, canonical] of spellings) {
  Deno.test(`canonicalSearch() spells "${search}" as "${canonical}"`, () => {
    equal(canonicalSearch(search), canonical);
  });
}

Deno.test("spell() gives what canonicalSearch() gives, for every query string with a shape", () => {
  const pair = fc.oneof(
    fc.constantFrom("select=id,a:b(c)", "order=id", "limit=3", "x", "", "=y"),
    fc.tuple(
      fc.constantFrom("a", "b.c", "d->>e", "limit"),
      fc.constantFrom("eq.", "gte.", "in.", "not.eq."),
      fc.oneof(
        fc.stringMatching(/^[\w.,:()*%+ "-]{0,8}$/),
        fc.string().map((text) => encodeURIComponent(text.toWellFormed())),
      ),
    ).map((parts) => `${parts[0]}=${parts[1]}${parts[2]}`),
  );
  fc.assert(fc.property(fc.array(pair, { maxLength: 6 }), (pairs) => {
    const search = pairs.join("&");
    const shape = searchShape(search)!;

    equal(
      spell(canonicalShape(shape.text), shape.values),
      canonicalSearch(search),
    );
  }));
});
