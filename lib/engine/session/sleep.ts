/**
 * `SELECT pg_sleep(…)`: the session waits, not SQLite.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import type { SessionCore } from "./session_core.ts";
import type { QueryExtra, Statement } from "./statement.ts";

/**
 * @param core Session.
 * @param extra What is known of the statement.
 * @param declared Types of `$n`.
 * @returns A statement that gives the seconds to wait.
 */
export function sleepStatement(
  core: SessionCore,
  { sleep }: QueryExtra,
  declared: readonly number[],
): Statement {
  const node = {
    SelectStmt: {
      targetList: [{
        ResTarget: {
          name: "seconds",
          val: {
            TypeCast: {
              arg: sleep?.argument,
              typeName: {
                names: [
                  { String: { sval: "pg_catalog" } },
                  { String: { sval: "float8" } },
                ],
                typemod: -1,
              },
            },
          },
        },
      }],
      limitOption: "LIMIT_OPTION_DEFAULT",
      op: "SETOP_NONE",
    },
  } as Node;
  return core.preparer.parsed(
    { node, text: core.text, location: 0, length: core.text.length },
    { declared },
  );
}
