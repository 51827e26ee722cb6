/**
 * Which names are functions of MySQL's own.
 *
 * @module
 */

import { mysqlFunctions } from "../functions/mysql/definitions.ts";
import { formNames } from "./resolve/form_names.ts";

let names: ReadonlySet<string> | undefined;

/**
 * @param name Name in small letters.
 * @returns Whether MySQL has a function of that name, and we have it.
 */
export function isMysqlFunction(name: string): boolean {
  names ??= new Set([
    ...mysqlFunctions.map(({ signature }) =>
      signature.slice(signature.indexOf(".") + 1, signature.indexOf("("))
    ),
    ...formNames,
  ]);
  return names.has(name);
}
