/**
 * What names mean at one place of a statement, and the seams between the parts of the resolver.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import type { Environment } from "../environment.ts";
import type {
  Cte,
  Expr,
  FromItem,
  Query,
  RangeEntry,
  Window,
} from "../tree.ts";

/** Where an expression stands, for what it may contain and for error texts. */
export type Place =
  | "select"
  | "where"
  | "having"
  | "group"
  | "order"
  | "join"
  | "from"
  | "limit"
  | "values"
  | "insert"
  | "update"
  | "returning"
  | "check"
  | "default"
  | "generated"
  | "index"
  | "policy"
  | "filter"
  | "window"
  | "merge"
  | "argument";

/** A name of FROM as seen by expressions. */
export interface ScopeEntry {
  readonly entry: RangeEntry;
  /** Whether unqualified names may find it (columns merged by USING are found through `merged`). */
  readonly visible: boolean;
  /** Schema of a table named without alias, for `schema.table.column`. */
  readonly schema?: number | undefined;
  /** Whether it is on the side of an outer join that may be missing, so that a whole row of it may be NULL. */
  readonly nullable?: boolean | undefined;
  /** Columns (indexes) hidden from unqualified look-up because USING merged them. */
  readonly hidden?: ReadonlySet<number> | undefined;
}

/** Names at one query level. */
export interface Scope {
  readonly env: Environment;
  /** Level outside, for correlated sub-queries. */
  readonly parent?: Scope | undefined;
  /** Entries of FROM so far. */
  readonly entries: ScopeEntry[];
  /** Columns merged by USING and NATURAL. */
  readonly merged: { readonly name: string; readonly expr: Expr }[];
  /** CTEs by name at this level. */
  readonly ctes: Map<string, Cte>;
  /** `WINDOW` clause. */
  readonly windows: Map<string, Window>;
  /** Names that are not columns: arguments of an SQL function being inlined. */
  readonly arguments?: ReadonlyMap<string, Expr> | undefined;
  /** `$n` inside an SQL function's body. */
  readonly positional?: readonly Expr[] | undefined;
  /** Set while expressions of this level are resolved: aggregates and windows found at it. */
  readonly found: {
    aggregates: boolean;
    windows: boolean;
    /** Whether a function that returns a set was called in a place that allows it (`Call` of kind `rows`). */
    rows?: boolean | undefined;
  };
  /** Shared by the whole statement. */
  readonly statement: StatementState;
}

/** Shared by all levels of one statement. */
export interface StatementState {
  /** Gives out ids of range entries and CTEs. */
  nextId(): number;
  /** Privileges that the role needs; checked at the end. */
  readonly needed: NeededPrivilege[];
  /** Whether a literal shaped the plan. */
  exactText: boolean;
  /** Whether something volatile that writes is called. */
  writes: boolean;
  /** Whether values that do not fit are made to fit, and how (MySQL's IGNORE, and all without strict mode). */
  leniency?: "ignore" | "lax" | undefined;
  /** Whether a setting is changed while it runs, so that settings must be looked up late. */
  setsConfig?: boolean;
  /** Depth of nesting, against overflow of the stack (54001). */
  depth: number;
  /** Above 0 while another text than the statement's is resolved (see `inOtherText`). */
  otherText?: number | undefined;
}

/** A right to check. */
export interface NeededPrivilege {
  readonly kind: "relation" | "column" | "function" | "schema";
  readonly oid: number;
  /** Column number for `column`. */
  readonly column?: number | undefined;
  /** Letter as in `AclItem`. */
  readonly privilege: string;
  /** Role whose right it must be: the session's, or the owner of a view. */
  readonly role: number;
}

/**
 * The two halves of the resolver call each other through this; `lib/sql/analyze/expression.ts` and
 * `lib/sql/analyze/query.ts` fill it in.
 */
export interface Resolver {
  /** Resolves an expression. */
  expression(node: Node, scope: Scope, place: Place): Expr;
  /** Resolves a SELECT, VALUES or set operation inside `parent`. */
  query(node: Node, parent: Scope): Query;
  /** Makes `expr` a `type`, as an assignment, implicitly, or by an explicit cast (42846, 42804). */
  coerce(
    expr: Expr,
    type: number,
    typmod: number,
    context: "implicit" | "assignment" | "explicit",
    scope: Scope,
  ): Expr;
  /** The type to which all of several expressions can go (UNION, CASE, VALUES, ARRAY; manual, 10.5). */
  commonType(exprs: readonly Expr[], what: string, scope: Scope): number;
  /** FROM items in scope, for functions in FROM and LATERAL. */
  from(nodes: readonly Node[], scope: Scope): FromItem[];
}
