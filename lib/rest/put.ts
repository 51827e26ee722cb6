/**
 * PUT: the one row that a URL names.
 *
 * @module
 */

import type { BodyRows } from "./body/rows.ts";
import { elementsOf, membersOf } from "./body/members.ts";
import type { RestAnswer, RestCall } from "./context.ts";
import { RestError } from "./error.ts";
import { insert } from "./insert.ts";
import type { Condition, RestQuery } from "./request.ts";
import type { Relation } from "./schema/picture.ts";

/**
 * Makes the one row that the URL names what the body says.
 *
 * @param call Who asks, and how the answer should look.
 * @param relation What gets the row.
 * @param query Its filters must be the primary key's columns, each with `eq`.
 * @param rows The body; of several rows the first counts.
 * @returns What was written.
 */
export async function putRow(
  call: RestCall,
  relation: Relation,
  query: RestQuery,
  rows: BodyRows,
): Promise<RestAnswer> {
  const [{ filters, limit, offset }] = query.levels;
  if (limit !== undefined || offset !== undefined) {
    throw new RestError(
      "PGRST114",
      "limit/offset querystring parameters are not allowed for PUT",
    );
  }
  const { primaryKey } = relation;
  const keys = new Map<string, string>();
  for (const filter of filters) {
    if (isPlainEqual(filter)) keys.set(filter.field.column, filter.value);
  }
  if (
    primaryKey.length === 0 || filters.length !== primaryKey.length ||
    !primaryKey.every((name) => keys.has(name))
  ) {
    throw new RestError(
      "PGRST105",
      "Filters must include all and only primary key columns with 'eq' operators",
    );
  }
  const json = rows.single ? rows.json : elementsOf(rows.json)[0];
  const members = json === undefined ? new Map() : membersOf(json);
  for (const [name, value] of keys) {
    const sent = members.get(name);
    const text = sent?.[0] === '"' ? JSON.parse(sent) : sent;
    if (text !== value) {
      throw new RestError(
        "PGRST115",
        "Payload values do not match URL in primary key column(s)",
      );
    }
  }
  return await insert(call, relation, withoutFilters(query), {
    rows: { ...rows, json: json as string, single: true, count: 1 },
    conflict: { columns: primaryKey, merge: true },
  });
}

function isPlainEqual(
  filter: RestQuery["levels"][0]["filters"][number],
): filter is Condition & { value: string } {
  return filter.kind === "condition" && filter.operator === "eq" &&
    !filter.negated && filter.quantifier === undefined &&
    filter.field.json.length === 0;
}

/** What a PUT's filters named is in the body; the rows that come back need no filter. */
function withoutFilters(query: RestQuery): RestQuery {
  const [top, ...others] = query.levels;
  return { ...query, levels: [{ ...top, filters: [] }, ...others] };
}
