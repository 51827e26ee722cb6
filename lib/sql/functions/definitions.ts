/**
 * All lists of definitions. Whoever imports this file has given them to the registry.
 *
 * @module
 */

import { booleanFunctions } from "./boolean.ts";
import { provideDefinitions } from "./builtins.ts";
import { catalogFunctions } from "./catalog_functions.ts";
import { datePartFunctions } from "./date_part.ts";
import { dateTimeFunctions } from "./date_time.ts";
import type { Definition } from "./define.ts";
import { floatFunctions } from "./float.ts";
import { integerFunctions } from "./integer.ts";
import { intervalFunctions } from "./interval.ts";
import { mathFunctions } from "./math.ts";
import { numericFunctions } from "./numeric.ts";
import { sessionFunctions } from "./session_functions.ts";
import { spine } from "./spine.ts";
import { textAndJson } from "./text_and_json.ts";
import { timeZoneFunctions } from "./time_zone.ts";

/** Of two definitions with one signature the first counts. */
const lists: readonly (readonly Definition[])[] = [
  booleanFunctions,
  integerFunctions,
  floatFunctions,
  numericFunctions,
  mathFunctions,
  dateTimeFunctions,
  datePartFunctions,
  intervalFunctions,
  timeZoneFunctions,
  textAndJson,
  catalogFunctions,
  sessionFunctions,
  spine,
];

provideDefinitions(() => lists.flat());
