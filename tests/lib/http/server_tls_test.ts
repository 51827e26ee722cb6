import { deepEqual, equal, match, ok, throws } from "node:assert/strict";
import { json } from "../../../lib/http/answer.ts";
import type { HttpServerOptions } from "../../../lib/http/server.ts";
import {
  healthRequest,
  postHead,
  serve,
  type TestServer,
} from "../../support/http_server.ts";
import { exchange, RawClient } from "../../support/raw_http.ts";
import {
  testAuthority,
  testCert,
  testKey,
} from "../../support/test_certificate.ts";

const tls = { cert: testCert, key: testKey };

function serveTls(options: Partial<HttpServerOptions> = {}): TestServer {
  return serve({ tls, ...options });
}

async function connectTls(
  port: number,
  options: Partial<Deno.ConnectTlsOptions> = {},
): Promise<RawClient> {
  return new RawClient(
    await Deno.connectTls({
      hostname: "localhost",
      port,
      caCerts: [testAuthority],
      ...options,
    }),
  );
}

/** What happens, or `"nothing"` when it takes longer than any deadline of these tests. */
async function soon<T>(event: Promise<T>): Promise<T | "nothing"> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<"nothing">((resolve) => {
    timer = setTimeout(() => resolve("nothing"), 3000);
  });
  try {
    return await Promise.race([event, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function checkAlive({ url }: TestServer): Promise<void> {
  using client = Deno.createHttpClient({ caCerts: [testAuthority] });
  const answer = await fetch(`${url}/health`, { client });
  deepEqual(await answer.json(), { status: "ok" });
}

Deno.test("serveHttp() serves TLS when it has a certificate", async () => {
  await using server = serveTls();
  using client = Deno.createHttpClient({ caCerts: [testAuthority] });

  const answer = await fetch(`${server.url}/health`, { client });

  deepEqual(await answer.json(), { status: "ok" });
  equal(answer.headers.get("strict-transport-security"), "max-age=63072000");
});

Deno.test("serveHttp() agrees on HTTP/1.1 within TLS", async () => {
  await using server = serveTls();
  using connection = await Deno.connectTls({
    hostname: "localhost",
    port: server.port,
    caCerts: [testAuthority],
    alpnProtocols: ["h2", "http/1.1"],
  });

  equal((await connection.handshake()).alpnProtocol, "http/1.1");
});

Deno.test("serveHttp() carries large bodies over TLS in both directions", async () => {
  const text = "ü".repeat(400_000);
  await using server = serveTls();
  using client = Deno.createHttpClient({ caCerts: [testAuthority] });

  const answer = await fetch(`${server.url}/echo`, {
    client,
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ a: text }),
  });

  equal((await answer.json()).a, text);
});

Deno.test("serveHttp() answers pipelined requests over TLS, and ends with a proper close", async () => {
  await using server = serveTls();
  using client = await connectTls(server.port);
  const last = healthRequest.replace(
    "\r\n\r\n",
    "\r\nConnection: close\r\n\r\n",
  );

  await client.send(healthRequest.repeat(40) + last);

  equal([...(await client.rest()).text.matchAll(/HTTP\/1\.1 200/g)].length, 41);
});

Deno.test("serveHttp() lets go of a client that never shakes hands", async () => {
  await using server = serveTls({ deadlines: { head: 40, linger: 40 } });
  for (const beginning of ["", "\x16\x03\x01\x02\x00\x01\x00"]) {
    using client = await RawClient.connect(server.port);
    await client.send(beginning);

    // It sees the end only when the socket is really closed.
    const answer = await soon(client.rest());

    ok(answer !== "nothing", "the socket leaked");
    match(server.metrics.text(), /^heliosdb_http_connections 0$/m);
  }
  await checkAlive(server);
});

Deno.test("serveHttp() cuts off half a header over TLS", async () => {
  await using server = serveTls({ deadlines: { head: 300, linger: 40 } });
  using client = await connectTls(server.port);
  await client.send("GET /health HTTP/1.1\r\nHos");

  const answer = await soon(client.rest());

  equal(answer === "nothing" ? answer : answer.status, 408);
});

Deno.test("serveHttp() closes surplus TLS connections without a handshake", async () => {
  await using server = serveTls({ maxConnectionsPerAddress: 1 });
  using first = await connectTls(server.port);
  await first.send(healthRequest);
  await first.until((text) => text.includes("ok"));
  using second = await RawClient.connect(server.port);

  const answer = await soon(second.rest());

  equal(answer === "nothing" ? answer : answer.text, "");
  match(
    server.metrics.text(),
    /heliosdb_http_connections_refused_total{reason="address_full"} 1/,
  );
});

Deno.test("serveHttp() closes a TLS connection that does not take its answers", async () => {
  const content = await json({ text: "x".repeat(16_000_000) }).text();
  await using server = serveTls({
    deadlines: { write: 50 },
    routes: [{
      method: "GET",
      path: "/large",
      handler: () => new Response(content),
    }],
  });
  using client = await connectTls(server.port);
  await client.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  await client.until((text) => text.length > 0);

  const gone = async () => {
    while (!/^heliosdb_http_connections 0$/m.test(server.metrics.text())) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };

  equal(await soon(gone()), undefined);
});

Deno.test("serveHttp() survives clients that speak no TLS or leave in the middle", async () => {
  await using server = serveTls();

  await exchange(server.port, healthRequest);
  for (
    const text of ["", "GET /hea", `${postHead}Content-Length: 99\r\n\r\n{`]
  ) {
    using client = await connectTls(server.port);
    await client.send(text);
  }

  await checkAlive(server);
});

Deno.test("serveHttp() refuses a certificate that is none", () => {
  throws(() => serve({ tls: { cert: "x", key: testKey } }));
});
