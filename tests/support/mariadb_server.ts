/**
 * A MariaDB of the test's own, in a temporary directory, for comparing answers.
 *
 * @module
 */

import mysql from "mysql2/promise";
import type { Answer, Side } from "./mysql_differential.ts";

const programs = {
  server: "/usr/sbin/mariadbd",
  install: "/usr/bin/mariadb-install-db",
};

/** Whether Debian's `mariadb-server` is here. */
export function hasMariadb(): boolean {
  try {
    Deno.statSync(programs.server);
    Deno.statSync(programs.install);
    return true;
  } catch {
    return false;
  }
}

/** A running server. */
export interface MariadbServer extends AsyncDisposable {
  readonly port: number;
  /** A connection to an empty database. */
  side(): Promise<Side & AsyncDisposable>;
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}

const modes =
  "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION";

/** Starts a server; dispose of it at the end. */
export async function startMariadb(): Promise<MariadbServer> {
  const folder = await Deno.makeTempDir({ prefix: "mariadb-" });
  const data = `${folder}/data`;
  const installed = await new Deno.Command(programs.install, {
    args: [
      "--no-defaults",
      `--datadir=${data}`,
      "--auth-root-authentication-method=normal",
      "--skip-test-db",
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
      "--innodb-buffer-pool-size=16M",
      "--innodb-flush-log-at-trx-commit=0",
      ...(Deno.uid() === 0 ? ["--user=root"] : []),
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
    async side() {
      const connection = await mysql.createConnection({
        host: "127.0.0.1",
        port,
        user: "root",
        rowsAsArray: true,
        multipleStatements: true,
        flags: ["-FOUND_ROWS"],
        // Every value as the text that the server sent.
        typeCast: (field) => field.string(),
      });
      await connection.query(
        `DROP DATABASE IF EXISTS d1; CREATE DATABASE d1 CHARACTER SET utf8mb4; USE d1; SET sql_mode = '${modes}'; SET time_zone = '+00:00'`,
      );
      return {
        async run(sql): Promise<Answer> {
          try {
            const [rows] = await connection.query(sql);
            return {
              rows: Array.isArray(rows)
                ? rows as unknown as (string | null)[][]
                : [],
            };
          } catch (error) {
            const { errno, message } = error as {
              errno: number;
              message: string;
            };
            return { errno, message };
          }
        },
        [Symbol.asyncDispose]: () => connection.end(),
      };
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
      await reading.catch(() => {});
      await Deno.remove(folder, { recursive: true });
    },
  };
}
