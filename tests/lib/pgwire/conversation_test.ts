import { deepEqual, equal, ok } from "node:assert/strict";
import {
  bytes,
  fields,
  frame,
  int16,
  send,
  serveWire,
  shown,
  until,
} from "../../support/postgres_wire.ts";

/** What is sent to one new session, message by message, and everything it answers up to the last Z. */
interface Case {
  what: string;
  sent: Uint8Array[];
  answers: string[];
  /** How many ReadyForQuery come, if not one. */
  readies?: number;
}

const row = "T ?column?:23/0";
const aborted =
  "E ERROR 25P02 current transaction is aborted, commands ignored until end of transaction block";

const cases: Case[] = [
  {
    what: "answers a simple query",
    sent: [send.query("select 7")],
    answers: [row, "D 7", "C SELECT 1", "Z I"],
  },
  {
    what: "answers each statement of a simple query",
    sent: [send.query("select 1; notice; slowly select 2;")],
    answers: [
      row,
      "D 1",
      "C SELECT 1",
      "N WARNING 01000 mind the gap",
      "C NOTICE",
      row,
      "D 2",
      "C SELECT 1",
      "Z I",
    ],
  },
  {
    what: "answers an empty query",
    sent: [send.query(" ; ")],
    answers: ["I", "Z I"],
  },
  {
    what: "describes rows that are none",
    sent: [send.query("rows 0")],
    answers: ["T id:23/0,name:25/0", "C SELECT 0", "Z I"],
  },
  {
    what: "stops a simple query at the first error",
    sent: [send.query("select 1; error 22012; select 2")],
    answers: [row, "D 1", "C SELECT 1", "E ERROR 22012 it went wrong", "Z I"],
  },
  {
    what: "stops a simple query at an error in a later text",
    sent: [send.query("select 1; bad")],
    answers: [
      row,
      "D 1",
      "C SELECT 1",
      'E ERROR 42601 syntax error at or near "bad"',
      "Z I",
    ],
  },
  {
    what: "answers a later error the same",
    sent: [send.query("slowly error 22012; select 2")],
    answers: ["E ERROR 22012 it went wrong", "Z I"],
  },
  {
    what: "tells nothing of what is no error of SQL",
    sent: [send.query("crash"), send.query("slowly crash")],
    answers: [
      "E ERROR XX000 internal error",
      "Z I",
      "E ERROR XX000 internal error",
      "Z I",
    ],
    readies: 2,
  },
  {
    what: "tells whether a transaction is open",
    sent: [
      "begin",
      "select 1",
      "error 22012",
      "select 1",
      "commit",
    ].map(send.query),
    answers: [
      "C BEGIN",
      "Z T",
      row,
      "D 1",
      "C SELECT 1",
      "Z T",
      "E ERROR 22012 it went wrong",
      "Z E",
      aborted,
      "Z E",
      "C ROLLBACK",
      "Z I",
    ],
    readies: 5,
  },
  {
    what: "answers an extended query",
    sent: [
      send.parse("s", "echo int4,text"),
      send.describe("S", "s"),
      send.bind("", "s", ["12", "hé"]),
      send.describe("P", ""),
      send.execute(""),
      send.sync,
    ],
    answers: [
      "1",
      "t 23,25",
      "T c1:23/0,c2:25/0",
      "2",
      "T c1:23/0,c2:25/0",
      "D 12,hé",
      "C SELECT 1",
      "Z I",
    ],
  },
  {
    what: "answers a statement without rows",
    sent: [
      send.parse("", "begin"),
      send.describe("S", ""),
      send.bind("", ""),
      send.describe("P", ""),
      send.execute(""),
      send.sync,
    ],
    answers: ["1", "t ", "n", "2", "n", "C BEGIN", "Z T"],
  },
  {
    what: "answers the empty statement",
    sent: [
      send.parse("", ""),
      send.bind("", ""),
      send.execute(""),
      send.sync,
    ],
    answers: ["1", "2", "I", "Z I"],
  },
  {
    what: "sends as many rows as are asked for",
    sent: [
      send.parse("", "rows 5"),
      send.bind("p", ""),
      send.execute("p", 2),
      send.execute("p", 2),
      send.execute("p", 2),
      send.close("P", "p"),
      send.execute("p", 2),
      send.sync,
    ],
    answers: [
      "1",
      "2",
      "D 1,name 1",
      "D 2,name 2",
      "s",
      "D 3,name 3",
      "D 4,name 4",
      "s",
      "D 5,name 5",
      "C SELECT 1",
      "3",
      'E ERROR 34000 portal "p" does not exist',
      "Z I",
    ],
  },
  {
    what: "reads over what follows an error until Sync",
    sent: [
      send.parse("", "error 22012"),
      send.bind("", ""),
      send.execute(""),
      send.parse("s", "select 1"),
      send.query("select 1"),
      send.close("S", "s"),
      send.sync,
      send.bind("", "s"),
      send.sync,
      send.query("select 3"),
    ],
    answers: [
      "1",
      "2",
      "E ERROR 22012 it went wrong",
      "Z I",
      'E ERROR 26000 prepared statement "s" does not exist',
      "Z I",
      row,
      "D 3",
      "C SELECT 1",
      "Z I",
    ],
    readies: 3,
  },
  {
    what: "reads over what follows a later error until Sync",
    sent: [
      send.parse("", "slowly error 22012"),
      send.bind("", ""),
      send.execute(""),
      send.execute(""),
      send.sync,
      send.parse("", "slowly select 4"),
      send.bind("", ""),
      send.execute(""),
      send.sync,
    ],
    answers: [
      "1",
      "2",
      "E ERROR 22012 it went wrong",
      "Z I",
      "1",
      "2",
      "D 4",
      "C SELECT 1",
      "Z I",
    ],
    readies: 2,
  },
  {
    what: "keeps statements by name",
    sent: [
      send.parse("a", "select 1"),
      send.parse("a", "select 2"),
      send.sync,
      send.bind("", "a"),
      send.execute(""),
      send.close("S", "a"),
      send.close("S", "never"),
      send.bind("", "a"),
      send.sync,
    ],
    answers: [
      "1",
      'E ERROR 42P05 prepared statement "a" already exists',
      "Z I",
      "2",
      "D 1",
      "C SELECT 1",
      "3",
      "3",
      'E ERROR 26000 prepared statement "a" does not exist',
      "Z I",
    ],
    readies: 2,
  },
  {
    what: "forgets the unnamed statement when a new one fails",
    sent: [
      send.parse("", "select 1"),
      send.sync,
      send.parse("", "bad"),
      send.sync,
      send.bind("", ""),
      send.sync,
    ],
    answers: [
      "1",
      "Z I",
      'E ERROR 42601 syntax error at or near "bad"',
      "Z I",
      "E ERROR 26000 unnamed prepared statement does not exist",
      "Z I",
    ],
    readies: 3,
  },
  {
    what: "refuses a second portal of the same name",
    sent: [
      send.parse("", "select 1"),
      send.bind("p", ""),
      send.bind("p", ""),
      send.sync,
    ],
    answers: ["1", "2", 'E ERROR 42P03 cursor "p" already exists', "Z I"],
  },
  {
    what: "describes no rows in a failed transaction",
    sent: [
      send.parse("s", "select 1"),
      send.sync,
      send.query("begin"),
      send.query("error 22012"),
      send.describe("S", "s"),
      send.sync,
    ],
    answers: [
      "1",
      "Z I",
      "C BEGIN",
      "Z T",
      "E ERROR 22012 it went wrong",
      "Z E",
      aborted,
      "Z E",
    ],
    readies: 4,
  },
  {
    what: "counts the parameters",
    sent: [
      send.parse("s", "echo int4,int4"),
      send.bind("", "s", ["1"]),
      send.sync,
      send.bind("", "s", ["1", "2"], { formats: [0, 0, 0] }),
      send.sync,
      send.bind("", "s", ["1", "2"], { results: [0, 0, 0] }),
      send.sync,
      send.bind("", "s", ["1", "2"], { formats: [2] }),
      send.sync,
    ],
    answers: [
      "1",
      'E ERROR 08P01 bind message supplies 1 parameters, but prepared statement "s" requires 2',
      "Z I",
      "E ERROR 08P01 bind message has 3 parameter formats but 2 parameters",
      "Z I",
      "E ERROR 08P01 bind message has 3 result formats but query has 2 columns",
      "Z I",
      "E ERROR 22023 unsupported format code: 2",
      "Z I",
    ],
    readies: 4,
  },
  {
    what: "refuses text that is not UTF-8, and goes on",
    sent: [
      frame("Q", new Uint8Array([0xff, 0])),
      send.parse("s", "echo text"),
      send.bind("", "s", [new Uint8Array([0x61, 0])]),
      send.sync,
    ],
    answers: [
      'E ERROR 22021 invalid byte sequence for encoding "UTF8": 0xff',
      "Z I",
      "1",
      'E ERROR 22021 invalid byte sequence for encoding "UTF8": 0x00',
      "Z I",
    ],
    readies: 2,
  },
  {
    what: "refuses function calls",
    sent: [frame("F", 1, int16(0), int16(0), int16(0)), send.query("select 1")],
    answers: [
      "E ERROR 0A000 function calls by OID are not supported",
      "Z I",
      row,
      "D 1",
      "C SELECT 1",
      "Z I",
    ],
    readies: 2,
  },
  {
    what: "refuses to describe and close what is neither",
    sent: [
      frame("D", "X\0"),
      send.sync,
      frame("C", "X\0"),
      send.sync,
    ],
    answers: [
      "E ERROR 08P01 invalid DESCRIBE message subtype 88",
      "Z I",
      "E ERROR 08P01 invalid CLOSE message subtype 88",
      "Z I",
    ],
    readies: 2,
  },
  {
    what: "reads over COPY data that nobody asked for",
    sent: [
      frame("d", "x"),
      frame("c"),
      frame("f", "x\0"),
      send.query("select 1"),
    ],
    answers: [row, "D 1", "C SELECT 1", "Z I"],
  },
  {
    what: "copies out",
    sent: [send.query("copy out; select 1")],
    answers: [
      "H",
      "d 1\ta\n",
      "d 2\tb\n",
      "c",
      "C COPY 2",
      row,
      "D 1",
      "C SELECT 1",
      "Z I",
    ],
  },
  {
    what: "copies in, and goes on with the next statement",
    sent: [
      send.query("copy in; select 1"),
      frame("d", "1\ta\n2\t"),
      send.flush,
      send.sync,
      frame("d", "b\n"),
      frame("c"),
    ],
    answers: ["G", "C COPY 2", row, "D 1", "C SELECT 1", "Z I"],
  },
  {
    what: "copies in for an extended query",
    sent: [
      send.parse("", "copy in"),
      send.bind("", ""),
      send.describe("P", ""),
      send.execute(""),
      send.sync,
      frame("d", "1\ta\n"),
      frame("c"),
      send.sync,
    ],
    answers: ["1", "2", "n", "G", "C COPY 1", "Z I"],
  },
  {
    what: "ends a COPY that the client gives up",
    sent: [
      send.query("copy in"),
      frame("d", "1\ta\n"),
      frame("f", "no more\0"),
      send.query("select 1"),
    ],
    answers: [
      "G",
      "E ERROR 57014 COPY from stdin failed: no more",
      "Z I",
      row,
      "D 1",
      "C SELECT 1",
      "Z I",
    ],
    readies: 2,
  },
  {
    what: "ends a COPY at bad data, and reads over the rest of it",
    sent: [
      send.query("copy in"),
      frame("d", "bad\n"),
      frame("d", "more\n"),
      frame("c"),
      send.query("select 1"),
    ],
    answers: [
      "G",
      "E ERROR 22P04 extra data after last expected column",
      "Z I",
      row,
      "D 1",
      "C SELECT 1",
      "Z I",
    ],
    readies: 2,
  },
  {
    what: "ends a COPY when another message comes",
    sent: [send.query("copy in"), send.query("select 1")],
    answers: [
      "G",
      "E ERROR 08P01 unexpected message type 0x51 during COPY from stdin",
      "Z I",
    ],
  },
];

for (const { what, sent, answers, readies = 1 } of cases) {
  Deno.test(`Conversation ${what}`, async () => {
    await using wire = await serveWire();
    using client = await wire.ready();
    using dribbling = await wire.ready();

    await client.send(...sent);
    const found: string[] = [];
    for (let i = 0; i < readies; i++) {
      found.push(...(await client.until("Z")).map(shown));
    }
    deepEqual(found, answers);

    // The same, a few bytes at a time.
    const all = bytes(...sent);
    for (let at = 0; at < all.length; at += 3) {
      await dribbling.send(all.subarray(at, at + 3));
    }
    const again: string[] = [];
    for (let i = 0; i < readies; i++) {
      again.push(...(await dribbling.until("Z")).map(shown));
    }
    deepEqual(again, answers);
  });
}

Deno.test("Conversation tells every field of an error", async () => {
  await using wire = await serveWire();
  using client = await wire.ready();
  await client.send(send.query("error 22012"));
  const [error] = await client.until("Z");

  deepEqual(fields(error!.body), {
    S: "ERROR",
    V: "ERROR",
    C: "22012",
    M: "it went wrong",
    D: "Particulars.",
    H: "Do it better.",
    P: "3",
    t: "t",
  });
});

Deno.test("Conversation tells the engine when a statement is a transaction of its own", async () => {
  await using wire = await serveWire();
  using client = await wire.ready();
  const extended = [send.bind("", "s"), send.execute("")];
  await client.ask(send.parse("s", "select 1"), send.sync);

  await client.ask(...extended, send.sync);
  await client.ask(...extended, ...extended, send.sync);
  await client.ask(...extended, send.flush, send.sync);

  deepEqual(wire.engine.sessions[0]?.lasts, [true, false, false, false]);
});

Deno.test("Conversation sends notifications between transactions", async () => {
  await using wire = await serveWire();
  using client = await wire.ready();
  const { events } = wire.engine.sessions[0]!.options;
  const notification = { processId: 1, channel: "c", payload: "p" };

  events.notification(notification);
  equal(shown((await client.next())!), "A");
  await client.ask(send.query("begin"));
  events.notification(notification);
  events.parameter("TimeZone", "UTC");
  equal(shown((await client.next())!), "S TimeZone=UTC");
  deepEqual(await client.ask(send.query("commit")), ["C COMMIT", "A", "Z I"]);
});

Deno.test("Conversation answers what is done before what takes long", async () => {
  await using wire = await serveWire();
  using client = await wire.ready();
  await client.send(send.query("select 1"), send.query("wait"));
  await until(() => wire.engine.sessions[0]!.lasts.length === 2);

  deepEqual((await client.until("Z")).map(shown), [
    row,
    "D 1",
    "C SELECT 1",
    "Z I",
  ]);
  wire.engine.sessions[0]?.cancel();
  deepEqual((await client.until("Z")).map(shown), [
    "E ERROR 57014 canceling statement due to user request",
    "Z I",
  ]);
});

Deno.test("Conversation sends a long answer no faster than the client reads", async () => {
  await using wire = await serveWire();
  using client = await wire.ready();
  const count = 1_000_000;
  await client.send(send.query(`rows ${count}`));
  await client.next();
  const session = wire.engine.sessions[0]!;
  for (let before = -1; before !== session.rows;) {
    before = session.rows;
    for (let i = 0; i < 10; i++) await new Promise((go) => setTimeout(go));
  }
  ok(session.rows < count, "the server waits");

  let rows = 0;
  let last = "";
  for (;;) {
    const message = (await client.next())!;
    if (message.type === "D") rows += 1;
    else last = shown(message);
    if (message.type === "Z") break;
    if (message.type === "C") equal(last, `C SELECT ${count}`);
  }
  equal(rows, count);
});
