import { deepEqual, equal, throws } from "node:assert/strict";
import { MessageReader } from "../../../lib/pgwire/message_reader.ts";
import { FatalError } from "../../../lib/pgwire/protocol_violation.ts";
import { readStartup } from "../../../lib/pgwire/startup_packet.ts";
import { bytes, startup } from "../../support/postgres_wire.ts";

const read = (message: Uint8Array<ArrayBuffer>) =>
  readStartup(new MessageReader(message.slice(4)));

Deno.test("readStartup() reads who connects to what, and how", () => {
  const request = read(startup({
    user: "bob",
    database: "app",
    application_name: "test",
    options: "-c application_name=other --time-zone=UTC",
    "_pq_.future": "1",
  }, 3 << 16 | 2));

  deepEqual(request, {
    kind: "start",
    minor: 2,
    user: "bob",
    database: "app",
    settings: { application_name: "test", time_zone: "UTC" },
    unknown: ["_pq_.future"],
  });
});

Deno.test("readStartup() takes the user's name for the database's", () => {
  const request = read(startup({ user: "bob" }));

  equal(request.kind === "start" && request.database, "bob");
});

Deno.test("readStartup() cuts long names at a character, as PostgreSQL does", () => {
  const request = read(startup({ user: "é".repeat(40) }));

  equal(request.kind === "start" && request.user, "é".repeat(31));
});

Deno.test("readStartup() keeps a setting called __proto__ a setting", () => {
  const request = read(startup({ user: "bob", ["__proto__"]: "x" }));

  deepEqual(
    request.kind === "start" && Object.keys(request.settings),
    ["__proto__"],
  );
});

Deno.test("readStartup() reads requests for TLS, GSS and cancelling", () => {
  deepEqual(read(bytes(8, 80_877_103)), { kind: "ssl" });
  deepEqual(read(bytes(8, 80_877_104)), { kind: "gss" });
  deepEqual(read(bytes(16, 80_877_102, 77, 0x01020304)), {
    kind: "cancel",
    processId: 77,
    secret: new Uint8Array([1, 2, 3, 4]),
  });
});

const terminator = /expected terminator as last byte/;
const refused: [
  what: string,
  sent: Uint8Array<ArrayBuffer>,
  state: string,
  says: RegExp,
][] = [
  [
    "protocol 2.0",
    bytes(8, 2 << 16),
    "0A000",
    /protocol 2\.0: server supports 3\.0/,
  ],
  ["protocol 4.0", bytes(8, 4 << 16), "0A000", /protocol 4\.0/],
  ["no user", startup({ database: "x" }), "28000", /no PostgreSQL user name/],
  ["an empty user", startup({ user: "" }), "28000", /no PostgreSQL user name/],
  [
    "replication",
    startup({ user: "a", replication: "database" }),
    "0A000",
    /replication/,
  ],
  ["no terminator", bytes(0, 3 << 16, "user\0bob\0"), "08P01", terminator],
  ["a name without a value", bytes(0, 3 << 16, "user\0"), "08P01", terminator],
  [
    "a value without an end",
    bytes(0, 3 << 16, "user\0bob"),
    "08P01",
    /invalid string/,
  ],
  [
    "bytes after the end",
    bytes(0, 3 << 16, "user\0bob\0\0x"),
    "08P01",
    terminator,
  ],
  [
    "an SSLRequest with more in it",
    bytes(0, 80_877_103, "x"),
    "08P01",
    /invalid message format/,
  ],
];

for (const [what, sent, state, says] of refused) {
  Deno.test(`readStartup() refuses ${what}`, () => {
    throws(
      () => read(sent),
      (error) =>
        error instanceof FatalError && error.sqlState === state &&
        says.test(error.message),
    );
  });
}
