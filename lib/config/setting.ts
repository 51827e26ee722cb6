/**
 * What one setting is, and short ways to write one down.
 *
 * @module
 */

import { integer, type Parser, truth } from "./parse.ts";

/** Headings of the help text, in order. */
export const groups = [
  "Storage",
  "Listeners",
  "PostgreSQL",
  "MySQL",
  "HTTP",
  "Auth",
  "REST",
  "Realtime",
  "Throttles",
  "Log",
] as const;

/** What one setting is. */
export interface Setting<T> {
  /** Name of the flag and of the key in the configuration file. */
  readonly flag: string;
  /** One letter for the flag. */
  readonly short?: string;
  /** Heading under which the help text lists it. */
  readonly group: (typeof groups)[number];
  /** One line. */
  readonly help: string;
  /** What the help text calls the value; a setting without one is a switch. */
  readonly value?: string;
  /** Default as the help text writes it. */
  readonly shown?: string;
  /** Whether it may be given several times. */
  readonly list?: true;
  /** Whether `--no-` before the flag switches it off. */
  readonly negatable?: true;
  /** Whether its value is never repeated, not even in an error. */
  readonly secret?: true;
  readonly parse: Parser<unknown>;
  readonly default: T;
}

/**
 * @param setting A switch, off by default.
 * @returns The setting.
 */
export function on(
  setting: Pick<Setting<boolean>, "flag" | "short" | "group" | "help">,
): Setting<boolean> {
  return { ...setting, parse: truth, default: false };
}

/**
 * @param setting A switch, on by default; `--no-` before its flag switches it off.
 * @returns The setting.
 */
export function off(
  setting: Pick<Setting<boolean>, "flag" | "group" | "help">,
): Setting<boolean> {
  return {
    ...setting,
    shown: "true",
    negatable: true,
    parse: truth,
    default: true,
  };
}

/**
 * @param setting A setting with one value.
 * @returns The setting.
 */
export function one<T>(
  setting: Omit<Setting<T>, "parse"> & { readonly parse: Parser<T> },
): Setting<T> {
  return setting;
}

/**
 * @param setting A setting that may be given several times; `parse` reads one of them.
 * @returns The setting.
 */
export function many<T>(
  setting: Omit<Setting<readonly T[]>, "parse" | "list"> & {
    readonly parse: Parser<T>;
  },
): Setting<readonly T[]> {
  return { ...setting, list: true };
}

/**
 * @param flag Name of a setting whose value is a whole number.
 * @param options Heading, line of help, smallest and largest value, default.
 * @returns The setting.
 */
export function count(
  flag: string,
  { group, help, range, preset }: {
    group: Setting<number>["group"];
    help: string;
    range: readonly [number, number];
    preset: number;
  },
): Setting<number> {
  return {
    flag,
    group,
    help,
    value: "N",
    shown: String(preset),
    parse: integer(...range),
    default: preset,
  };
}
