/**
 * IP addresses as numbers: one spelling of each, networks (CIDR), and the key under which throttles
 * count a client.
 *
 * An IPv4 address that comes mapped into IPv6 (`::ffff:203.0.113.7`) is the IPv4 address.
 *
 * @module
 */

/** An address as a number. */
export interface NetworkAddress {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** A network: an address and how many of its leading bits count. */
export interface Network extends NetworkAddress {
  readonly prefix: number;
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  let value = 0n;
  for (const part of parts) {
    // No leading zeros: some programs read them as octal, so they mean two addresses.
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) {
      return undefined;
    }
    value = value << 8n | BigInt(part);
  }
  return value;
}

function parseGroups(text: string): string[] | undefined {
  if (text === "") return [];
  const groups = text.split(":");
  const last = groups.at(-1) ?? "";
  if (last.includes(".")) {
    const v4 = parseV4(last);
    if (v4 === undefined) return undefined;
    groups.splice(-1, 1, (v4 >> 16n).toString(16), (v4 & 0xffffn).toString(16));
  }
  return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))
    ? groups
    : undefined;
}

function parseV6(text: string): bigint | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? "");
  const tail = parseGroups(halves[1] ?? "");
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...new Array<string>(missing).fill("0"), ...tail];
  return groups.reduce(
    (value, group) => value << 16n | BigInt(`0x${group}`),
    0n,
  );
}

/**
 * Reads an address.
 *
 * @param text For example `203.0.113.7`, `2001:db8::1`; a zone (`%eth0`) is left out.
 * @returns The address, or `undefined` if it is none.
 */
export function parseAddress(text: string): NetworkAddress | undefined {
  const v4 = parseV4(text);
  if (v4 !== undefined) return { family: 4, value: v4 };
  const zone = text.indexOf("%");
  const v6 = parseV6(zone < 0 ? text : text.slice(0, zone));
  if (v6 === undefined) return undefined;
  return v6 >> 32n === 0xffffn
    ? { family: 4, value: v6 & 0xffff_ffffn }
    : { family: 6, value: v6 };
}

/**
 * Writes an address the one canonical way (RFC 5952).
 *
 * @param address Address.
 * @returns For example `203.0.113.7`, `2001:db8::1`.
 */
export function formatAddress({ family, value }: NetworkAddress): string {
  if (family === 4) {
    return [24n, 16n, 8n, 0n].map((shift) => value >> shift & 0xffn).join(".");
  }
  const groups = Array.from(
    { length: 8 },
    (_, i) => (value >> BigInt(112 - 16 * i) & 0xffffn).toString(16),
  ).join(":");
  // The longest run of two or more zero groups becomes "::", the first one if several are as long.
  const runs = [...groups.matchAll(/(?:^|(?<=:))0(?::0)+(?=:|$)/g)];
  const longest = runs.reduce(
    (best, [run]) => run.length > best.length ? run : best,
    "",
  );
  if (longest === "") return groups;
  const at = groups.indexOf(
    longest,
    runs.find(([run]) => run === longest)?.index ?? 0,
  );
  const before = groups.slice(0, at).replace(/:$/, "");
  const after = groups.slice(at + longest.length).replace(/^:/, "");
  return `${before}::${after}`;
}

/**
 * Reads a network.
 *
 * @param text For example `10.0.0.0/8`, `2001:db8::/32`; a single address is a network of one.
 * @returns The network, or `undefined` if it is none.
 */
export function parseNetwork(text: string): Network | undefined {
  const [start = "", length, ...rest] = text.split("/");
  const address = parseAddress(start);
  if (address === undefined || rest.length > 0) return undefined;
  const bits = address.family === 4 ? 32 : 128;
  if (length === undefined) return { ...address, prefix: bits };
  if (!/^\d{1,3}$/.test(length)) return undefined;
  // A mapped network counts its prefix from the start of the IPv6 address.
  const prefix = Number(length) -
    (start.includes(":") && address.family === 4 ? 96 : 0);
  return prefix >= 0 && prefix <= bits ? { ...address, prefix } : undefined;
}

/**
 * Tells whether an address lies in a network.
 *
 * @param network Network.
 * @param address Address.
 * @returns Whether it does.
 */
export function contains(network: Network, address: NetworkAddress): boolean {
  if (network.family !== address.family) return false;
  const shift = BigInt((network.family === 4 ? 32 : 128) - network.prefix);
  return network.value >> shift === address.value >> shift;
}

/**
 * Names the client that throttles count: an IPv4 address, or the /64 that an IPv6 user is given
 * whole and could otherwise take 2^64 names from.
 *
 * @param address Address in any spelling.
 * @returns Key, for example `203.0.113.7`, `2001:db8:1:2::/64`; the text itself if it is no address.
 */
export function addressKey(address: string): string {
  const parsed = parseAddress(address);
  if (parsed === undefined || parsed.family === 4) {
    return parsed === undefined ? address : formatAddress(parsed);
  }
  return `${
    formatAddress({ family: 6, value: parsed.value >> 64n << 64n })
  }/64`;
}

const loopbacks: readonly Network[] = [
  { family: 4, value: 0x7f00_0000n, prefix: 8 },
  { family: 6, value: 1n, prefix: 128 },
];

/**
 * Tells whether only this machine can reach an address.
 *
 * @param host IP address or host name.
 * @returns Whether it is a loopback address, or `localhost` (RFC 6761, 6.3).
 */
export function isLoopback(host: string): boolean {
  if (host.toLowerCase() === "localhost") return true;
  const address = parseAddress(host);
  return address !== undefined &&
    loopbacks.some((network) => contains(network, address));
}
