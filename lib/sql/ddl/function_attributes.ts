/**
 * Attributes of functions that change nothing here but are still checked: COST, PARALLEL, and those that
 * procedures do not have; ROWS is only told to who asks.
 *
 * @module
 */

import type { DefElem } from "@pgsql/types";
import { errorAt, withPosition } from "../analyze/located.ts";
import { SqlError } from "../error.ts";
import { optionText } from "./nodes.ts";

/** What the attributes are of. */
export interface AttributeUse {
  readonly isProcedure: boolean;
  readonly returnsSet: boolean;
  /** Text of the statement, for the position in errors. */
  readonly text: string;
}

/** Attributes that procedures have as well. */
const ofProcedures = new Set(["as", "language", "security", "set"]);

/**
 * @param options Attributes of CREATE or ALTER FUNCTION.
 * @param use What they are of.
 * @throws {SqlError} 42601 for one given twice, 42P13 for one that a procedure cannot have, 22023 and 42601 for wrong values.
 */
export function checkAttributes(
  options: readonly DefElem[],
  { isProcedure, returnsSet, text }: AttributeUse,
): void {
  try {
    checkNames(options, isProcedure);
  } catch (error) {
    throw withPosition(error, text);
  }
  for (const each of options) checkValue(each, returnsSet);
}

function checkNames(options: readonly DefElem[], isProcedure: boolean): void {
  const seen = new Set<string>();
  for (const { defname = "", location } of options) {
    if (isProcedure && !ofProcedures.has(defname)) {
      throw errorAt(
        "42P13",
        "invalid attribute in procedure definition",
        location,
      );
    }
    if (defname !== "set" && seen.has(defname)) {
      throw errorAt("42601", "conflicting or redundant options", location);
    }
    seen.add(defname);
  }
}

function checkValue(option: DefElem, returnsSet: boolean): void {
  const value = optionText(option);
  switch (option.defname) {
    case "cost":
      if (Number(value) > 0) return;
      throw new SqlError("22023", "COST must be positive");
    case "rows":
      if (Number(value) <= 0) {
        throw new SqlError("22023", "ROWS must be positive");
      }
      if (returnsSet) return;
      throw new SqlError(
        "22023",
        "ROWS is not applicable when function does not return a set",
      );
    case "parallel":
      if (/^(safe|restricted|unsafe)$/.test(value)) return;
      throw new SqlError(
        "42601",
        'parameter "parallel" must be SAFE, RESTRICTED, or UNSAFE',
      );
  }
}
