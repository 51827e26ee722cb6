import { deepEqual, equal } from "node:assert/strict";
import { acceptAll } from "../../../lib/base/accept.ts";

class FakeConn {
  closed = false;

  close(): void {
    this.closed = true;
  }
}

type Event = string | FakeConn;

/** Accepts one thing after the other: a connection, or a failure with the given code. */
async function run(
  events: readonly Event[],
  admit: (conn: FakeConn) => void = () => {},
) {
  const left = [...events];
  const failures: string[] = [];
  let pauses = 0;
  await acceptAll<FakeConn>({
    accept() {
      const event = left.shift();
      if (event instanceof FakeConn) return Promise.resolve(event);
      return Promise.reject(
        Object.assign(new Error("no"), event === "" ? {} : { code: event }),
      );
    },
  }, {
    admit,
    failed: (failure, code) => failures.push(`${failure} ${code}`),
    stopping: () => left.length === 0,
    pause() {
      pauses += 1;
      return Promise.resolve();
    },
  });
  return { failures, pauses };
}

Deno.test("acceptAll() goes on at once when clients left before they were accepted", async () => {
  const codes = ["ENOTCONN", "ECONNABORTED", "EPROTO", "ECONNRESET"];

  const { failures, pauses } = await run([...codes, new FakeConn()]);

  deepEqual(failures, codes.map((code) => `client_left ${code}`));
  equal(pauses, 0);
});

Deno.test("acceptAll() pauses when the system has no descriptors or no memory left", async () => {
  const codes = ["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"];

  const { failures, pauses } = await run([...codes, new FakeConn()]);

  deepEqual(failures, codes.map((code) => `no_resources ${code}`));
  equal(pauses, 4);
});

Deno.test("acceptAll() does not spin over a failure that it does not know", async () => {
  const { failures, pauses } = await run(["EWEIRD", "", new FakeConn()]);

  deepEqual(failures, ["other EWEIRD", "other unknown"]);
  equal(pauses, 2);
});

Deno.test("acceptAll() closes a connection that breaks while it is admitted", async () => {
  const conns = [new FakeConn(), new FakeConn()];

  await run(conns, (conn) => {
    if (conn === conns[0]) throw new Error("reset");
  });

  deepEqual(conns.map(({ closed }) => closed), [true, false]);
});
