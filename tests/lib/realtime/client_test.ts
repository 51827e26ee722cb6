import { deepEqual, equal, ok } from "node:assert/strict";
import { setImmediate } from "node:timers";
import fc from "fast-check";
import { realtimeApp } from "../../support/realtime_app.ts";

Deno.test("Client takes messages mutated by the thousand without failing", async () => {
  await using app = await realtimeApp();
  await app.run("CREATE TABLE orders (id int PRIMARY KEY, item text)");
  const { realtime, clock } = app;
  const texts = [
    ["1", "1", "realtime:a", "phx_join", {
      config: {
        broadcast: { self: true, ack: true },
        presence: { key: "k" },
        postgres_changes: [{
          event: "*",
          schema: "public",
          table: "orders",
          filter: 'item=in.("a,b",c)',
        }],
      },
    }],
    ["1", "2", "realtime:a", "broadcast", {
      type: "broadcast",
      event: "e",
      payload: { a: [1] },
    }],
    ["1", "3", "realtime:a", "presence", {
      type: "presence",
      event: "track",
      payload: { a: 1 },
    }],
    ["1", "4", "realtime:a", "access_token", { access_token: "x" }],
    [null, "5", "phoenix", "heartbeat", {}],
    ["1", "6", "realtime:a", "phx_leave", {}],
  ].map((each) => JSON.stringify(each));
  const alphabet = [...'{}[]",:*.=()01ax\\ \u0000\ud800é'];
  let answered = 0;
  let bytes = 0;
  const open = () =>
    realtime.open({
      socket: {
        send: (frame) => {
          answered += 1;
          bytes += frame.length;
        },
        ping: () => {},
        close: () => {},
      },
      version: "2.0.0",
      token: undefined,
    });
  let client = open();
  await fc.assert(
    fc.asyncProperty(
      fc.nat(texts.length - 1),
      fc.array(
        fc.tuple(fc.nat(300), fc.nat(2), fc.nat(alphabet.length - 1)),
        { maxLength: 3 },
      ),
      async (which, changes) => {
        // Time goes on, so that messages do not come too fast.
        clock.advance(20);
        const characters = [...texts[which]!];
        for (const [place, kind, letter] of changes) {
          const at = place % characters.length;
          if (kind === 0) characters.splice(at, 1);
          else characters.splice(at, kind - 1, alphabet[letter]!);
        }
        client.message(characters.join(""));
        // Joins and tokens wait for the database.
        await new Promise<void>((resolve) => setImmediate(resolve));
      },
    ),
    { numRuns: 2000, seed: 5 },
  );
  for (let i = 0; i < 2000; i++) {
    clock.advance(20);
    const frame = new Uint8Array(40).map((_, at) =>
      at === 0 ? 3 : (i * 31 + at * 17) % 256
    );
    client.message(frame);
  }
  ok(answered > 1000 && bytes > 0);
  realtime.leave(client);

  client = open();
  const before = answered;
  client.message('[null,"1","phoenix","heartbeat",{}]');
  equal(answered, before + 1);
  realtime.leave(client);
  deepEqual(realtime.size, 0);
});
