/**
 * Names, moments and settings of the session.
 *
 * @module
 */

// deno-lint-ignore-file camelcase -- services have the names that SQL functions ask by

import type { PgType } from "../../../sql/types/type.ts";
import { oid } from "../../../sql/types/type.ts";
import type { Datum } from "../../../sql/datum.ts";
import type { Services } from "../services.ts";
import type { SessionCore } from "../session_core.ts";
import { unknownSetting } from "../setting_names.ts";
import { knownSettings } from "../settings_table.ts";

/** A moment of the transaction in the session's time zone: the types know how to find it. */
function moment(core: SessionCore, type: number, word: string): Datum {
  return (core.catalog.type(type) as PgType).input(word, -1, core.eval);
}

/** See the top of the file. */
export const settingServices: Services = {
  current_user: (_, { roles }) => roles.name(roles.current),
  session_user: (_, { roles }) => roles.sessionName,
  current_database: (_, { instance }) => instance.database,
  current_schema(_, core) {
    const [first] = core.searchPath(false);
    return first === undefined
      ? null
      : core.catalog.schema(first)?.name ?? null;
  },
  current_date: (_, core) => moment(core, oid.date, "today"),
  localtimestamp: (_, core) => moment(core, oid.timestamp, "now"),
  current_time: (_, core) => moment(core, oid.timetz, "now"),
  localtime: (_, core) => moment(core, oid.time, "now"),
  current_schemas([implicit], core) {
    return JSON.stringify(
      core.searchPath(implicit === 1).flatMap((schema) =>
        core.catalog.schema(schema)?.name ?? []
      ),
    );
  },
  current_setting([name, missingOk], core) {
    const value = core.settings.shown(String(name));
    if (value !== undefined || missingOk === 1) return value ?? null;
    throw unknownSetting(String(name));
  },
  set_config([name, value, local], core) {
    return core.setConfig(
      String(name),
      value === null ? undefined : String(value),
      local === 1,
    );
  },
  current_query: (_, core) => core.text,
  all_settings(_, core) {
    const rows = [...knownSettings.values()].map((known) => {
      const { name, unit, context, type, min, max, values } = known;
      const number = type === "int" || type === "real";
      return [
        name,
        core.settings.get(name) ?? "",
        unit === "" ? null : unit,
        "",
        "",
        null,
        context,
        type === "int" ? "integer" : type,
        core.settings.source(name),
        number && Number.isFinite(min) ? String(min) : null,
        number && Number.isFinite(max) ? String(max) : null,
        values.length === 0 ? null : JSON.stringify(values),
        known.default,
        core.settings.resetValue(name),
        null,
        null,
        0,
      ];
    });
    return JSON.stringify(rows);
  },
};
