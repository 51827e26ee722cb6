/**
 * Recognises what is a value of the session and can be bound instead of called: `now()`,
 * `current_setting('…')`, `CURRENT_USER`.
 *
 * @module
 */

import type { SQLValueFunction } from "@pgsql/types";
import { fixedOid } from "../catalog/catalog.ts";
import type { Call, Expr, SessionValue } from "../tree.ts";
import { oid } from "../types/type.ts";
import type { Scope } from "./scope.ts";

function session(value: SessionValue["value"], type: number): Expr {
  return { kind: "session", value, type, typmod: -1 };
}

const moments = {
  SVFOP_CURRENT_DATE: ["current_date", oid.date],
  SVFOP_CURRENT_TIME: ["current_time", oid.timetz],
  SVFOP_CURRENT_TIME_N: ["current_time", oid.timetz],
  SVFOP_CURRENT_TIMESTAMP: ["transaction_timestamp", oid.timestamptz],
  SVFOP_CURRENT_TIMESTAMP_N: ["transaction_timestamp", oid.timestamptz],
  SVFOP_LOCALTIME: ["localtime", oid.time],
  SVFOP_LOCALTIME_N: ["localtime", oid.time],
  SVFOP_LOCALTIMESTAMP: ["localtimestamp", oid.timestamp],
  SVFOP_LOCALTIMESTAMP_N: ["localtimestamp", oid.timestamp],
  SVFOP_CURRENT_ROLE: ["current_user", oid.name],
  SVFOP_CURRENT_USER: ["current_user", oid.name],
  SVFOP_USER: ["current_user", oid.name],
  SVFOP_SESSION_USER: ["session_user", oid.name],
  SVFOP_CURRENT_CATALOG: ["current_database", oid.name],
  SVFOP_CURRENT_SCHEMA: ["current_schema", oid.name],
} as const;

/**
 * Resolves `CURRENT_DATE` and the other words that are functions.
 *
 * @param node Word in the parse tree.
 * @returns The value, with its precision.
 */
export function resolveSqlValue(node: SQLValueFunction): Expr {
  const [name, type] = moments[node.op ?? "SVFOP_CURRENT_DATE"];
  const value = session({ name }, type);
  const typmod = node.typmod ?? -1;
  return typmod < 0 || node.op?.endsWith("_N") !== true ? value : {
    kind: "cast",
    arg: value,
    how: { by: "typmod" },
    explicit: true,
    type,
    typmod: Math.min(typmod, 6),
  };
}

const functions: ReadonlyMap<
  string,
  Exclude<SessionValue["value"], { readonly name: "setting" }>["name"]
> = new Map([
  ["now", "transaction_timestamp"],
  ["transaction_timestamp", "transaction_timestamp"],
  ["statement_timestamp", "statement_timestamp"],
  ["current_database", "current_database"],
  ["current_schema", "current_schema"],
]);

/**
 * @param call Call of a built-in function.
 * @param scope Where it stands.
 * @returns The value it stands for; `undefined` when it must be called.
 */
export function sessionCall(call: Call, scope: Scope): Expr | undefined {
  const { function: entry, args } = call;
  if (entry.schema !== fixedOid.pgCatalog) return undefined;
  if (args.length === 0) {
    const name = functions.get(entry.name);
    return name === undefined ? undefined : session({ name }, call.type);
  }
  if (entry.name === "set_config") scope.statement.setsConfig = true;
  if (entry.name !== "current_setting" || scope.statement.setsConfig === true) {
    return undefined;
  }
  const [setting, missing] = args;
  if (setting?.kind !== "constant" || typeof setting.value !== "string") {
    return undefined;
  }
  // Its name becomes part of the plan.
  if (setting.location !== undefined) scope.statement.exactText = true;
  if (missing === undefined) {
    return settingValue(setting.value, false);
  }
  return missing.kind === "constant" && missing.value !== null
    ? settingValue(setting.value, missing.value === 1)
    : undefined;
}

function settingValue(setting: string, missingOk: boolean): Expr {
  return session({ name: "setting", setting, missingOk }, oid.text);
}
