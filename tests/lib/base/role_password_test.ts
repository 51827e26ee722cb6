import { equal, ok } from "node:assert/strict";
import {
  md5Response,
  md5Verifier,
  passwordMatches,
  verifierKind,
} from "../../../lib/base/role_password.ts";
import { scramVerifier } from "../../../lib/base/scram.ts";

Deno.test("md5Verifier() makes what PostgreSQL stores", () => {
  // SELECT 'md5' || md5('s3cret' || 'postgres')
  equal(
    md5Verifier("s3cret", "postgres"),
    "md5edeb28305007b9606d829730299ce813",
  );
});

Deno.test("md5Response() depends on the salt", () => {
  const verifier = md5Verifier("s3cret", "postgres");
  const one = md5Response(verifier, new Uint8Array([1, 2, 3, 4]));

  equal(one, "md5f201ede92812488eb17abfa4198030a5");
  ok(one !== md5Response(verifier, new Uint8Array([1, 2, 3, 5])));
});

Deno.test("verifierKind() tells verifiers from passwords", async () => {
  equal(verifierKind(md5Verifier("x", "y")), "md5");
  equal(verifierKind(await scramVerifier("x")), "scram-sha-256");
  for (
    const text of ["", "md5", "md5x", "SCRAM-SHA-256$4096:a$b:c", "s3cret"]
  ) {
    equal(verifierKind(text), "plain");
  }
});

Deno.test("passwordMatches() checks either kind", async () => {
  for (
    const verifier of [
      md5Verifier("s3cret", "bob"),
      await scramVerifier("s3cret"),
    ]
  ) {
    ok(await passwordMatches(verifier, "bob", "s3cret"));
    ok(!await passwordMatches(verifier, "bob", "s3crex"));
    ok(!await passwordMatches(verifier, "bob", ""));
    ok(!await passwordMatches(verifier, "bob", verifier));
  }
  ok(!await passwordMatches(md5Verifier("s3cret", "bob"), "eve", "s3cret"));
  ok(!await passwordMatches("s3cret", "bob", "s3cret"));
});
