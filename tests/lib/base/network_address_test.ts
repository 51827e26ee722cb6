import { equal } from "node:assert/strict";
import fc from "fast-check";
import {
  addressKey,
  contains,
  formatAddress,
  isLoopback,
  parseAddress,
  parseNetwork,
} from "../../../lib/base/network_address.ts";

function canonical(text: string): string | undefined {
  const address = parseAddress(text);
  return address && formatAddress(address);
}

Deno.test("parseAddress() gives one spelling of each address", () => {
  const spellings: Record<string, string> = {
    "203.0.113.7": "203.0.113.7",
    "::ffff:203.0.113.7": "203.0.113.7",
    "::FFFF:cb00:7107": "203.0.113.7",
    "2001:DB8:0:0:0:0:0:1": "2001:db8::1",
    "2001:db8::1": "2001:db8::1",
    "2001:db8:0:1::1": "2001:db8:0:1::1",
    "1:0:0:2:0:0:0:3": "1:0:0:2::3",
    "1:0:0:2:3:0:0:4": "1::2:3:0:0:4",
    "fe80::1%eth0": "fe80::1",
    "::": "::",
    "1::": "1::",
    "::1": "::1",
    "64:ff9b::192.0.2.1": "64:ff9b::c000:201",
  };
  for (const [text, expected] of Object.entries(spellings)) {
    equal(canonical(text), expected, text);
  }
});

Deno.test("parseAddress() refuses what only looks like an address", () => {
  for (
    const text of [
      "",
      "1.2.3",
      "1.2.3.256",
      "01.2.3.4",
      "1.2.3.4.5",
      "0x7f.1",
      "2130706433",
      ":",
      ":::",
      "1::2::3",
      "1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:8:9",
      "1:2:3:4:5:6:7::8",
      "g::1",
      "12345::1",
      "::1.2.3",
      "localhost",
    ]
  ) equal(canonical(text), undefined, text);
});

Deno.test("formatAddress() writes what parseAddress() reads back", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), (value) => {
      const sparse = value & (value >> 3n) & ~(0xffff_ffffn << 48n);
      for (const each of [value, sparse]) {
        if (each >> 32n === 0xffffn) continue;
        const text = formatAddress({ family: 6, value: each });
        equal(parseAddress(text)?.value, each);
        equal(new URL(`http://[${text}]/`).hostname, `[${text}]`);
      }
    }),
  );
});

Deno.test("contains() compares the leading bits", () => {
  const cases: [network: string, address: string, expected: boolean][] = [
    ["10.0.0.0/8", "10.255.1.2", true],
    ["10.0.0.0/8", "11.0.0.1", false],
    ["10.0.0.0/8", "::ffff:10.1.1.1", true],
    ["::ffff:10.0.0.0/104", "10.9.9.9", true],
    ["192.0.2.1", "192.0.2.1", true],
    ["192.0.2.1", "192.0.2.2", false],
    ["0.0.0.0/0", "203.0.113.7", true],
    ["0.0.0.0/0", "2001:db8::1", false],
    ["2001:db8::/32", "2001:db8:ffff::1", true],
    ["2001:db8::/32", "2001:db9::1", false],
  ];
  for (const [text, other, expected] of cases) {
    const network = parseNetwork(text);
    const address = parseAddress(other);
    equal(
      network && address && contains(network, address),
      expected,
      `${text} ${other}`,
    );
  }
});

Deno.test("parseNetwork() refuses what is no network", () => {
  for (
    const text of [
      "10.0.0.0/33",
      "10.0.0.0/",
      "10.0.0.0/-1",
      "10.0.0.0/8/8",
      "::/129",
      "x/8",
      "::ffff:1.2.3.4/64",
    ]
  ) {
    equal(parseNetwork(text), undefined, text);
  }
});

Deno.test("addressKey() counts a /64 of IPv6 as one client", () => {
  equal(addressKey("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  equal(addressKey("2001:db8:1:2:ffff::"), "2001:db8:1:2::/64");
  equal(addressKey("::ffff:203.0.113.7"), "203.0.113.7");
  equal(addressKey("203.0.113.7"), "203.0.113.7");
  equal(addressKey("unix"), "unix");
});

Deno.test("isLoopback() knows this machine's own addresses", () => {
  for (
    const host of [
      "127.0.0.1",
      "127.9.9.9",
      "::1",
      "localhost",
      "LOCALHOST",
      "::ffff:127.0.0.1",
    ]
  ) {
    equal(isLoopback(host), true, host);
  }
  for (
    const host of [
      "0.0.0.0",
      "::",
      "10.0.0.1",
      "localhost.example.com",
      "128.0.0.1",
      "::2",
    ]
  ) {
    equal(isLoopback(host), false, host);
  }
});
