/**
 * Names of settings that are none of PostgreSQL's own.
 *
 * @module
 */

import { SqlError } from "../../sql/error.ts";

/**
 * @param name Name that is no known setting's.
 * @returns Its error when it is used without having been set.
 */
export function unknownSetting(name: string): SqlError {
  return new SqlError(
    "42704",
    `unrecognized configuration parameter "${name}"`,
  );
}

/**
 * @param name Name of a setting that is none of PostgreSQL's.
 * @throws {SqlError} 42704 without a dot, 42602 when its parts are no identifiers.
 */
export function checkCustomName(name: string): void {
  if (!name.includes(".")) throw unknownSetting(name);
  if (
    !/^[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*(?:\.[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)+$/
      .test(name)
  ) {
    throw new SqlError(
      "42602",
      `invalid configuration parameter name "${name}"`,
      {
        detail:
          "Custom parameter names must be two or more simple identifiers separated by dots.",
      },
    );
  }
}
