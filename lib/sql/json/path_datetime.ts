/**
 * Dates and times inside JSON paths: what `.datetime()` gives.
 *
 * @module
 */

import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import { oid } from "../types/type.ts";

/** Kinds, by the name that `.type()` gives. */
const kinds = {
  date: ["date", oid.date],
  time: ["time without time zone", oid.time],
  timetz: ["time with time zone", oid.timetz],
  timestamp: ["timestamp without time zone", oid.timestamp],
  timestamptz: ["timestamp with time zone", oid.timestamptz],
} as const;

const form =
  /^(?:(\d{4}-\d{1,2}-\d{1,2})(?:[ T](?=\d))?)?(?:(\d{1,2}:\d{1,2}:\d{1,2})(\.\d{1,6})?(?:([+-])(\d{1,2})(?::(\d{1,2}))?)?)?$/;

/** A date or time. */
export class PathDatetime {
  /**
   * @param kind Which of the five types.
   * @param text Text in the form of ISO 8601.
   */
  constructor(readonly kind: keyof typeof kinds, readonly text: string) {}

  /** @returns Name of its type. */
  get typeName(): string {
    return kinds[this.kind][0];
  }

  /** @returns Its datum, as `kind` or as a wider one. */
  datum(
    context: EvalContext,
    kind: keyof typeof kinds = this.kind,
  ): number | bigint | string {
    const type = context.type(kinds[kind][1]);
    return type?.input(this.text, -1, context) as number | bigint | string;
  }
}

const two = (digits: string) => digits.padStart(2, "0");

/**
 * @param text Text in one of the forms of ISO 8601 that need no template.
 * @param context Session.
 * @returns The date or time; `undefined` if it is none.
 */
export function readDatetime(
  text: string,
  context: EvalContext,
): PathDatetime | undefined {
  const match = form.exec(text);
  if (match === null || text === "") return undefined;
  const [, date, time, fraction = "", sign, hours, minutes = "0"] = match;
  const zone = sign === undefined
    ? ""
    : `${sign}${two(hours as string)}:${two(minutes)}`;
  const decimals = fraction.replace(/\.?0+$/, "");
  const day = date?.split("-").map(two).join("-") ?? "";
  const clock = time?.split(":").map(two).join(":") ?? "";
  const kind = time === undefined
    ? "date"
    : `${date === undefined ? "time" : "timestamp"}${
      zone === "" ? "" : "tz"
    }` as const;
  const value = new PathDatetime(
    kind,
    kind === "date"
      ? day
      : `${day}${day === "" ? "" : "T"}${clock}${decimals}${zone}`,
  );
  try {
    value.datum(context);
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
  return value;
}

/** How two kinds compare: as which kind, and whether that needs a time zone. */
function common(
  a: keyof typeof kinds,
  b: keyof typeof kinds,
): { kind: keyof typeof kinds; zone: boolean } | undefined {
  if (a === b) return { kind: a, zone: false };
  const times = (kind: string) => kind === "time" || kind === "timetz";
  if (times(a) !== times(b)) return undefined;
  if (times(a)) return { kind: "timetz", zone: true };
  if (a === "timestamptz" || b === "timestamptz") {
    return { kind: "timestamptz", zone: true };
  }
  return { kind: "timestamp", zone: false };
}

const names = { date: "date", time: "time", timestamp: "timestamp" } as const;

/**
 * @param a One value.
 * @param b Another.
 * @param zones Whether the session's time zone may be used.
 * @param context Session.
 * @returns Their order; `undefined` if they cannot be compared.
 * @throws {SqlError} 0A000 if the time zone would be needed.
 */
export function compareDatetimes(
  a: PathDatetime,
  b: PathDatetime,
  zones: boolean,
  context: EvalContext,
): number | undefined {
  const how = common(a.kind, b.kind);
  if (how === undefined) return undefined;
  if (how.zone && !zones) {
    const from = a.kind.endsWith("tz") ? b.kind : a.kind;
    throw new SqlError(
      "0A000",
      `cannot convert value from ${
        names[from as keyof typeof names]
      } to ${how.kind} without time zone usage`,
      { hint: "Use *_tz() function for time zone support." },
    );
  }
  const left = a.datum(context, how.kind);
  const right = b.datum(context, how.kind);
  if (typeof left === "string" || typeof right === "string") {
    // timetz: microseconds and seconds west of UTC.
    const instant = (value: unknown): number[] => {
      const [clock = 0, zone = 0] = String(value).split(" ").map(Number);
      return [clock + zone * 1_000_000, zone];
    };
    const [x, y] = [instant(left), instant(right)];
    return (x[0] as number) - (y[0] as number) ||
      (x[1] as number) - (y[1] as number);
  }
  return left < right ? -1 : left > right ? 1 : 0;
}
