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
  /**
   * Modifiers that the values of `$n` already fit, where this program has seen to it; -1 for those it does not know.
   *
   * @default {[]}
   */
  readonly paramTypmods?: readonly number[] | undefined;
  /** For literals that are read while the statement is resolved. */
  readonly eval: EvalContext;
  /**
   * Keeps what was written, for text of it that is shown: views and functions stay names, literals keep
   * their types. Such a tree is not run.
   *
   * @default {false}
   */
  readonly asWritten?: boolean | undefined;
  /**
   * Whether this is the query of a system catalog, which alone can call the functions that give the rows
   * of the catalogs: those know nothing of rights.
   *
   * @default {false}
   */
  readonly ofSystem?: boolean | undefined;
  /**
   * Whose text it was: MySQL's converts values by itself and takes names of columns in any case.
   *
   * @default {"postgresql"}
   */
  readonly dialect?: "postgresql" | "mysql" | undefined;
}
