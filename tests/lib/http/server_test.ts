import { deepEqual, equal, match, ok, rejects } from "node:assert/strict";
import { z } from "zod";
import { systemClock } from "../../../lib/base/clock.ts";
import { createLog, silentLog } from "../../../lib/base/log.ts";
import { Metrics } from "../../../lib/base/metrics.ts";
import {
  type Network,
  parseNetwork,
} from "../../../lib/base/network_address.ts";
import { Problem } from "../../../lib/base/problem.ts";
import { json } from "../../../lib/http/answer.ts";
import { readJson } from "../../../lib/http/body.ts";
import type { Route } from "../../../lib/http/call.ts";
import {
  type HttpServer,
  type HttpServerOptions,
  serveHttp,
} from "../../../lib/http/server.ts";
import { exchange, RawClient } from "../../support/raw_http.ts";
import {
  testAuthority,
  testCert,
  testKey,
} from "../../support/test_certificate.ts";

const routes: Route[] = [
  { method: "GET", path: "/health", handler: () => json({ status: "ok" }) },
  {
    method: "GET",
    path: "/who",
    handler: ({ address, query, requestId }) =>
      json({ address, query: query.get("q"), requestId }),
  },
  {
    method: "POST",
    path: "/echo",
    handler: async (call) =>
      json(
        await readJson(call, z.object({ a: z.unknown() }), { deadlineMs: 100 }),
      ),
  },
  {
    method: "GET",
    path: "/fail",
    handler() {
      throw new Error("the secret is hunter2");
    },
  },
  {
    method: "GET",
    path: "/busy",
    handler() {
      throw new Problem("server_busy", "Cannot answer now", {
        retryAfter: 3,
        cause: new Error("hunter2"),
      });
    },
  },
];

interface TestServer extends HttpServer, AsyncDisposable {
  readonly url: string;
  readonly metrics: Metrics;
}

function serve(options: Partial<HttpServerOptions> = {}): TestServer {
  const metrics = new Metrics();
  const server = serveHttp({
    hostname: "127.0.0.1",
    port: 0,
    routes,
    metrics,
    log: silentLog,
    clock: systemClock,
    ...options,
  });
  return {
    ...server,
    metrics,
    url: `${
      options.tls === undefined ? "http" : "https"
    }://localhost:${server.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(100),
  };
}

async function get(url: string, init: RequestInit = {}): Promise<Response> {
  return await fetch(url, init);
}

/** One request over the wire, and what must come back. */
interface Case {
  what: string;
  request: string;
  status: number;
  contains?: RegExp;
  excludes?: RegExp;
}

const post =
  "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
const cases: Case[] = [
  {
    what: "a plain request",
    request: "GET /health HTTP/1.1\r\nHost: x\r\n\r\n",
    status: 200,
    contains: /{"status":"ok"}$/,
  },
  {
    what: "HEAD without a body",
    request: "HEAD /health HTTP/1.1\r\nHost: x\r\n\r\n",
    status: 200,
    contains: /content-length: 15\r\n\r\n$/,
  },
  {
    what: "HTTP/1.0",
    request: "GET /health HTTP/1.0\r\n\r\n",
    status: 200,
    contains: /connection: close\r\n/,
  },
  {
    what: "HTTP/1.0 that stays",
    request: "GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    status: 200,
    contains: /connection: keep-alive\r\n/,
  },
  {
    what: "empty lines first",
    request: "\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\n\r\n",
    status: 200,
  },
  {
    what: "a full URL",
    request: "GET http://x/health HTTP/1.1\r\nHost: x\r\n\r\n",
    status: 200,
  },
  {
    what: "a body by length",
    request: `${post}Content-Length: 7\r\n\r\n{"a":1}`,
    status: 200,
    contains: /{"a":1}$/,
  },
  {
    what: "a body in chunks",
    request:
      `${post}Transfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n4\r\n":1}\r\n0\r\n\r\n`,
    status: 200,
    contains: /{"a":1}$/,
  },
  {
    what: "OPTIONS",
    request: "OPTIONS /echo HTTP/1.1\r\nHost: x\r\n\r\n",
    status: 204,
    contains: /allow: OPTIONS, POST\r\n/,
  },
  {
    what: "a preflight",
    request:
      "OPTIONS /echo HTTP/1.1\r\nHost: x\r\nOrigin: https://a.example\r\nAccess-Control-Request-Method: POST\r\n\r\n",
    status: 204,
    contains: /access-control-allow-headers: .*apikey/,
  },
  {
    what: "an unknown path",
    request: "GET /nope HTTP/1.1\r\nHost: x\r\n\r\n",
    status: 404,
    contains: /"not_found"/,
  },
  {
    what: "a wrong method",
    request: "DELETE /health HTTP/1.1\r\nHost: x\r\n\r\n",
    status: 405,
    contains: /allow: GET, HEAD, OPTIONS\r\n/,
  },
  {
    what: "a method in lower case",
    request: "get /health HTTP/1.1\r\nHost: x\r\n\r\n",
    status: 405,
  },
  {
    what: "TLS on a plain port",
    request: "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    status: 400,
    contains: /"validation_failed"/,
  },
  {
    what: "an HTTP/2 preface",
    request: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    status: 400,
  },
  {
    what: "something else altogether",
    request: "EHLO example.com\r\n",
    status: 400,
  },
  {
    what: "a header that ends too soon",
    request: "GET /health HTTP/1.1\r\nHo",
    status: 400,
    contains: /ends within its header/,
  },
  { what: "no host", request: "GET /health HTTP/1.1\r\n\r\n", status: 400 },
  {
    what: "length and coding",
    request:
      `${post}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    status: 400,
  },
  {
    what: "chunks that are none",
    request: `${post}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
    status: 400,
    contains: /chunked coding/,
  },
  {
    what: "a body that ends too soon",
    request: `${post}Content-Length: 30\r\n\r\n{"a"`,
    status: 400,
    contains: /announced length/,
  },
  {
    what: "NUL in a header",
    request: "GET /health HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n",
    status: 400,
  },
  {
    what: "a header field too long",
    request: `GET /health HTTP/1.1\r\nHost: x\r\nA: ${
      "a".repeat(70_000)
    }\r\n\r\n`,
    status: 413,
  },
  {
    what: "a path too long",
    request: `GET /${"a".repeat(500_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    status: 413,
  },
  {
    what: "too many header fields",
    request: `GET /health HTTP/1.1\r\nHost: x\r\n${"A: b\r\n".repeat(200)}\r\n`,
    status: 413,
  },
  {
    what: "a body too long",
    request: `${post}Content-Length: 2000000\r\n\r\n${"a".repeat(2_000_000)}`,
    status: 413,
    contains: /"payload_too_large"/,
  },
  {
    what: "chunks too long",
    request: `${post}Transfer-Encoding: chunked\r\n\r\n${
      `10000\r\n${"a".repeat(65_536)}\r\n`.repeat(20)
    }0\r\n\r\n`,
    status: 413,
  },
  {
    what: "XML",
    request:
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: 4\r\n\r\n<a/>",
    status: 415,
  },
  {
    what: "a fault of ours",
    request: "GET /fail HTTP/1.1\r\nHost: x\r\n\r\n",
    status: 500,
    contains: /"internal_error"/,
    excludes: /hunter2|at |\.ts/,
  },
  {
    what: "a busy server",
    request: "GET /busy HTTP/1.1\r\nHost: x\r\n\r\n",
    status: 503,
    contains: /retry-after: 3\r\n/,
    excludes: /hunter2/,
  },
];

Deno.test("serveHttp() answers what it is sent, and lives", async (t) => {
  await using server = serve();
  for (
    const { what, request, status, contains = /./, excludes = /undefined/ }
      of cases
  ) {
    await t.step(`serveHttp() answers ${what} with ${status}`, async () => {
      const answer = await exchange(server.port, request);

      equal(answer.status, status, answer.text.slice(0, 300));
      match(answer.text, contains);
      ok(!excludes.test(answer.text));
      if (status >= 400) equal(answer.json?.error, answer.json?.code);
    });
  }
  await t.step("serveHttp() answers again after all of that", async () => {
    equal(
      (await exchange(server.port, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n"))
        .status,
      200,
    );
  });
});

Deno.test("serveHttp() sends security headers with every answer", async () => {
  await using server = serve();
  for (const path of ["/health", "/nope", "/fail", "/busy"]) {
    const answer = await get(server.url + path);
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

  await client.send(`${post}Content-Length: 7\r\nExpect: 100-continue\r\n\r\n`);
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
    `${post}Content-Length: 9000000\r\nExpect: 100-continue\r\n\r\n`,
  );

  equal(answer.status, 413);
});

/** One slow client, and what it gets. */
const slow: { what: string; pieces: string[]; status: number }[] = [
  {
    what: "half a header",
    pieces: ["GET /health HTTP/1.1\r\nHos"],
    status: 408,
  },
  {
    what: "a header that dribbles",
    pieces: [
      "GET /health HTTP/1.1\r\n",
      ..."A-very-slow-header: field".split(""),
    ],
    status: 408,
  },
  {
    what: "half a body",
    pieces: [`${post}Content-Length: 30\r\n\r\n{`],
    status: 408,
  },
  {
    what: "a body that dribbles",
    pieces: [
      `${post}Content-Length: 300\r\n\r\n`,
      ...'{"a":"           '.split(""),
    ],
    status: 408,
  },
  {
    what: "half a chunk",
    pieces: [`${post}Transfer-Encoding: chunked\r\n\r\n5\r\n{`],
    status: 408,
  },
  { what: "nothing at all", pieces: [], status: 0 },
];

for (const { what, pieces, status } of slow) {
  Deno.test(`serveHttp() cuts off a client that sends ${what}`, async () => {
    await using server = serve({
      deadlines: { head: 100, idle: 100, linger: 100 },
    });
    using client = await RawClient.connect(server.port);
    const done = client.rest();
    for (const piece of pieces) {
      await client.send(piece);
      await Promise.race([
        done,
        new Promise((resolve) => setTimeout(resolve, 10)),
      ]);
    }

    const answer = await done;

    equal(answer.status, status);
    if (status > 0) equal(answer.json?.error, "request_timeout");
    equal(
      (await exchange(server.port, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n"))
        .status,
      200,
    );
  });
}

Deno.test("serveHttp() closes a connection that idles", async () => {
  await using server = serve({ deadlines: { idle: 50 } });

  const { status, text } = await exchange(
    server.port,
    "GET /health HTTP/1.1\r\nHost: x\r\n\r\n",
    false,
  );

  equal(status, 200);
  ok(!text.includes("connection: close"));
});

Deno.test("serveHttp() closes a connection that does not take its answers", async () => {
  const large = json({ text: "x".repeat(8_000_000) });
  const content = await large.text();
  await using server = serve({
    deadlines: { write: 50 },
    routes: [{
      method: "GET",
      path: "/large",
      handler: () => new Response(content),
    }],
  });
  using client = await RawClient.connect(server.port);

  await client.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  await untilGauge(
    server.metrics,
    "heliosdb_http_connections",
    (value) => value === 1,
  );
  await untilGauge(
    server.metrics,
    "heliosdb_http_connections",
    (value) => value === 0,
  );
});

async function untilGauge(
  metrics: Metrics,
  name: string,
  enough: (value: number) => boolean,
): Promise<void> {
  for (;;) {
    const line = metrics.text().split("\n").find((each) =>
      each.startsWith(`${name} `)
    );
    if (line !== undefined && enough(Number(line.split(" ")[1]))) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

Deno.test("serveHttp() makes way for new connections by closing idle ones", async () => {
  await using server = serve({ maxConnections: 3 });
  const idle = await Promise.all(
    [1, 2, 3].map(() => RawClient.connect(server.port)),
  );
  await untilGauge(
    server.metrics,
    "heliosdb_http_connections",
    (value) => value === 3,
  );

  equal(
    (await exchange(server.port, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n"))
      .status,
    200,
  );

  for (const client of idle) client[Symbol.dispose]();
});

Deno.test("serveHttp() turns away when every connection is busy", async () => {
  const waiting = waitingRoute();
  await using server = serve({ maxConnections: 1, routes: [waiting.route] });
  using busy = await RawClient.connect(server.port);
  await busy.send("GET /wait HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  await waiting.arrived;

  const answer = await exchange(server.port, "", false);
  waiting.answer(json({}));

  equal(answer.status, 503);
  equal(answer.json.error, "server_busy");
  match(answer.text, /retry-after: 1\r\n/);
  equal((await busy.rest()).status, 200);
});

/** A route that answers when the test says so. */
function waitingRoute() {
  const arrived = Promise.withResolvers<void>();
  const held = Promise.withResolvers<Response>();
  const route: Route = {
    method: "GET",
    path: "/wait",
    handler() {
      arrived.resolve();
      return held.promise;
    },
  };
  return { route, arrived: arrived.promise, answer: held.resolve };
}

Deno.test("serveHttp() limits the connections of one address", async () => {
  await using server = serve({ maxConnectionsPerAddress: 1 });
  using _first = await RawClient.connect(server.port);
  await untilGauge(
    server.metrics,
    "heliosdb_http_connections",
    (value) => value === 1,
  );

  const answer = await exchange(server.port, "", false);

  equal(answer.status, 429);
  equal(answer.json.error, "over_request_rate_limit");
  match(
    server.metrics.text(),
    /heliosdb_http_connections_refused_total{reason="address_full"} 1/,
  );
});

Deno.test("serveHttp() does not limit the connections of a trusted proxy", async () => {
  await using server = serve({
    maxConnectionsPerAddress: 1,
    trustedProxies: [parseNetwork("127.0.0.0/8") as Network],
  });
  using _first = await RawClient.connect(server.port);
  await untilGauge(
    server.metrics,
    "heliosdb_http_connections",
    (value) => value === 1,
  );

  const answer = await get(`${server.url}/who`, {
    headers: { "x-forwarded-for": "203.0.113.7" },
  });

  equal((await answer.json()).address, "203.0.113.7");
});

Deno.test("serveHttp() does not believe X-Forwarded-For of a stranger", async () => {
  await using server = serve();

  const answer = await get(`${server.url}/who`, {
    headers: { "x-forwarded-for": "203.0.113.7" },
  });

  equal((await answer.json()).address, "127.0.0.1");
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

Deno.test("serveHttp() serves TLS when it has a certificate", async () => {
  await using server = serve({ tls: { cert: testCert, key: testKey } });
  using client = Deno.createHttpClient({ caCerts: [testAuthority] });

  const answer = await fetch(`${server.url}/health`, { client });

  deepEqual(await answer.json(), { status: "ok" });
  equal(answer.headers.get("strict-transport-security"), "max-age=63072000");
});

Deno.test("serveHttp() survives a client that speaks no TLS", async () => {
  await using server = serve({ tls: { cert: testCert, key: testKey } });
  using client = Deno.createHttpClient({ caCerts: [testAuthority] });

  await exchange(server.port, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n");

  const answer = await fetch(`${server.url}/health`, { client });
  equal(answer.status, 200);
  await answer.body?.cancel();
});

Deno.test("serveHttp() survives a client that leaves in the middle", async () => {
  await using server = serve();
  for (
    const request of [
      "",
      "GET /hea",
      "GET /health HTTP/1.1\r\nHost: x\r\n\r\n",
      `${post}Content-Length: 99\r\n\r\n{`,
    ]
  ) {
    using client = await RawClient.connect(server.port);
    await client.send(request);
  }

  equal(
    (await exchange(server.port, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n"))
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

  const answer = await get(`${server.url}/fail?token=hunter2`, {
    headers: { authorization: "Bearer hunter2" },
  });
  const id = answer.headers.get("x-request-id");
  await answer.body?.cancel();

  const failed = lines.map((line) => JSON.parse(line)).find(({ event }) =>
    event === "http.failed"
  );
  equal(failed.requestId, id);
  match(failed.at, /server_test\.ts/);
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

  const answer = await get(`${server.url}/fail`);

  equal(answer.status, 504);
  equal((await answer.json()).error, "statement_timeout");
});

Deno.test("serveHttp() says when a port is taken", async () => {
  await using server = serve();

  await rejects(async () => {
    await using _second = serve({ port: server.port });
  }, Deno.errors.AddrInUse);
});
