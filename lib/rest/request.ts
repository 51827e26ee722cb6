/**
 * What a request of `/rest/v1` asks for, read but not yet resolved: no name in it was looked up.
 *
 * The grammar is PostgREST's (`api.html` of its documentation); `grammar/` makes these trees, `plan/`
 * turns them into SQL.
 *
 * @module
 */

/** One step into a JSON value; a number counts from 0, or from the end when negative. */
export interface JsonStep {
  /** `->` gives JSON, `->>` text. */
  readonly arrow: "->" | "->>";
  readonly key: string | number;
}

/** A column, or a place inside one. */
export interface Field {
  readonly column: string;
  /** Steps into its JSON; mostly none. */
  readonly json: readonly JsonStep[];
}

/** Aggregates of `select`. */
export type AggregateName = "sum" | "avg" | "count" | "max" | "min";

/** `*` in `select`. */
export interface StarItem {
  readonly kind: "star";
}

/** A column, place in JSON or aggregate in `select`. */
export interface FieldItem {
  readonly kind: "field";
  /** Nothing for `count()`, which counts rows. */
  readonly field?: Field | undefined;
  readonly alias?: string | undefined;
  /** Type of `::type` right after the field. */
  readonly cast?: string | undefined;
  readonly aggregate?: AggregateName | undefined;
  /** Type of `::type` after the aggregate. */
  readonly aggregateCast?: string | undefined;
}

/** Rows of another relation in `select`. */
export interface EmbedItem {
  readonly kind: "embed";
  /** Relation, constraint, column or computed relationship. */
  readonly target: string;
  readonly alias?: string | undefined;
  /** What chooses among several relationships. */
  readonly hint?: string | undefined;
  /** `!inner` or `!left`. */
  readonly join?: "inner" | "left" | undefined;
  /** Whether its columns go into the parent's row (`...target(…)`). */
  readonly spread: boolean;
  /** Nothing in it for `target()`, which only filters. */
  readonly items: readonly SelectItem[];
}

/** See {@linkcode RestQuery.select}. */
export type SelectItem = StarItem | FieldItem | EmbedItem;

/** Comparisons of filters. */
export type OperatorName =
  | "eq"
  | "neq"
  | "gt"
  | "gte"
  | "lt"
  | "lte"
  | "like"
  | "ilike"
  | "match"
  | "imatch"
  | "in"
  | "is"
  | "isdistinct"
  | "fts"
  | "plfts"
  | "phfts"
  | "wfts"
  | "cs"
  | "cd"
  | "ov"
  | "sl"
  | "sr"
  | "nxr"
  | "nxl"
  | "adj";

/** One comparison. Whether `field` is a column or an embed (`clients=is.null`) is found later. */
export interface Condition {
  readonly kind: "condition";
  readonly field: Field;
  readonly negated: boolean;
  readonly operator: OperatorName;
  /** `eq(any)` and the like; then `value` is a list. */
  readonly quantifier?: "any" | "all" | undefined;
  /** Configuration of a text search, for example `english`. */
  readonly language?: string | undefined;
  /** A list for `in` and quantifiers; `is` has one of `null`, `not_null`, `true`, `false`, `unknown`. */
  readonly value: string | readonly string[];
  /** With a quantifier: whether its list also holds `NULL`, which is not among `value`. */
  readonly hasNull?: boolean | undefined;
  /** Number of `value` among the values of plain filters, where those were numbered. */
  readonly slot?: number | undefined;
}

/** `and=(…)`, `or=(…)`. */
export interface LogicGroup {
  readonly kind: "group";
  readonly connective: "and" | "or";
  readonly negated: boolean;
  /** At least one. */
  readonly nodes: readonly FilterNode[];
}

/** A condition or a group of them. */
export type FilterNode = Condition | LogicGroup;

/** One term of `order`. */
export interface OrderTerm {
  readonly field: Field;
  /** A to-one embed whose column orders the rows: `clients(name)`. */
  readonly relation?: string | undefined;
  readonly direction?: "asc" | "desc" | undefined;
  readonly nulls?: "first" | "last" | undefined;
}

/** What shapes the rows of one level: the request's own, or an embed's. */
export interface Level {
  /** Names of embeds from the top; empty for the request itself. */
  readonly path: readonly string[];
  /** All of them must hold. */
  readonly filters: readonly FilterNode[];
  readonly order: readonly OrderTerm[];
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}

/** The query string of a request for a table, a view or a function's rows. */
export interface RestQuery {
  /** Never empty: `*` when nothing was asked. */
  readonly select: readonly SelectItem[];
  /** The first is the request's own (`path` empty), also when nothing shapes it. */
  readonly levels: readonly [Level, ...Level[]];
  /** `columns=`: keys that a body may have. */
  readonly columns?: readonly string[] | undefined;
  /** `on_conflict=`. */
  readonly onConflict?: readonly string[] | undefined;
  /** How many values of plain filters there are, where they were numbered. */
  readonly slots?: number | undefined;
}

/** `Prefer` (RFC 7240), as PostgREST reads it. */
export interface Preferences {
  readonly return?: "representation" | "minimal" | "headers-only" | undefined;
  readonly count?: "exact" | "planned" | "estimated" | undefined;
  readonly resolution?: "merge-duplicates" | "ignore-duplicates" | undefined;
  readonly missing?: "default" | "null" | undefined;
  readonly handling?: "strict" | "lenient" | undefined;
  readonly maxAffected?: number | undefined;
  readonly tx?: "commit" | "rollback" | undefined;
  readonly timezone?: string | undefined;
  /** What was sent and is none of these, as it came. */
  readonly unknown: readonly string[];
}
