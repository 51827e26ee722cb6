/**
 * Functions of booleans, numbers, dates and intervals, in one list.
 *
 * @module
 */

import { booleanFunctions } from "./boolean.ts";
import { dateFormatFunctions } from "./date_format.ts";
import { ageFunctions } from "./age.ts";
import { dateArithmetic } from "./date_arithmetic.ts";
import { dateConstructors } from "./date_constructors.ts";
import { dateTruncFunctions } from "./date_trunc.ts";
import { overlapsFunctions } from "./overlaps.ts";
import { regressionAggregates } from "./regression_aggregates.ts";
import { datePartFunctions } from "./date_part.ts";
import { dateTimeFunctions } from "./date_time.ts";
import type { Definition } from "./define.ts";
import { floatFunctions } from "./float.ts";
import { integerFunctions } from "./integer.ts";
import { intervalFunctions } from "./interval.ts";
import { mathFunctions } from "./math.ts";
import { numberAggregates } from "./number_aggregates.ts";
import { numberFormatFunctions } from "./number_format.ts";
import { numericFunctions } from "./numeric.ts";
import { orderedSetAggregates } from "./ordered_set.ts";
import { seriesFunctions } from "./series.ts";
import { timeZoneFunctions } from "./time_zone.ts";
import { widthBucketFunctions } from "./width_bucket.ts";

/** See the top of the file. */
export const numbersAndDates: readonly Definition[] = [
  ...booleanFunctions,
  ...integerFunctions,
  ...floatFunctions,
  ...numericFunctions,
  ...mathFunctions,
  ...dateTimeFunctions,
  ...dateArithmetic,
  ...dateConstructors,
  ...overlapsFunctions,
  ...intervalFunctions,
  ...timeZoneFunctions,
  ...datePartFunctions,
  ...dateTruncFunctions,
  ...ageFunctions,
  ...seriesFunctions,
  ...dateFormatFunctions,
  ...numberFormatFunctions,
  ...numberAggregates,
  ...regressionAggregates,
  ...orderedSetAggregates,
  ...widthBucketFunctions,
];
