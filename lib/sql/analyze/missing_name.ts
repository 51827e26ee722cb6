/**
 * What to say when a name means nothing.
 *
 * @module
 */

import type { SqlError, SqlErrorFields } from "../error.ts";
import { errorAt } from "./located.ts";
import { knownEntries } from "./new_scope.ts";
import type { Scope } from "./scope.ts";
import { similarColumnHint } from "./similar_column.ts";

/**
 * @param table Name that no entry has.
 * @param scope Where it stands.
 * @param location Byte offset.
 * @returns Error 42P01 in PostgreSQL's words.
 */
export function missingEntry(
  table: string,
  scope: Scope,
  location: number | undefined,
): SqlError {
  for (
    let level: Scope | undefined = scope;
    level !== undefined;
    level = level.parent
  ) {
    for (const { entry } of knownEntries(level)) {
      const { source } = entry;
      if (entry.alias === table) {
        return errorAt(
          "42P01",
          `invalid reference to FROM-clause entry for table "${table}"`,
          location,
          {
            hint:
              `There is an entry for table "${table}", but it cannot be referenced from this part of the query.`,
          },
        );
      }
      if (
        source.kind !== "table" || source.relation.name !== table
      ) continue;
      return errorAt(
        "42P01",
        `invalid reference to FROM-clause entry for table "${table}"`,
        location,
        {
          hint:
            `Perhaps you meant to reference the table alias "${entry.alias}".`,
        },
      );
    }
  }
  return errorAt(
    "42P01",
    `missing FROM-clause entry for table "${table}"`,
    location,
  );
}

/**
 * A column of that name may be there, but not in sight; or one with nearly that name.
 *
 * @param name Name that no column has.
 * @param table Table it was asked of, if one was named.
 * @param scope Where it stands.
 * @returns Hint for the error.
 */
export function missingColumnHint(
  name: string,
  table: string | undefined,
  scope: Scope,
): SqlErrorFields {
  for (
    let level: Scope | undefined = scope;
    level !== undefined;
    level = level.parent
  ) {
    const found = level.entries.find(({ entry, visible }) =>
      table === undefined && !visible &&
      entry.columns.some((column) => column.name === name)
    );
    if (found !== undefined) {
      return {
        hint:
          `There is a column named "${name}" in table "${found.entry.alias}", but it cannot be referenced from this part of the query.`,
      };
    }
  }
  const hint = similarColumnHint(name, table, scope);
  return hint === undefined ? {} : { hint };
}
