/**
 * All lists of definitions. Whoever imports this file has given them to the registry.
 *
 * @module
 */

import { arrayFunctions } from "./array.ts";
import { arrayRows } from "./array_rows.ts";
import { booleanFunctions } from "./boolean.ts";
import { provideDefinitions } from "./builtins.ts";
import { byteaFunctions } from "./bytea.ts";
import { catalogFunctions } from "./catalog_functions.ts";
import { datePartFunctions } from "./date_part.ts";
import { dateTimeFunctions } from "./date_time.ts";
import type { Definition } from "./define.ts";
import { encodingFunctions } from "./encoding.ts";
import { enumFunctions } from "./enum.ts";
import { floatFunctions } from "./float.ts";
import { formatFunctions } from "./format.ts";
import { hashFunctions } from "./hash.ts";
import { integerFunctions } from "./integer.ts";
import { intervalFunctions } from "./interval.ts";
import { jsonAccess } from "./json.ts";
import { jsonAggregates } from "./json_aggregates.ts";
import { jsonBuild } from "./json_build.ts";
import { jsonRows } from "./json_rows.ts";
import { jsonbFunctions } from "./jsonb.ts";
import { jsonbPath } from "./jsonb_path.ts";
import { mathFunctions } from "./math.ts";
import { numericFunctions } from "./numeric.ts";
import { patternFunctions } from "./pattern.ts";
import { regexFunctions } from "./regex.ts";
import { sessionFunctions } from "./session_functions.ts";
import { spine } from "./spine.ts";
import { textFunctions } from "./text.ts";
import { textComparisons } from "./text_compare.ts";
import { timeZoneFunctions } from "./time_zone.ts";
import { uuidFunctions } from "./uuid.ts";

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
  textFunctions,
  textComparisons,
  patternFunctions,
  regexFunctions,
  formatFunctions,
  encodingFunctions,
  hashFunctions,
  uuidFunctions,
  byteaFunctions,
  enumFunctions,
  arrayFunctions,
  arrayRows,
  jsonAccess,
  jsonAggregates,
  jsonBuild,
  jsonRows,
  jsonbFunctions,
  jsonbPath,
  catalogFunctions,
  sessionFunctions,
  spine,
];

provideDefinitions(() => lists.flat());
