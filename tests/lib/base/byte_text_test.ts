import { equal, ok } from "node:assert/strict";
import { byteText } from "../../../lib/base/byte_text.ts";

Deno.test("byteText() keeps every byte what it is", () => {
  const bytes = Uint8Array.from({ length: 20_000 }, (_, i) => i % 256);

  const text = byteText(bytes);

  equal(text.length, bytes.length);
  ok(bytes.every((byte, i) => text.charCodeAt(i) === byte));
});

Deno.test("byteText() reads a part, wherever the bytes lie in their buffer", () => {
  const bytes = new TextEncoder().encode("..GET / HTTP..").subarray(2, 12);

  equal(byteText(bytes), "GET / HTTP");
  equal(byteText(bytes, 4, 5), "/");
  equal(byteText(bytes, 3, 3), "");
});
