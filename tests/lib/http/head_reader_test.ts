import { deepEqual, equal, throws } from "node:assert/strict";
import fc from "fast-check";
import { HeadReader, maxHeadBytes } from "../../../lib/http/head_reader.ts";
import { Inbox } from "../../../lib/http/inbox.ts";

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

/** Reads heads out of the given pieces until their end. */
async function pathsOf(pieces: readonly Uint8Array[]): Promise<string[]> {
  const left = pieces.filter(({ length }) => length > 0);
  const inbox = new Inbox({
    read(into) {
      const piece = left.shift();
      if (piece === undefined) return Promise.resolve(null);
      into.set(piece.subarray(0, into.length));
      if (piece.length > into.length) left.unshift(piece.subarray(into.length));
      return Promise.resolve(Math.min(piece.length, into.length));
    },
  });
  const reader = new HeadReader(inbox);
  const paths: string[] = [];
  for (;;) {
    const head = reader.next();
    if (head !== undefined) paths.push(head.path);
    else if (!await inbox.more()) return paths;
  }
}

const requests = [
  "GET /1 HTTP/1.1\r\nHost: x\r\n\r\n",
  "\r\n\r\nGET /2?\xff HTTP/1.1\r\nHost: x\r\nA: \x80\r\nB:\r\n\r\n",
  "GET /3 HTTP/1.0\r\n\r\n",
];

Deno.test("HeadReader finds every head however the bytes arrive", async () => {
  const all = bytesOf(requests.join(""));
  await fc.assert(fc.asyncProperty(
    fc.array(fc.nat(all.length)),
    async (places) => {
      const cuts = [0, ...places.toSorted((a, b) => a - b), all.length];
      // A line end before a request is only ignored as a whole.
      if (cuts.some((at) => all[at - 1] === 13 && at < 40)) return;
      const pieces = cuts.slice(1).map((end, i) => all.subarray(cuts[i], end));

      deepEqual(await pathsOf(pieces), ["/1", "/2", "/3"]);
    },
  ));
});

Deno.test("HeadReader waits for the end of a head that dribbles in, up to its limit", async () => {
  const head = bytesOf(
    `GET / HTTP/1.1\r\nHost: x\r\nA: \xff${"a".repeat(maxHeadBytes - 50)}`,
  );
  const pieces = Array.from(head, (_, i) => head.subarray(i, i + 1));

  deepEqual(await pathsOf(pieces), []);
});

Deno.test("HeadReader finds thousands of heads that came at once", async () => {
  const count = 20_000;
  const paths = await pathsOf([
    bytesOf("GET /?\xff HTTP/1.1\r\nHost: x\r\n\r\n".repeat(count)),
  ]);

  equal(paths.length, count);
});

Deno.test("HeadReader refuses what will never be a request", async () => {
  const inbox = (text: string) => {
    const box = new Inbox({
      read(into) {
        into.set(bytesOf(text));
        return Promise.resolve(text.length);
      },
    });
    return box.more().then(() => new HeadReader(box));
  };
  for (const text of ["hello world\r\n", "\x16\x03\x01", "\r\n".repeat(20)]) {
    const reader = await inbox(text);
    throws(() => reader.next(), { code: "validation_failed" }, text);
  }
});
