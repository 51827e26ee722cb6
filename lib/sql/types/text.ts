/**
 * The types of texts: `text`, `varchar(n)`, `char(n)`, `name`, `"char"`, `unknown`, `cstring`.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import { oid, type PgType } from "./type.ts";
import { utf8Text } from "./utf8_text.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

const shape = {
  schema: 11,
  kind: "b",
  category: "S",
  preferred: false,
  element: 0,
  length: -1,
} as const;

const forms = {
  output: (value: NonNullable<Datum>) => value as string,
  send: (value: NonNullable<Datum>) => encoder.encode(value as string),
} as const;

/** `text`. */
export const textType: PgType = {
  ...shape,
  ...forms,
  oid: oid.text,
  name: "text",
  preferred: true,
  array: 1009,
  input: (text) => text,
  receive: utf8Text,
};

/** Without any, as nearly always, each unit is a character. */
const lowSurrogate = /[\udc00-\udfff]/;

/** @returns How many characters (not UTF-16 units) a text has. */
function characters(text: string): number {
  if (!lowSurrogate.test(text)) return text.length;
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0xdc00 || unit > 0xdfff) count++;
  }
  return count;
}

/**
 * @param text A text.
 * @param count How many characters to keep.
 * @returns Its beginning.
 */
export function firstCharacters(text: string, count: number): string {
  if (text.length <= count) return text;
  let at = 0;
  for (let taken = 0; taken < count && at < text.length; taken++) {
    at += (text.codePointAt(at) as number) > 0xffff ? 2 : 1;
  }
  return text.slice(0, at);
}

/** Cuts a text that is too long where that is allowed. */
function limit(
  text: string,
  most: number,
  explicit: boolean,
  label: string,
): string {
  if (text.length <= most || characters(text) <= most) return text;
  const kept = firstCharacters(text, most);
  if (!explicit && /[^ ]/.test(text.slice(kept.length))) {
    throw new SqlError("22001", `value too long for type ${label}(${most})`);
  }
  return kept;
}

/** Header of variable length that typmods of `varchar` and `bpchar` count in. */
const header = 4;

function lengthTypmod(modifiers: readonly number[], label: string): number {
  const [length] = modifiers;
  if (modifiers.length !== 1 || length === undefined) {
    throw new SqlError("22023", "invalid type modifier");
  }
  if (length < 1) {
    throw new SqlError("22023", `length for type ${label} must be at least 1`);
  }
  if (length > 10_485_760) {
    throw new SqlError(
      "22023",
      `length for type ${label} cannot exceed 10485760`,
    );
  }
  return length + header;
}

const lengthText = (typmod: number) =>
  typmod > header ? `(${typmod - header})` : "";

function fitVarchar(text: string, typmod: number, explicit: boolean): string {
  return typmod < header
    ? text
    : limit(text, typmod - header, explicit, "character varying");
}

/** `varchar(n)`. */
export const varcharType: PgType = {
  ...shape,
  ...forms,
  oid: oid.varchar,
  name: "varchar",
  array: 1015,
  input: (text, typmod) => fitVarchar(text, typmod, false),
  receive: (bytes, typmod) => fitVarchar(utf8Text(bytes), typmod, false),
  applyTypmod: (value, typmod, explicit) =>
    fitVarchar(value as string, typmod, explicit),
  typmodIn: (modifiers) => lengthTypmod(modifiers, "varchar"),
  typmodOut: lengthText,
};

function fitBpchar(text: string, typmod: number, explicit: boolean): string {
  if (typmod < header) return text;
  const most = typmod - header;
  const kept = limit(text, most, explicit, "character");
  const count = characters(kept);
  return count < most ? kept + " ".repeat(most - count) : kept;
}

/** `char(n)`. */
export const bpcharType: PgType = {
  ...shape,
  ...forms,
  oid: oid.bpchar,
  name: "bpchar",
  array: 1014,
  collation: "rtrim",
  input: (text, typmod) => fitBpchar(text, typmod, false),
  receive: (bytes, typmod) => fitBpchar(utf8Text(bytes), typmod, false),
  applyTypmod: (value, typmod, explicit) =>
    fitBpchar(value as string, typmod, explicit),
  typmodIn: (modifiers) => lengthTypmod(modifiers, "char"),
  typmodOut: lengthText,
};

/** Most bytes of a name. */
const nameBytes = 63;

/**
 * @param text A text.
 * @returns It as a `name`: cut after 63 bytes, never inside a character.
 */
export function cutName(text: string): string {
  if (text.length * 3 <= nameBytes) return text;
  const bytes = encoder.encode(text);
  if (bytes.length <= nameBytes) return text;
  let end = nameBytes;
  while (((bytes[end] as number) & 0xc0) === 0x80) end--;
  return decoder.decode(bytes.subarray(0, end));
}

/** `name`. */
export const nameType: PgType = {
  ...shape,
  ...forms,
  oid: oid.name,
  name: "name",
  length: 64,
  array: 1003,
  element: oid.char,
  input: cutName,
  receive: (bytes) => cutName(utf8Text(bytes)),
};

/** One byte: what is beyond ASCII is written `\ooo`. */
function readByteChar(text: string): string {
  if (/^\\[0-3][0-7][0-7]$/.test(text)) {
    const code = parseInt(text.slice(1), 8);
    return code === 0 ? "" : code < 0x80 ? String.fromCharCode(code) : text;
  }
  const [byte] = encoder.encode(text.slice(0, 2));
  if (byte === undefined) return "";
  return byte < 0x80
    ? String.fromCharCode(byte)
    : `\\${byte.toString(8).padStart(3, "0")}`;
}

/** `"char"`. */
export const byteCharType: PgType = {
  ...shape,
  oid: oid.char,
  name: "char",
  length: 1,
  category: "Z",
  array: 1002,
  input: readByteChar,
  output: (value) => value as string,
  send(value) {
    const text = value as string;
    if (text.length > 1) return new Uint8Array([parseInt(text.slice(1), 8)]);
    return new Uint8Array([text === "" ? 0 : text.charCodeAt(0)]);
  },
  receive(bytes) {
    const [byte = 0] = bytes;
    return readByteChar(`\\${byte.toString(8).padStart(3, "0")}`);
  },
};

/** `unknown`: a literal whose type nothing has decided. */
export const unknownType: PgType = {
  ...shape,
  ...forms,
  oid: oid.unknown,
  name: "unknown",
  length: -2,
  kind: "p",
  category: "X",
  array: 0,
  input: (text) => text,
  receive: utf8Text,
};

/** `cstring`. */
export const cstringType: PgType = {
  ...unknownType,
  oid: oid.cstring,
  name: "cstring",
  category: "P",
  array: 1263,
};
