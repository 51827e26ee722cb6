/**
 * Options of COPY, checked as PostgreSQL checks them.
 *
 * @module
 */

// deno-lint-ignore-file camelcase -- options have the names that COPY gives them

import type { CopyStmt, DefElem, Node } from "@pgsql/types";
import { errorAt } from "../../../sql/analyze/located.ts";
import { notSupported, SqlError } from "../../../sql/error.ts";
import { readBoolean } from "../setting_values.ts";
import { constantText, elements, isOn } from "../utility/nodes.ts";

/** Columns by name, or all of them. */
export type ColumnChoice = readonly string[] | "all" | undefined;

/** How the data is written. */
export interface CopyFormat {
  readonly binary: boolean;
  readonly csv: boolean;
  readonly delimiter: string;
  readonly null: string;
  readonly quote: string;
  readonly escape: string;
  readonly header: "no" | "yes" | "match";
  readonly forceQuote: ColumnChoice;
  readonly forceNotNull: ColumnChoice;
  readonly forceNull: ColumnChoice;
}

const error = (state: string, message: string) => new SqlError(state, message);

function columnChoice(arg: Node | undefined): ColumnChoice {
  if (arg === undefined) return undefined;
  if ("A_Star" in arg) return "all";
  const list = "List" in arg ? arg.List.items ?? [] : [arg];
  return list.flatMap((node) => constantText(node) ?? []);
}

function headerOf({ arg }: DefElem): CopyFormat["header"] {
  if (arg === undefined) return "yes";
  const text = constantText(arg) ?? "";
  if (text.toLowerCase() === "match") return "match";
  const value = readBoolean(text);
  if (value === undefined) {
    throw error("42601", 'header requires a Boolean value or "match"');
  }
  return value ? "yes" : "no";
}

interface Given {
  format?: string;
  delimiter?: string;
  null?: string;
  quote?: string;
  escape?: string;
  header?: CopyFormat["header"];
  freeze?: boolean;
  force_quote?: ColumnChoice;
  force_not_null?: ColumnChoice;
  force_null?: ColumnChoice;
}

function read(options: readonly Node[] | undefined): Given {
  const given: Given = {};
  const seen = new Set<string>();
  for (const element of elements(options)) {
    const { defname: name = "", arg } = element;
    const { location } = element;
    if (seen.has(name)) {
      throw errorAt("42601", "conflicting or redundant options", location);
    }
    seen.add(name);
    switch (name) {
      case "format": {
        const format = constantText(arg) ?? "";
        if (!["text", "csv", "binary"].includes(format)) {
          throw errorAt(
            "22023",
            `COPY format "${format}" not recognized`,
            location,
          );
        }
        given.format = format;
        break;
      }
      case "delimiter":
      case "null":
      case "quote":
      case "escape":
        given[name] = constantText(arg) ?? "";
        break;
      case "header":
        given.header = headerOf(element);
        break;
      case "freeze":
        given.freeze = isOn(element);
        break;
      case "force_quote":
      case "force_not_null":
      case "force_null":
        if (name !== "force_quote" && arg !== undefined && "A_Star" in arg) {
          throw errorAt(
            "22023",
            `argument to option "${name}" must be a list of column names`,
            location,
          );
        }
        given[name] = columnChoice(arg);
        break;
      case "encoding": {
        const name = (constantText(arg) ?? "").toLowerCase()
          .replaceAll(/[^a-z0-9]/g, "");
        if (name !== "utf8" && name !== "unicode") {
          throw notSupported(`COPY encoding "${constantText(arg)}"`);
        }
        break;
      }
      default:
        throw errorAt(
          "42601",
          `option "${name}" not recognized`,
          location,
        );
    }
  }
  return given;
}

const csvOnly = (option: string) =>
  error("0A000", `COPY ${option} available only in CSV mode`);

function checkBinary({ delimiter, null: nothing }: Given): void {
  if (delimiter !== undefined) {
    throw error("42601", "cannot specify DELIMITER in BINARY mode");
  }
  if (nothing !== undefined) {
    throw error("42601", "cannot specify NULL in BINARY mode");
  }
}

function checkCsvOnly(given: Given, from: boolean): void {
  const csv = given.format === "csv";
  if (!csv && given.quote !== undefined) throw csvOnly("quote");
  if (!csv && given.escape !== undefined) throw csvOnly("escape");
  if (given.force_quote !== undefined) {
    if (!csv) throw csvOnly("force quote");
    if (from) {
      throw error("0A000", "COPY force quote only available using COPY TO");
    }
  }
  if (given.force_not_null !== undefined) {
    if (!csv) throw csvOnly("force not null");
    if (!from) {
      throw error(
        "0A000",
        "COPY force not null only available using COPY FROM",
      );
    }
  }
  if (given.force_null !== undefined) {
    if (!csv) throw csvOnly("force null");
    if (!from) {
      throw error("0A000", "COPY force null only available using COPY FROM");
    }
  }
}

function checkCharacters(format: CopyFormat): void {
  const { csv, delimiter, null: nothing, quote, escape } = format;
  const single = (text: string) =>
    text.length === 1 && text.charCodeAt(0) < 128;
  if (!single(delimiter)) {
    throw error("0A000", "COPY delimiter must be a single one-byte character");
  }
  if (/[\r\n]/.test(delimiter)) {
    throw error("22023", "COPY delimiter cannot be newline or carriage return");
  }
  if (/[\r\n]/.test(nothing)) {
    throw error(
      "22023",
      "COPY null representation cannot use newline or carriage return",
    );
  }
  if (!csv && /[\\.a-z0-9]/.test(delimiter)) {
    throw error("22023", `COPY delimiter cannot be "${delimiter}"`);
  }
  if (csv && !single(quote)) {
    throw error("0A000", "COPY quote must be a single one-byte character");
  }
  if (csv && delimiter === quote) {
    throw error("22023", "COPY delimiter and quote must be different");
  }
  if (csv && !single(escape)) {
    throw error("0A000", "COPY escape must be a single one-byte character");
  }
  if (nothing.includes(delimiter)) {
    throw error(
      "0A000",
      "COPY delimiter must not appear in the NULL specification",
    );
  }
  if (csv && nothing.includes(quote)) {
    throw error(
      "0A000",
      "CSV quote character must not appear in the NULL specification",
    );
  }
}

/**
 * @param statement COPY.
 * @returns Whether its data is in the binary format.
 */
export function isBinaryCopy({ options }: CopyStmt): boolean {
  return elements(options).some(({ defname, arg }) =>
    defname === "format" && constantText(arg) === "binary"
  );
}

/**
 * @param statement COPY.
 * @returns How its data is written.
 * @throws {SqlError} 42601, 22023, 0A000.
 */
export function readCopyFormat(
  { options, is_from: from = false }: CopyStmt,
): CopyFormat {
  const given = read(options);
  const csv = given.format === "csv";
  const binary = given.format === "binary";
  if (binary) checkBinary(given);
  const format: CopyFormat = {
    binary,
    csv,
    delimiter: given.delimiter ?? (csv ? "," : "\t"),
    null: given.null ?? (csv ? "" : "\\N"),
    quote: given.quote ?? '"',
    escape: given.escape ?? given.quote ?? '"',
    header: given.header ?? "no",
    forceQuote: given.force_quote,
    forceNotNull: given.force_not_null,
    forceNull: given.force_null,
  };
  if (format.header === "match" && !from) {
    throw error("0A000", 'cannot use "match" with HEADER in COPY TO');
  }
  if (binary && format.header !== "no") {
    throw error("0A000", "cannot specify HEADER in BINARY mode");
  }
  checkCsvOnly(given, from);
  checkCharacters(format);
  return format;
}
