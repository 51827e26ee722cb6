import { equal } from "node:assert/strict";
import {
  mostSimilar,
  similarity,
} from "../../../../lib/rest/schema/similar.ts";

for (
  const [one, other, least, expected] of [
    ["projects", "projects", 0, 1],
    ["Projects", "pROJECTS", 0, 1],
    ["projct", "project", 0, 1 - 1 / 7],
    ["abcd", "abce", 0.75, 0.75],
    ["abcd", "abxy", 0.75, 0],
    ["abcd", "abxy", 0, 0.5],
    ["", "", 0, 1],
    ["", "abc", 0, 0],
    ["kitten", "sitting", 0.5, 1 - 3 / 7],
  ] as const
) {
  Deno.test(`similarity() gives ${expected} for ${one} and ${other} from ${least} on`, () => {
    equal(similarity(one, other, least), expected);
  });
}

Deno.test("mostSimilar() gives the nearest name, the first of equals", () => {
  equal(
    mostSimilar("client", ["projects", "cliants", "clients"], 0.33),
    "clients",
  );
  equal(mostSimilar("cat", ["bat", "rat"], 0.33), "bat");
});

Deno.test("mostSimilar() gives nothing when no other name is similar enough", () => {
  equal(mostSimilar("client", ["client"], 0.33), undefined);
  equal(mostSimilar("client", ["projects"], 0.75), undefined);
  equal(mostSimilar("client", [], 0), undefined);
});

Deno.test("mostSimilar() is not slow when somebody asks for a very long name", () => {
  equal(mostSimilar("x".repeat(1e6), ["x".repeat(63)], 0.33), undefined);
});
