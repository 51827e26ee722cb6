import { equal, ok } from "node:assert/strict";
import {
  checkMysqlProof,
  mysqlDigests,
  mysqlProof,
} from "../../../lib/base/mysql_password.ts";

const scramble = Uint8Array.from({ length: 20 }, (_, i) => i + 1);

Deno.test("mysqlDigests() gives what MySQL's PASSWORD() and SHA2() give", () => {
  const { native, sha2 } = mysqlDigests("password");

  // PASSWORD('password') of MySQL 5.7 and MariaDB.
  equal(native.toUpperCase(), "2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19");
  // SHA2(UNHEX(SHA2('password', 256)), 256).
  equal(
    sha2,
    "73641c99f7719f57d8f4beb11a303afcd190243a51ced8782ca6d3dbe014d146",
  );
});

for (
  const plugin of ["mysql_native_password", "caching_sha2_password"] as const
) {
  Deno.test(`checkMysqlProof() takes the right password alone with ${plugin}`, () => {
    const digests = mysqlDigests("pässword");
    const kept = plugin === "mysql_native_password"
      ? digests.native
      : digests.sha2;
    const answer = mysqlProof(plugin, "pässword", scramble);
    const check = (given: Uint8Array, challenge = scramble) =>
      checkMysqlProof(plugin, kept, { scramble: challenge, answer: given });

    ok(check(answer));
    ok(!check(mysqlProof(plugin, "passwort", scramble)));
    ok(!check(answer, scramble.toReversed()), "another challenge");
    for (let i = 0; i < answer.length; i++) {
      ok(!check(answer.map((byte, at) => at === i ? byte ^ 1 : byte)));
    }
  });

  Deno.test(`checkMysqlProof() refuses answers of another length with ${plugin}`, () => {
    const digests = mysqlDigests("x");
    const kept = plugin === "mysql_native_password"
      ? digests.native
      : digests.sha2;
    const answer = mysqlProof(plugin, "x", scramble);

    for (
      const wrong of [
        new Uint8Array(),
        answer.subarray(1),
        new Uint8Array([...answer, 0]),
      ]
    ) ok(!checkMysqlProof(plugin, kept, { scramble, answer: wrong }));
  });
}
