import { deepEqual } from "node:assert/strict";
import { attributeStorage } from "../../../../lib/sql/system/form.ts";
import { builtinTypes } from "../../../../lib/sql/types/builtin.ts";

const named = new Map(
  [...builtinTypes.values()].map((type) => [type.name, type]),
);

for (
  const [name, element, attbyval, attalign, attstorage] of [
    ["int4", undefined, true, "i", "p"],
    ["int8", undefined, true, "d", "p"],
    ["uuid", undefined, false, "c", "p"],
    ["numeric", undefined, false, "i", "m"],
    ["text", undefined, false, "i", "x"],
    ["_text", "text", false, "i", "x"],
    ["_int8", "int8", false, "d", "x"],
    ["record", undefined, false, "d", "x"],
  ] as const
) {
  Deno.test(`attributeStorage() gives what PostgreSQL has for ${name}`, () => {
    deepEqual(
      attributeStorage(named.get(name), named.get(element ?? "")),
      { attbyval, attalign, attstorage },
    );
  });
}
