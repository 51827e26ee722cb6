import { equal, rejects } from "node:assert/strict";
import {
  boundedFetch,
  DeadlineExceeded,
  withDeadline,
} from "../../../../lib/auth/oauth/bounded_fetch.ts";

const answering = (response: Response) =>
  boundedFetch({ fetch: () => Promise.resolve(response), maxBytes: 10 });

Deno.test("boundedFetch() keeps status, type and body, and no other header", async () => {
  const fetch = answering(
    new Response("0123456789", {
      status: 418,
      headers: { "content-type": "text/x", "set-cookie": "a=b" },
    }),
  );
  const response = await fetch("https://provider.example/", {});
  equal(response.status, 418);
  equal(response.headers.get("content-type"), "text/x");
  equal(response.headers.get("set-cookie"), null);
  equal(await response.text(), "0123456789");
});

Deno.test("boundedFetch() refuses a body that is one byte too long", async () => {
  await rejects(
    answering(new Response("0123456789a"))("https://p.example/", {}),
    {
      name: "RangeError",
      message: "Cannot read answer: body exceeds 10 bytes",
    },
  );
});

Deno.test("boundedFetch() stops reading when a body does not end", async () => {
  let cancelled = false;
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(4)),
    cancel: () => {
      cancelled = true;
    },
  });
  await rejects(answering(new Response(endless))("https://p.example/", {}));
  equal(cancelled, true);
});

Deno.test("boundedFetch() counts a compressed body by what it unpacks to", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => {
      const zeros = new Blob([new Uint8Array(1 << 20)]).stream();
      return new Response(
        zeros.pipeThrough(new CompressionStream("gzip")),
        { headers: { "content-encoding": "gzip" } },
      );
    },
  );
  const fetch = boundedFetch({ fetch: globalThis.fetch, maxBytes: 100_000 });
  await rejects(fetch(`http://127.0.0.1:${server.addr.port}/`, {}), {
    message: /body exceeds 100000 bytes$/,
  });
});

Deno.test("boundedFetch() asks for redirects not to be followed", async () => {
  let redirect: string | undefined;
  const fetch = boundedFetch({
    fetch(_url, init) {
      redirect = init.redirect;
      return Promise.resolve(new Response(null, { status: 302 }));
    },
    maxBytes: 10,
  });
  equal(
    (await fetch("https://p.example/", { redirect: "follow" })).status,
    302,
  );
  equal(redirect, "manual");
});

Deno.test("withDeadline() rejects when the time is over, even if the work goes on", async () => {
  let signal: AbortSignal | undefined;
  await rejects(
    withDeadline(1, (given) => {
      signal = given;
      return new Promise(() => {});
    }),
    (e) => e instanceof DeadlineExceeded,
  );
  equal(signal?.aborted, true);
});

Deno.test("withDeadline() answers what the work answers and stops the rest of it", async () => {
  let signal: AbortSignal | undefined;
  const answer = await withDeadline(60_000, (given) => {
    signal = given;
    return Promise.resolve("done");
  });
  equal(answer, "done");
  equal(signal?.aborted, true);
});
