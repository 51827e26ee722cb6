/**
 * What a sequence says when it has no more values (PostgreSQL manual, CREATE SEQUENCE).
 *
 * @module
 */

import type { Relation } from "./catalog/catalog.ts";
import { SqlError } from "./error.ts";

/**
 * @param sequence A sequence that does not cycle.
 * @returns Error 2200H, with the limit that it reached.
 */
export function limitReached(
  { name, sequence }: Pick<Relation, "name" | "sequence">,
): SqlError {
  const rises = (sequence?.increment ?? 1n) > 0n;
  return new SqlError(
    "2200H",
    `nextval: reached ${
      rises ? "maximum" : "minimum"
    } value of sequence "${name}" (${rises ? sequence?.max : sequence?.min})`,
  );
}
