/**
 * Turns the text of a setting into its value. A parser throws a sentence's second half, which begins
 * with "must": the first half names the setting and where it came from.
 *
 * @module
 */

import {
  isLoopback,
  type Network,
  parseAddress,
  parseNetwork,
} from "../base/network_address.ts";

/** Reads a text; throws a `RangeError` that says what it must be. */
export type Parser<T> = (text: string) => T;

/** A host and a port. */
export interface HostPort {
  readonly host: string;
  /** `auto` for one that the system chooses. */
  readonly port: number | "auto";
}

/** A port number, `auto` for one that the system chooses, `undefined` for none. */
export type PortSetting = number | "auto" | undefined;

const hostName =
  /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i;

/**
 * Builds a parser of whole numbers.
 *
 * @param least Smallest number allowed.
 * @param most Largest number allowed.
 * @returns The parser.
 */
export function integer(least: number, most: number): Parser<number> {
  return (text) => {
    const value = Number(text);
    if (!/^\d{1,15}$/.test(text) || value < least || value > most) {
      throw new RangeError(`must be a whole number from ${least} to ${most}`);
    }
    return value;
  };
}

/**
 * Builds a parser of one word out of several, in any letter case.
 *
 * @param words Words allowed.
 * @param aliases Other spellings.
 * @returns The parser.
 */
export function oneOf<const W extends string>(
  words: readonly W[],
  aliases: Readonly<Record<string, W>> = {},
): Parser<W> {
  return (text) => {
    const lower = text.toLowerCase();
    const word = words.find((each) => each === lower) ??
      (Object.hasOwn(aliases, lower) ? aliases[lower] : undefined);
    if (word === undefined) {
      throw new RangeError(`must be one of ${words.join(", ")}`);
    }
    return word;
  };
}

/**
 * @param text `true` or `false`.
 * @returns Which.
 */
export function truth(text: string): boolean {
  const lower = text.toLowerCase();
  if (lower === "true" || lower === "1") return true;
  if (lower === "false" || lower === "0") return false;
  throw new RangeError("must be true or false");
}

/**
 * @param text Any text but none.
 * @returns The text.
 */
export function nonEmpty(text: string): string {
  if (text === "" || text.includes("\0")) {
    throw new RangeError("must not be empty");
  }
  return text;
}

/**
 * @param text `0` for none, `auto`, or a port.
 * @returns The port.
 */
export function port(text: string): PortSetting {
  if (text.toLowerCase() === "auto") return "auto";
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new RangeError("must be a port from 1 to 65535, 0 for off, or auto");
  }
  return Number(text) === 0 ? undefined : Number(text);
}

/**
 * @param text IP address or host name.
 * @returns The host, without brackets around an IPv6 address.
 */
export function host(text: string): string {
  const bare = /^\[(.+)\]$/.exec(text)?.[1] ?? text;
  // All digits and dots, yet no address: a typing mistake, not a name.
  const name = hostName.test(bare) && !/^[\d.]+$/.test(bare);
  if (parseAddress(bare) === undefined && !name) {
    throw new RangeError("must be an IP address or a host name");
  }
  return bare;
}

/**
 * @param text `off`, or a host and a port.
 * @returns Host and port, `undefined` for off.
 */
export function hostPortOrOff(text: string): HostPort | undefined {
  if (text.toLowerCase() === "off") return undefined;
  const colon = text.lastIndexOf(":");
  const value = port(text.slice(colon + 1));
  if (colon <= 0 || value === undefined) {
    throw new RangeError("must look like 127.0.0.1:3306, or be off");
  }
  return { host: host(text.slice(0, colon)), port: value };
}

/**
 * @param text Address or network, for example `10.0.0.0/8`.
 * @returns The network.
 */
export function network(text: string): Network {
  const value = parseNetwork(text);
  if (value === undefined) {
    throw new RangeError("must be a network such as 10.0.0.0/8, or an address");
  }
  return value;
}

/** Schemas that hold what is the server's own. */
const ownSchemas = /^(?:pg_.*|information_schema|auth)$/i;

/**
 * @param text Name of a schema, exactly as the database has it.
 * @returns The name.
 */
export function schemaName(text: string): string {
  if (text === "" || text.includes("\0") || ownSchemas.test(text)) {
    throw new RangeError(
      "must be a schema of yours: auth, information_schema and pg_… are never exposed",
    );
  }
  return text;
}

/**
 * @param text `*`, or an origin as browsers write it.
 * @returns The origin.
 */
export function origin(text: string): string {
  if (text === "*") return text;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const web = url?.protocol === "http:" || url?.protocol === "https:";
  // Apps bring schemes of their own (capacitor://localhost), for which `origin` says "null".
  const whole = web
    ? url?.origin === text
    : /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.-]+$/.test(text);
  if (!whole) {
    throw new RangeError("must look like https://app.example.com, or be *");
  }
  return text;
}

/**
 * @param text URL that may carry secrets: https, or http to this machine.
 * @returns The URL in its canonical spelling.
 */
export function secureUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const hostname = url?.hostname.replace(/^\[|\]$/g, "") ?? "";
  const secure = url?.protocol === "https:" ||
    (url?.protocol === "http:" && isLoopback(hostname));
  if (
    url === undefined || !secure || url.username !== "" ||
    url.password !== "" || url.hash !== ""
  ) {
    throw new RangeError(
      "must be an https URL (http is allowed to a loopback address) without user and fragment",
    );
  }
  return url.href;
}

/**
 * @param text URL under which browsers reach the server, without a path.
 * @returns The URL without a slash at its end.
 */
export function publicUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (
    url === undefined || !/^https?:$/.test(url.protocol) ||
    url.href !== `${url.origin}/`
  ) {
    throw new RangeError("must look like https://api.example.com");
  }
  return url.origin;
}
