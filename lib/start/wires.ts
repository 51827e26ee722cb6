/**
 * The listeners of the two wire protocols.
 *
 * @module
 */

import type { MysqlServer } from "../mysqlwire/server.ts";
import type { PostgresServer } from "../pgwire/server.ts";
import { drainMs, type Parts } from "./parts.ts";

/**
 * Lets PostgreSQL's clients in.
 *
 * @param parts What the server is made of.
 * @returns The listener; nothing when it is off.
 * @throws {Error} When it cannot listen; the message says what to do.
 */
export async function servePostgresWire(
  { config, engine, ending, ...deps }: Parts,
): Promise<PostgresServer | undefined> {
  const { listen: hostname, postgres, storage, tls, wireAuth } = config;
  if (postgres.port === undefined) return undefined;
  const [{ startPostgres }, { listenError }] = await Promise.all([
    import("../pgwire/start.ts"),
    import("../cli/listen_error.ts"),
  ]);
  const port = postgres.port === "auto" ? 0 : postgres.port;
  try {
    const server = await startPostgres({
      ...deps,
      ...postgres,
      ...wireAuth,
      hostname,
      port,
      tls,
      engine,
      directory: storage.kind === "directory" ? storage.path : undefined,
    });
    ending.defer(() => server.shutdown(drainMs));
    return server;
  } catch (error) {
    throw listenError(error, { host: hostname, port, flag: "port" });
  }
}

/**
 * Lets MySQL's clients in.
 *
 * @param parts What the server is made of.
 * @returns The listener; nothing when it is off.
 * @throws {Error} When it cannot listen; the message says what to do.
 */
export async function serveMysqlWire(
  { config, engine, ending, ...deps }: Parts,
): Promise<MysqlServer | undefined> {
  const { mysql, storage, tls, wireAuth } = config;
  if (mysql === undefined) return undefined;
  const { host, port: wanted, ...limits } = mysql;
  const [{ startMysql }, { listenError }] = await Promise.all([
    import("../mysqlwire/start.ts"),
    import("../cli/listen_error.ts"),
  ]);
  const port = wanted === "auto" ? 0 : wanted;
  try {
    const server = await startMysql({
      ...deps,
      ...limits,
      ...wireAuth,
      hostname: host,
      port,
      tls,
      engine,
      directory: storage.kind === "directory" ? storage.path : undefined,
    });
    ending.defer(() => server.shutdown(drainMs));
    return server;
  } catch (error) {
    throw listenError(error, { host, port, flag: "mysql-listen" });
  }
}
