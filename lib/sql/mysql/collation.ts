/**
 * Names of character sets and collations (MySQL manual, 12): texts are UTF-8; a collation either
 * folds case and accents or compares code points.
 *
 * @module
 */

import { MysqlError } from "./error.ts";
import type { Parser } from "./parser.ts";

const charsets: ReadonlySet<string> = new Set([
  "utf8",
  "utf8mb3",
  "utf8mb4",
  "latin1",
  "ascii",
  "binary",
  "ucs2",
  "utf16",
  "utf32",
  "cp1252",
]);

/** The collations that are listed: name, character set, number, whether it is the default. */
export const collationRows:
  readonly (readonly [string, string, number, boolean])[] = [
    ["utf8mb4_general_ci", "utf8mb4", 45, true],
    ["utf8mb4_bin", "utf8mb4", 46, false],
    ["utf8mb4_unicode_ci", "utf8mb4", 224, false],
    ["utf8mb4_unicode_520_ci", "utf8mb4", 246, false],
    ["utf8mb4_0900_ai_ci", "utf8mb4", 255, false],
    ["utf8mb4_0900_as_cs", "utf8mb4", 278, false],
    ["utf8mb4_0900_bin", "utf8mb4", 309, false],
    ["utf8mb3_general_ci", "utf8mb3", 33, true],
    ["utf8mb3_bin", "utf8mb3", 83, false],
    ["binary", "binary", 63, true],
  ];

/** The character sets that are listed: name, description, default collation, longest character. */
export const charsetRows:
  readonly (readonly [string, string, string, number])[] = [
    ["binary", "Binary pseudo charset", "binary", 1],
    ["utf8mb3", "UTF-8 Unicode", "utf8mb3_general_ci", 3],
    ["utf8mb4", "UTF-8 Unicode", "utf8mb4_general_ci", 4],
  ];

/** Collation of tables that name none; MySQL and MariaDB know it, so that dumps load in both. */
export const defaultCollation = "utf8mb4_general_ci";

/**
 * @param name Collation.
 * @returns Whether it tells cases and accents apart.
 */
export function isBinaryCollation(name: string): boolean {
  return name === "binary" || /_(?:bin|cs)$/.test(name);
}

/**
 * @param p Parser, before the name of a collation.
 * @returns It, in small letters.
 * @throws {MysqlError} 1273 for an unknown one.
 */
export function readCollation(p: Parser): string {
  const written = p.token.kind === "string" ? p.string() : p.anyName();
  const name = written.toLowerCase();
  const charset = name.split("_")[0] ?? "";
  const known = name === "binary" ||
    (charsets.has(charset) && /_(?:ci|bin|cs)$/.test(name));
  if (!known) {
    throw new MysqlError(1273, "HY000", `Unknown collation: '${written}'`);
  }
  return name;
}

/**
 * @param p Parser, before the name of a character set.
 * @returns It, in small letters.
 * @throws {MysqlError} 1115 for an unknown one.
 */
export function readCharset(p: Parser): string {
  const written = p.token.kind === "string" ? p.string() : p.anyName();
  const name = written.toLowerCase();
  if (!charsets.has(name)) {
    throw new MysqlError(1115, "42000", `Unknown character set: '${written}'`);
  }
  return name;
}
