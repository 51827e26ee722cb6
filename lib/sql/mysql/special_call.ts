/**
 * Functions whose meaning the session knows, or that are something else in PostgreSQL.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import {
  call,
  caseWhen,
  cast,
  integer,
  nothing,
  plainCall,
  scalarQuery,
  text,
} from "./nodes.ts";
import { tree } from "./information_schema.ts";
import { timeModifiers } from "./time_value.ts";
import type { Parser } from "./parser.ts";

/** Roles that were granted, all of which count. */
const currentRoles =
  `SELECT coalesce(pg_catalog.string_agg('\`' || g.rolname || '\`@\`%\`', ',' ORDER BY g.rolname), 'NONE')
    FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles g ON g.oid = m.roleid
    WHERE m.member = (SELECT u.oid FROM pg_catalog.pg_roles u WHERE u.rolname = current_user)`;

/** `NOW(3)` shows three digits of the second. */
function withDigits(node: Node, type: string, digits: Node | undefined): Node {
  const count = digits !== undefined && "A_Const" in digits
    ? digits.A_Const.ival?.ival ?? 0
    : 0;
  return count === 0 ? node : cast(node, type, count);
}

function timeWithDigits(node: Node, digits: Node | undefined): Node {
  const count = digits !== undefined && "A_Const" in digits
    ? digits.A_Const.ival?.ival ?? 0
    : 0;
  return cast(node, "interval", ...timeModifiers(count));
}

/** Functions whose meaning the session knows, or that are something else in PostgreSQL. */
export function special(
  p: Parser,
  name: string,
  args: readonly Node[],
): Node | undefined {
  const [first, second] = args;
  switch (name) {
    case "ifnull":
    case "coalesce":
      return args.length === 0 || (name === "ifnull" && args.length !== 2)
        ? undefined
        : { CoalesceExpr: { args: [...args] } };
    case "nullif":
      return first === undefined || second === undefined ? undefined : caseWhen(
        [{ when: call("equal", first, second), then: nothing() }],
        first,
      );
    case "isnull":
      return first === undefined
        ? undefined
        : call("int", { NullTest: { arg: first, nulltesttype: "IS_NULL" } });
    case "greatest":
    case "least":
      return args.length < 2 ? undefined : call(name, ...args);
    case "database":
      p.volatile = true;
      return p.options.database === undefined
        ? cast(nothing(), "text")
        : cast(text(p.options.database), "text");
    case "version":
      p.volatile = true;
      return cast(
        text(String(p.options.systemVariable("global", "version") ?? "")),
        "text",
      );
    case "last_insert_id":
      return first === undefined
        ? call("session_number", text("last_insert_id"))
        : call("set_last_insert_id", first);
    case "row_count":
    case "found_rows":
    case "connection_id":
      return call("session_number", text(name));
    case "user":
    case "current_user":
      return call("session_text", text(name));
    case "current_role":
      return scalarQuery(tree(currentRoles));
    case "sleep":
      return first === undefined
        ? undefined
        : plainCall("pg_sleep", call("to_double", first));
    case "mod":
      return first === undefined || second === undefined
        ? undefined
        : call("modulo", first, second);
    case "now":
    case "sysdate":
    case "utc_timestamp":
      return withDigits(call(name, first ?? integer(0)), "timestamp", first);
    case "current_time":
    case "utc_time":
      return timeWithDigits(call(name, first ?? integer(0)), first);
    default:
      return undefined;
  }
}
