/**
 * Takes names with schemas apart: `parse_ident`.
 *
 * @module
 */

import { SqlError } from "../error.ts";
import { printArray } from "../types/array_datum.ts";
import { oid } from "../types/type.ts";
import { lower } from "./characters.ts";

/**
 * @param text Names with points between them.
 * @param strict Whether nothing may stand after them.
 * @returns Datum of an array of the names.
 * @throws {SqlError} 22023.
 */
export function parseIdentifier(text: string, strict: boolean): string {
  const names: string[] = [];
  let at = 0;
  const bad = (detail?: string) =>
    new SqlError("22023", `string is not a valid identifier: "${text}"`, {
      detail,
    });
  const skip = () => {
    while (/\s/.test(text[at] ?? "")) at++;
  };
  skip();
  for (;;) {
    if (text[at] === '"') {
      const match = /^"((?:[^"]|"")*)"/.exec(text.slice(at));
      if (match === null) {
        throw bad("String has unclosed double quotes.");
      }
      if (match[1] === "") throw bad("Quoted identifier must not be empty.");
      names.push((match[1] as string).replaceAll('""', '"'));
      at += match[0].length;
    } else {
      const name = /^[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*/
        .exec(text.slice(at))?.[0];
      if (name === undefined) {
        if (text[at] === ".") throw bad('No valid identifier before ".".');
        if (names.length > 0) throw bad('No valid identifier after ".".');
        throw bad();
      }
      names.push(lower(name));
      at += name.length;
    }
    skip();
    if (text[at] === ".") {
      at++;
      skip();
      continue;
    }
    if (at < text.length && strict) throw bad();
    return printArray(names, oid.text);
  }
}
