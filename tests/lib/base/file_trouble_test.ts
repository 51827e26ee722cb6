import { equal } from "node:assert/strict";
import { fileTrouble } from "../../../lib/base/file_trouble.ts";

function coded(code: string): Error {
  return Object.assign(new Error("os error"), { code });
}

const cases: [error: unknown, says: string | undefined][] = [
  [
    new Deno.errors.NotCapable("run again with the --allow-all flag"),
    "this program is not allowed to use that place, move",
  ],
  [coded("ENOSPC"), "the disk is full, make room or move"],
  [coded("EROFS"), "the file system is read-only, make it writable or move"],
  [
    coded("EACCES"),
    "the file system denied access, give this user the right or move",
  ],
  [coded("ENOTDIR"), "a part of the path is a file, move"],
  [coded("EODD"), "the operating system refused (EODD), move"],
  [coded("ERR_NOT_OF_THE_SYSTEM"), undefined],
  [new Error("Cannot go on: a sentence of ours"), undefined],
  ["text", undefined],
];
for (const [error, says] of cases) {
  Deno.test(`fileTrouble() says ${JSON.stringify(says)}`, () => {
    equal(fileTrouble(error, "move"), says);
  });
}

Deno.test("fileTrouble() knows what Deno throws", async () => {
  const file = await Deno.makeTempFile();
  try {
    await Deno.mkdir(`${file}/sub`).catch((error) =>
      equal(fileTrouble(error, "move"), "a part of the path is a file, move")
    );
  } finally {
    await Deno.remove(file);
  }
});
