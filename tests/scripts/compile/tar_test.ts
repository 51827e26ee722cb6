import { deepEqual, equal, throws } from "node:assert/strict";
import { tar, type TarEntry } from "../../../scripts/compile/tar.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

async function archive(entries: TarEntry[]): Promise<Uint8Array> {
  return await new Response(
    ReadableStream.from(tar(entries) as Iterable<Uint8Array<ArrayBuffer>>),
  ).bytes();
}

Deno.test("tar() writes what tar reads: files, modes, links, long paths", async () => {
  const long = `${"folder/".repeat(20)}${"n".repeat(99)}`;
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeFile(
      `${folder}/a.tar`,
      await archive([
        { path: "b/run", content: bytes("#!/bin/sh\n"), executable: true },
        { path: "a", content: bytes("x".repeat(512)) },
        { path: "empty", content: new Uint8Array() },
        { path: long, content: bytes("deep") },
        { path: "b/link", content: { link: "../a" } },
      ]),
    );
    const { success } = await new Deno.Command("tar", {
      args: ["-xf", "a.tar"],
      cwd: folder,
    }).output();

    equal(success, true);
    equal((await Deno.stat(`${folder}/b/run`)).mode! & 0o777, 0o700);
    equal((await Deno.stat(`${folder}/a`)).mode! & 0o777, 0o600);
    equal((await Deno.stat(`${folder}/b`)).mode! & 0o777, 0o700);
    equal(await Deno.readTextFile(`${folder}/b/link`), "x".repeat(512));
    equal(await Deno.readTextFile(`${folder}/empty`), "");
    equal(await Deno.readTextFile(`${folder}/${long}`), "deep");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("tar() writes the same bytes whatever the order of entries", async () => {
  const entries: TarEntry[] = [
    { path: "a/b", content: bytes("1") },
    { path: "a/c", content: bytes("2") },
    { path: "d", content: { link: "a" } },
  ];

  deepEqual(await archive(entries), await archive(entries.toReversed()));
});

Deno.test("tar() refuses a path that ustar cannot hold", () => {
  throws(
    () => [...tar([{ path: "n".repeat(101), content: bytes("") }])],
    RangeError,
  );
});
