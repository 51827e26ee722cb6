/**
 * The connections of the server as their users see and end them: SHOW PROCESSLIST, KILL.
 *
 * @module
 */

import type { Clients } from "../base/clients.ts";
import type { RowsStatement } from "../sql/mysql/dialect.ts";
import { MysqlError } from "../sql/mysql/error.ts";
import type { ClientConnection } from "./client_connection.ts";
import { FatalError } from "./failure.ts";
import type { Workspace } from "./workspace.ts";

/** What a connection is doing. */
export interface Activity {
  readonly user: string;
  readonly role: string;
  readonly host: string;
  readonly database: string | undefined;
  /** `Query` or `Sleep`. */
  readonly command: string;
  /** Seconds since that began. */
  readonly seconds: number;
  /** Text that runs. */
  readonly text: string | undefined;
}

/** The most that is shown of a text without FULL. */
const shown = 100;

/** Whether a user may see and end everybody's. */
function isSuperuser({ session, options: { role } }: Workspace): boolean {
  return session.eval.catalog?.roleNamed(role)?.superuser ?? false;
}

/** See the top of the file. */
export class Processes {
  readonly #clients: Clients<ClientConnection>;

  /**
   * @param clients Connections of the server.
   */
  constructor(clients: Clients<ClientConnection>) {
    this.#clients = clients;
  }

  /** Sessions now. */
  get count(): number {
    return this.#clients.size;
  }

  /**
   * Lists connections: a user's own, or all for a superuser.
   *
   * @param workspace Who asks.
   * @param full Whether texts are shown whole.
   */
  rows(workspace: Workspace, full: boolean): RowsStatement {
    const { role } = workspace.options;
    const all = isSuperuser(workspace);
    const rows: (string | number | null)[][] = [];
    for (const [id, client] of this.#clients.sessions()) {
      const activity = client.activity;
      if (activity === undefined || (!all && activity.role !== role)) continue;
      const { user, host, database = null, command, seconds, text } = activity;
      rows.push([
        id,
        user,
        host,
        database,
        command,
        seconds,
        command === "Query" ? "executing" : "",
        text === undefined ? null : full ? text : text.slice(0, shown),
      ]);
    }
    const columns = [
      "Id",
      "User",
      "Host",
      "db",
      "Command",
      "Time",
      "State",
      "Info",
    ];
    return {
      kind: "rows",
      columns: columns.map((name) => ({
        name,
        type: name === "Id" || name === "Time" ? "int8" : "text",
      })),
      rows: rows.toSorted(([a], [b]) => Number(a) - Number(b)),
    };
  }

  /**
   * KILL.
   *
   * @param workspace Who asks.
   * @param id Connection.
   * @param query Whether only its statement ends.
   * @throws {MysqlError} 1094 when there is no such connection, 1095 when it is somebody else's.
   */
  kill(workspace: Workspace, id: number, query: boolean): void {
    const { role, connectionId } = workspace.options;
    const client = this.#clients.session(id);
    if (client === undefined) {
      throw new MysqlError(1094, "HY000", `Unknown thread id: ${id}`);
    }
    if (client.activity?.role !== role && !isSuperuser(workspace)) {
      throw new MysqlError(1095, "HY000", `You are not owner of thread ${id}`);
    }
    if (id === connectionId) {
      throw new MysqlError(1317, "70100", "Query execution was interrupted");
    }
    client.cancel();
    if (!query) {
      client.stop(new FatalError(1927, "70100", "Connection was killed"));
    }
  }
}
