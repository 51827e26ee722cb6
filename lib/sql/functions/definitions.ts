/**
 * All lists of definitions. Whoever imports this file has given them to the registry.
 *
 * @module
 */

import { provideDefinitions } from "./builtins.ts";
import { catalogFunctions } from "./catalog_functions.ts";
import type { Definition } from "./define.ts";
import { mysqlFunctions } from "./mysql/definitions.ts";
import { numbersAndDates } from "./numbers_and_dates.ts";
import { sessionFunctions } from "./session_functions.ts";
import { textAndJson } from "./text_and_json.ts";

// Of two definitions with one signature the first counts.
provideDefinitions((): readonly Definition[] => [
  ...numbersAndDates,
  ...textAndJson,
  ...catalogFunctions(),
  ...sessionFunctions,
  ...mysqlFunctions,
]);
