/**
 * Reads the files that settings name.
 *
 * @module
 */

import { ConfigError } from "./error.ts";

/**
 * Reads a file as text, whole and exactly: what is not UTF-8 is refused, not replaced. A byte order
 * mark, which editors write and nobody means, is left out.
 *
 * @param path File.
 * @returns Its text.
 * @throws {TypeError} When it is not UTF-8.
 */
export function readTextFile(path: string): string {
  return new TextDecoder("utf-8", { fatal: true })
    .decode(Deno.readFileSync(path));
}

/**
 * Reads the file that a flag names.
 *
 * @param path File.
 * @param options The flag, and what reads.
 * @returns Its text.
 * @throws {ConfigError} When it cannot be read or is not text.
 */
export function readNamedFile(
  path: string,
  { flag, readTextFile }: {
    flag: string;
    readTextFile: (path: string) => string;
  },
): string {
  try {
    return readTextFile(path);
  } catch (error) {
    const reason = error instanceof TypeError
      ? "the file is not UTF-8 text, save it as UTF-8"
      : "the file cannot be read";
    throw new ConfigError(
      `Cannot use --${flag} ${JSON.stringify(path)}: ${reason}`,
    );
  }
}
