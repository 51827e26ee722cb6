/**
 * Functions that read the catalog.
 *
 * @module
 */

import { definitionFunctions } from "../system/definition_functions.ts";
import { lookupFunctions } from "../system/lookup_functions.ts";
import { mysqlViewFunctions } from "../system/mysql_view.ts";
import { mysqlSchemaRows } from "./mysql/schema.ts";
import { mysqlSession } from "./mysql/session.ts";
import { systemTableFunctions } from "../system/system_catalog.ts";
import { quoteName } from "../sqlite_words.ts";
import { signatureKey } from "./build_registry.ts";
import type { Definition } from "./define.ts";

let all: readonly Definition[] | undefined;

/** @returns See the top of the file; gathered when first asked for, for these files import each other in a circle. */
export function catalogFunctions(): readonly Definition[] {
  return all ??= [
    ...systemTableFunctions,
    ...definitionFunctions,
    ...lookupFunctions,
    ...mysqlSchemaRows,
    ...mysqlViewFunctions,
    // These read and set what the session keeps, which is on this thread too.
    ...mysqlSession,
  ];
}

let names: readonly string[] | undefined;

/**
 * @returns Their names in SQLite's text, those that run in JavaScript; they need `EvalContext.catalog`.
 */
export function catalogFunctionNames(): readonly string[] {
  return names ??= catalogFunctions()
    .filter((each) => each.kind === "rows" || "call" in each)
    .map((each) => quoteName(signatureKey(each)));
}
