import { deepEqual, equal, notEqual, ok } from "node:assert/strict";
import { slices } from "../../../lib/base/slices.ts";
import {
  contentAnswer,
  longTextContent,
  textContent,
} from "../../../lib/http/content.ts";

const type = "text/plain; charset=utf-8";
const text = "Grüße ".repeat(40_000);
const content = textContent(text, type);

function ask(headers: Record<string, string> = {}) {
  const request = new Request("http://localhost/", { headers });
  return contentAnswer({ request }, content);
}

async function unzipped(answer: Response): Promise<string> {
  const { body } = answer;
  ok(body !== null);
  return await new Response(
    body.pipeThrough(new DecompressionStream("gzip")),
  ).text();
}

Deno.test("contentAnswer() answers the bytes with their type and tag", async () => {
  const answer = await ask();

  equal(answer.status, 200);
  equal(answer.headers.get("content-type"), type);
  equal(answer.headers.get("content-encoding"), null);
  equal(answer.headers.get("etag"), `"${content.hash}"`);
  equal(answer.headers.get("cache-control"), "no-cache");
  equal(await answer.text(), text);
});

Deno.test("contentAnswer() compresses for who reads gzip, under a tag of its own", async () => {
  for (
    const accepted of ["gzip", "br, GZIP;q=0.5, *;q=0", "deflate,gzip;q=1.000"]
  ) {
    const answer = await ask({ "accept-encoding": accepted });
    equal(answer.headers.get("content-encoding"), "gzip", accepted);
    equal(answer.headers.get("vary"), "accept-encoding");
    equal(answer.headers.get("etag"), `"${content.hash}-gzip"`);
    equal(await unzipped(answer), text);
  }
});

Deno.test("contentAnswer() does not compress for who does not read gzip", async () => {
  for (const accepted of ["", "br", "gzip;q=0", "gzip;q=0.000", "identity"]) {
    const answer = await ask({ "accept-encoding": accepted });
    equal(answer.headers.get("content-encoding"), null, accepted);
    await answer.body?.cancel();
  }
});

Deno.test("contentAnswer() does not compress what is short", async () => {
  const short = textContent("hello", type);
  const request = new Request("http://localhost/", {
    headers: { "accept-encoding": "gzip" },
  });
  equal(await (await contentAnswer({ request }, short)).text(), "hello");
});

Deno.test("contentAnswer() answers 304 to who has it already", async () => {
  const { hash } = content;
  for (
    const known of [
      `"${hash}"`,
      `"${hash}-gzip"`,
      `W/"${hash}"`,
      `"other" , "${hash}"`,
      "*",
    ]
  ) {
    const answer = await ask({ "if-none-match": known });
    equal(answer.status, 304, known);
    equal(answer.body, null);
    equal(answer.headers.get("etag"), `"${hash}"`);
  }
  for (const known of [`"${hash.slice(1)}"`, hash, ""]) {
    const answer = await ask({ "if-none-match": known });
    equal(answer.status, 200, known);
    await answer.body?.cancel();
  }
});

Deno.test("longTextContent() makes the same of pieces as textContent() of the whole", async () => {
  const pieces = text.match(/.{1,999}/gs) ?? [];
  const long = await longTextContent(pieces, { type, slices: slices(() => 0) });

  equal(long.hash, content.hash);
  deepEqual(long.bytes, content.bytes);
  notEqual(long.hash, textContent(`${text}!`, type).hash);
});
