/**
 * Keeps the documents of the present schema: written when first asked for, forgotten with the picture
 * they were written from.
 *
 * @module
 */

import { slices } from "../base/slices.ts";
import { type Content, longTextContent } from "../http/content.ts";
import type { Queryable } from "../engine/engine.ts";
import type { SchemaPicture } from "../rest/schema/picture.ts";
import type { RouteDescription } from "./description.ts";
import { documentText } from "./document.ts";
import { readRights } from "./rights.ts";

/** What a document is asked for. */
export interface DocumentQuestion {
  /** Whether only `/rest/v1` is in it. */
  readonly restOnly: boolean;
  /** The exposed schemas, if `/rest/v1` is served. */
  readonly picture: SchemaPicture | undefined;
  /** Which of them; the first if not given. */
  readonly schema?: string | undefined;
  /** Role that the document is for, one of the few of the API; it shows all if not given. */
  readonly role?: string | undefined;
}

/** What the documents are made of besides the schema. */
export interface DocumentsOptions {
  /** Version of the program. */
  readonly version: string;
  readonly routes: readonly RouteDescription[];
  /** Where rights are looked up; acts as a role that sees all definitions. */
  readonly db?: Queryable | undefined;
  /** Clock in milliseconds. */
  readonly monotonic: () => number;
}

/** Gives a document. */
export type Documents = (question: DocumentQuestion) => Promise<Content>;

/** Stands for the picture where there is none. */
const nothing = {};

/**
 * @param options What the documents are made of.
 * @returns Function that gives the document, written once for a picture.
 */
export function createDocuments(
  { version, routes, db, monotonic }: DocumentsOptions,
): Documents {
  const known = new WeakMap<object, Map<string, Promise<Content>>>();

  async function write(
    { restOnly, picture, schema, role }: DocumentQuestion,
  ): Promise<Content> {
    const rights = role === undefined || picture === undefined ||
        db === undefined
      ? undefined
      : await readRights(db, role, [...picture.schemas.keys()]);
    const turns = slices(monotonic);
    const text = await documentText({
      version,
      routes: restOnly ? [] : routes,
      picture,
      schema,
      rights,
      slices: turns,
    });
    return await longTextContent(text, {
      type: "application/json",
      slices: turns,
    });
  }

  return (question) => {
    const { restOnly, picture, schema, role } = question;
    const key = picture ?? nothing;
    let ofPicture = known.get(key);
    if (ofPicture === undefined) known.set(key, ofPicture = new Map());
    // Of schemas that are not there no document is kept: anybody can invent names.
    const name = schema === undefined || picture?.schemas.has(schema)
      ? JSON.stringify([restOnly, schema, role])
      : undefined;
    const found = name === undefined ? undefined : ofPicture.get(name);
    if (found !== undefined) return found;
    const writing = write(question);
    if (name !== undefined) {
      ofPicture.set(name, writing);
      writing.catch(() => ofPicture.delete(name));
    }
    return writing;
  };
}
