import { doesNotThrow, equal, throws } from "node:assert/strict";
import fc from "fast-check";
import { checkShape, maxDepth, maxKeys } from "../../../lib/http/json_shape.ts";

const padding = " ".repeat(200);

function nested(levels: number): string {
  return "[".repeat(levels) + "]".repeat(levels) + padding;
}

function keyed(keys: number): string {
  return `{${Array.from({ length: keys }, () => `"k":0`).join(",")}}${padding}`;
}

Deno.test("checkShape() allows exactly so many levels", () => {
  doesNotThrow(() => checkShape(nested(maxDepth)));
  throws(() => checkShape(nested(maxDepth + 1)), { code: "validation_failed" });
});

Deno.test("checkShape() allows exactly so many keys", () => {
  doesNotThrow(() => checkShape(keyed(maxKeys)));
  throws(() => checkShape(keyed(maxKeys + 1)), { code: "validation_failed" });
});

Deno.test("checkShape() counts siblings once", () => {
  doesNotThrow(() => checkShape(`[${"[[]],".repeat(1000)}0]`));
});

Deno.test("checkShape() does not look into texts", () => {
  for (
    const inside of [
      "[".repeat(500),
      ":".repeat(20_000),
      '\\"['.repeat(100),
      "\\\\",
    ]
  ) {
    doesNotThrow(() => checkShape(`["${inside}"]${padding}`));
    throws(() => checkShape(`["${inside}",${nested(maxDepth)}]`), {
      code: "validation_failed",
    });
  }
});

Deno.test("checkShape() agrees with a walk over the parsed value", () => {
  function depthOf(value: unknown): number {
    if (typeof value !== "object" || value === null) return 0;
    return 1 + Math.max(0, ...Object.values(value).map(depthOf));
  }
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 90, depthSize: "max" },
      fc.string(),
      fc.tuple(tie("tree")),
      fc.record({ k: tie("tree") }),
    ),
  }));

  fc.assert(fc.property(tree, (value) => {
    let refused = false;
    try {
      checkShape(JSON.stringify(value) + padding);
    } catch {
      refused = true;
    }
    equal(refused, depthOf(value) > maxDepth);
  }));
});
