/**
 * One line an event, as text for a person or as JSON for a machine.
 *
 * An event is a fixed name and typed fields. Callers pass ids, counts, codes and durations; never a
 * password, a token, an e-mail address or a SQL value. Control characters are escaped, so a field
 * cannot forge a second line.
 *
 * @module
 */

import type { Clock } from "./clock.ts";

/** Severity, least first. */
export const logLevels = ["debug", "info", "warn", "error"] as const;

/** One of {@linkcode logLevels}. */
export type LogLevel = (typeof logLevels)[number];

/** What may stand in a field of a line. */
export type LogValue = string | number | boolean | null | undefined;

/** Writes events. */
export interface Log {
  /** For people who look for a fault in this program. */
  debug(event: string, fields?: Record<string, LogValue>): void;
  /** Something expected happened. */
  info(event: string, fields?: Record<string, LogValue>): void;
  /** Works, but somebody should look. */
  warn(event: string, fields?: Record<string, LogValue>): void;
  /** Something failed. */
  error(event: string, fields?: Record<string, LogValue>): void;
}

/** Settings of {@linkcode createLog}. */
export interface LogOptions {
  /** Least severity that is written. */
  level: LogLevel;
  /** `text` for a terminal, `json` for a collector. */
  format: "text" | "json";
  /** Time of each line. */
  clock: Clock;
  /** Receives each line without its line feed. */
  write(line: string): void;
}

// deno-lint-ignore no-control-regex -- control characters are what is looked for
const unsafe = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

function escape(text: string): string {
  return text.replace(
    unsafe,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function textValue(value: LogValue): string {
  if (typeof value !== "string") return String(value);
  const safe = escape(value);
  return /[\s"=]/.test(safe) || safe === "" ? JSON.stringify(safe) : safe;
}

/**
 * Builds a log.
 *
 * @param options Level, format, clock and where lines go.
 * @returns The log.
 */
export function createLog({ level, format, clock, write }: LogOptions): Log {
  const least = logLevels.indexOf(level);

  function line(
    severity: LogLevel,
    event: string,
    fields: Record<string, LogValue>,
  ): void {
    if (logLevels.indexOf(severity) < least) return;
    const time = new Date(clock.now()).toISOString();
    if (format === "json") {
      write(
        escape(JSON.stringify({ time, level: severity, event, ...fields })),
      );
      return;
    }
    const rest = Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => ` ${key}=${textValue(value)}`)
      .join("");
    write(`${time} ${severity.padEnd(5)} ${event}${rest}`);
  }

  return {
    debug: (event, fields = {}) => line("debug", event, fields),
    info: (event, fields = {}) => line("info", event, fields),
    warn: (event, fields = {}) => line("warn", event, fields),
    error: (event, fields = {}) => line("error", event, fields),
  };
}

/** A log that writes nothing, for tests and tools. */
export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
};
