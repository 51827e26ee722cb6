/**
 * Functions that read the catalog.
 *
 * @module
 */

import { definitionFunctions } from "../system/definition_functions.ts";
import { lookupFunctions } from "../system/lookup_functions.ts";
import { systemTableFunctions } from "../system/system_catalog.ts";
import type { Definition } from "./define.ts";

/** See the top of the file. */
export const catalogFunctions: readonly Definition[] = [
  ...systemTableFunctions,
  ...definitionFunctions,
  ...lookupFunctions,
];
