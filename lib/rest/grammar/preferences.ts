/**
 * The header `Prefer` (RFC 7240), and `Preference-Applied` that answers it.
 *
 * @module
 */

import { RestError } from "../error.ts";
import type { Preferences } from "../request.ts";
import { cut } from "./scanner.ts";
import { wholeNumber } from "./whole_number.ts";

/** Preferences that were honoured. */
export type HonouredPreferences = Omit<Preferences, "unknown">;

type Name = keyof HonouredPreferences;
type Choice = Exclude<Name, "maxAffected" | "timezone">;

const choices: Readonly<Record<Choice, readonly string[]>> = {
  resolution: ["merge-duplicates", "ignore-duplicates"],
  missing: ["default", "null"],
  return: ["representation", "minimal", "headers-only"],
  count: ["exact", "planned", "estimated"],
  tx: ["commit", "rollback"],
  handling: ["strict", "lenient"],
};

/** Names as they are sent, in the order of `Preference-Applied`. */
const names = new Map<string, Name>([
  ["resolution", "resolution"],
  ["missing", "missing"],
  ["return", "return"],
  ["count", "count"],
  ["tx", "tx"],
  ["handling", "handling"],
  ["timezone", "timezone"],
  ["max-affected", "maxAffected"],
]);

/** The longest name of a time zone is a third of that. */
const longestTimeZone = 100;

/** Reads what a preference is set to; `undefined` if it cannot be that. */
function valueOf(name: Name, text: string): string | number | undefined {
  if (name === "maxAffected") {
    const number = wholeNumber(text);
    return number !== undefined && number >= 0 ? number : undefined;
  }
  if (name === "timezone") {
    return text !== "" && text.length <= longestTimeZone ? text : undefined;
  }
  return choices[name].find((choice) => choice === text);
}

function unquoted(text: string): string {
  return text.length > 1 && text.startsWith('"') && text.endsWith('"')
    ? text.slice(1, -1)
    : text;
}

/**
 * Reads `Prefer`. Of a preference that is sent twice the first counts (RFC 7240, 2).
 *
 * @param header All its lines joined by commas; `null` if there was none.
 * @returns What is preferred, and what is not known here.
 */
export function parsePreferences(header: string | null): Preferences {
  const unknown: string[] = [];
  const found = new Map<Name, string | number>();
  for (const part of header?.split(",") ?? []) {
    const preference = part.trim();
    if (preference === "") continue;
    const equals = preference.indexOf("=");
    const name = equals < 0
      ? undefined
      : names.get(preference.slice(0, equals).trim().toLowerCase());
    const value = name === undefined
      ? undefined
      : valueOf(name, unquoted(preference.slice(equals + 1).trim()));
    if (name === undefined || value === undefined) unknown.push(preference);
    else if (!found.has(name)) found.set(name, value);
  }
  // Each value came out of `choices` or was checked for its name.
  return { ...Object.fromEntries(found), unknown } as Preferences;
}

/**
 * Refuses unknown preferences where the client wants to be told (`handling=strict`).
 *
 * @param preferences What was sent.
 * @throws {RestError} PGRST122.
 */
export function checkPreferences({ handling, unknown }: Preferences): void {
  if (handling !== "strict" || unknown.length === 0) return;
  // Both texts are PostgREST's.
  throw new RestError(
    "PGRST122",
    "Invalid preferences given with handling=strict",
    { details: `Invalid preferences: ${cut(unknown.join(", "))}` },
  );
}

/**
 * Writes `Preference-Applied`.
 *
 * @param honoured What was done; `maxAffected` counts with `handling=strict` only.
 * @returns Value of the header; `undefined` if nothing was honoured.
 */
export function appliedPreferences(
  honoured: HonouredPreferences,
): string | undefined {
  const applied: string[] = [];
  for (const [sent, name] of names) {
    const value = honoured[name];
    if (value === undefined) continue;
    if (name === "maxAffected" && honoured.handling !== "strict") continue;
    applied.push(`${sent}=${value}`);
  }
  return applied.length === 0 ? undefined : applied.join(", ");
}
