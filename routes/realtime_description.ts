/**
 * What `/realtime/v1` says of itself in the OpenAPI document, and what a broadcast over HTTP is read with.
 *
 * @module
 */

import { z } from "zod";
import type { RouteDescription } from "../lib/openapi/description.ts";

/** Messages of one request at most. */
const mostPosted = 100;

/** Body of `POST /realtime/v1/api/broadcast`. */
export const postedMessages = z.object({
  messages: z.array(z.object({
    topic: z.string().min(1),
    event: z.string().min(1),
    payload: z.unknown(),
    private: z.boolean().nullish(),
  })).min(1).max(mostPosted),
});

/** In the order of the document. */
export const realtimeDescriptions: readonly RouteDescription[] = [
  {
    method: "GET",
    path: "/realtime/v1/websocket",
    id: "realtimeSocket",
    tag: "Realtime",
    summary: "Changes, broadcasts and presence over a WebSocket",
    description:
      'A WebSocket that speaks Phoenix channels, as Supabase\'s clients do: `supabase.channel("any").on("postgres_changes", { event: "*", schema: "public", table: "orders" }, show).subscribe()`. Without a library, send `{"event":"phx_join","topic":"realtime:public:orders","ref":"1","payload":{}}` and read. Row policies decide who is told of which row; `/docs/live` shows it.',
    query: [
      {
        name: "apikey",
        description:
          "A token or key for joins that bring no `access_token`; without one they have role `anon`.",
      },
      {
        name: "vsn",
        description: "How messages are written: objects or arrays.",
        words: ["1.0.0", "2.0.0"],
      },
    ],
    answers: { 101: { description: "The connection is a WebSocket now." } },
    problems: [
      "validation_failed",
      "invalid_token",
      "access_denied",
      "over_request_rate_limit",
    ],
  },
  {
    method: "POST",
    path: "/realtime/v1/api/broadcast",
    id: "realtimeBroadcast",
    tag: "Realtime",
    summary: "Broadcast without a socket",
    bearer: "taken",
    body: {
      schemas: [postedMessages],
      example: {
        messages: [{
          topic: "room",
          event: "hello",
          payload: { text: "Good morning" },
        }],
      },
    },
    answers: {
      202: {
        description: "Whoever has joined gets them.",
        schema: { type: "object" },
      },
    },
    problems: ["invalid_token", "access_denied"],
  },
];
