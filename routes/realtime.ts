/**
 * `GET /realtime/v1/websocket` and `POST /realtime/v1/api/broadcast`: Supabase's realtime over a WebSocket, and
 * broadcasts without one.
 *
 * @module
 */

import { z } from "zod";
import { Problem } from "../lib/base/problem.ts";
import { json } from "../lib/http/answer.ts";
import { readJson } from "../lib/http/body.ts";
import type { Call, Handler, Route } from "../lib/http/call.ts";
import { collect } from "../lib/http/collect.ts";
import { UpgradeAnswer, type UpgradedConnection } from "../lib/http/upgrade.ts";
import type { Client } from "../lib/realtime/client.ts";
import type { PhoenixVersion } from "../lib/realtime/phoenix.ts";
import type { PostedMessage, Realtime } from "../lib/realtime/realtime.ts";
import { closeCodes } from "../lib/websocket/close_codes.ts";
import { WebSocketConnection } from "../lib/websocket/connection.ts";
import { Flusher } from "../lib/websocket/flusher.ts";
import { closeFrame } from "../lib/websocket/frames.ts";
import { acceptHandshake } from "../lib/websocket/handshake.ts";
import { postedMessages } from "./realtime_description.ts";
import { restToken } from "./rest_token.ts";

/** What the routes need. */
export interface RealtimeRouteDeps {
  readonly realtime: Realtime;
  /** Origins whose pages may connect; `*` for all. */
  readonly corsOrigins: readonly string[];
  /** Bytes of a message at most. */
  readonly messageBytes: number;
  /**
   * Bytes that may wait for one client.
   *
   * @default {4194304}
   */
  readonly queueBytes?: number;
  /** Told of each client that was let go because it read too slowly. */
  readonly tooSlow?: () => void;
}

const prefix = "/realtime/v1/";

/** Paths below which everything is answered here. */
export const realtimePaths: readonly string[] = [`${prefix}*`];

/** Bytes of a message before a channel is joined: a join with a long token fits. */
const firstBytes = 32 * 1024;

/** Milliseconds that a client has to answer a close. */
const closeMs = 2000;

/**
 * @param deps Collaborators.
 * @returns What answers everything below `/realtime/v1`.
 */
export function realtimeHandler(deps: RealtimeRouteDeps): Handler {
  const flusher = new Flusher();
  return async function realtime(call) {
    const path = call.path.slice(prefix.length);
    if (path === "websocket") {
      allow(call, "GET");
      return await upgrade(call, { ...deps, flusher });
    }
    if (path === "api/broadcast") {
      allow(call, "POST");
      return await postMessages(call, deps);
    }
    const named = /^api\/broadcast\/([^/]+)\/events\/([^/]+)$/.exec(path);
    if (named !== null) {
      allow(call, "POST");
      const [topic, event] = named.slice(1).map(decode) as [string, string];
      return await postOne(call, { topic, event }, deps);
    }
    throw new Problem("not_found", "Cannot find this path below /realtime/v1");
  };
}

/**
 * @param deps Collaborators.
 * @returns The routes.
 */
export function realtimeRoutes(deps: RealtimeRouteDeps): Route[] {
  const handler = realtimeHandler(deps);
  return realtimePaths.map((path) => ({ method: "*", path, handler }));
}

function allow({ method }: Call, wanted: string): void {
  if (method === wanted) return;
  throw new Problem(
    "method_not_allowed",
    `Cannot use this method here: use ${wanted}`,
    { allow: [wanted] },
  );
}

async function upgrade(
  call: Call,
  { realtime, corsOrigins, messageBytes, queueBytes, tooSlow, flusher }:
    & RealtimeRouteDeps
    & { readonly flusher: Flusher },
): Promise<Response> {
  const fields = acceptHandshake(call.request);
  checkOrigin(call, corsOrigins);
  realtime.checkRoom(call.address);
  const token = call.query.get("apikey") || call.query.get("token") ||
    undefined;
  // Refused before the upgrade, where the answer still has a status.
  await realtime.identify(token);
  const version: PhoenixVersion = call.query.get("vsn") === "2.0.0"
    ? "2.0.0"
    : "1.0.0";
  async function run({ stream, early }: UpgradedConnection): Promise<void> {
    const place = realtime.take(call.address);
    if (place === undefined) {
      // Others came first between the answer and this.
      await stream.write(closeFrame(closeCodes.tryAgainLater, "No room"));
      return;
    }
    const limits = {
      messageBytes: () =>
        client.joined ? messageBytes : Math.min(messageBytes, firstBytes),
      queueBytes: queueBytes ?? 4 * 1024 * 1024,
      closeMs,
    };
    const socket = new WebSocketConnection({
      stream,
      early,
      limits,
      flusher,
      events: {
        message: (message) => client.message(message),
        alive: () => client.alive(),
        tooSlow: () => tooSlow?.(),
        closed: () => realtime.leave(client),
      },
    });
    const client: Client = realtime.open({ socket, version, token });
    try {
      await socket.run();
    } finally {
      place.release();
    }
  }

  return new UpgradeAnswer(fields, run);
}

/** Pages of other origins are let in as to the rest of the server; programs send no origin. */
function checkOrigin({ request }: Call, origins: readonly string[]): void {
  const origin = request.headers.get("origin");
  if (origin === null || origins.includes("*") || origins.includes(origin)) {
    return;
  }
  throw new Problem(
    "access_denied",
    "Cannot open a socket for a page of this origin: allow it by --cors-origin",
  );
}

async function postMessages(
  call: Call,
  { realtime, messageBytes }: RealtimeRouteDeps,
): Promise<Response> {
  const identity = await realtime.identify(restToken(call));
  const { messages } = await readJson(call, postedMessages, {
    limit: messageBytes,
  });
  return await post(
    realtime,
    messages.map(({ topic, event, payload, private: hidden }) => ({
      topic,
      event,
      payload: payload ?? {},
      private: hidden === true,
    })),
    identity,
  );
}

async function postOne(
  call: Call,
  target: { readonly topic: string; readonly event: string },
  { realtime, messageBytes }: RealtimeRouteDeps,
): Promise<Response> {
  const identity = await realtime.identify(restToken(call));
  const type = call.request.headers.get("content-type") ?? "";
  const payload = /^application\/octet-stream\b/i.test(type)
    ? await readBytes(call, messageBytes)
    : await readJson(call, z.unknown(), { limit: messageBytes });
  const hidden = call.query.get("private") === "true";
  return await post(
    realtime,
    [{ ...target, payload, private: hidden }],
    identity,
  );
}

async function post(
  realtime: Realtime,
  messages: readonly PostedMessage[],
  identity: Awaited<ReturnType<Realtime["identify"]>>,
): Promise<Response> {
  try {
    await realtime.post(messages, identity);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "JoinError") throw error;
    throw new Problem("access_denied", error.message);
  }
  return json({}, { status: 202 });
}

async function readBytes(call: Call, limit: number): Promise<Uint8Array> {
  const { body, headers } = call.request;
  if (body === null) return new Uint8Array();
  const announced = Number(headers.get("content-length") ?? 0);
  const bytes = await collect(body, { announced, limit });
  if (bytes !== undefined) return bytes;
  throw new Problem(
    "payload_too_large",
    `Cannot read body: it is longer than ${limit} bytes`,
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Problem(
      "validation_failed",
      "Cannot read path: it is not percent-encoded UTF-8",
    );
  }
}
