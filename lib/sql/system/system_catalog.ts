/**
 * Schema `pg_catalog`: everything of this folder put together.
 *
 * @module
 */

import type { Definition } from "../functions/define.ts";
import { accessMethodTables } from "./access_method_tables.ts";
import { constraintTables } from "./constraint_tables.ts";
import { functionTables } from "./function_tables.ts";
import { relationTables } from "./relation_tables.ts";
import { roleTables } from "./role_tables.ts";
import { systemFunctions } from "./system_table.ts";
import { typeTables } from "./type_tables.ts";

/** The functions that give the rows of the system catalogs. */
export const systemTableFunctions: readonly Definition[] = systemFunctions({
  ...relationTables,
  ...constraintTables,
  ...typeTables,
  ...functionTables,
  ...roleTables,
  ...accessMethodTables,
});
