import { equal, throws } from "node:assert/strict";
import { checkTexts } from "../../../../lib/rest/sql/utf8.ts";

Deno.test("checkTexts() refuses what is no text to PostgreSQL", () => {
  const wrong: [string, string][] = [
    ["a\0bc", "0x00"],
    ["\ud800", "0xed 0xa0 0x80"],
    ["😀\udc00", "0xed 0xb0 0x80"],
  ];
  for (const [text, bytes] of wrong) {
    throws(() => checkTexts([1, null, "a", text]), {
      sqlState: "22021",
      message: `invalid byte sequence for encoding "UTF8": ${bytes}`,
    });
  }
});

Deno.test("checkTexts() lets everything else pass", () => {
  const values = [1, null, "", "a😀\u0001\uffff", new Uint8Array(1), true, 2n];
  equal(checkTexts(values), values);
});
