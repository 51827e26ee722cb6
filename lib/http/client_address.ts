/**
 * Who sent a request, also when it came through a proxy we were told to trust.
 *
 * `X-Forwarded-For` is a list that every proxy adds to on the right; whatever stands left of the
 * last untrusted entry could have been written by the client. So it is read from the right, one
 * trusted hop after the other. Without a configured proxy it is not read at all.
 *
 * @module
 */

import {
  contains,
  formatAddress,
  type Network,
  parseAddress,
} from "../base/network_address.ts";

/** Hops looked at; a longer chain is nobody's honest set-up. */
const maxHops = 32;

/**
 * Writes the address of a connection's other end in its one canonical spelling.
 *
 * @param hostname Address as the socket tells it.
 * @returns For example `203.0.113.7`.
 */
export function canonicalAddress(hostname: string): string {
  const address = parseAddress(hostname);
  return address === undefined ? hostname : formatAddress(address);
}

/**
 * Finds the client behind trusted proxies.
 *
 * @param peer Canonical address of the connection's other end.
 * @param forwardedFor Value of `X-Forwarded-For`, if there is one.
 * @param trustedProxies Networks whose entries are believed.
 * @returns Canonical address of the nearest hop that is not a trusted proxy.
 */
export function clientAddress(
  peer: string,
  forwardedFor: string | null,
  trustedProxies: readonly Network[],
): string {
  if (forwardedFor === null) return peer;
  let client = peer;
  for (const hop of forwardedFor.split(",").reverse().slice(0, maxHops)) {
    const known = parseAddress(client);
    if (
      known === undefined ||
      !trustedProxies.some((network) => contains(network, known))
    ) break;
    const next = parseAddress(withoutPort(hop.trim()));
    // A trusted proxy that writes nonsense still tells us nothing beyond itself.
    if (next === undefined) break;
    client = formatAddress(next);
  }
  return client;
}

/** Some proxies write `203.0.113.7:1234` and `[2001:db8::1]:1234`. */
function withoutPort(hop: string): string {
  return /^\[([^\]]+)\](?::\d+)?$/.exec(hop)?.[1] ??
    /^([\d.]+):\d+$/.exec(hop)?.[1] ??
    hop;
}
