/**
 * `has_table_privilege` and its companions (manual, table 9.70): each with a role by name, by number
 * or none, and an object by name or number.
 *
 * @module
 */

import type { Datum } from "../../datum.ts";
import { type Call, type Definition, fn } from "../define.ts";
import { ask } from "./ask.ts";

const roles = ["", "name, ", "oid, "];

/** Puts NULL in the place of a role that is not given. */
function calls(service: string, withRole: boolean): Call {
  return (args, context) =>
    ask(context, service, withRole ? args : [null, ...args] as Datum[]);
}

function family(
  name: string,
  service: string,
  objects: readonly string[],
): Definition[] {
  return roles.flatMap((role) =>
    objects.map((object) =>
      fn(`${name}(${role}${object}, text) bool`, {
        call: calls(service, role !== ""),
        volatility: "s",
      })
    )
  );
}

const plain = ["text", "oid"];

/** See the top of the file. */
export const privilegeFunctions: readonly Definition[] = [
  ...family("has_table_privilege", "has_table_privilege", plain),
  ...family("has_any_column_privilege", "has_any_column_privilege", plain),
  ...family("has_sequence_privilege", "has_sequence_privilege", plain),
  ...family("has_schema_privilege", "has_schema_privilege", plain),
  ...family("has_database_privilege", "has_database_privilege", plain),
  ...family("has_function_privilege", "has_function_privilege", plain),
  ...family("has_type_privilege", "has_usage_privilege", plain),
  ...family("has_language_privilege", "has_usage_privilege", plain),
  ...family("has_tablespace_privilege", "has_usage_privilege", plain),
  ...family("has_foreign_data_wrapper_privilege", "has_usage_privilege", plain),
  ...family("has_server_privilege", "has_usage_privilege", plain),
  ...family(
    "has_column_privilege",
    "has_column_privilege",
    plain.flatMap((object) => [`${object}, text`, `${object}, int2`]),
  ),
  ...family("pg_has_role", "has_role", ["name", "oid"]),
];
