/**
 * What plans of one session depend on at one moment.
 *
 * @module
 */

import type { Catalog } from "../../sql/catalog/catalog.ts";
import type { PlanSpace } from "./plan_cache.ts";
import type { QueryExtra } from "./statement.ts";

/** See the top of the file. Two sessions in the same place share the space. */
export interface PlanEnv {
  readonly catalog: Catalog;
  readonly role: number;
  readonly searchPath: readonly number[];
  readonly rowSecurity: boolean;
  readonly space: PlanSpace<QueryExtra>;
}
