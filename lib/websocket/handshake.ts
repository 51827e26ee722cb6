/**
 * The opening handshake of a WebSocket, the server's part (RFC 6455, 4.2).
 *
 * @module
 */

import { createHash } from "node:crypto";
import { Problem } from "../base/problem.ts";
import type { IncomingRequest } from "../http/call.ts";

/** RFC 6455, 1.3. */
const guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** Sixteen bytes in base64. */
const keyForm = /^[A-Za-z0-9+/]{21}[AQgw]==$/;

function holds(list: string | null, word: string): boolean {
  return (list ?? "").split(",").some((each) =>
    each.trim().toLowerCase() === word
  );
}

/**
 * @param request A request.
 * @returns Header fields of the answer 101.
 * @throws {Problem} `validation_failed` for what is no handshake of version 13.
 */
export function acceptHandshake(
  { method, headers }: IncomingRequest,
): Record<string, string> {
  const key = headers.get("sec-websocket-key") ?? "";
  const sound = method === "GET" &&
    holds(headers.get("upgrade"), "websocket") &&
    holds(headers.get("connection"), "upgrade") &&
    headers.get("sec-websocket-version") === "13" && keyForm.test(key);
  if (!sound) {
    throw new Problem(
      "validation_failed",
      "Cannot open a WebSocket: the request must be a handshake of version 13 (RFC 6455)",
    );
  }
  return {
    upgrade: "websocket",
    // SHA-1 is the protocol's; it proves that we read the key, nothing more.
    "sec-websocket-accept": createHash("sha1").update(key + guid).digest(
      "base64",
    ),
  };
}
