/**
 * What is wrong with the text of a date, time or interval, in PostgreSQL's words.
 *
 * @module
 */

import { SqlError } from "../../error.ts";

/**
 * `format`: cannot be read; `field`: a field out of its range; `order`: a month or day out of its range,
 * which another order of fields may mend; `interval`: an interval's field; `zone`: an offset.
 */
export type ReadFault = "format" | "field" | "order" | "interval" | "zone";

/**
 * @param fault What is wrong.
 * @param text Text as the client wrote it.
 * @param label Name of the type in messages.
 * @returns The error.
 */
export function readError(
  fault: ReadFault,
  text: string,
  label: string,
): SqlError {
  switch (fault) {
    case "field":
      return new SqlError(
        "22008",
        `date/time field value out of range: "${text}"`,
      );
    case "order":
      return new SqlError(
        "22008",
        `date/time field value out of range: "${text}"`,
        { hint: 'Perhaps you need a different "datestyle" setting.' },
      );
    case "interval":
      return new SqlError(
        "22015",
        `interval field value out of range: "${text}"`,
      );
    case "zone":
      return new SqlError(
        "22009",
        `time zone displacement out of range: "${text}"`,
      );
    default:
      return new SqlError(
        "22007",
        `invalid input syntax for type ${label}: "${text}"`,
      );
  }
}

/** Thrown while fields are read; turned into a {@linkcode SqlError} where the whole text is known. */
export class ReadFailure extends Error {
  override name = "ReadFailure";

  /**
   * @param fault What is wrong.
   */
  constructor(readonly fault: ReadFault) {
    super(fault);
  }
}

/**
 * @param fault What is wrong.
 * @throws {ReadFailure} Always.
 */
export function fail(fault: ReadFault): never {
  throw new ReadFailure(fault);
}
