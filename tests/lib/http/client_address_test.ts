import { equal } from "node:assert/strict";
import {
  type Network,
  parseNetwork,
} from "../../../lib/base/network_address.ts";
import {
  canonicalAddress,
  clientAddress,
} from "../../../lib/http/client_address.ts";

const proxies = ["10.0.0.0/8", "2001:db8::/32"].map((text) =>
  parseNetwork(text) as Network
);

const cases: [
  what: string,
  peer: string,
  forwarded: string | null,
  expected: string,
][] = [
  ["takes the peer without a header", "10.0.0.1", null, "10.0.0.1"],
  [
    "ignores the header of a stranger",
    "203.0.113.7",
    "198.51.100.1",
    "203.0.113.7",
  ],
  ["believes a trusted proxy", "10.0.0.1", "198.51.100.1", "198.51.100.1"],
  [
    "does not allow a forged first entry",
    "10.0.0.1",
    "1.1.1.1, 198.51.100.1",
    "198.51.100.1",
  ],
  [
    "walks through a chain of trusted proxies",
    "10.0.0.1",
    "198.51.100.1, 10.0.0.2",
    "198.51.100.1",
  ],
  ["stops at nonsense", "10.0.0.1", "198.51.100.1, unknown", "10.0.0.1"],
  ["stops at an empty entry", "10.0.0.1", "", "10.0.0.1"],
  [
    "reads an entry with a port",
    "10.0.0.1",
    "198.51.100.1:4711",
    "198.51.100.1",
  ],
  [
    "reads an IPv6 entry with a port",
    "2001:db8::1",
    "[2001:DB9::1]:4711",
    "2001:db9::1",
  ],
  ["folds a mapped entry", "10.0.0.1", "::ffff:198.51.100.1", "198.51.100.1"],
  [
    "gives the outermost proxy when all are trusted",
    "10.0.0.1",
    "10.0.0.3, 10.0.0.2",
    "10.0.0.3",
  ],
];

for (const [what, peer, forwarded, expected] of cases) {
  Deno.test(`clientAddress() ${what}`, () => {
    equal(clientAddress(peer, forwarded, proxies), expected);
  });
}

Deno.test("clientAddress() reads nothing without configured proxies", () => {
  equal(clientAddress("127.0.0.1", "198.51.100.1", []), "127.0.0.1");
});

Deno.test("canonicalAddress() folds a mapped address", () => {
  equal(canonicalAddress("::ffff:203.0.113.7"), "203.0.113.7");
});
