/**
 * Lengths and precisions of columns, read from the text of their type.
 *
 * @module
 */

import type { Datum } from "../../datum.ts";

/** A number that may be missing. */
export const number = (text: string | undefined): Datum =>
  text === undefined ? null : Number(text);

/** Lengths and precisions that a type's text tells. */
export function sizes(type: string): readonly Datum[] {
  const word = /^[a-z]+/.exec(type)?.[0] ?? "";
  const [, first, second] = /\((\d+)(?:,(\d+))?\)/.exec(type) ?? [];
  const unsigned = type.includes("unsigned");
  const none: readonly Datum[] = [null, null, null, null, null];
  switch (word) {
    case "char":
    case "varchar":
      return [number(first), Number(first ?? 0) * 4, null, null, null];
    case "binary":
    case "varbinary":
      return [number(first), number(first), null, null, null];
    case "tinytext":
    case "tinyblob":
      return [255, 255, null, null, null];
    case "text":
    case "blob":
      return [65_535, 65_535, null, null, null];
    case "mediumtext":
    case "mediumblob":
      return [16_777_215, 16_777_215, null, null, null];
    case "longtext":
    case "longblob":
      return [4_294_967_295, 4_294_967_295, null, null, null];
    case "enum":
    case "set": {
      const longest = Math.max(
        0,
        ...[...type.matchAll(/'((?:[^']|'')*)'/g)].map(([, label = ""]) =>
          label.length
        ),
      );
      return [longest, longest * 4, null, null, null];
    }
    case "tinyint":
      return [null, null, 3, 0, null];
    case "smallint":
      return [null, null, 5, 0, null];
    case "mediumint":
      return [null, null, 7, 0, null];
    case "int":
      return [null, null, 10, 0, null];
    case "bigint":
      return [null, null, unsigned ? 20 : 19, 0, null];
    case "decimal":
      return [null, null, number(first), number(second ?? "0"), null];
    case "float":
      return [null, null, 12, null, null];
    case "double":
      return [null, null, 22, null, null];
    case "bit":
      return [null, null, number(first), null, null];
    case "datetime":
    case "timestamp":
    case "time":
      return [null, null, null, null, Number(first ?? 0)];
    default:
      return none;
  }
}
