/**
 * Statements of reads, kept by the shape of the request: a client that asks for one row after the other asks
 * for the same but for the key, so that only the first of its requests is parsed, looked up and printed.
 *
 * What a plan depends on is in its key or is the picture, with which all plans go; the caller is not, for rights
 * and policies are the database's to judge at each request.
 *
 * @module
 */

import { BoundedMap } from "../base/bounded_map.ts";
import type { SqlValue } from "../engine/engine.ts";
import { type RestAnswer, type RestCall, runAlone } from "./context.ts";
import {
  type CanonicalShape,
  canonicalShape,
  spell,
} from "./grammar/canonical_search.ts";
import { type SearchShape, searchShape } from "./grammar/shape.ts";
import {
  finder,
  type PagePlan,
  planPage,
  type ReadOptions,
  runPage,
  sourceOf,
} from "./read.ts";
import type { RestQuery } from "./request.ts";
import type { Relation, SchemaPicture } from "./schema/picture.ts";
import { resolveRows } from "./sql/resolve.ts";
import { qualified } from "./sql/text.ts";
import type { RowsNode } from "./sql/tree.ts";

/** What is read. */
export interface ReadRequest extends ReadOptions {
  readonly relation: Relation;
  /** Query string as it came; `undefined` when something else shapes the page too. */
  readonly search: string | undefined;
  /** Reads the query string. */
  readonly parse: () => RestQuery;
}

/** What is kept for a shape. */
interface KnownPlan {
  readonly plan: PagePlan;
  readonly spelling: CanonicalShape;
}

/** Shapes that are kept; an application has some dozens. */
const capacity = 500;

/** Plans of one server. */
export class ReadPlans {
  #picture: SchemaPicture | undefined;
  readonly #plans = new BoundedMap<string, KnownPlan>(capacity);

  /**
   * Reads a table or view.
   *
   * @param call Who asks, and how the answer should look.
   * @param request What is asked.
   * @returns The page.
   * @throws {RestError | EngineError} What could not be read.
   */
  read(call: RestCall, request: ReadRequest): Promise<RestAnswer> {
    if (call.picture !== this.#picture) {
      this.#picture = call.picture;
      this.#plans.clear();
    }
    const { search, head } = request;
    const shape = search === undefined ? undefined : searchShape(search);
    const key = shape && keyOf(call, request, shape);
    const known = key === undefined ? undefined : this.#plans.get(key);
    const run = runAlone(call, true);
    if (known !== undefined) {
      const { values } = shape!;
      const { plan, spelling } = known;
      return runPage(call, run, plan, {
        head,
        params: withValues(plan, values),
        node: () => nodeOf(call, request),
        search: spell(spelling, values),
      });
    }
    const query = request.parse();
    const node = nodeOf(call, request, query);
    const plan = planPage(call, { node, from: fromOf(request), head });
    // What the shape took for values must be what the grammar took for them.
    if (key !== undefined && query.slots === shape!.values.length) {
      const spelling = canonicalShape(shape!.text);
      this.#plans.set(key, { plan, spelling });
    }
    return runPage(call, run, plan, { head, node: () => node });
  }
}

function keyOf(
  { media, prefer }: RestCall,
  { relation, head }: ReadRequest,
  { text }: SearchShape,
): string {
  const form = media.kind === "csv"
    ? "csv"
    : media.nullsStripped
    ? "stripped"
    : "json";
  const { schema, name } = relation;
  return `${head} ${form} ${prefer.count !== undefined} ${
    qualified(schema, name)
  }?${text}`;
}

function nodeOf(
  call: RestCall,
  { relation, parse }: ReadRequest,
  query = parse(),
): RowsNode {
  return resolveRows(
    sourceOf(relation),
    query,
    { findRelationship: finder(call), aggregates: call.limits.aggregates },
  );
}

function fromOf({ relation }: ReadRequest): { readonly from: string } {
  return { from: qualified(relation.schema, relation.name) };
}

function withValues(
  { params, places }: PagePlan,
  values: readonly string[],
): SqlValue[] {
  const bound = [...params];
  for (const [at, slot] of places) bound[at] = values[slot]!;
  return bound;
}
