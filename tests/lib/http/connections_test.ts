import { deepEqual, equal, ok } from "node:assert/strict";
import type { Service } from "../../../lib/http/connection.ts";
import {
  Connections,
  type ConnectionsOptions,
} from "../../../lib/http/connections.ts";
import type { ByteStream } from "../../../lib/http/inbox.ts";

const service: Service = {
  answer: () => Promise.reject(new Error("unused")),
  refuse: () => ({ answer: new Response(null), common: "" }),
};

/** A connection over which nothing ever comes. */
class SilentStream implements ByteStream {
  closed = false;
  readonly #ended = Promise.withResolvers<null>();

  read(): Promise<null> {
    return this.#ended.promise;
  }

  write(bytes: Uint8Array): Promise<number> {
    return Promise.resolve(bytes.length);
  }

  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.closed = true;
    this.#ended.resolve(null);
  }
}

function connections(
  options: Partial<ConnectionsOptions> = {},
): Connections & AsyncDisposable {
  const table = new Connections({
    service,
    deadlines: { head: 60_000, idle: 60_000, write: 60_000, linger: 60_000 },
    limit: 100,
    perAddress: 100,
    isProxy: () => false,
    monotonic: () => 0,
    ...options,
  });
  return Object.assign(table, {
    [Symbol.asyncDispose]: () => table.shutdown(0),
  });
}

/** Lets what was closed be taken off the table. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
}

function admit(
  table: Connections,
  count: number,
  peer = "203.0.113.7",
): SilentStream[] {
  return Array.from({ length: count }, () => {
    const stream = new SilentStream();
    equal(table.admit(stream, peer), "admitted");
    return stream;
  });
}

Deno.test("Connections.admit() closes the oldest unused connection when there is no room", async () => {
  await using table = connections({ limit: 2 });
  const streams = admit(table, 3);
  await settle();

  deepEqual(streams.map(({ closed }) => closed), [true, false, false]);
  equal(table.size, 2);
});

Deno.test("Connections.admit() refuses an address that has its share", async () => {
  await using table = connections({ perAddress: 2 });
  const [first] = admit(table, 2, "2001:db8::1");

  equal(table.admit(new SilentStream(), "2001:db8::ffff"), "address_full");
  equal(table.admit(new SilentStream(), "2001:db8:0:1::1"), "admitted");
  first?.close();
  await settle();
  equal(table.admit(new SilentStream(), "2001:db8::ffff"), "admitted");
});

Deno.test("Connections.lowerLimit() gives file descriptors back when they run out", async () => {
  await using table = connections();
  const streams = admit(table, 50);

  equal(table.lowerLimit(), 40);
  await settle();

  equal(table.size, 40);
  ok(streams.slice(0, 10).every(({ closed }) => closed));
});

Deno.test("Connections.lowerLimit() leaves room for a few whatever happens", async () => {
  await using table = connections();

  equal(table.lowerLimit(), 16);
});
