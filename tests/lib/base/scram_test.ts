import { deepEqual, equal, notEqual, ok } from "node:assert/strict";
import {
  checkClientProof,
  fromBase64,
  hmac,
  matchesScramVerifier,
  mockScramVerifier,
  parseScramVerifier,
  scramVerifier,
  sha256,
} from "../../../lib/base/scram.ts";

const salt = Uint8Array.fromBase64("W22ZaJ0SNY7soEsUEjb6gQ==");

/** Of the password `pencil` with the salt of RFC 7677, 3. */
const pencil =
  "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";

Deno.test("scramVerifier() makes the verifier of RFC 7677's example", async () => {
  equal(await scramVerifier("pencil", { salt }), pencil);
});

Deno.test("scramVerifier() takes another salt each time", async () => {
  const [a, b] = await Promise.all([scramVerifier("x"), scramVerifier("x")]);

  notEqual(a, b);
  equal(parseScramVerifier(a)?.iterations, 4096);
  equal(parseScramVerifier(a)?.salt.length, 16);
});

Deno.test("scramVerifier() prepares the password as clients do", async () => {
  equal(
    await scramVerifier("\u2168", { salt }),
    await scramVerifier("IX", { salt }),
  );
});

Deno.test("checkClientProof() accepts the proof of RFC 7677's example", () => {
  const verifier = parseScramVerifier(pencil)!;
  const authMessage = "n=user,r=rOprNGfwEbeRWgbNEkqO," +
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0," +
    "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096," +
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
  const proof = fromBase64("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")!;

  ok(checkClientProof(verifier.storedKey, authMessage, proof));
  equal(
    hmac(verifier.serverKey, authMessage).toBase64(),
    "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
  );
  for (let i = 0; i < proof.length; i++) {
    const wrong = proof.slice();
    wrong[i]! ^= 1;
    ok(!checkClientProof(verifier.storedKey, authMessage, wrong));
  }
  ok(!checkClientProof(verifier.storedKey, authMessage, proof.slice(1)));
  ok(!checkClientProof(verifier.storedKey, `${authMessage} `, proof));
});

Deno.test("matchesScramVerifier() tells the password from others", async () => {
  const verifier = parseScramVerifier(pencil)!;

  ok(await matchesScramVerifier(verifier, "pencil"));
  ok(!await matchesScramVerifier(verifier, "Pencil"));
  ok(!await matchesScramVerifier(verifier, ""));
});

Deno.test("matchesScramVerifier() does not do work without bounds", async () => {
  const verifier = { ...parseScramVerifier(pencil)!, iterations: 2_000_000 };

  ok(!await matchesScramVerifier(verifier, "pencil"));
});

const broken: [what: string, text: string][] = [
  ["another scheme", pencil.replace("256", "1")],
  ["no iterations", pencil.replace("4096", "")],
  ["zero iterations", pencil.replace("4096", "0")],
  ["too many iterations", pencil.replace("4096", "4294967296")],
  ["a salt that is not base64", pencil.replace("gQ==", "gQ=")],
  ["a short key", pencil.replace("WG5d", "")],
  ["something after it", `${pencil} `],
  ["a blank inside", pencil.replace("WG5d", "WG 5d")],
  ["an md5 verifier", `md5${"0".repeat(32)}`],
  ["nothing", ""],
];

for (const [what, text] of broken) {
  Deno.test(`parseScramVerifier() refuses ${what}`, () => {
    equal(parseScramVerifier(text), undefined);
  });
}

Deno.test("mockScramVerifier() is the same for a name, and only for it", () => {
  const key = new Uint8Array(32).fill(1);

  deepEqual(mockScramVerifier(key, "bob"), mockScramVerifier(key, "bob"));
  notEqual(
    mockScramVerifier(key, "bob").salt.toHex(),
    mockScramVerifier(key, "eve").salt.toHex(),
  );
  notEqual(
    mockScramVerifier(key, "bob").salt.toHex(),
    mockScramVerifier(sha256(key), "bob").salt.toHex(),
  );
  equal(mockScramVerifier(key, "bob").salt.length, 16);
});
