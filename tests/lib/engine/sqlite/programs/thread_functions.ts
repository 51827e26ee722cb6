/**
 * Functions for threads that read, in tests.
 *
 * @module
 */

import { functionLibrary } from "../../../../../lib/engine/sqlite/function_library.ts";
import { functions } from "../plan_functions.ts";

/** The functions. */
export const library = functionLibrary({
  functions: () => functions,
  collations: [{ name: "backwards", compare: (a, b) => a < b ? 1 : -1 }],
});
