/**
 * Messages of Phoenix channels, in both serialisations that Supabase's clients speak: objects
 * (`vsn=1.0.0`) and arrays (`vsn=2.0.0`), the latter with binary frames for broadcasts.
 *
 * @module
 */

/** A serialisation. */
export type PhoenixVersion = "1.0.0" | "2.0.0";

/** A message, whichever way it was written. */
export interface PhoenixMessage {
  /** The join that the message belongs to. */
  readonly joinRef: string | null;
  /** What an answer refers to. */
  readonly ref: string | null;
  readonly topic: string;
  readonly event: string;
  readonly payload: unknown;
}

/** A broadcast whose payload is bytes, or JSON that is handed on unread. */
export interface BroadcastPayload {
  readonly type: "broadcast";
  readonly event: string;
  readonly payload: unknown;
}

/** Kinds of binary frames. */
const kinds = { userBroadcastPush: 3, userBroadcast: 4 } as const;

/** How the payload of a binary frame is written. */
const encodings = { binary: 0, json: 1 } as const;

const decoder = new TextDecoder("utf-8", { fatal: true });
const encoder = new TextEncoder();

function textOrNull(value: unknown): string | null {
  return typeof value === "string"
    ? value
    : typeof value === "number" && Number.isSafeInteger(value)
    ? String(value)
    : null;
}

/**
 * Reads a message.
 *
 * @param message Text or bytes.
 * @param version How it is written.
 * @returns The message; `undefined` for what is none.
 */
export function readMessage(
  message: string | Uint8Array,
  version: PhoenixVersion,
): PhoenixMessage | undefined {
  try {
    return typeof message === "string"
      ? readText(JSON.parse(message), version)
      : readBinary(message);
  } catch {
    return undefined;
  }
}

function readText(
  value: unknown,
  version: PhoenixVersion,
): PhoenixMessage | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const [joinRef, ref, topic, event, payload] = version === "2.0.0"
    ? (Array.isArray(value) ? value : [])
    : parts(value as Record<string, unknown>);
  if (typeof topic !== "string" || typeof event !== "string") return undefined;
  return {
    joinRef: textOrNull(joinRef),
    ref: textOrNull(ref),
    topic,
    event,
    payload: payload ?? {},
  };
}

function parts(value: Record<string, unknown>): unknown[] {
  const { join_ref: joinRef, ref, topic, event, payload } = value;
  return [joinRef, ref, topic, event, payload];
}

/** A broadcast: kind, five lengths, encoding of the payload, five texts, payload. */
function readBinary(bytes: Uint8Array): PhoenixMessage | undefined {
  if (bytes[0] !== kinds.userBroadcastPush || bytes.length < 7) {
    return undefined;
  }
  const encoding = bytes[6];
  let at = 7;
  const [joinRef = "", ref = "", topic = "", event = ""] = [1, 2, 3, 4, 5].map(
    (place) => {
      const end = at + (bytes[place] as number);
      if (end > bytes.length) throw new RangeError("Cannot read: cut short");
      const text = decoder.decode(bytes.subarray(at, end));
      at = end;
      return text;
    },
  );
  const rest = bytes.subarray(at);
  const payload: BroadcastPayload = {
    type: "broadcast",
    event,
    payload: encoding === encodings.json
      ? JSON.parse(decoder.decode(rest))
      : rest.slice(),
  };
  return {
    joinRef: joinRef === "" ? null : joinRef,
    ref: ref === "" ? null : ref,
    topic,
    event: "broadcast",
    payload,
  };
}

/**
 * Writes a message.
 *
 * @param message The message.
 * @param version How to write it.
 * @returns Text, or bytes for a broadcast of bytes, which 1.0.0 cannot write.
 */
export function writeMessage(
  message: PhoenixMessage,
  version: PhoenixVersion,
): string | Uint8Array | undefined {
  const { joinRef, ref, topic, event, payload } = message;
  const binary = event === "broadcast" && isBytes(payload);
  if (version === "1.0.0") {
    return binary ? undefined : JSON.stringify({
      topic,
      event,
      payload,
      ref,
      ...(joinRef === null ? {} : { "join_ref": joinRef }),
    });
  }
  if (binary) return writeBinary(topic, payload);
  return JSON.stringify([joinRef, ref, topic, event, payload]);
}

function isBytes(
  payload: unknown,
): payload is BroadcastPayload & { payload: Uint8Array } {
  return (payload as BroadcastPayload | null)?.payload instanceof Uint8Array;
}

function writeBinary(
  topic: string,
  { event, payload }: { event: string; payload: Uint8Array },
): Uint8Array {
  const [topicBytes, eventBytes] = [topic, event].map((text) =>
    encoder.encode(text).subarray(0, 255)
  ) as [Uint8Array, Uint8Array];
  const bytes = new Uint8Array(
    5 + topicBytes.length + eventBytes.length + payload.length,
  );
  bytes.set([
    kinds.userBroadcast,
    topicBytes.length,
    eventBytes.length,
    0,
    encodings.binary,
  ]);
  bytes.set(topicBytes, 5);
  bytes.set(eventBytes, 5 + topicBytes.length);
  bytes.set(payload, 5 + topicBytes.length + eventBytes.length);
  return bytes;
}
