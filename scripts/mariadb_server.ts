/**
 * A MariaDB in a temporary directory: what our answers and our speed are compared with.
 *
 * @module
 */

const programs = {
  server: "/usr/sbin/mariadbd",
  install: "/usr/bin/mariadb-install-db",
};

/** @returns Whether MariaDB is on this machine. */
export function hasMariadb(): boolean {
  try {
    Deno.statSync(programs.server);
    Deno.statSync(programs.install);
    return true;
  } catch {
    return false;
  }
}

/** MariaDB, running; user `root` has no password. */
export interface MariadbProcess extends AsyncDisposable {
  readonly port: number;
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}

/** Asked of a program, because not everybody who starts MariaDB may ask Deno. */
async function isRoot(): Promise<boolean> {
  const { stdout } = await new Deno.Command("id", { args: ["-u"] }).output();
  return new TextDecoder().decode(stdout).trim() === "0";
}

/**
 * @param settings Options of `mariadbd` besides those that say where it is.
 * @returns The server, listening; dispose it to stop it and to remove its files.
 */
export async function startMariadbProcess(
  settings: readonly string[],
): Promise<MariadbProcess> {
  const folder = await Deno.makeTempDir({ prefix: "mariadb-" });
  const data = `${folder}/data`;
  const user = await isRoot() ? ["--user=root"] : [];
  const installed = await new Deno.Command(programs.install, {
    args: [
      "--no-defaults",
      `--datadir=${data}`,
      "--auth-root-authentication-method=normal",
      "--skip-test-db",
      ...user,
    ],
    stdout: "piped",
    stderr: "piped",
  }).output();
  if (!installed.success) {
    throw new Error(new TextDecoder().decode(installed.stderr));
  }
  const port = freePort();
  const child = new Deno.Command(programs.server, {
    args: [
      "--no-defaults",
      `--datadir=${data}`,
      "--skip-networking=0",
      "--bind-address=127.0.0.1",
      `--port=${port}`,
      `--socket=${folder}/socket`,
      `--pid-file=${folder}/pid`,
      "--skip-log-bin",
      ...settings,
      ...user,
    ],
    stdout: "null",
    stderr: "piped",
  }).spawn();
  // The server says so on its error output when it takes connections.
  let log = "";
  const ready = Promise.withResolvers<void>();
  const reading = (async () => {
    for await (
      const part of child.stderr.pipeThrough(new TextDecoderStream())
    ) {
      log += part;
      if (log.includes("ready for connections")) ready.resolve();
    }
    ready.reject(new Error(`Cannot start MariaDB: ${log}`));
  })();
  await ready.promise;
  return {
    port,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
      await reading.catch(() => {});
      await Deno.remove(folder, { recursive: true });
    },
  };
}
