/**
 * Answers with content that stays the same for a while: pages, their files, documents. Whoever has it
 * already is told so (RFC 9110 §13), and who reads gzip gets it compressed.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { Slices } from "../base/slices.ts";
import type { Call, HeaderReader } from "./call.ts";

/** Something to be answered as it is. */
export interface Content {
  /** Media type. */
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Names the bytes: their SHA-256 in hexadecimal, shortened. */
  readonly hash: string;
  /**
   * Compresses, once.
   *
   * @returns The bytes as gzip.
   */
  gzip(): Promise<Uint8Array<ArrayBuffer>>;
}

/** What a piece of work may hold up others with: compressing this many bytes takes some milliseconds. */
const pieceBytes = 64 * 1024;

/** Less than this is not worth compressing. */
const leastCompressed = 1024;

/**
 * Makes content of a text.
 *
 * @param text The text.
 * @param type Media type.
 * @returns The content.
 */
export function textContent(text: string, type: string): Content {
  const bytes = new TextEncoder().encode(text);
  return content(bytes, type, createHash("sha256").update(bytes));
}

/**
 * Makes content of a long text.
 *
 * @param pieces The text in pieces.
 * @param options Media type, and what lets others have their turn in between.
 * @returns The content.
 */
export async function longTextContent(
  pieces: readonly string[],
  { type, slices }: { readonly type: string; readonly slices: Slices },
): Promise<Content> {
  const encoder = new TextEncoder();
  const hash = createHash("sha256");
  const encoded: Uint8Array[] = [];
  let length = 0;
  for (const piece of pieces) {
    const bytes = encoder.encode(piece);
    hash.update(bytes);
    encoded.push(bytes);
    length += bytes.length;
    await slices.turn();
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const piece of encoded) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return content(bytes, type, hash);
}

function content(
  bytes: Uint8Array<ArrayBuffer>,
  type: string,
  hash: ReturnType<typeof createHash>,
): Content {
  let compressed: Promise<Uint8Array<ArrayBuffer>> | undefined;
  return {
    type,
    bytes,
    hash: hash.digest("hex").slice(0, 32),
    gzip: () => compressed ??= compress(bytes),
  };
}

/** Compresses piece by piece; others have their turn in between. */
async function compress(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  async function* pieces(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      yield bytes.subarray(at, at + pieceBytes);
      await new Promise((resolve) => setTimeout(resolve));
    }
  }
  const stream = ReadableStream.from(pieces()).pipeThrough(
    new CompressionStream("gzip"),
  );
  return await new Response(stream).bytes();
}

/** How content is answered. */
export interface ContentAnswerInit {
  /**
   * How long whoever has it may go without asking.
   *
   * @default {"no-cache"}
   */
  cacheControl?: string;
  /** Further headers. */
  headers?: Readonly<Record<string, string>>;
}

/**
 * Answers content.
 *
 * @param call The request.
 * @param content What is answered.
 * @param init How.
 * @returns 200, or 304 for who has it already.
 */
export async function contentAnswer(
  call: Pick<Call, "request">,
  content: Content,
  { cacheControl = "no-cache", headers = {} }: ContentAnswerInit = {},
): Promise<Response> {
  const { headers: sent } = call.request;
  const compressed = content.bytes.length >= leastCompressed &&
    takesGzip(sent);
  const etag = `"${content.hash}${compressed ? "-gzip" : ""}"`;
  const fields = {
    etag,
    "cache-control": cacheControl,
    vary: "accept-encoding",
    ...headers,
  };
  if (hasIt(sent, content.hash)) {
    return new Response(null, { status: 304, headers: fields });
  }
  return new Response(compressed ? await content.gzip() : content.bytes, {
    headers: {
      ...fields,
      "content-type": content.type,
      ...(compressed ? { "content-encoding": "gzip" } : {}),
    },
  });
}

/** `If-None-Match`, weak comparison; which encoding of it somebody has makes no difference. */
function hasIt(headers: HeaderReader, hash: string): boolean {
  const known = headers.get("if-none-match");
  if (known === null) return false;
  return known.trim() === "*" || known.split(",").some((each) => {
    const tag = each.trim().replace(/^W\//, "");
    return tag === `"${hash}"` || tag === `"${hash}-gzip"`;
  });
}

/** `Accept-Encoding` (RFC 9110 §12.5.3): named, and not with a weight of nothing. */
function takesGzip(headers: HeaderReader): boolean {
  const accepted = (headers.get("accept-encoding") ?? "").split(",");
  return accepted.some((each) =>
    /^\s*(?:x-)?gzip\s*(?:;\s*q\s*=\s*(?:1(?:\.0*)?|0\.\d*[1-9]\d*)\s*)?$/i
      .test(each)
  );
}
