import { deepEqual, throws } from "node:assert/strict";
import type { Datum } from "../../../lib/sql/datum.ts";
import { SqlError } from "../../../lib/sql/error.ts";
import { oid } from "../../../lib/sql/types/type.ts";
import { MessageReader } from "../../../lib/pgwire/message_reader.ts";
import { readParams } from "../../../lib/pgwire/param_decoder.ts";
import { EngineDouble } from "../../support/engine_double.ts";
import { bytes, int16 } from "../../support/postgres_wire.ts";

const { eval: context } = new EngineDouble().connect({
  user: "a",
  database: "a",
  settings: {},
  remote: { address: null, port: null },
  processId: 1,
  events: { notice() {}, notification() {}, parameter() {}, terminated() {} },
});

function read(
  type: number,
  value: string | Uint8Array | null,
  binary = false,
): Datum {
  const body = value === null ? null : bytes(value);
  const message = new MessageReader(
    bytes(int16(1), ...(body === null ? [-1] : [body.length, body])),
  );
  const [datum] = readParams(message, {
    types: [type],
    formats: binary ? [1] : [],
    name: "s",
    context,
  });
  message.finish();
  return datum!;
}

const hex = (text: string) => Uint8Array.fromHex(text);

const cases: [
  type: keyof typeof oid,
  value: string | Uint8Array | null,
  datum: Datum,
  binary?: "binary",
][] = [
  ["int4", null, null],
  ["int4", "0", 0],
  ["int4", "-0", 0],
  ["int4", "-17", -17],
  ["int4", "999999999", 999_999_999],
  ["int4", "2147483647", 2_147_483_647],
  ["int4", " 7 ", 7],
  ["int8", "9223372036854775807", 9_223_372_036_854_775_807n],
  ["text", "", ""],
  ["text", "h\u00e9", "h\u00e9"],
  ["bool", "yes", 1],
  ["bytea", "\\x00ff", hex("00ff")],
  ["int2", hex("fffe"), -2, "binary"],
  ["int4", hex("fffffffe"), -2, "binary"],
  ["int8", hex("fffffffffffffffe"), -2, "binary"],
  ["bool", hex("01"), 1, "binary"],
  ["text", hex("68c3a9"), "h\u00e9", "binary"],
  ["bytea", hex("00ff"), hex("00ff"), "binary"],
  ["float8", hex("3ff8000000000000"), 1.5, "binary"],
];

for (const [type, value, datum, binary] of cases) {
  Deno.test(`readParams() reads the ${binary ?? "text"} ${type} ${String(value)}`, () => {
    const found = read(oid[type], value, binary !== undefined);
    // Both are the same integer.
    deepEqual(
      typeof found === "bigint" && typeof datum === "number"
        ? Number(found)
        : found,
      datum,
    );
  });
}

const refused: [
  type: keyof typeof oid,
  value: string | Uint8Array,
  state: string,
  binary?: "binary",
][] = [
  ["int4", "", "22P02"],
  ["int4", "-", "22P02"],
  ["int4", "1x", "22P02"],
  ["int4", "2147483648", "22003"],
  ["text", hex("ff"), "22021"],
  ["text", hex("00"), "22021", "binary"],
  ["int4", hex("0001"), "22P03", "binary"],
  ["int8", hex("00"), "22P03", "binary"],
];

for (const [type, value, state, binary] of refused) {
  Deno.test(`readParams() refuses the ${binary ?? "text"} ${type} ${String(value)} with ${state}`, () => {
    throws(
      () => read(oid[type], value, binary !== undefined),
      (error) => error instanceof SqlError && error.sqlState === state,
    );
  });
}

Deno.test("readParams() refuses lengths that are none", () => {
  for (const length of [5, -2, 0x7fff_ffff]) {
    throws(
      () =>
        readParams(new MessageReader(bytes(int16(1), length, "1")), {
          types: [oid.int4],
          formats: [],
          name: "",
          context,
        }),
      (error) => error instanceof SqlError && error.sqlState === "08P01",
    );
  }
});
