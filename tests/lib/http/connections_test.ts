import { deepEqual, equal, ok } from "node:assert/strict";
import type { Service } from "../../../lib/http/connection.ts";
import {
  Connections,
  type ConnectionsOptions,
} from "../../../lib/http/connections.ts";
import { TextAnswer } from "../../../lib/http/answer.ts";
import type { ByteStream } from "../../../lib/base/byte_stream.ts";

const service: Service = {
  async answer(_head, body) {
    for await (const _ of body);
    return { answer: new Response(null), common: "" };
  },
  refuse: () => ({ answer: new Response(null), common: "" }),
};

/** A connection over which nothing comes but what it begins with. */
class SilentStream implements ByteStream {
  closed = false;
  readonly #ended = Promise.withResolvers<null>();
  #beginning: string;

  constructor(beginning = "") {
    this.#beginning = beginning;
  }

  read(into: Uint8Array): Promise<number | null> {
    if (this.#beginning === "") return this.#ended.promise;
    const { written } = new TextEncoder().encodeInto(this.#beginning, into);
    this.#beginning = "";
    return Promise.resolve(written);
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
  beginning = "",
): SilentStream[] {
  return Array.from({ length: count }, () => {
    const stream = new SilentStream(beginning);
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

const halfHead = "GET / HTTP/1.1\r\n";
const halfBody = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab";

for (
  const [what, beginning] of Object.entries({
    "half a header": halfHead,
    "half a body": halfBody,
  })
) {
  Deno.test(`Connections.admit() lets in who has few when others fill it with ${what}`, async () => {
    await using table = connections({ limit: 8 });
    const one = admit(table, 2, "203.0.113.1", beginning);
    const many = admit(table, 6, "203.0.113.2", beginning);
    await settle();

    admit(table, 3, "203.0.113.3");
    await settle();

    deepEqual(one.map(({ closed }) => closed), [false, false]);
    deepEqual(many.map(({ closed }) => closed), [
      ...[true, true, true, false, false, false],
    ]);
    equal(table.size, 8);
  });
}

Deno.test("Connections.admit() closes what is unused before what is not", async () => {
  await using table = connections({ limit: 3 });
  const [body] = admit(table, 1, "203.0.113.1", halfBody);
  const [head] = admit(table, 1, "203.0.113.1", halfHead);
  const [fresh] = admit(table, 1, "203.0.113.1");
  await settle();

  admit(table, 1, "203.0.113.2");
  deepEqual([body, head, fresh].map((each) => each?.closed), [
    ...[false, false, true],
  ]);
  await settle();
  admit(table, 1, "203.0.113.2", halfHead);
  deepEqual([body?.closed, head?.closed], [false, false]);
});

Deno.test("Connections.admit() lets in a newcomer when every address holds one", async () => {
  await using table = connections({ limit: 3 });
  const streams = [1, 2, 3].flatMap((i) =>
    admit(table, 1, `203.0.113.${i}`, halfHead)
  );
  await settle();

  admit(table, 1, "203.0.113.9", halfHead);

  equal(streams[0]?.closed, true);
});

Deno.test("Connections.admit() does not let who holds the most take from others", async () => {
  await using table = connections({ limit: 3 });
  admit(table, 1, "203.0.113.1", halfHead);
  admit(table, 2, "203.0.113.2", halfHead);
  await settle();

  equal(table.admit(new SilentStream(), "203.0.113.2"), "full");
});

Deno.test("Connections.admit() takes from other addresses before it takes from a proxy", async () => {
  await using table = connections({
    limit: 5,
    isProxy: (peer) => peer === "203.0.113.1",
  });
  const proxied = admit(table, 3, "203.0.113.1", halfHead);
  const others = admit(table, 2, "203.0.113.2", halfHead);
  await settle();

  admit(table, 1, "203.0.113.3");

  equal(proxied.some(({ closed }) => closed), false);
  deepEqual(others.map(({ closed }) => closed), [true, false]);
});

Deno.test("Connections raises a lowered limit again within seconds", async () => {
  await using table = connections({
    limit: 1000,
    deadlines: { head: 4, idle: 4, write: 4, linger: 4 },
  });
  table.lowerLimit();
  equal(table.limit, 16);

  // 16, 32, … 1000: six sweeps.
  const end = performance.now() + 2000;
  while (table.limit < 1000 && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }

  equal(table.limit, 1000);
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

/** A connection whose client does not read until it is told to. */
class UnreadStream extends SilentStream {
  written = "";
  readonly #read = Promise.withResolvers<void>();

  override async write(bytes: Uint8Array): Promise<number> {
    this.written += new TextDecoder().decode(bytes.subarray(0, 100));
    await this.#read.promise;
    return bytes.length;
  }

  readAll(): void {
    this.#read.resolve();
  }
}

Deno.test("Connections refuse a large answer while others wait to be read", async () => {
  const large = "x".repeat(1_000_000);
  await using table = connections({
    largeAnswers: 2_500_000,
    service: {
      answer: (head) =>
        Promise.resolve({
          answer: new TextAnswer(
            head.path === "/large" ? large : "small",
            200,
            {},
          ),
          common: "",
        }),
      refuse: () => ({
        answer: new TextAnswer("no room", 503, {}),
        common: "",
      }),
    },
  });
  const ask = async (path: string) => {
    const stream = new UnreadStream(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    table.admit(stream, "203.0.113.7");
    await settle();
    return stream;
  };
  const status = ({ written }: UnreadStream) => written.slice(9, 12);

  const first = await ask("/large");
  const second = await ask("/large");
  const third = await ask("/large");
  const little = await ask("/small");
  deepEqual(
    [first, second, third, little].map(status),
    ["200", "200", "503", "200"],
  );

  first.readAll();
  await settle();
  equal(status(await ask("/large")), "200");
});

Deno.test("Connections send a large answer of any length while there is no other", async () => {
  await using table = connections({
    largeAnswers: 500_000,
    service: {
      ...service,
      answer: () =>
        Promise.resolve({
          answer: new TextAnswer("x".repeat(1_000_000), 200, {}),
          common: "",
        }),
    },
  });
  const stream = new UnreadStream("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  table.admit(stream, "203.0.113.7");
  await settle();
  equal(stream.written.slice(9, 12), "200");
});
