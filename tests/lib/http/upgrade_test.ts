import { equal, match } from "node:assert/strict";
import type { Route } from "../../../lib/http/call.ts";
import { UpgradeAnswer } from "../../../lib/http/upgrade.ts";
import { serve } from "../../support/http_server.ts";
import { RawClient } from "../../support/raw_http.ts";

/** Answers each byte with the same one, until the other end has no more. */
const echo: Route = {
  method: "GET",
  path: "/echo-bytes",
  handler: () =>
    new UpgradeAnswer({ upgrade: "echo" }, async ({ stream, early }) => {
      await stream.write(early);
      const buffer = new Uint8Array(64);
      for (;;) {
        const count = await stream.read(buffer);
        if (count === null) return;
        await stream.write(buffer.subarray(0, count));
      }
    }),
};

const request =
  "GET /echo-bytes HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n";

Deno.test("serveHttp() hands a connection over, bytes that came early included", async () => {
  await using server = serve({ routes: [echo] });
  using client = await RawClient.connect(server.port);
  await client.send(`${request}early,`);
  await client.send("late");
  await client.end();

  const { text } = await client.rest();

  match(
    text,
    /^HTTP\/1\.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n/,
  );
  equal(text.split("\r\n\r\n")[1], "early,late");
});

Deno.test("serveHttp() closes what was handed over when it shuts down", async () => {
  const server = serve({ routes: [echo] });
  using client = await RawClient.connect(server.port);
  await client.send(request);
  await client.until((text) => text.includes("101"));

  await server.shutdown(50);

  const { text } = await client.rest();
  match(text, /^HTTP\/1\.1 101/);
});
