/**
 * How PostgreSQL calls the places of a statement when something may not stand there.
 *
 * @module
 */

import type { Place } from "./scope.ts";

const words: Readonly<Record<Place, string>> = {
  select: "SELECT",
  where: "WHERE",
  having: "HAVING",
  group: "GROUP BY",
  order: "ORDER BY",
  join: "JOIN conditions",
  from: "functions in FROM",
  limit: "LIMIT",
  values: "VALUES",
  insert: "INSERT",
  update: "UPDATE",
  returning: "RETURNING",
  check: "check constraints",
  default: "DEFAULT expressions",
  generated: "column generation expressions",
  index: "index expressions",
  policy: "policy expressions",
  filter: "FILTER",
  window: "window definitions",
  merge: "MERGE WHEN conditions",
  argument: "CALL arguments",
};

/**
 * @param place Place.
 * @returns Its name in `… are not allowed in …`.
 */
export function placeWords(place: Place): string {
  return words[place];
}
