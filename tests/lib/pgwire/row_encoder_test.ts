import { deepEqual, equal, throws } from "node:assert/strict";
import type { Datum } from "../../../lib/sql/datum.ts";
import { SqlError } from "../../../lib/sql/error.ts";
import { oid, type PgType } from "../../../lib/sql/types/type.ts";
import { MessageWriter } from "../../../lib/pgwire/message_writer.ts";
import { format, RowEncoder } from "../../../lib/pgwire/row_encoder.ts";
import { EngineDouble } from "../../support/engine_double.ts";
import { shown } from "../../support/postgres_wire.ts";

const context = new EngineDouble().connect({
  user: "a",
  database: "a",
  settings: {},
  remote: { address: null, port: null },
  processId: 1,
  events: { notice() {}, notification() {}, parameter() {}, terminated() {} },
}).eval;

function column(type: number) {
  return { name: "c", type, typmod: -1, table: 0, column: 0 };
}

/** The one value of a row, as bytes. */
function encoded(type: number, value: Datum, code: number): Uint8Array | null {
  const writer = new MessageWriter();
  new RowEncoder([column(type)], () => code, context)
    .write(writer, [value], context);
  const { written } = writer;
  const view = new DataView(written.buffer, written.byteOffset);
  equal(view.getInt32(1), written.length - 1);
  equal(view.getInt16(5), 1);
  const length = view.getInt32(7);
  if (length === -1) return null;
  equal(length, written.length - 11);
  return written.slice(11);
}

const texts: [type: keyof typeof oid, value: Datum, text: string | null][] = [
  ["int4", null, null],
  ["int4", 0, "0"],
  ["int4", -2_147_483_648, "-2147483648"],
  ["int4", 2_147_483_647, "2147483647"],
  ["int2", -32_768, "-32768"],
  ["int8", 9_007_199_254_740_991, "9007199254740991"],
  ["int8", 9_223_372_036_854_775_807n, "9223372036854775807"],
  ["int8", -9_223_372_036_854_775_808n, "-9223372036854775808"],
  ["oid", 4_294_967_295, "4294967295"],
  ["bool", 1, "t"],
  ["bool", 0, "f"],
  ["text", "", ""],
  ["text", "h\u00e9 \u{1f600}", "h\u00e9 \u{1f600}"],
  ["varchar", "x".repeat(5000), "x".repeat(5000)],
  ["bpchar", "a  ", "a  "],
  ["numeric", "1.10", "1.10"],
  [
    "uuid",
    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
  ],
  ["jsonb", '{"a": 1}', '{"a": 1}'],
  ["bytea", new Uint8Array([0, 255]), "\\x00ff"],
  ["float8", 0.1, "0.1"],
  ["float8", 1e300, "1e+300"],
  ["date", 0, "2000-01-01"],
];

for (const [type, value, text] of texts) {
  Deno.test(`RowEncoder writes the ${type} ${String(value).slice(0, 40)} as text`, () => {
    const bytes = encoded(oid[type], value, format.text);

    equal(bytes === null ? null : new TextDecoder().decode(bytes), text);
  });
}

const binaries: [type: keyof typeof oid, value: Datum, hex: string | null][] = [
  ["int4", null, null],
  ["int2", -2, "fffe"],
  ["int4", -2, "fffffffe"],
  ["int8", -2, "fffffffffffffffe"],
  ["int8", 4_294_967_296, "0000000100000000"],
  ["int8", 9_223_372_036_854_775_807n, "7fffffffffffffff"],
  ["oid", 4_294_967_295, "ffffffff"],
  ["bool", 1, "01"],
  ["float4", 1.5, "3fc00000"],
  ["float8", 1.5, "3ff8000000000000"],
  ["float8", "NaN", "7ff8000000000000"],
  ["text", "h\u00e9", "68c3a9"],
  ["bytea", new Uint8Array([0, 255]), "00ff"],
  [
    "uuid",
    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
    "a0eebc999c0b4ef8bb6d6bb9bd380a11",
  ],
  ["jsonb", "1", "0131"],
];

for (const [type, value, hex] of binaries) {
  Deno.test(`RowEncoder writes the ${type} ${String(value)} in binary`, () => {
    equal(encoded(oid[type], value, format.binary)?.toHex() ?? null, hex);
  });
}

Deno.test("RowEncoder refuses a type without a binary form before any row", () => {
  throws(
    () => new RowEncoder([column(oid.trigger)], () => format.binary, context),
    (error) => error instanceof SqlError && error.sqlState === "42883",
  );
});

Deno.test("RowEncoder leaves no half of a row behind", () => {
  const broken: PgType = {
    ...context.type(oid.date)!,
    output() {
      throw new SqlError("22008", "no such day");
    },
  };
  const types = { ...context, type: () => broken };
  const writer = new MessageWriter();
  const encoder = new RowEncoder(
    [column(oid.int4), column(oid.date)],
    () => format.text,
    types,
  );

  throws(() => encoder.write(writer, [1, 2], types), /no such day/);
  equal(writer.length, 0);
  encoder.write(writer, [1, null], types);
  deepEqual(
    shown({ type: "D", body: writer.written.slice(5) }),
    "D 1,null",
  );
});
