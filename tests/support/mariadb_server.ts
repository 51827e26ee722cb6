/**
 * A MariaDB of the test's own, in a temporary directory, for comparing answers.
 *
 * @module
 */

import mysql from "mysql2/promise";
import {
  hasMariadb,
  startMariadbProcess,
} from "../../scripts/mariadb_server.ts";
import type { Answer, Side } from "./mysql_differential.ts";

export { hasMariadb };

/** A running server. */
export interface MariadbServer extends AsyncDisposable {
  readonly port: number;
  /** A connection to an empty database. */
  side(found?: boolean): Promise<Side & AsyncDisposable>;
}

const modes =
  "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION";

/**
 * Connects to a MySQL server, to an empty database of it.
 *
 * @param port Its port on this machine; `root` comes in without a password.
 * @param found Whether affected rows are those that were found.
 */
export async function mysqlSide(
  port: number,
  found = false,
): Promise<Side & AsyncDisposable> {
  const connection = await mysql.createConnection({
    host: "127.0.0.1",
    port,
    user: "root",
    rowsAsArray: true,
    multipleStatements: true,
    flags: [found ? "FOUND_ROWS" : "-FOUND_ROWS"],
    // Every value as the text that the server sent.
    typeCast: (field) => field.string("utf8"),
  });
  await connection.query("DROP DATABASE IF EXISTS d1");
  await connection.query("CREATE DATABASE d1 CHARACTER SET utf8mb4");
  await connection.query("USE d1");
  await connection.query(`SET sql_mode = '${modes}', time_zone = '+00:00'`);
  return {
    async run(sql): Promise<Answer> {
      try {
        const [rows] = await connection.query(sql);
        if (Array.isArray(rows)) {
          return { rows: rows as unknown as (string | null)[][] };
        }
        const { affectedRows, insertId, info, warningStatus } =
          rows as mysql.ResultSetHeader;
        return {
          rows: [],
          ok: {
            affected: affectedRows,
            insertId,
            info: info ?? "",
            warnings: warningStatus,
          },
        };
      } catch (error) {
        const { errno, message } = error as { errno: number; message: string };
        return { errno, message };
      }
    },
    [Symbol.asyncDispose]: () => connection.end(),
  };
}

/** Starts a server; dispose of it at the end. */
export async function startMariadb(): Promise<MariadbServer> {
  const server = await startMariadbProcess([
    "--innodb-buffer-pool-size=16M",
    "--innodb-flush-log-at-trx-commit=0",
  ]);
  const { port } = server;
  return {
    port,
    side: (found) => mysqlSide(port, found),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
