import { equal, rejects } from "node:assert/strict";
import { listenUnix } from "../../../lib/pgwire/unix_socket.ts";

async function withFolder(body: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("listenUnix() takes the place of a socket that nobody listens on", () =>
  withFolder(async (folder) => {
    // Closed without being removed, as after a kill.
    const path = `${folder}/.s.PGSQL.5432`;
    Deno.listen({ transport: "unix", path }).close();
    const socket = await listenUnix(folder, 5432);

    equal(socket.path, path);
    (await Deno.connect({ transport: "unix", path })).close();
    await socket.close();
    await rejects(Deno.lstat(path), Deno.errors.NotFound);
  }));

Deno.test("listenUnix() refuses a socket that another server listens on", () =>
  withFolder(async (folder) => {
    const first = await listenUnix(folder, 5432);

    await rejects(listenUnix(folder, 5432), /another server listens there/);
    await first.close();
  }));

Deno.test("listenUnix() removes nothing that is no socket", () =>
  withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/.s.PGSQL.5432`, "mine");

    await rejects(listenUnix(folder, 5432), /no socket is in the way/);
    equal(await Deno.readTextFile(`${folder}/.s.PGSQL.5432`), "mine");
  }));

Deno.test("listenUnix() says when there is no such folder", () =>
  withFolder(async (folder) => {
    await rejects(
      listenUnix(`${folder}/none`, 5432),
      /the folder does not exist, make it or set --pg-socket-dir/,
    );
  }));
