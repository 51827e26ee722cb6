/**
 * Everything of texts, patterns, bytes, JSON, arrays, enumerations, full text search and windows.
 *
 * @module
 */

import { arrayFunctions } from "./array.ts";
import { arrayOperators } from "./array_operators.ts";
import { arrayRows } from "./array_rows.ts";
import { arraySearch } from "./array_search.ts";
import { byteaFunctions } from "./bytea.ts";
import type { Definition } from "./define.ts";
import { encodingFunctions } from "./encoding.ts";
import { enumFunctions } from "./enum.ts";
import { formatFunctions } from "./format.ts";
import { hashFunctions } from "./hash.ts";
import { jsonAccess } from "./json.ts";
import { jsonAggregates } from "./json_aggregates.ts";
import { jsonBuild } from "./json_build.ts";
import { jsonRows } from "./json_rows.ts";
import { jsonbFunctions } from "./jsonb.ts";
import { jsonbPath } from "./jsonb_path.ts";
import { patternFunctions } from "./pattern.ts";
import { regexFunctions } from "./regex.ts";
import { textFunctions } from "./text.ts";
import { textAggregates } from "./text_aggregates.ts";
import { textComparisons } from "./text_compare.ts";
import { textSearchFunctions } from "./text_search.ts";
import { textSearchValues } from "./text_search_values.ts";
import { uuidFunctions } from "./uuid.ts";
import { windowFunctions } from "./window.ts";

/** See the top of the file. */
export const textAndJson: readonly Definition[] = [
  ...textFunctions,
  ...textComparisons,
  ...patternFunctions,
  ...regexFunctions,
  ...formatFunctions,
  ...encodingFunctions,
  ...byteaFunctions,
  ...hashFunctions,
  ...uuidFunctions,
  ...arrayFunctions,
  ...arrayOperators,
  ...arraySearch,
  ...arrayRows,
  ...enumFunctions,
  ...jsonAccess,
  ...jsonBuild,
  ...jsonRows,
  ...jsonAggregates,
  ...jsonbFunctions,
  ...jsonbPath,
  ...textSearchFunctions,
  ...textSearchValues,
  ...textAggregates,
  ...windowFunctions,
];
