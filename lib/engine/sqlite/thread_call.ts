/**
 * Lets a thread call a function of the main thread and wait for the answer.
 *
 * The question goes by message; the answer comes through shared memory, because a thread that waits
 * takes no messages.
 *
 * @module
 */

import { SqlError, type SqlErrorFields } from "../../sql/error.ts";

/** Waiting, answered. */
const state = { waiting: 0, answered: 1 } as const;
const headBytes = 8;
const startBytes = 4096;
const mostBytes = 256 * 1024 * 1024;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** An answer as text. */
type Answer =
  | { readonly value: unknown }
  | {
    readonly error: {
      readonly sqlState: string;
      readonly message: string;
      readonly fields: SqlErrorFields;
    };
  };

/** @returns Memory for answers, shared by two threads. */
export function answerMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(startBytes, { maxByteLength: mostBytes });
}

/**
 * Asks and waits; never called on the main thread.
 *
 * @param memory Where the answer comes.
 * @param ask Sends the question.
 * @returns The answer.
 * @throws {SqlError} What the function threw.
 */
export function waitForAnswer(
  memory: SharedArrayBuffer,
  ask: () => void,
): unknown {
  const head = new Int32Array(memory, 0, 2);
  Atomics.store(head, 0, state.waiting);
  ask();
  Atomics.wait(head, 0, state.waiting);
  const length = Atomics.load(head, 1);
  // The decoder takes no shared memory.
  const bytes = new Uint8Array(length);
  bytes.set(new Uint8Array(memory, headBytes, length));
  const answer = JSON.parse(decoder.decode(bytes), revive) as Answer;
  if ("value" in answer) return answer.value;
  const { sqlState, message, fields } = answer.error;
  throw new SqlError(sqlState, message, fields);
}

/**
 * Answers a question.
 *
 * @param memory Where the answer goes.
 * @param find Finds it.
 */
export function giveAnswer(
  memory: SharedArrayBuffer,
  find: () => unknown,
): void {
  let answer: Answer;
  try {
    answer = { value: find() ?? null };
  } catch (error) {
    answer = { error: plainError(error) };
  }
  const bytes = encoder.encode(JSON.stringify(answer, replace));
  const needed = headBytes + bytes.length;
  if (needed > memory.byteLength) memory.grow(Math.min(mostBytes, needed * 2));
  new Uint8Array(memory, headBytes, bytes.length).set(bytes);
  const head = new Int32Array(memory, 0, 2);
  Atomics.store(head, 1, bytes.length);
  Atomics.store(head, 0, state.answered);
  Atomics.notify(head, 0);
}

/**
 * @param error What was thrown.
 * @returns The same in a form that can be sent.
 */
export function plainError(
  error: unknown,
): { sqlState: string; message: string; fields: SqlErrorFields } {
  if (error instanceof RangeError && /call stack/.test(error.message)) {
    const message = "stack depth limit exceeded";
    return { sqlState: "54001", message, fields: {} };
  }
  const { sqlState = "XX000", message = "failed", fields = {} } =
    error as Partial<SqlError>;
  return { sqlState, message, fields };
}

function replace(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return { $bigint: value.toString() };
  if (value instanceof Uint8Array) return { $bytes: value.toHex() };
  // JSON would make null of them.
  if (typeof value === "number" && !Number.isFinite(value)) {
    return { $number: String(value) };
  }
  return value;
}

function revive(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const marked = value as Record<string, string | undefined>;
  if (marked.$bigint !== undefined) return BigInt(marked.$bigint);
  if (marked.$bytes !== undefined) return Uint8Array.fromHex(marked.$bytes);
  if (marked.$number !== undefined) return Number(marked.$number);
  return value;
}
