import { equal } from "node:assert/strict";
import { suits } from "../../../scripts/compile/npm_packages.ts";

const machine = { os: "linux", cpu: "x64", libc: "glibc" };

for (
  const [manifest, expected] of [
    [{}, true],
    [{ os: [], cpu: [] }, true],
    [{ os: ["linux"], cpu: ["x64"], libc: ["glibc"] }, true],
    [{ os: ["linux", "darwin"] }, true],
    [{ os: ["linux"], cpu: ["x64"], libc: ["musl"] }, false],
    [{ os: ["darwin"] }, false],
    [{ cpu: ["arm64"] }, false],
    [{ os: ["!win32"] }, true],
    [{ os: ["!linux"] }, false],
  ] as const
) {
  Deno.test(`suits() answers ${expected} for ${JSON.stringify(manifest)}`, () => {
    equal(suits(manifest, machine), expected);
  });
}
