/**
 * Bytes as text and text as bytes (manual, 9.5), and Unicode escapes.
 *
 * @module
 */

import { SqlError } from "../error.ts";
import { utf8Text } from "../types/utf8_text.ts";
import { readBytea, writeBytea } from "../types/bytea.ts";
import { type Definition, fn } from "./define.ts";

/** Lines of base64 are broken after so many characters (RFC 2045). */
const lineLength = 76;
const alphabet =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function encodeBase64(bytes: Uint8Array): string {
  const text = bytes.toBase64();
  if (text.length <= lineLength) return text;
  return text.replace(/.{76}(?=.)/g, "$&\n");
}

function decodeBase64(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(text.length * 3 / 4));
  let size = 0;
  let buffer = 0;
  let position = 0;
  let end = 0;
  for (const character of text) {
    if (/[ \t\n\r]/.test(character)) continue;
    let value = 0;
    if (character === "=") {
      // The end may come as one or two of these.
      if (end === 0) {
        if (position === 2) end = 1;
        else if (position === 3) end = 2;
        else {
          throw new SqlError(
            "22023",
            'unexpected "=" while decoding base64 sequence',
          );
        }
      }
    } else {
      value = alphabet.indexOf(character);
      if (value < 0) {
        throw new SqlError(
          "22023",
          `invalid symbol "${character}" found while decoding base64 sequence`,
        );
      }
    }
    buffer = (buffer << 6) | value;
    if (++position < 4) continue;
    bytes[size++] = (buffer >> 16) & 255;
    if (end === 0 || end > 1) bytes[size++] = (buffer >> 8) & 255;
    if (end === 0 || end > 2) bytes[size++] = buffer & 255;
    buffer = 0;
    position = 0;
  }
  if (position !== 0) {
    throw new SqlError("22023", "invalid base64 end sequence", {
      hint:
        "Input data is missing padding, is truncated, or is otherwise corrupted.",
    });
  }
  return bytes.slice(0, size);
}

/** The form `escape` of encode: only zero bytes, bytes beyond ASCII and backslashes are escaped. */
function encodeEscape(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    if (byte === 0 || byte > 127) {
      text += `\\${byte.toString(8).padStart(3, "0")}`;
    } else text += byte === 0x5c ? "\\\\" : String.fromCharCode(byte);
  }
  return text;
}

function decodeEscape(text: string): Uint8Array {
  // `\x…` is no hexadecimal form here, and nothing else begins so.
  if (text.startsWith("\\x")) {
    throw new SqlError("22P02", "invalid input syntax for type bytea");
  }
  return readBytea(text);
}

function encode(bytes: Uint8Array, format: string): string {
  switch (format.toLowerCase()) {
    case "hex":
      return bytes.toHex();
    case "base64":
      return encodeBase64(bytes);
    case "escape":
      return encodeEscape(bytes);
    default:
      throw new SqlError("22023", `unrecognized encoding: "${format}"`);
  }
}

function decode(text: string, format: string): Uint8Array {
  switch (format.toLowerCase()) {
    case "hex":
      return readBytea(`\\x${text}`);
    case "base64":
      return decodeBase64(text);
    case "escape":
      return decodeEscape(text);
    default:
      throw new SqlError("22023", `unrecognized encoding: "${format}"`);
  }
}

const unicode =
  /\\(?:\\|([0-9a-fA-F]{4})|\+([0-9a-fA-F]{6})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))|\\/g;

function unistr(text: string): string {
  let high = 0;
  let result = "";
  let from = 0;
  const pairError = () =>
    new SqlError("42601", "invalid Unicode surrogate pair");
  for (const match of text.matchAll(unicode)) {
    const between = text.slice(from, match.index);
    if (high !== 0 && between !== "") throw pairError();
    result += between;
    from = match.index + match[0].length;
    if (match[0] === "\\\\") {
      if (high !== 0) throw pairError();
      result += "\\";
      continue;
    }
    const digits = match[1] ?? match[2] ?? match[3] ?? match[4];
    if (digits === undefined) {
      throw new SqlError("42601", "invalid Unicode escape", {
        hint:
          "Unicode escapes must be \\XXXX, \\+XXXXXX, \\uXXXX, or \\UXXXXXXXX.",
      });
    }
    const code = parseInt(digits, 16);
    if (code === 0 || code > 0x10ffff) {
      throw new SqlError("22023", `invalid Unicode code point: ${digits}`);
    }
    const low = code >= 0xdc00 && code <= 0xdfff;
    if (low !== (high !== 0)) throw pairError();
    if (low) {
      result += String.fromCharCode(high, code);
      high = 0;
    } else if (code >= 0xd800 && code <= 0xdbff) high = code;
    else result += String.fromCodePoint(code);
  }
  if (high !== 0) throw pairError();
  return result + text.slice(from);
}

function onlyUtf8(name: string): void {
  if (!/^utf-?8$/i.test(name)) {
    throw new SqlError("0A000", `encoding ${name} is not supported`);
  }
}

/** See the top of the file. */
export const encodingFunctions: readonly Definition[] = [
  fn("encode(bytea, text) text", {
    oid: 1946,
    call: ([bytes, format]) => encode(bytes as Uint8Array, format as string),
  }),
  fn("decode(text, text) bytea", {
    oid: 1947,
    call: ([text, format]) => decode(text as string, format as string),
  }),
  fn("unistr(text) text", { call: ([text]) => unistr(text as string) }),
  fn("convert_to(text, name) bytea", {
    call([text, name]) {
      onlyUtf8(name as string);
      return new TextEncoder().encode(text as string);
    },
  }),
  fn("convert_from(bytea, name) text", {
    call([bytes, name]) {
      onlyUtf8(name as string);
      return utf8Text(bytes as Uint8Array);
    },
  }),
  fn("byteaout(bytea) cstring", {
    volatility: "s",
    call: ([bytes], context) =>
      writeBytea(bytes as Uint8Array, context.byteaOutput),
  }),
];
