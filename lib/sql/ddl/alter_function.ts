/**
 * ALTER FUNCTION and ALTER PROCEDURE: its options.
 *
 * @module
 */

import type { AlterFunctionStmt } from "@pgsql/types";
import { findFunction } from "./find_function.ts";
import { readFunctionOptions } from "./function_options.ts";
import { requireOpenSchema, requireOwner } from "./lookup.ts";
import { defElems } from "./nodes.ts";
import type { Work } from "./work.ts";

/**
 * @param work Statement.
 * @param statement ALTER FUNCTION.
 * @returns Command tag.
 */
export function alterFunction(
  work: Work,
  { objtype, func = {}, actions }: AlterFunctionStmt,
): string {
  const word = (objtype ?? "OBJECT_FUNCTION").replace("OBJECT_", "");
  const found = findFunction(work, func, word.toLowerCase() as "function");
  const what = `${found.kind === "p" ? "procedure" : "function"} ${found.name}`;
  requireOpenSchema(work, found.schema, what);
  requireOwner(work, found.owner, what);
  const options = defElems(actions);
  work.put("function", {
    ...found,
    ...readFunctionOptions(work, options, found),
  });
  return `ALTER ${word}`;
}
