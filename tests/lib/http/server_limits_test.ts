import { equal, match, ok } from "node:assert/strict";
import type { Metrics } from "../../../lib/base/metrics.ts";
import {
  type Network,
  parseNetwork,
} from "../../../lib/base/network_address.ts";
import { json } from "../../../lib/http/answer.ts";
import {
  healthRequest,
  postHead,
  serve,
  waitingRoute,
} from "../../support/http_server.ts";
import { exchange, RawClient } from "../../support/raw_http.ts";

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
    pieces: [`${postHead}Content-Length: 30\r\n\r\n{`],
    status: 408,
  },
  {
    what: "a body that dribbles",
    pieces: [
      `${postHead}Content-Length: 300\r\n\r\n`,
      ...'{"a":"           '.split(""),
    ],
    status: 408,
  },
  {
    what: "half a chunk",
    pieces: [`${postHead}Transfer-Encoding: chunked\r\n\r\n5\r\n{`],
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
      (await exchange(server.port, healthRequest))
        .status,
      200,
    );
  });
}

Deno.test("serveHttp() closes a connection that idles", async () => {
  await using server = serve({ deadlines: { idle: 50 } });

  const { status, text } = await exchange(
    server.port,
    healthRequest,
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
    (await exchange(server.port, healthRequest))
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

  const answer = await fetch(`${server.url}/who`, {
    headers: { "x-forwarded-for": "203.0.113.7" },
  });

  equal((await answer.json()).address, "203.0.113.7");
});

Deno.test("serveHttp() does not believe X-Forwarded-For of a stranger", async () => {
  await using server = serve();

  const answer = await fetch(`${server.url}/who`, {
    headers: { "x-forwarded-for": "203.0.113.7" },
  });

  equal((await answer.json()).address, "127.0.0.1");
});
