/**
 * Prints casts to domains, with NOT NULL and the checks of the domain.
 *
 * @module
 */

import type { Printed } from "../functions/define.ts";
import type { Cast } from "../tree.ts";
import { domainValue } from "../analyze/domain.ts";
import type { PrintContext } from "./context.ts";
import { printAny } from "./any_expression.ts";
import { printed } from "./printed.ts";
import { textLiteral } from "../sqlite_words.ts";

/**
 * @param cast Cast to a domain.
 * @param context Where it is printed.
 * @returns SQLite expression that gives the value, or the domain's error.
 */
export function printDomain(cast: Cast, context: PrintContext): Printed {
  const value = printAny(cast.arg, context);
  if (cast.how.by !== "domain") return value;
  const { notNull = [], checks = [] } = cast.how;
  if (notNull.length === 0 && checks.length === 0) return value;
  const name = value.simple ? value.sql : '"value"';
  const whens = [
    ...notNull.map((domain) =>
      `WHEN ${name} IS NULL THEN ${
        failure(
          "23502",
          `domain ${domain.name} does not allow null values`,
          { dataType: domain.name, schema: domain.schema },
        )
      }`
    ),
    ...checks.map(({ domain, name: constraint, expr }) => {
      const condition = printAny(expr, context).sql
        .replaceAll(domainValue, () => name);
      return `WHEN NOT ${condition} THEN ${
        failure(
          "23514",
          `value for domain ${domain.name} violates check constraint "${constraint}"`,
          { dataType: domain.name, schema: domain.schema, constraint },
        )
      }`;
    }),
  ];
  const checked = `CASE ${whens.join(" ")} ELSE ${name} END`;
  return printed(
    value.simple
      ? `(${checked})`
      : `(SELECT ${checked} FROM (SELECT ${value} AS "value"))`,
  );
}

function failure(
  state: string,
  message: string,
  fields: Readonly<Record<string, string>>,
): string {
  return `pg_error('${state}', ${textLiteral(message)}, ${
    textLiteral(JSON.stringify(fields))
  })`;
}
