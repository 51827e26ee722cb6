import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { systemClock } from "../../../lib/base/clock.ts";
import { createLog } from "../../../lib/base/log.ts";
import { Problem } from "../../../lib/base/problem.ts";
import { json } from "../../../lib/http/answer.ts";
import {
  healthRequest,
  postHead,
  serve,
  waitingRoute,
} from "../../support/http_server.ts";
import { exchange, RawClient } from "../../support/raw_http.ts";

Deno.test("serveHttp() sends security headers with every answer", async () => {
  await using server = serve();
  for (const path of ["/health", "/nope", "/fail", "/busy"]) {
    const answer = await fetch(server.url + path);
    await answer.body?.cancel();

    equal(answer.headers.get("x-content-type-options"), "nosniff");
    equal(
      answer.headers.get("content-security-policy"),
      "default-src 'none'; frame-ancestors 'none'",
    );
    equal(answer.headers.get("referrer-policy"), "no-referrer");
    equal(answer.headers.get("cache-control"), "no-store");
    equal(answer.headers.get("access-control-allow-origin"), "*");
    equal(answer.headers.get("content-type"), "application/json");
    equal(answer.headers.get("server"), null);
    equal(answer.headers.get("strict-transport-security"), null);
    match(answer.headers.get("x-request-id") ?? "", /^[\w-]+$/);
    ok(
      Math.abs(Date.parse(answer.headers.get("date") ?? "") - Date.now()) <
        5000,
    );
  }
});

Deno.test("serveHttp() answers pipelined requests in their order", async () => {
  await using server = serve();
  const one = (q: number) => `GET /who?q=${q} HTTP/1.1\r\nHost: x\r\n\r\n`;

  const { text } = await exchange(
    server.port,
    [1, 2, 3, 4, 5].map(one).join(""),
  );

  deepEqual([...text.matchAll(/"query":"(\d)"/g)].map(([, q]) => q), [
    "1",
    "2",
    "3",
    "4",
    "5",
  ]);
});

Deno.test("serveHttp() keeps a connection whose small body nobody read", async () => {
  await using server = serve();
  const unread =
    "GET /health HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";

  const { text } = await exchange(server.port, unread + unread);

  equal([...text.matchAll(/HTTP\/1\.1 200/g)].length, 2);
});

Deno.test("serveHttp() asks for a body that the client holds back", async () => {
  await using server = serve();
  using client = await RawClient.connect(server.port);

  await client.send(
    `${postHead}Content-Length: 7\r\nExpect: 100-continue\r\n\r\n`,
  );
  equal(
    await client.until((text) => text.endsWith("\r\n\r\n")),
    "HTTP/1.1 100 Continue\r\n\r\n",
  );
  await client.send('{"a":1}');
  await client.end();

  match((await client.rest()).text, /HTTP\/1\.1 200 OK[^]*{"a":1}$/);
});

Deno.test("serveHttp() refuses a body held back that would be too long", async () => {
  await using server = serve();

  const answer = await exchange(
    server.port,
    `${postHead}Content-Length: 9000000\r\nExpect: 100-continue\r\n\r\n`,
  );

  equal(answer.status, 413);
});

Deno.test("serveHttp() finishes what was accepted when it shuts down", async () => {
  const waiting = waitingRoute();
  const server = serve({ routes: [waiting.route] });
  using idle = await RawClient.connect(server.port);
  using busy = await RawClient.connect(server.port);
  await busy.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  await waiting.arrived;

  const stopped = server.shutdown(60_000);
  equal((await idle.rest()).text, "");
  waiting.answer(json({ done: true }));
  const answer = await busy.rest();
  await stopped;

  equal(answer.status, 200);
  match(answer.text, /connection: close\r\n/);
  await rejects(
    () => RawClient.connect(server.port),
    Deno.errors.ConnectionRefused,
  );
});

Deno.test("serveHttp() shuts down in time when a request hangs", async () => {
  const waiting = waitingRoute();
  const server = serve({ routes: [waiting.route] });
  using client = await RawClient.connect(server.port);
  await client.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  await waiting.arrived;

  await server.shutdown(20);

  equal((await client.rest()).text, "");
});

Deno.test("serveHttp() tells pages of other origins nothing where they may not call", async () => {
  await using server = serve({
    routes: [{
      method: "GET",
      path: "/private",
      cors: false,
      handler: () => json({}),
    }],
  });
  const asked =
    "Origin: https://a.example\r\nAccess-Control-Request-Method: GET";
  for (const method of ["GET", "OPTIONS"]) {
    const { status, text } = await exchange(
      server.port,
      `${method} /private HTTP/1.1\r\nHost: x\r\n${asked}\r\n\r\n`,
    );

    equal(status, method === "GET" ? 200 : 204);
    ok(!text.includes("access-control-"));
  }
});

Deno.test("serveHttp() lets others have their turn while one connection pipelines", async () => {
  let flooded = 0;
  await using server = serve({
    // Every answer takes ten milliseconds.
    clock: {
      ...systemClock,
      monotonic: () => systemClock.monotonic() + 10 * flooded,
    },
    routes: [
      {
        method: "GET",
        path: "/flood",
        handler() {
          flooded += 1;
          return json({});
        },
      },
      { method: "GET", path: "/other", handler: () => json({ flooded }) },
    ],
  });
  const total = 100;
  using other = await RawClient.connect(server.port);
  using flood = await RawClient.connect(server.port);

  const sent = flood.send(
    "GET /flood HTTP/1.1\r\nHost: x\r\n\r\n".repeat(total),
  );
  await other.send(
    "GET /other HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
  );
  const answer = await other.rest();
  await sent;

  equal(answer.status, 200);
  ok(answer.json.flooded < total / 2, `${answer.json.flooded}`);
});

Deno.test("serveHttp() survives a client that leaves in the middle", async () => {
  await using server = serve();
  for (
    const request of [
      "",
      "GET /hea",
      healthRequest,
      `${postHead}Content-Length: 99\r\n\r\n{`,
    ]
  ) {
    using client = await RawClient.connect(server.port);
    await client.send(request);
  }

  equal(
    (await exchange(server.port, healthRequest))
      .status,
    200,
  );
});

Deno.test("serveHttp() logs where a fault came from, and no value", async () => {
  const lines: string[] = [];
  await using server = serve({
    log: createLog({
      level: "debug",
      format: "json",
      clock: systemClock,
      write: (line) => lines.push(line),
    }),
  });

  const answer = await fetch(`${server.url}/fail?token=hunter2`, {
    headers: { authorization: "Bearer hunter2" },
  });
  const id = answer.headers.get("x-request-id");
  await answer.body?.cancel();

  const failed = lines.map((line) => JSON.parse(line)).find(({ event }) =>
    event === "http.failed"
  );
  equal(failed.requestId, id);
  match(failed.at, /http_server\.ts/);
  ok(!lines.join().includes("hunter2"));
});

Deno.test("serveHttp() counts requests in closed sets of labels", async () => {
  await using server = serve();
  for (
    const line of [
      "GET /health",
      "GET /random-1",
      "BREW /random-2",
      "POST /health",
    ]
  ) {
    await exchange(server.port, `${line} HTTP/1.1\r\nHost: x\r\n\r\n`);
  }
  await exchange(server.port, "garbage\r\n");

  const text = server.metrics.text();
  match(
    text,
    /heliosdb_http_requests_total{route="\/health",method="GET",status="200"} 1/,
  );
  match(
    text,
    /heliosdb_http_requests_total{route="\/health",method="POST",status="405"} 1/,
  );
  match(
    text,
    /heliosdb_http_requests_total{route="\(none\)",method="GET",status="404"} 1/,
  );
  match(
    text,
    /heliosdb_http_requests_total{route="\(none\)",method="other",status="404"} 1/,
  );
  match(
    text,
    /heliosdb_http_requests_total{route="\(malformed\)",method="other",status="400"} 1/,
  );
  match(text, /heliosdb_http_request_seconds_count{route="\/health"} 2/);
  ok(!text.includes("random"));
});

Deno.test("serveHttp() turns failures below into problems", async () => {
  await using server = serve({
    problemOf: () =>
      new Problem("statement_timeout", "Cannot answer: too slow"),
  });

  const answer = await fetch(`${server.url}/fail`);

  equal(answer.status, 504);
  equal((await answer.json()).error, "statement_timeout");
});

Deno.test("serveHttp() says when a port is taken", async () => {
  await using server = serve();

  await rejects(async () => {
    await using _second = serve({ port: server.port });
  }, Deno.errors.AddrInUse);
});
