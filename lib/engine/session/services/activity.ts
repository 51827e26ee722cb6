/**
 * Sessions of the engine: who is there, what they prepared, and how to end them.
 *
 * @module
 */

// deno-lint-ignore-file camelcase -- services have the names that SQL functions ask by

import type { Datum } from "../../../sql/datum.ts";
import { isSuperuser, rolesOf } from "../../../sql/catalog/privileges.ts";
import { predefinedRole } from "../../../sql/catalog/predefined_roles.ts";
import { fixedOid } from "../../../sql/catalog/catalog.ts";
import { SqlError } from "../../../sql/error.ts";
import { EngineError } from "../../engine.ts";
import type { Services } from "../services.ts";
import { toMicroseconds } from "../session_eval.ts";
import type { SessionCore } from "../session_core.ts";

function micros(ms: number): number {
  return Number(toMicroseconds(ms));
}

function state(session: SessionCore): string {
  if (session.watch.running) return "active";
  const { explicit, failed } = session.transaction;
  if (!explicit) return "idle";
  return failed ? "idle in transaction (aborted)" : "idle in transaction";
}

/** Whether one may see and stop what the other does. */
function mayTouch(core: SessionCore, other: SessionCore): boolean {
  const { catalog, roles } = core;
  if (isSuperuser(catalog, roles.current)) return true;
  if (isSuperuser(catalog, other.roles.session)) return false;
  return rolesOf(catalog, roles.current).has(other.roles.session);
}

function target(
  core: SessionCore,
  pid: Datum,
  what: string,
): SessionCore | undefined {
  const other = core.instance.backends.get(Number(pid));
  if (other === undefined) {
    core.warn("01000", `PID ${pid} is not a PostgreSQL backend process`);
    return undefined;
  }
  if (!mayTouch(core, other)) {
    throw new SqlError(
      "42501",
      isSuperuser(core.catalog, other.roles.session)
        ? `must be a superuser to ${what} superuser ${
          what === "terminate" ? "process" : "query"
        }`
        : `must be a member of the role whose ${
          what === "terminate"
            ? "process is being terminated"
            : "query is being canceled"
        } or member of pg_signal_backend`,
    );
  }
  return other;
}

/** See the top of the file. */
export const activityServices: Services = {
  backend_pid: (_, core) => core.processId,
  client_address: (_, core) => core.options.remote.address,
  client_port: (_, core) => core.options.remote.port,
  start_time: (_, core) => toMicroseconds(core.instance.startedMs),
  cancel_backend([pid], core) {
    const other = target(core, pid as Datum, "cancel");
    other?.watch.cancel();
    return Number(other !== undefined);
  },
  terminate_backend([pid], core) {
    const other = target(core, pid as Datum, "terminate");
    other?.options.terminated(
      new EngineError(
        "57P01",
        "terminating connection due to administrator command",
      ),
    );
    return Number(other !== undefined);
  },
  stat_activity([only], core) {
    const rows: Datum[][] = [];
    for (const [pid, session] of core.instance.backends) {
      if (only !== null && only !== undefined && Number(only) !== pid) continue;
      const seen = mayTouch(core, session) ||
        rolesOf(core.catalog, core.roles.current).has(
          predefinedRole.readAllData,
        );
      const { transaction, options, settings } = session;
      rows.push([
        fixedOid.database,
        pid,
        session.roles.session,
        settings.get("application_name") ?? "",
        seen ? state(session) : null,
        seen ? session.text : "<insufficient privilege>",
        seen && transaction.kind !== "none"
          ? micros(transaction.startedMs)
          : null,
        seen && session.text !== "" ? micros(session.eval.statementMs) : null,
        micros(session.connectedMs),
        seen ? micros(session.stateSinceMs) : null,
        seen ? options.remote.address : null,
        seen ? options.remote.port : null,
        "client backend",
      ]);
    }
    return JSON.stringify(rows);
  },
  prepared_statements(_, core) {
    const rows = [...core.prepared].flatMap(([name, each]) =>
      name === "" ? [] : [[
        name,
        each.text,
        micros(each.preparedMs),
        JSON.stringify(each.statement.params),
        Number(each.fromSql),
      ]]
    );
    return JSON.stringify(rows);
  },
  cursors(_, core) {
    const rows = [...core.cursors.all()].map(([name, portal]) => [
      name,
      portal.text,
      Number(portal.hold),
      Number(portal.binary),
      Number(portal.scroll),
      micros(portal.createdMs),
    ]);
    return JSON.stringify(rows);
  },
};
