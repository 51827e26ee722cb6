/**
 * What a statement is resolved in.
 *
 * @module
 */

import type { Catalog } from "./catalog/catalog.ts";
import type { EvalContext } from "./eval_context.ts";

/** See the top of the file. */
export interface Environment {
  /** What there is. */
  readonly catalog: Catalog;
  /** Schemas to look in, in order; `pg_catalog` first unless named, temporary schema before it. */
  readonly searchPath: readonly number[];
  /** Role whose rights count (`current_user`). */
  readonly role: number;
  /** `row_security`: off makes a policy an error (42501) instead of a filter. */
  readonly rowSecurity: boolean;
  /** Types of `$n` that the client gave, 0 or nothing for those to be found; found ones are written into it. */
  readonly params: number[];
  /** For literals that are read while the statement is resolved. */
  readonly eval: EvalContext;
}
