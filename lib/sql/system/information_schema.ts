/**
 * Views of `information_schema` (manual, chapter 37). Names are of type `name`, words of type `varchar`, numbers
 * of type `int4`, where PostgreSQL has domains over them.
 *
 * @module
 */

import { constraintViews } from "./information_schema_constraints.ts";
import { database } from "./information_schema_pieces.ts";
import { relationViews } from "./information_schema_relations.ts";
import { rightViews } from "./information_schema_rights.ts";
import type { SystemView } from "./system_view.ts";

/** See the top of the file. */
export const informationSchemaViews: readonly SystemView[] = [
  {
    name: "information_schema_catalog_name",
    columns: "catalog_name name",
    sql: `SELECT ${database} AS catalog_name`,
  },
  {
    name: "character_sets",
    columns:
      "character_set_catalog name?, character_set_schema name?, character_set_name name, character_repertoire name, form_of_use name, default_collate_catalog name, default_collate_schema name, default_collate_name name",
    sql:
      `SELECT NULL::name, NULL::name, 'UTF8'::name, 'UCS'::name, 'UTF8'::name, ${database}, 'pg_catalog'::name,
        'C'::name`,
  },
  ...relationViews,
  ...constraintViews,
  ...rightViews,
];
