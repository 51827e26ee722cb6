/**
 * Finds what a path names: the schema of a profile, the table or view of a name. Wording as PostgREST's.
 *
 * @module
 */

import { RestError } from "../error.ts";
import type { ExposedSchema, Relation, SchemaPicture } from "./picture.ts";
import { mostSimilar } from "./similar.ts";

/** A suggestion for a table is at least so similar, as PostgREST has it. */
const leastSimilar = 0.75;

/**
 * @param picture Picture.
 * @param profile Name from `Accept-Profile` or `Content-Profile`; the first schema if not given.
 * @returns The schema.
 * @throws {RestError} PGRST106.
 */
export function findSchema(
  picture: SchemaPicture,
  profile?: string,
): ExposedSchema {
  const found = profile === undefined
    ? picture.schemas.values().next().value
    : picture.schemas.get(profile);
  if (found !== undefined) return found;
  throw new RestError("PGRST106", `Invalid schema: ${profile ?? ""}`, {
    hint: `Only the following schemas are exposed: ${
      [...picture.schemas.keys()].join(", ")
    }`,
  });
}

/**
 * @param picture Picture.
 * @param schemaName Name of an exposed schema.
 * @param name Name of a table or view.
 * @returns It.
 * @throws {RestError} PGRST205, PGRST106.
 */
export function findRelation(
  picture: SchemaPicture,
  schemaName: string,
  name: string,
): Relation {
  const { relations } = findSchema(picture, schemaName);
  const found = relations.get(name);
  if (found !== undefined) return found;
  const similar = mostSimilar(name, relations.keys(), leastSimilar);
  throw new RestError(
    "PGRST205",
    `Could not find the table '${schemaName}.${name}' in the schema cache`,
    {
      hint: similar === undefined
        ? undefined
        : `Perhaps you meant the table '${schemaName}.${similar}'`,
    },
  );
}
