/**
 * Functions for threads that read, in tests.
 *
 * @module
 */

import { functionLibrary } from "../../../../../lib/engine/sqlite/function_library.ts";
import { collations, functions } from "../plan_functions.ts";

/** The functions. */
export const library = functionLibrary({
  functions: () => functions,
  collations,
});
