import { equal } from "node:assert/strict";
import { saslprep } from "../../../lib/base/saslprep.ts";

/** The first five are the examples of RFC 4013, 3. */
const cases: [what: string, password: string, prepared: string][] = [
  ["maps a soft hyphen to nothing", "I\u00adX", "IX"],
  ["leaves ASCII alone", "user", "user"],
  ["leaves upper case alone", "USER", "USER"],
  ["normalises (NFKC)", "\u00aa", "a"],
  ["normalises a Roman numeral", "\u2168", "IX"],
  [
    "leaves ASCII control characters alone, as PostgreSQL",
    "a\u0007",
    "a\u0007",
  ],
  ["maps other spaces to a space", "a\u3000b", "a b"],
  [
    "takes letters from right to left",
    "\u0627\u0031\u0628",
    "\u0627\u0031\u0628",
  ],
  [
    "uses a prohibited character as it is",
    "\u0007\u00aa",
    "\u0007\u00aa",
  ],
  ["uses mixed directions as they are", "\u0627\u00aa", "\u0627\u00aa"],
  [
    "uses what ends in another direction as it is",
    "\u0627\u0031\u00a0",
    "\u0627\u0031\u00a0",
  ],
  [
    "uses what Unicode 3.2 did not know as it is",
    "\u{1f600}\u00aa",
    "\u{1f600}\u00aa",
  ],
  ["uses what would become nothing as it is", "\u00ad", "\u00ad"],
  ["composes what was written in parts", "e\u0301", "\u00e9"],
];

for (const [what, password, prepared] of cases) {
  Deno.test(`saslprep() ${what}`, () => {
    equal(saslprep(password), prepared);
  });
}
