/**
 * Names of relations in stored text.
 *
 * @module
 */

import { quoteIdentifier } from "../functions/quoting.ts";
import type { Environment } from "../environment.ts";

/**
 * @param env Where to look.
 * @param oid Oid of a relation.
 * @returns Its name as `regclass` shows it, with the schema unless the search path finds it.
 */
export function relationText(env: Environment, oid: number): string {
  const { catalog, searchPath } = env;
  const relation = catalog.relation(oid);
  if (relation === undefined) return String(oid);
  const name = quoteIdentifier(relation.name);
  for (const schema of searchPath) {
    const found = catalog.relationNamed(schema, relation.name);
    if (found?.oid === oid) return name;
    if (found !== undefined) break;
  }
  return `${
    quoteIdentifier(catalog.schema(relation.schema)?.name ?? "")
  }.${name}`;
}
