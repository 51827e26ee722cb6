/**
 * Checks values of system variables and finds out what they change in the engine.
 *
 * @module
 */

import { MysqlError } from "./error.ts";
import type { SystemVariable, VariableValue } from "./system_variables.ts";

const words: Readonly<Record<string, number>> = {
  on: 1,
  true: 1,
  yes: 1,
  off: 0,
  false: 0,
  no: 0,
};

function wrong(name: string, value: VariableValue): MysqlError {
  return new MysqlError(
    1231,
    "42000",
    `Variable '${name}' can't be set to the value of '${value ?? "NULL"}'`,
  );
}

const modes: ReadonlySet<string> = new Set([
  "ALLOW_INVALID_DATES",
  "ANSI_QUOTES",
  "ERROR_FOR_DIVISION_BY_ZERO",
  "HIGH_NOT_PRECEDENCE",
  "IGNORE_SPACE",
  "NO_AUTO_CREATE_USER",
  "NO_AUTO_VALUE_ON_ZERO",
  "NO_BACKSLASH_ESCAPES",
  "NO_DIR_IN_CREATE",
  "NO_ENGINE_SUBSTITUTION",
  "NO_UNSIGNED_SUBTRACTION",
  "NO_ZERO_DATE",
  "NO_ZERO_IN_DATE",
  "ONLY_FULL_GROUP_BY",
  "PAD_CHAR_TO_FULL_LENGTH",
  "PIPES_AS_CONCAT",
  "REAL_AS_FLOAT",
  "STRICT_ALL_TABLES",
  "STRICT_TRANS_TABLES",
  "TIME_TRUNCATE_FRACTIONAL",
]);

const combinations: Readonly<Record<string, string>> = {
  ANSI:
    "REAL_AS_FLOAT,PIPES_AS_CONCAT,ANSI_QUOTES,IGNORE_SPACE,ONLY_FULL_GROUP_BY",
  TRADITIONAL:
    "STRICT_TRANS_TABLES,STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION",
};

const isolations: ReadonlySet<string> = new Set([
  "READ-UNCOMMITTED",
  "READ-COMMITTED",
  "REPEATABLE-READ",
  "SERIALIZABLE",
]);

/**
 * @param name Variable.
 * @param variable What it is.
 * @param raw Value that was given.
 * @returns The value that is kept.
 * @throws {MysqlError} 1231.
 */
export function checkedValue(
  name: string,
  variable: SystemVariable,
  raw: VariableValue,
): VariableValue {
  switch (name) {
    case "sql_mode": {
      const given = String(raw ?? "").toUpperCase().split(",").map((each) =>
        each.trim()
      ).filter((each) => each !== "");
      for (const mode of given) {
        if (!modes.has(mode) && combinations[mode] === undefined) {
          throw wrong(name, mode);
        }
      }
      return given.flatMap((mode) =>
        combinations[mode] === undefined
          ? [mode]
          : [...(combinations[mode] as string).split(","), mode]
      ).join(",");
    }
    case "transaction_isolation":
    case "tx_isolation": {
      const level = String(raw ?? "").toUpperCase().replaceAll(" ", "-");
      if (!isolations.has(level)) throw wrong(name, raw);
      return level;
    }
  }
  if (variable.kind === "flag") {
    const text = String(raw ?? "").toLowerCase();
    const value = words[text] ??
      (text === "1" || text === "0" ? Number(text) : undefined);
    if (value === undefined) throw wrong(name, raw);
    return value;
  }
  if (variable.kind === "number") {
    if (raw === null || !/^-?\d+(?:\.\d+)?$/.test(String(raw))) {
      throw new MysqlError(
        1232,
        "42000",
        `Incorrect argument type to variable '${name}'`,
      );
    }
    return Number(raw);
  }
  return raw === null ? null : String(raw);
}

const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;

/**
 * @param name Variable.
 * @param value Its new value.
 * @param next Whether it is for the next transaction only.
 * @returns PostgreSQL's statements that make it so.
 * @throws {MysqlError} 1298 for an unknown time zone.
 */
export function effectOf(
  name: string,
  value: VariableValue,
  next: boolean,
): readonly string[] {
  switch (name) {
    case "time_zone": {
      const zone = String(value);
      if (zone.toUpperCase() === "SYSTEM") return ["SET TimeZone = DEFAULT"];
      const offset = /^([-+])(\d{1,2}):(\d{2})$/.exec(zone);
      if (offset !== null) {
        // PostgreSQL's POSIX zones count the other way.
        return [
          `SET TimeZone = '<${zone}>${offset[1] === "-" ? "+" : "-"}${
            offset[2]
          }:${offset[3]}'`,
        ];
      }
      if (!/^[A-Za-z][\w+\-\/]*$/.test(zone)) {
        throw new MysqlError(
          1298,
          "HY000",
          `Unknown or incorrect time zone: '${zone}'`,
        );
      }
      return [`SET TimeZone = ${quote(zone)}`];
    }
    case "transaction_isolation":
    case "tx_isolation": {
      const level = quote(String(value).toLowerCase().replaceAll("-", " "));
      return [`SET default_transaction_isolation = ${level}`];
    }
    case "transaction_read_only":
    case "tx_read_only":
      return next
        ? []
        : [`SET default_transaction_read_only = ${value === 0 ? "off" : "on"}`];
    case "innodb_lock_wait_timeout":
      return [
        `SET lock_timeout = ${Math.min(Number(value), 2_000_000) * 1000}`,
      ];
    case "max_execution_time":
      return [
        `SET statement_timeout = ${Math.min(Number(value), 2_000_000_000)}`,
      ];
    default:
      return [];
  }
}
