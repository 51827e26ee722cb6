/**
 * Schemas `pg_catalog` and `information_schema`: everything of this folder put together.
 *
 * @module
 */

import { fixedOid, type Relation } from "../catalog/catalog.ts";
import type { Definition } from "../functions/define.ts";
import { accessMethodTables } from "./access_method_tables.ts";
import { catalogViews } from "./catalog_views.ts";
import { constraintTables } from "./constraint_tables.ts";
import { functionTables } from "./function_tables.ts";
import { informationSchemaViews } from "./information_schema.ts";
import { relationTables } from "./relation_tables.ts";
import { roleTables } from "./role_tables.ts";
import { systemFunctions, systemRelations } from "./system_table.ts";
import { viewRelations } from "./system_view.ts";
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

/** First numbers of the views; those of users begin at 16384. */
const firstView = { catalog: 13_300, informationSchema: 13_700 } as const;

/** @returns The relations of `pg_catalog` and `information_schema`. */
export function builtInRelations(): Relation[] {
  return [
    ...systemRelations(),
    ...viewRelations(fixedOid.pgCatalog, firstView.catalog, catalogViews),
    ...viewRelations(
      fixedOid.informationSchema,
      firstView.informationSchema,
      informationSchemaViews,
    ),
  ];
}
