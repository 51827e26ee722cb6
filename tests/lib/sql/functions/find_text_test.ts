import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { finder, piecesOf } from "../../../../lib/sql/functions/find_text.ts";

const letters = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 400 });

Deno.test("finder() finds what indexOf() finds", () => {
  fc.assert(fc.property(letters, letters, fc.nat(50), (text, wanted, from) => {
    equal(finder(text, wanted)(from), text.indexOf(wanted, from));
    const inside = text.slice(10, 90);
    equal(finder(text, inside)(from), text.indexOf(inside, from));
  }));
});

Deno.test("piecesOf() gives what split() gives", () => {
  const separator = "ab".repeat(40);
  fc.assert(fc.property(fc.array(letters, { minLength: 1 }), (parts) => {
    const text = parts.join(separator);
    deepEqual([...piecesOf(text, separator)], text.split(separator));
  }));
});

Deno.test("finder() pauses while it looks through a long text that nearly matches everywhere", () => {
  let pauses = 0;
  const text = "a".repeat(4_000_000);
  const find = finder(text, "a".repeat(1_000_000) + "b", () => void pauses++);
  equal(find(0), -1);
  equal(pauses > 0, true);
});
