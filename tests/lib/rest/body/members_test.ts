import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { elementsOf, membersOf } from "../../../../lib/rest/body/members.ts";

Deno.test("membersOf() keeps every value as it was written", () => {
  const members = membersOf(
    ' {"a" : 1.50, "b\\"{": "x,}\\\\", "c":[1, {"d":"]"}] ,"e":{},"big":12345678901234567890} ',
  );
  deepEqual([...members], [
    ["a", "1.50"],
    ['b"{', '"x,}\\\\"'],
    ["c", '[1, {"d":"]"}]'],
    ["e", "{}"],
    ["big", "12345678901234567890"],
  ]);
});

Deno.test("membersOf() takes the last of a repeated key", () => {
  equal(membersOf('{"a":1,"a":2}').get("a"), "2");
});

Deno.test("membersOf() has no members of an empty object", () => {
  equal(membersOf("{ }").size, 0);
});

Deno.test("membersOf() and elementsOf() agree with JSON.parse() on any value", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.constantFrom(0, 2, "\t"),
      (object, space) => {
        const json = JSON.stringify(object, null, space);
        const parsed = JSON.parse(json) as Record<string, unknown>;
        const members = membersOf(json);
        deepEqual([...members.keys()].sort(), Object.keys(parsed).sort());
        for (const [key, text] of members) {
          deepEqual(
            JSON.parse(text),
            Object.entries(parsed).find(([name]) => name === key)?.[1],
          );
        }
        const list = JSON.stringify(Object.values(object), null, space);
        deepEqual(
          elementsOf(list).map((text) => JSON.parse(text)),
          JSON.parse(list),
        );
      },
    ),
    { numRuns: 300 },
  );
});
