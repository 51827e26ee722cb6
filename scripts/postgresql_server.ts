/**
 * A real PostgreSQL, started in a temporary directory by an unprivileged user: the oracle that our answers
 * are compared with.
 *
 * @module
 */

const binaries = "/usr/lib/postgresql/15/bin";

/** PostgreSQL, running. */
export interface PostgresqlServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** Superuser, trusted on the loopback interface. */
  readonly user: string;
  /** Where its data is. */
  readonly directory: string;
}

/** Settings of {@linkcode startPostgresql}. */
export interface PostgresqlOptions {
  /**
   * Lines of `postgresql.conf`.
   *
   * @default {["fsync = off"]}
   */
  readonly settings?: readonly string[];
}

/**
 * @param options Settings.
 * @returns The server, listening; dispose it to stop it and to remove its files.
 */
export async function startPostgresql(
  { settings = ["fsync = off"] }: PostgresqlOptions = {},
): Promise<PostgresqlServer> {
  const parent = await Deno.makeTempDir({ prefix: "postgresql-" });
  const directory = `${parent}/data`;
  try {
    if (await isRoot()) await checked("chown", ["postgres", parent]);
    await asPostgres([
      `${binaries}/initdb`,
      "--locale=C",
      "--encoding=UTF8",
      "--username=postgres",
      "--auth=trust",
      "--no-sync",
      "-D",
      directory,
    ]);
    const port = freePort();
    await Deno.writeTextFile(
      `${directory}/postgresql.auto.conf`,
      [
        `port = ${port}`,
        "listen_addresses = '127.0.0.1'",
        `unix_socket_directories = '${parent}'`,
        "timezone = 'UTC'",
        "lc_messages = 'C'",
        ...settings,
        "",
      ].join("\n"),
    );
    const control = (...args: string[]) =>
      asPostgres([`${binaries}/pg_ctl`, "-D", directory, ...args]);
    await control("-w", "-l", `${parent}/log`, "start");
    return {
      host: "127.0.0.1",
      port,
      user: "postgres",
      directory,
      async [Symbol.asyncDispose]() {
        await control("-m", "immediate", "-w", "stop");
        await Deno.remove(parent, { recursive: true });
      },
    };
  } catch (error) {
    await Deno.remove(parent, { recursive: true });
    throw error;
  }
}

/** Asked of a program, because not everybody who starts PostgreSQL may ask Deno. */
async function isRoot(): Promise<boolean> {
  const { stdout } = await new Deno.Command("id", { args: ["-u"] }).output();
  return new TextDecoder().decode(stdout).trim() === "0";
}

/** @returns Whether PostgreSQL is on this machine. */
export async function hasPostgresql(): Promise<boolean> {
  const found = await Deno.stat(`${binaries}/initdb`).catch(() => undefined);
  return found !== undefined;
}

/** PostgreSQL refuses to run as root. */
async function asPostgres(command: readonly string[]): Promise<void> {
  if (await isRoot()) {
    await checked("setpriv", [
      "--reuid=postgres",
      "--regid=postgres",
      "--clear-groups",
      ...command,
    ]);
  } else {
    await checked(command[0] as string, command.slice(1));
  }
}

async function checked(
  program: string,
  args: readonly string[],
): Promise<void> {
  // The server that pg_ctl starts would keep a pipe open for ever.
  const output = args.includes("start") ? "null" : "piped";
  const process = new Deno.Command(program, {
    args: [...args],
    cwd: "/",
    env: { LC_ALL: "C" },
    stdin: "null",
    stdout: output,
    stderr: output,
  }).spawn();
  const text = output === "null"
    ? ""
    : await new Response(process.stderr).text();
  if (output === "piped") await process.stdout.cancel();
  const { success } = await process.status;
  if (!success) throw new Error(`Cannot run ${program}: ${text}`);
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}
