import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { SqlError } from "../../../../lib/sql/error.ts";
import type { EvalContext } from "../../../../lib/sql/eval_context.ts";
import { builtinTypes } from "../../../../lib/sql/types/builtin.ts";
import type { PgType } from "../../../../lib/sql/types/type.ts";

const context: EvalContext = {
  transactionTime: 762_525_296_000_000n,
  statementTime: 762_525_296_000_000n,
  clock: () => 1_709_210_096_000,
  timeZone: "UTC",
  dateStyle: "ISO, MDY",
  intervalStyle: "postgres",
  extraFloatDigits: 1,
  byteaOutput: "hex",
  type: (number) => builtinTypes.get(number),
  setting: () => undefined,
  setSetting: (_, value) => value,
  services: { call: () => null },
};

function typeNamed(name: string): PgType {
  for (const type of builtinTypes.values()) {
    if (type.name === name) return type;
  }
  throw new RangeError(`No type "${name}"`);
}

/** Number, name, length, category, preferred, element, array: rows of PostgreSQL 15's `pg_type`. */
const facts = `
16 bool 1 B t 0 1000
17 bytea -1 U f 0 1001
18 char 1 Z f 0 1002
19 name 64 S f 18 1003
20 int8 8 N f 0 1016
21 int2 2 N f 0 1005
22 int2vector -1 A f 21 1006
23 int4 4 N f 0 1007
24 regproc 4 N f 0 1008
25 text -1 S t 0 1009
26 oid 4 N t 0 1028
27 tid 6 U f 0 1010
28 xid 4 U f 0 1011
29 cid 4 U f 0 1012
30 oidvector -1 A f 26 1013
114 json -1 U f 0 199
194 pg_node_tree -1 Z f 0 0
199 _json -1 A f 114 0
700 float4 4 N f 0 1021
701 float8 8 N t 0 1022
1000 _bool -1 A f 16 0
1001 _bytea -1 A f 17 0
1002 _char -1 A f 18 0
1003 _name -1 A f 19 0
1005 _int2 -1 A f 21 0
1007 _int4 -1 A f 23 0
1008 _regproc -1 A f 24 0
1009 _text -1 A f 25 0
1014 _bpchar -1 A f 1042 0
1015 _varchar -1 A f 1043 0
1016 _int8 -1 A f 20 0
1021 _float4 -1 A f 700 0
1022 _float8 -1 A f 701 0
1028 _oid -1 A f 26 0
1033 aclitem 12 U f 0 1034
1042 bpchar -1 S f 0 1014
1043 varchar -1 S f 0 1015
1082 date 4 D f 0 1182
1083 time 8 D f 0 1183
1114 timestamp 8 D f 0 1115
1115 _timestamp -1 A f 1114 0
1182 _date -1 A f 1082 0
1183 _time -1 A f 1083 0
1184 timestamptz 8 D t 0 1185
1185 _timestamptz -1 A f 1184 0
1186 interval 16 T t 0 1187
1187 _interval -1 A f 1186 0
1231 _numeric -1 A f 1700 0
1266 timetz 12 D f 0 1270
1270 _timetz -1 A f 1266 0
1700 numeric -1 N f 0 1231
1790 refcursor -1 U f 0 2201
2202 regprocedure 4 N f 0 2207
2205 regclass 4 N f 0 2210
2206 regtype 4 N f 0 2211
2210 _regclass -1 A f 2205 0
2211 _regtype -1 A f 2206 0
2950 uuid 16 U f 0 2951
2951 _uuid -1 A f 2950 0
3220 pg_lsn 8 U f 0 3221
3734 regconfig 4 N f 0 3735
3802 jsonb -1 U f 0 3807
3807 _jsonb -1 A f 3802 0
4089 regnamespace 4 N f 0 4090
4096 regrole 4 N f 0 4097
5069 xid8 8 U f 0 271`;

Deno.test("builtinTypes has the numbers of pg_type", () => {
  for (const line of facts.trim().split("\n")) {
    const [oid, name, length, category, preferred, element, array] = line
      .split(" ");
    const type = builtinTypes.get(Number(oid));
    ok(type !== undefined, `${name} is missing`);
    deepEqual(
      [
        type.name,
        type.length,
        type.category,
        type.preferred,
        type.element,
        type.array,
      ],
      [
        name,
        Number(length),
        category,
        preferred === "t",
        Number(element),
        Number(array),
      ],
    );
  }
});

/** Type, text, and what PostgreSQL 15's send function makes of it. */
const binary: readonly (readonly [string, string, string])[] = [
  ["bool", "t", "01"],
  ["int2", "-2", "fffe"],
  ["int4", "123456", "0001e240"],
  ["int8", "-5", "fffffffffffffffb"],
  ["oid", "4294967295", "ffffffff"],
  ["float4", "1.5", "3fc00000"],
  ["float8", "-0.1", "bfb999999999999a"],
  ["float8", "NaN", "7ff8000000000000"],
  ["text", "é", "c3a9"],
  [
    "uuid",
    "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
    "a0eebc999c0b4ef8bb6d6bb9bd380a11",
  ],
  ["date", "1999-12-31", "ffffffff"],
  ["date", "infinity", "7fffffff"],
  ["time", "10:20:30.5", "00000008ab1c58a0"],
  ["timetz", "10:20:30+02", "00000008ab14b780ffffe3e0"],
  ["timestamp", "1999-12-31 23:59:59.5", "fffffffffff85ee0"],
  ["timestamptz", "infinity", "7fffffffffffffff"],
  ["interval", "1 year 2 days -00:00:01", "fffffffffff0bdc0000000020000000c"],
  ["bytea", "\\x00ff", "00ff"],
  ["numeric", "0", "0000000000000000"],
  ["numeric", "1", "00010000000000000001"],
  ["numeric", "-1.10", "0002000040000002000103e8"],
  ["numeric", "12345.678", "0003000100000003000109291a7c"],
  ["numeric", "10000", "00010001000000000001"],
  ["numeric", "0.0001", "0001ffff000000040001"],
  ["numeric", "100000000", "00010002000000000001"],
  ["numeric", "0.00", "0000000000000002"],
  [
    "numeric",
    "123456789012345678901234567890.0987654321",
    "000b00070000000a000c0d801ed204d2162e23340d801ed203db198f0834",
  ],
  ["numeric", "NaN", "00000000c0000000"],
  ["numeric", "Infinity", "00000000d0000020"],
  ["numeric", "-Infinity", "00000000f0000020"],
  ["numeric", "0.1000", "0001ffff0000000403e8"],
  [
    "_int4",
    "{1,NULL,3}",
    "00000001000000010000001700000003000000010000000400000001ffffffff0000000400000003",
  ],
  [
    "_text",
    "{{a,b},{c,d}}",
    "000000020000000000000019000000020000000100000002000000010000000161000000016200000001630000000164",
  ],
  ["_int4", "{}", "000000000000000000000017"],
];

Deno.test("send() and receive() use PostgreSQL's bytes", async (t) => {
  for (const [name, text, hex] of binary) {
    await t.step(`${name} ${text}`, () => {
      const type = typeNamed(name);
      const datum = type.input(text, -1, context);
      ok(datum !== null);
      equal(type.send?.(datum, context).toHex(), hex);
      const back = type.receive?.(Uint8Array.fromHex(hex), -1, context);
      ok(back !== null && back !== undefined);
      equal(type.output(back, context), text);
    });
  }
});

Deno.test("receive() refuses bytes of the wrong length", () => {
  for (
    const name of [
      "bool",
      "int2",
      "int4",
      "int8",
      "float4",
      "float8",
      "date",
      "time",
      "timetz",
      "timestamp",
      "interval",
      "numeric",
      "uuid",
      "_int4",
    ]
  ) {
    throws(
      () => typeNamed(name).receive?.(new Uint8Array(3), -1, context),
      (error) => error instanceof SqlError && error.sqlState === "22P03",
      name,
    );
  }
});

Deno.test("receive() refuses an array that promises more than it holds", () => {
  const bytes = Uint8Array.fromHex(
    "000000010000000000000017" + "7fffffff" + "00000001",
  );
  throws(() => typeNamed("_int4").receive?.(bytes, -1, context), SqlError);
});

/** Type, modifiers as written, their text. */
const typmods: readonly (readonly [string, readonly number[], string])[] = [
  ["numeric", [10, 2], "(10,2)"],
  ["numeric", [3, -2], "(3,-2)"],
  ["numeric", [5], "(5,0)"],
  ["varchar", [20], "(20)"],
  ["bpchar", [1], "(1)"],
  ["timestamp", [3], "(3)"],
  ["time", [9], "(6)"],
  ["interval", [4], " year"],
  ["interval", [0x7fff, 2], "(2)"],
  ["interval", [6], " year to month"],
  ["_varchar", [20], "(20)"],
];

Deno.test("typmodIn() and typmodOut() agree", () => {
  for (const [name, modifiers, text] of typmods) {
    const type = typeNamed(name);
    const typmod = type.typmodIn?.(modifiers);
    ok(typmod !== undefined);
    equal(type.typmodOut?.(typmod), text, name);
  }
});
