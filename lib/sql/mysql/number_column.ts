/**
 * Sets what AUTO_INCREMENT gives next.
 *
 * @module
 */

import type { Node, RangeVar } from "@pgsql/types";
import { quoteIdentifier } from "../functions/quoting.ts";
import { call, cast, nothing, selectStmt, target, text } from "./nodes.ts";

/**
 * @param relation Table.
 * @param name The column; nothing for the one that counts.
 * @param next What comes next at least; nothing for the number after the greatest.
 * @returns A query that does it.
 */
export function numberColumn(
  relation: RangeVar,
  name: string | undefined,
  next: string | undefined,
): Node {
  const { schemaname, relname = "" } = relation;
  const table = [...(schemaname === undefined ? [] : [schemaname]), relname]
    .map(quoteIdentifier).join(".");
  const greatest: Node = name === undefined ? cast(nothing(), "int8") : {
    SubLink: {
      subLinkType: "EXPR_SUBLINK",
      subselect: selectStmt({
        targetList: [target({
          FuncCall: {
            funcname: [{ String: { sval: "pg_catalog" } }, {
              String: { sval: "max" },
            }],
            args: [{ ColumnRef: { fields: [{ String: { sval: name } }] } }],
            funcformat: "COERCE_EXPLICIT_CALL",
          },
        })],
        fromClause: [{ RangeVar: relation }],
      }),
    },
  };
  return selectStmt({
    targetList: [target(call(
      "continue_numbers",
      cast(text(table), "regclass"),
      cast(greatest, "int8"),
      next === undefined ? cast(nothing(), "int8") : cast(text(next), "int8"),
    ))],
  });
}
