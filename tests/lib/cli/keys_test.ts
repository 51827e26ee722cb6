import { deepEqual, doesNotMatch, equal, match } from "node:assert/strict";
import { keysText } from "../../../lib/cli/keys.ts";

const keys = {
  anon: { token: "a.b.c", expiresAt: 4_102_444_800 },
  serviceRole: { token: "d.e.f", expiresAt: 4_102_444_800 },
  secretIsKnown: false,
};

Deno.test("keysText() prints each key on a line of its own and when they end", () => {
  const { text, warning } = keysText(keys, false);

  match(text, /^anon, .*\na\.b\.c\n\nservice_role, .*\nd\.e\.f\n/);
  match(text, /Both end on 2100-01-01/);
  equal(warning, undefined);
});

Deno.test("keysText() prints an object for a program, and the warning beside it", () => {
  const { text, warning } = keysText({ ...keys, secretIsKnown: true }, true);

  deepEqual(JSON.parse(text), {
    anon: "a.b.c",
    "service_role": "d.e.f",
    "expires_at": 4_102_444_800,
  });
  match(warning ?? "", /development secret/);
  doesNotMatch(text, /WARNING/);
});
