import { deepEqual, equal } from "node:assert/strict";
import {
  appliedPreferences,
  checkPreferences,
  parsePreferences,
} from "../../../../lib/rest/grammar/preferences.ts";
import { refusal } from "./support.ts";

Deno.test("parsePreferences() reads every preference", () => {
  for (
    const [header, expected] of [
      [null, {}],
      ["", {}],
      [" , ,", {}],
      ["return=representation", { return: "representation" }],
      ["return=minimal", { return: "minimal" }],
      ["return=headers-only", { return: "headers-only" }],
      ["count=exact", { count: "exact" }],
      ["count=planned", { count: "planned" }],
      ["count=estimated", { count: "estimated" }],
      ["resolution=merge-duplicates", { resolution: "merge-duplicates" }],
      ["resolution=ignore-duplicates", { resolution: "ignore-duplicates" }],
      ["missing=default", { missing: "default" }],
      ["missing=null", { missing: "null" }],
      ["handling=strict", { handling: "strict" }],
      ["handling=lenient", { handling: "lenient" }],
      ["tx=commit", { tx: "commit" }],
      ["tx=rollback", { tx: "rollback" }],
      ["max-affected=0", { maxAffected: 0 }],
      ["max-affected=100", { maxAffected: 100 }],
      ["timezone=America/Los_Angeles", { timezone: "America/Los_Angeles" }],
      ["timezone=+05:30", { timezone: "+05:30" }],
      ["timezone=nowhere", { timezone: "nowhere" }],
      ["return=minimal,count=exact", { return: "minimal", count: "exact" }],
      ["return=minimal ,   count=exact", { return: "minimal", count: "exact" }],
      ['Return="minimal", Count = exact', {
        return: "minimal",
        count: "exact",
      }],
    ] as const
  ) deepEqual(parsePreferences(header), { ...expected, unknown: [] });
});

Deno.test("parsePreferences() takes the first of a preference that is sent twice", () => {
  deepEqual(
    parsePreferences("tx=commit, tx=rollback, count=none, count=exact"),
    { tx: "commit", count: "exact", unknown: ["count=none"] },
  );
});

Deno.test("parsePreferences() keeps what it does not know", () => {
  const unknown = [
    "anything",
    "return",
    "return=",
    "return=all",
    "count=none",
    "max-affected=x",
    "max-affected=-1",
    "max-affected=1.5",
    "timezone=",
    `timezone=${"x".repeat(101)}`,
    "__proto__=1",
    "constructor=1",
    "unknown=1",
    "maxAffected=1",
    "return=minimal; a=b",
    "params=single-object",
  ];
  deepEqual(parsePreferences(unknown.join(", ")), { unknown });
});

Deno.test("checkPreferences() refuses unknown preferences when handling is strict", () => {
  checkPreferences(parsePreferences("anything"));
  checkPreferences(parsePreferences("anything, handling=lenient"));
  checkPreferences(parsePreferences("handling=strict, tx=commit"));
  const error = refusal(() =>
    checkPreferences(parsePreferences("handling=strict, anything, count=none"))
  );
  deepEqual([error.code, error.message, error.details], [
    "PGRST122",
    "Invalid preferences given with handling=strict",
    "Invalid preferences: anything, count=none",
  ]);
});

Deno.test("appliedPreferences() lists what was honoured in a fixed order", () => {
  equal(appliedPreferences({}), undefined);
  equal(appliedPreferences({ count: undefined }), undefined);
  equal(
    appliedPreferences({
      maxAffected: 5,
      timezone: "UTC",
      handling: "strict",
      tx: "rollback",
      count: "exact",
      return: "minimal",
      missing: "default",
      resolution: "merge-duplicates",
    }),
    "resolution=merge-duplicates, missing=default, return=minimal, count=exact, tx=rollback, handling=strict, timezone=UTC, max-affected=5",
  );
});

Deno.test("appliedPreferences() leaves max-affected out unless handling is strict", () => {
  equal(appliedPreferences({ maxAffected: 5 }), undefined);
  equal(
    appliedPreferences({ maxAffected: 5, handling: "lenient" }),
    "handling=lenient",
  );
});
