/**
 * A statement after names and types have been resolved: what row policies are added to and what the
 * printer prints.
 *
 * Every expression knows its type. Every range entry (a table, sub-query, function … in FROM) is one
 * object with an `id` that is unique in the statement; columns point at the object, so no name is
 * resolved twice and aliases cannot clash.
 *
 * @module
 */

import type { Datum } from "./datum.ts";
import type { Relation } from "./catalog/catalog.ts";
import type { FunctionEntry } from "./functions/registry.ts";

/** A type and its modifier. */
export interface Typed {
  /** `pg_type.oid`. */
  readonly type: number;
  /** -1 for none. */
  readonly typmod: number;
}

/** An expression. */
export type Expr =
  | Constant
  | Param
  | SessionValue
  | ColumnRef
  | OuterValue
  | Call
  | AggregateCall
  | WindowCall
  | Cast
  | Logic
  | IsNull
  | IsBoolean
  | IsDistinct
  | Case
  | Coalesce
  | Extreme
  | ArrayOf
  | RowOf
  | RowCompare
  | InList
  | ArrayCompare
  | SubQuery
  | Subscript
  | Field;

/** A literal; always bound, never spliced. */
export interface Constant extends Typed {
  readonly kind: "constant";
  readonly value: Datum;
  /**
   * Byte offset of the literal it came from. A later text that differs in such literals alone can use
   * the same plan; absent where the literal shaped the plan (`ORDER BY 1`).
   */
  readonly location?: number | undefined;
}

/** `$n` of the client; its type was given by the client or found from where it stands. */
export interface Param extends Typed {
  readonly kind: "param";
  /** From 1. */
  readonly number: number;
}

/** Something of the session, bound when the statement runs. */
export interface SessionValue extends Typed {
  readonly kind: "session";
  readonly value:
    | {
      readonly name:
        | "transaction_timestamp"
        | "statement_timestamp"
        | "current_date"
        | "localtimestamp"
        | "current_time"
        | "localtime";
    }
    | {
      readonly name:
        | "current_user"
        | "session_user"
        | "current_schema"
        | "current_database"
        | "time_zone";
    }
    | {
      readonly name: "setting";
      readonly setting: string;
      readonly missingOk: boolean;
    };
}

/** A column of a range entry. */
export interface ColumnRef extends Typed {
  readonly kind: "column";
  readonly entry: RangeEntry;
  /** Index into `entry.columns`. */
  readonly index: number;
}

/** An SQL fragment made elsewhere, for example `excluded.x`, the argument of an inlined function. */
export interface OuterValue extends Typed {
  readonly kind: "outer";
  /** SQLite expression made of names only; holds no value of the client. */
  readonly sql: string;
}

/** Function or operator. */
export interface Call extends Typed {
  readonly kind: "call";
  readonly function: FunctionEntry;
  readonly args: readonly Expr[];
  /** Whether the last argument is an array that was given as VARIADIC to a function of `VARIADIC "any"`. */
  readonly variadicArray?: boolean | undefined;
}

/** One key of an ORDER BY. */
export interface SortKey {
  readonly expr: Expr;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** Aggregate. */
export interface AggregateCall extends Typed {
  readonly kind: "aggregate";
  readonly function: FunctionEntry;
  readonly args: readonly Expr[];
  readonly distinct: boolean;
  readonly order: readonly SortKey[];
  readonly filter?: Expr | undefined;
  /** `WITHIN GROUP` aggregates have their direct arguments here and the sorted one in `order`. */
  readonly direct?: readonly Expr[] | undefined;
}

/** A window. */
export interface Window {
  readonly partition: readonly Expr[];
  readonly order: readonly SortKey[];
  /** Frame clause as SQLite takes it, offsets as expressions. */
  readonly frame?: {
    readonly mode: "ROWS" | "RANGE" | "GROUPS";
    readonly start: FrameBound;
    readonly end: FrameBound;
    readonly exclude: "" | "CURRENT ROW" | "GROUP" | "TIES";
  } | undefined;
}

/** An end of a frame. */
export type FrameBound =
  | {
    readonly at: "UNBOUNDED PRECEDING" | "CURRENT ROW" | "UNBOUNDED FOLLOWING";
  }
  | { readonly at: "PRECEDING" | "FOLLOWING"; readonly offset: Expr };

/** Window function, or an aggregate over a window. */
export interface WindowCall extends Typed {
  readonly kind: "window";
  readonly function: FunctionEntry;
  readonly args: readonly Expr[];
  readonly filter?: Expr | undefined;
  readonly window: Window;
}

/** Conversion to `type`. */
export interface Cast extends Typed {
  readonly kind: "cast";
  readonly arg: Expr;
  readonly how:
    /** The datum is the same. */
    | { readonly by: "relabel" }
    /** A cast function. */
    | { readonly by: "function"; readonly function: FunctionEntry }
    /** Through text: output of one, input of the other. */
    | { readonly by: "text" }
    /** Fits to the modifier only. */
    | { readonly by: "typmod" }
    /** Element by element. */
    | { readonly by: "array"; readonly element: Cast["how"] }
    /** Checks NOT NULL and the checks of the domain `type`. */
    | {
      readonly by: "domain";
      /** Domains that allow no NULL. */
      readonly notNull?:
        | readonly { readonly name: string; readonly schema: string }[]
        | undefined;
      /** Conditions over the value, which the printer puts in (`lib/sql/analyze/domain.ts`). */
      readonly checks?:
        | readonly {
          readonly domain: { readonly name: string; readonly schema: string };
          readonly name: string;
          readonly expr: Expr;
        }[]
        | undefined;
    };
  readonly explicit: boolean;
}

/** AND, OR, NOT. */
export interface Logic extends Typed {
  readonly kind: "logic";
  readonly operator: "and" | "or" | "not";
  readonly args: readonly Expr[];
}

/** IS [NOT] NULL. */
export interface IsNull extends Typed {
  readonly kind: "isNull";
  readonly arg: Expr;
  readonly not: boolean;
}

/** IS [NOT] TRUE, FALSE, UNKNOWN. */
export interface IsBoolean extends Typed {
  readonly kind: "isBoolean";
  readonly arg: Expr;
  readonly value: boolean | null;
  readonly not: boolean;
}

/** IS [NOT] DISTINCT FROM. */
export interface IsDistinct extends Typed {
  readonly kind: "isDistinct";
  readonly left: Expr;
  readonly right: Expr;
  readonly not: boolean;
}

/** Searched CASE; `CASE x WHEN y` has been written out as `x = y`. */
export interface Case extends Typed {
  readonly kind: "case";
  readonly whens: readonly { readonly when: Expr; readonly then: Expr }[];
  readonly otherwise?: Expr | undefined;
}

/** COALESCE. */
export interface Coalesce extends Typed {
  readonly kind: "coalesce";
  readonly args: readonly Expr[];
}

/** GREATEST, LEAST. */
export interface Extreme extends Typed {
  readonly kind: "extreme";
  readonly which: "greatest" | "least";
  readonly args: readonly Expr[];
}

/** ARRAY[…]. */
export interface ArrayOf extends Typed {
  readonly kind: "array";
  readonly elements: readonly Expr[];
}

/** ROW(…), or the whole row of a range entry. */
export interface RowOf extends Typed {
  readonly kind: "row";
  readonly fields: readonly Expr[];
  /** Names of the fields (`f1`, … if none were given). */
  readonly names: readonly string[];
  /** Set for a whole row of an outer join's inner side: NULL rather than a row of NULLs when this is NULL. */
  readonly nullIfAll?: boolean | undefined;
}

/** (a, b) < (c, d), field by field. */
export interface RowCompare extends Typed {
  readonly kind: "rowCompare";
  readonly operator: "=" | "<>" | "<" | "<=" | ">" | ">=";
  readonly left: readonly Expr[];
  readonly right: readonly Expr[];
}

/** x [NOT] IN (…), all operands of one type with a default equality. */
export interface InList extends Typed {
  readonly kind: "in";
  readonly arg: Expr;
  readonly list: readonly Expr[];
  readonly not: boolean;
}

/** x op ANY (array), x op ALL (array). */
export interface ArrayCompare extends Typed {
  readonly kind: "arrayCompare";
  readonly function: FunctionEntry;
  readonly all: boolean;
  readonly left: Expr;
  readonly right: Expr;
}

/** A query inside an expression. */
export interface SubQuery extends Typed {
  readonly kind: "subQuery";
  readonly form: "exists" | "scalar" | "any" | "all" | "array";
  readonly query: Query;
  /** `any`, `all`: operands left of the operator, one for each column. */
  readonly left?: readonly Expr[] | undefined;
  /** `any`, `all`: the operator for each column. */
  readonly functions?: readonly FunctionEntry[] | undefined;
}

/** a[i], a[i:j]. */
export interface Subscript extends Typed {
  readonly kind: "subscript";
  readonly array: Expr;
  readonly indexes: readonly {
    readonly lower?: Expr | undefined;
    readonly upper?: Expr | undefined;
    readonly slice: boolean;
  }[];
}

/** (row).field. */
export interface Field extends Typed {
  readonly kind: "field";
  readonly arg: Expr;
  readonly index: number;
}

/** A column that a range entry offers. */
export interface RangeColumn extends Typed {
  readonly name: string;
  /** Column number of the table, for Describe; 0 otherwise. */
  readonly number: number;
}

/** Something in FROM. */
export interface RangeEntry {
  /** Unique in the statement; the printer calls it `t<id>`. */
  readonly id: number;
  /** Name by which expressions refer to it. */
  readonly alias: string;
  columns: readonly RangeColumn[];
  readonly source:
    | { readonly kind: "table"; readonly relation: Relation }
    | {
      readonly kind: "query";
      readonly query: Query;
      readonly lateral: boolean;
    }
    | { readonly kind: "cte"; readonly cte: Cte }
    | { readonly kind: "values"; readonly rows: readonly (readonly Expr[])[] }
    | {
      readonly kind: "function";
      readonly calls: readonly Call[];
      readonly ordinality: boolean;
      readonly lateral: boolean;
      /** How many columns each call gives, when there are several. */
      readonly widths?: readonly number[] | undefined;
    };
  /**
   * What the row policies allow this statement to see of a table; added by `lib/sql/policies`. The
   * printer makes sure that nothing of the statement's own is evaluated for a row that fails it
   * unless it is leakproof.
   */
  security?: readonly Expr[] | undefined;
}

/** FROM item. */
export type FromItem =
  | { readonly kind: "entry"; readonly entry: RangeEntry }
  | {
    readonly kind: "join";
    readonly type: "inner" | "left" | "right" | "full" | "cross";
    readonly left: FromItem;
    readonly right: FromItem;
    readonly on?: Expr | undefined;
    /** Columns of USING or NATURAL, which `on` compares; for those who write the join as text. */
    readonly using?: readonly string[] | undefined;
  };

/** Common table expression. */
export interface Cte {
  readonly id: number;
  readonly name: string;
  /** `MATERIALIZED`, `NOT MATERIALIZED`, or neither. */
  readonly materialized: boolean | undefined;
  readonly recursive: boolean;
  columns: readonly RangeColumn[];
  /** Filled in after its own references are known, for recursion. */
  query: Query | Modification;
}

/** One column of the answer. */
export interface Target {
  readonly expr: Expr;
  readonly name: string;
  /** Oid of the table and number of the column it comes from, for Describe; 0 otherwise. */
  readonly table: number;
  readonly column: number;
}

/** SELECT, VALUES, set operations. */
export type Query = Select | SetOperation;

/** SELECT … FROM …; VALUES is one with a `values` entry. */
export interface Select {
  readonly kind: "select";
  readonly ctes: readonly Cte[];
  readonly targets: readonly Target[];
  /** More expressions that only ORDER BY needs are in `orderBy`. */
  readonly from: readonly FromItem[];
  readonly where?: Expr | undefined;
  readonly groupBy: readonly Expr[];
  /** GROUPING SETS, ROLLUP, CUBE as sets of indexes into `groupBy`; nothing for plain GROUP BY. */
  readonly groupingSets?: readonly (readonly number[])[] | undefined;
  readonly having?: Expr | undefined;
  /** Whether it aggregates (also without GROUP BY). */
  readonly aggregated: boolean;
  readonly distinct: "no" | "all" | { readonly on: readonly Expr[] };
  readonly orderBy: readonly SortKey[];
  readonly limit?: Expr | undefined;
  readonly withTies: boolean;
  readonly offset?: Expr | undefined;
  /** FOR UPDATE and friends: accepted; the tables they name need UPDATE. */
  readonly locking: boolean;
}

/** UNION, INTERSECT, EXCEPT. */
export interface SetOperation {
  readonly kind: "set";
  readonly ctes: readonly Cte[];
  readonly operator: "union" | "intersect" | "except";
  readonly all: boolean;
  readonly left: Query;
  readonly right: Query;
  /** Names and types of the result; both sides have been cast to them. */
  readonly targets: readonly Target[];
  /** Keys refer to output columns: `ColumnRef`s to `output`. */
  readonly orderBy: readonly SortKey[];
  /** Stands for the result in `orderBy`. */
  readonly output: RangeEntry;
  readonly limit?: Expr | undefined;
  readonly offset?: Expr | undefined;
}

/** A condition that each new row must meet, or the statement fails. */
export interface RowCheck {
  /** Over the new row: `ColumnRef`s to the modification's `target`. */
  readonly expr: Expr;
  /** Error when it is not true. */
  readonly error:
    | {
      readonly kind: "policy";
      readonly table: string;
      readonly policy?: string | undefined;
    }
    | { readonly kind: "view"; readonly view: string };
}

/** INSERT, UPDATE, DELETE, MERGE. */
export type Modification = Insert | Update | Delete | Merge;

/** What the modifications share. */
export interface ModificationBase {
  readonly ctes: readonly Cte[];
  /** The table; in `returning` and checks it stands for the new row (the old one for DELETE). */
  readonly target: RangeEntry;
  readonly relation: Relation;
  readonly returning: readonly Target[];
}

/** INSERT. */
export interface Insert extends ModificationBase {
  readonly kind: "insert";
  /** Rows to insert: one output column for each column in `columns`; defaults, identity and casts are in it already. */
  readonly source: Query;
  /** Indexes into `target.columns`. */
  readonly columns: readonly number[];
  readonly checks: readonly RowCheck[];
  readonly conflict?: {
    /** Index the target names; nothing for any. */
    readonly index?: {
      readonly keys: readonly Expr[];
      readonly where?: Expr | undefined;
    } | undefined;
    /** DO UPDATE; DO NOTHING without. */
    readonly update?: {
      readonly set: readonly Assignment[];
      readonly where?: Expr | undefined;
      /** Whether it stands for a row that is deleted and one that is inserted (REPLACE). */
      readonly replaces?: boolean | undefined;
      /** `excluded`. */
      readonly excluded: RangeEntry;
      /** The existing row must pass these, or the statement fails. */
      readonly existing: readonly RowCheck[];
      /** The updated row must pass these. */
      readonly checks: readonly RowCheck[];
    } | undefined;
  } | undefined;
}

/** `column = expression`. */
export interface Assignment {
  /** Index into `target.columns`. */
  readonly column: number;
  readonly value: Expr;
  /** Whether it is for rows that the other assignments change (`ON UPDATE CURRENT_TIMESTAMP`). */
  readonly onChange?: boolean | undefined;
}

/** UPDATE. */
export interface Update extends ModificationBase {
  readonly kind: "update";
  /** Other tables. */
  readonly from: readonly FromItem[];
  readonly where?: Expr | undefined;
  readonly set: readonly Assignment[];
  readonly checks: readonly RowCheck[];
}

/** DELETE. */
export interface Delete extends ModificationBase {
  readonly kind: "delete";
  readonly using: readonly FromItem[];
  readonly where?: Expr | undefined;
}

/** MERGE. */
export interface Merge extends ModificationBase {
  readonly kind: "merge";
  readonly source: FromItem;
  readonly on: Expr;
  readonly whens: readonly {
    readonly matched: boolean;
    readonly condition?: Expr | undefined;
    /** The row as it is must pass these before it is updated or deleted, or the statement fails. */
    readonly existing?: readonly RowCheck[] | undefined;
    readonly action:
      | { readonly kind: "nothing" }
      | { readonly kind: "delete" }
      | {
        readonly kind: "update";
        readonly set: readonly Assignment[];
        readonly checks: readonly RowCheck[];
      }
      | {
        readonly kind: "insert";
        readonly columns: readonly number[];
        readonly values: readonly Expr[];
        readonly checks: readonly RowCheck[];
      };
  }[];
}
