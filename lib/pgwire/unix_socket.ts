/**
 * A Unix socket where PostgreSQL's clients look for it: `<folder>/.s.PGSQL.<port>`.
 *
 * @module
 */

import { join } from "node:path";
import { listenOnPath, type UnixSocket } from "../base/unix_socket.ts";

/**
 * Listens.
 *
 * @param folder Folder of the socket; must be there.
 * @param port Port that names it.
 * @returns The socket.
 * @throws {Error} A sentence about why that cannot be.
 */
export function listenUnix(folder: string, port: number): Promise<UnixSocket> {
  return listenOnPath(join(folder, `.s.PGSQL.${port}`), {
    elsewhere: "set --port or --pg-socket-dir",
    folder: "set --pg-socket-dir",
  });
}
