import { equal, match, ok } from "node:assert/strict";
import {
  maxConditions,
  maxDepth,
  maxItems,
  maxJsonSteps,
  maxListValues,
} from "../../../../lib/rest/grammar/limits.ts";
import { parseQuery } from "../../../../lib/rest/grammar/query.ts";
import { parse, refusal } from "./support.ts";

/** Something repeated, with commas. */
function times(count: number, text: string): string {
  return new Array(count).fill(text).join(",");
}

function nested(count: number, open: string, inside: string): string {
  return open.repeat(count) + inside + ")".repeat(count);
}

const filter = (count: number) => new Array(count).fill("a=eq.1").join("&");

/** What is limited: as much as may be, one more, and what is said then. */
const cases: Readonly<
  Record<
    string,
    readonly [readonly [string, string], readonly [string, string], RegExp]
  >
> = {
  "embeds in embeds": [
    ["select", nested(maxDepth, "a(", "id")],
    ["select", nested(maxDepth + 1, "a(", "id")],
    /^embeds are nested more than 16 deep$/,
  ],
  "spreads in spreads": [
    ["select", nested(maxDepth, "...a(", "id")],
    ["select", nested(maxDepth + 1, "...a(", "id")],
    /^embeds are nested more than 16 deep$/,
  ],
  "groups in groups": [
    ["or", `${nested(maxDepth - 1, "(and", "(a.eq.1)")}`],
    ["or", `${nested(maxDepth, "(and", "(a.eq.1)")}`],
    /^logic groups are nested more than 16 deep$/,
  ],
  "embeds in a key": [
    [`${"a.".repeat(maxDepth)}id`, "eq.1"],
    [`${"a.".repeat(maxDepth + 1)}id`, "eq.1"],
    /^embeds are nested more than 16 deep$/,
  ],
  "embeds in the key of a limit": [
    [`${"a.".repeat(maxDepth)}limit`, "1"],
    [`${"a.".repeat(maxDepth + 1)}limit`, "1"],
    /^embeds are nested more than 16 deep$/,
  ],
  "items of select": [
    ["select", `a(${times(maxItems - 1, "b")})`],
    ["select", `a(${times(maxItems, "b")})`],
    /^more than 2000 items$/,
  ],
  "names in columns": [
    ["columns", Array.from({ length: maxItems }, (_, i) => `c${i}`).join()],
    ["columns", Array.from({ length: maxItems + 1 }, (_, i) => `c${i}`).join()],
    /^more than 2000 columns$/,
  ],
  "terms of order": [
    ["order", times(maxItems, "a")],
    ["order", times(maxItems + 1, "a")],
    /^more than 2000 terms of order$/,
  ],
  "conditions of a tree": [
    ["or", `(${times(maxConditions, "a.eq.1")})`],
    ["or", `(${times(maxConditions + 1, "a.eq.1")})`],
    /^more than 1000 filters$/,
  ],
  "values of a list": [
    ["a", `in.(${times(maxListValues, "1")})`],
    ["a", `in.(${times(maxListValues + 1, "1")})`],
    /^more than 10000 values in a list$/,
  ],
  "values of a quantifier": [
    ["a", `eq(any).{${times(maxListValues, "1")}}`],
    ["a", `eq(any).{${times(maxListValues + 1, "1")}}`],
    /^more than 10000 values in a list$/,
  ],
  "steps into JSON": [
    ["select", `a${"->b".repeat(maxJsonSteps)}`],
    ["select", `a${"->b".repeat(maxJsonSteps + 1)}`],
    /^more than 100 steps into JSON$/,
  ],
};

for (const [what, [most, tooMuch, details]] of Object.entries(cases)) {
  Deno.test(`parseQuery() limits ${what}`, () => {
    ok(parse(most).levels.length > 0);
    const error = refusal(() => parse(tooMuch));
    equal(error.code, "PGRST100");
    match(String(error.details), details);
    ok(error.message.length < 300);
  });
}

Deno.test("parseQuery() limits filters of all parameters together", () => {
  const most = filter(maxConditions);
  equal(
    parseQuery(new URLSearchParams(most)).levels[0].filters.length,
    maxConditions,
  );
  for (const more of ["b=eq.1", "or=(b.eq.1)", "rel.b=eq.1"]) {
    const error = refusal(() =>
      parseQuery(new URLSearchParams(`${most}&${more}`))
    );
    match(String(error.details), /^more than 1000 filters$/);
  }
});
