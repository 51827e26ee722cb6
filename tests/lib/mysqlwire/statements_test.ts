import { deepEqual, equal, match } from "node:assert/strict";
import { command, status } from "../../../lib/mysqlwire/protocol.ts";
import { fieldType } from "../../../lib/sql/mysql/column_codes.ts";
import {
  type Answer,
  bytes,
  errorOf,
  type MysqlWireClient,
  number,
  serveMysqlWire,
} from "../../support/mysql_wire.ts";

/** Prepares; gives the number of the statement, of its columns and of its parameters. */
async function prepare(
  client: MysqlWireClient,
  sql: string,
): Promise<{ id: number; columns: number; params: number }> {
  client.sequence = 0;
  await client.say(command.stmtPrepare, sql);
  const answer = (await client.read())!;
  const failed = errorOf(answer);
  if (failed !== undefined) throw new Error(failed);
  const { body } = answer;
  const columns = body[5]! | body[6]! << 8;
  const params = body[7]! | body[8]! << 8;
  for (let i = 0; i < columns + params; i++) await client.read();
  return { id: body[1]!, columns, params };
}

/** A value with its type. */
type Value = readonly [type: number, bytes: Uint8Array] | null;

function execution(id: number, values: readonly Value[], flags = 0) {
  const nulls = new Uint8Array((values.length + 7) >> 3);
  values.forEach((value, i) => {
    if (value === null) nulls[i >> 3] = nulls[i >> 3]! | 1 << (i & 7);
  });
  return bytes(
    command.stmtExecute,
    number(id, 4),
    flags,
    number(1, 4),
    ...(values.length === 0 ? [] : [nulls, 1]),
    ...values.map((value) => number(value?.[0] ?? fieldType.null, 2)),
    ...values.map((value) => value?.[1] ?? new Uint8Array()),
  );
}

/** Rows of a binary answer, as hexadecimal digits. */
function rowsOf(answers: readonly Answer[]): string[] {
  const count = answers[0]!.body[0]!;
  return answers.slice(1 + count, -1).map(({ body }) => body.toHex());
}

const text = (value: string): Value => [
  fieldType.varString,
  bytes(value.length, value),
];

Deno.test("COM_STMT_EXECUTE writes each type in its binary form", async () => {
  await using wire = await serveMysqlWire();
  using client = await wire.ready();
  await client.first(
    "create table t (a tinyint, b smallint, c int, d bigint, e float, f double, g decimal(5,2), h varchar(5), i date, j datetime, k datetime(6), l time, m year, n blob, o bigint unsigned)",
  );
  const made = await client.first(
    "insert into t values (-1, -2, -3, -4, 1.5, 2.5, 1.25, 'é', '2020-01-02', '2020-01-02 03:04:05', '2020-01-02 03:04:05.000006', '10:11:12', 2021, x'00ff', 9223372036854775807)",
  );
  equal(made, "ok");
  const columns: [string, string][] = [
    ["a", "ff"],
    ["b", "feff"],
    ["c", "fdffffff"],
    ["d", "fcffffffffffffff"],
    ["e", "0000c03f"],
    ["f", "0000000000000440"],
    ["g", "04312e3235"],
    ["h", "02c3a9"],
    ["i", "04e4070102"],
    ["j", "07e4070102030405"],
    ["k", "0be407010203040506000000"],
    ["l", "0800000000000a0b0c"],
    ["m", "e507"],
    ["n", "0200ff"],
    ["o", "ffffffffffffff7f"],
  ];
  for (const [column, expected] of columns) {
    const { id } = await prepare(client, `select ${column} from t`);
    const answers = await client.ask(execution(id, []));
    deepEqual(rowsOf(answers), [`0000${expected}`], column);
  }
  await client.first("delete from t");
  await client.first("insert into t (a) values (null)");
  const { id } = await prepare(client, "select a, b, c, d, e, f, g from t");
  deepEqual(rowsOf(await client.ask(execution(id, []))), ["00fc01"]);
});

Deno.test("COM_STMT_EXECUTE reads each type of parameter", async () => {
  await using wire = await serveMysqlWire();
  using client = await wire.ready();
  const { id, params } = await prepare(
    client,
    "select concat_ws('|', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  );
  equal(params, 12);
  const unsigned = 0x8000;
  const answers = await client.ask(execution(id, [
    [fieldType.tiny, bytes(0xff)],
    [fieldType.tiny | unsigned, bytes(0xff)],
    [fieldType.short, bytes(0xfe, 0xff)],
    [fieldType.long, bytes(0xfd, 0xff, 0xff, 0xff)],
    [fieldType.longlong | unsigned, new Uint8Array(8).fill(0xff)],
    [fieldType.double, new Uint8Array(new Float64Array([1.5]).buffer)],
    text("x"),
    [fieldType.date, bytes(4, 0xe4, 7, 1, 2)],
    [fieldType.datetime, bytes(11, 0xe4, 7, 1, 2, 3, 4, 5, 6, 0, 0, 0)],
    [fieldType.time, bytes(8, 0, 1, 0, 0, 0, 2, 3, 4)],
    [fieldType.newdecimal, bytes(4, "1.25")],
    null,
  ]));

  equal(
    new TextDecoder().decode(answers.at(-2)!.body.subarray(3)),
    "-1|255|-2|-3|18446744073709551615|1.5|x|2020-01-02|2020-01-02 03:04:05.000006|26:03:04|1.25",
  );
});

Deno.test("COM_STMT_EXECUTE keeps the types of the execution before", async () => {
  await using wire = await serveMysqlWire();
  using client = await wire.ready();
  const { id } = await prepare(client, "select ?");
  const again = bytes(
    command.stmtExecute,
    number(id, 4),
    0,
    number(1, 4),
    0,
    0,
    2,
    "hi",
  );

  match(errorOf((await client.ask(again))[0]!)!, /^1210/);
  await client.ask(execution(id, [text("x")]));
  deepEqual(rowsOf(await client.ask(again)), ["0000026869"]);
});

Deno.test("COM_STMT_SEND_LONG_DATA gives a value in pieces", async () => {
  await using wire = await serveMysqlWire();
  using client = await wire.ready();
  const { id } = await prepare(client, "select length(?)");
  for (const piece of ["a".repeat(70_000), "b".repeat(30_000)]) {
    client.sequence = 0;
    await client.say(
      command.stmtSendLongData,
      number(id, 4),
      number(0, 2),
      piece,
    );
  }
  const call = bytes(
    command.stmtExecute,
    number(id, 4),
    0,
    number(1, 4),
    0,
    1,
    number(fieldType.blob, 2),
  );

  deepEqual(rowsOf(await client.ask(call)), [
    `0000${number(100_000, 4).toHex()}`,
  ]);
  // The next execution does not have it any more.
  deepEqual(rowsOf(await client.ask(execution(id, [text("xyz")]))), [
    `0000${number(3, 4).toHex()}`,
  ]);
});

for (const inside of [false, true]) {
  Deno.test(`COM_STMT_FETCH gives a cursor's rows a few at a time ${inside ? "inside" : "outside"} a transaction`, async () => {
    await using wire = await serveMysqlWire();
    using client = await wire.ready();
    await client.first("create table t (v int)");
    await client.first("insert into t values (1), (2), (3)");
    if (inside) {
      await client.first("begin");
      await client.first("insert into t values (4)");
    }
    const { id } = await prepare(
      client,
      "select v from t where v < ? order by v",
    );
    const opened = await client.ask(
      execution(id, [[fieldType.long, number(5, 4)]], 1),
    );
    const flagsOf = ({ body }: Answer) => body[3]! | body[4]! << 8;
    equal(flagsOf(opened.at(-1)!) & status.cursorExists, status.cursorExists);
    equal(opened.length, 3, "columns, no rows");
    const got: string[] = [];
    const fetch = async (count: number) => {
      client.sequence = 0;
      await client.say(command.stmtFetch, number(id, 4), number(count, 4));
      for (;;) {
        const answer = (await client.read())!;
        if (answer.body[0] !== 0) return answer;
        got.push(answer.body.toHex());
      }
    };
    equal(flagsOf(await fetch(2)) & status.lastRowSent, 0);
    // What others ask in between is answered, what they write is not seen.
    equal(await client.first("select 7"), "7");
    if (inside) equal(await client.first("insert into t values (0)"), "ok");
    equal(flagsOf(await fetch(10)) & status.lastRowSent, status.lastRowSent);

    deepEqual(
      got,
      (inside ? [1, 2, 3, 4] : [1, 2, 3]).map((v) =>
        `0000${number(v, 4).toHex()}`
      ),
    );
    match(errorOf(await fetch(1))!, /^1421/);
  });
}

Deno.test("COM_STMT_RESET and COM_STMT_CLOSE end cursors and statements", async () => {
  await using wire = await serveMysqlWire();
  using client = await wire.ready();
  const { id } = await prepare(client, "select 1");
  await client.ask(execution(id, [], 1));
  equal((await client.ask(command.stmtReset, number(id, 4)))[0]!.body[0], 0);
  match(
    errorOf(
      (await client.ask(command.stmtFetch, number(id, 4), number(1, 4)))[0]!,
    )!,
    /^1421/,
  );
  client.sequence = 0;
  await client.say(command.stmtClose, number(id, 4));

  match(errorOf((await client.ask(execution(id, [])))[0]!)!, /^1243/);
});

Deno.test("COM_STMT_PREPARE refuses what it must", async () => {
  await using wire = await serveMysqlWire();
  using client = await wire.ready();
  const says = async (sql: string) =>
    errorOf((await client.ask(command.stmtPrepare, sql))[0]!)!;

  match(await says("selec"), /^1064/);
  match(await says("select 1; select 2"), /^1064/);
  match(await says("select * from nope"), /^1146/);
  match(await says(""), /^1065/);
});

Deno.test("a prepared statement sees the table as it is when it runs", async () => {
  await using wire = await serveMysqlWire();
  using client = await wire.ready();
  await client.first("create table t (a int)");
  await client.first("insert into t values (1)");
  const { id } = await prepare(client, "select a from t");
  await client.first("alter table t add column b int");
  deepEqual(rowsOf(await client.ask(execution(id, []))), ["000001000000"]);
  await client.first("drop table t");

  match(errorOf((await client.ask(execution(id, [])))[0]!)!, /^1146/);
});
