/**
 * What `/rest/v1` knows of the exposed schemas: one immutable object, replaced when a definition changes.
 *
 * Rights are not in it: they are the database's to judge, at each request.
 *
 * @module
 */

/** A column of a relation or of a function's rows. */
export interface RestColumn {
  readonly name: string;
  /** As `format_type` writes it, for example `character varying(20)`, `integer[]`. */
  readonly type: string;
  /** Without a length and the like, quoted and qualified where needed, fit for a cast: `character varying`, `integer[]`, `public.mood`. */
  readonly castType: string;
  /** Name in `pg_type` of what a domain rests on, for example `int4`, `_text`, `jsonb`, `tsvector`; the enum's own name. */
  readonly baseType: string;
  /** `b` base, `c` composite, `d` domain, `e` enum, `a` array, `r` range. */
  readonly typeKind: "b" | "c" | "d" | "e" | "a" | "r";
  /** Labels of an enum. */
  readonly enumValues?: readonly string[] | undefined;
  readonly nullable: boolean;
  /** Text of its DEFAULT, for documentation. */
  readonly default?: string | undefined;
  /** Whether a value cannot be given: generated, or identity ALWAYS. */
  readonly generated: boolean;
  /** Function that computes it from a row; only of {@linkcode Relation.computed}. */
  readonly computedBy?:
    | { readonly schema: string; readonly name: string }
    | undefined;
  /** Characters at most. */
  readonly maxLength?: number | undefined;
  readonly comment?: string | undefined;
}

/** A table or view. */
export interface Relation {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: "table" | "view" | "materialized view";
  readonly columns: ReadonlyMap<string, RestColumn>;
  /** Functions that give one value for a row, which read like columns when they are asked for by name. */
  readonly computed: ReadonlyMap<string, RestColumn>;
  /** Columns of the primary key, in its order; empty if there is none. A view has that of its base table if it shows all of it. */
  readonly primaryKey: readonly string[];
  readonly insertable: boolean;
  readonly updatable: boolean;
  readonly deletable: boolean;
  readonly rowSecurity: boolean;
  readonly comment?: string | undefined;
}

/** How rows of one relation find rows of another. */
export interface Relationship {
  readonly from: Relation;
  readonly to: Relation;
  readonly cardinality:
    | "many-to-one"
    | "one-to-many"
    | "one-to-one"
    | "many-to-many";
  /** Name of the foreign key; of a computed relationship, its function's. For many-to-many the junction's two: `a and b`. */
  readonly constraint: string;
  /** Pairs of columns, `from`'s and `to`'s; empty for many-to-many and computed ones. */
  readonly columns: readonly (readonly [from: string, to: string])[];
  /** Whether `from` holds the foreign key's columns (many-to-one, and that side of one-to-one). */
  readonly holdsKey: boolean;
  /** The table between, for many-to-many. */
  readonly junction?: Junction | undefined;
  /** Function that takes a row of `from` and gives rows of `to`; overrides detected ones. */
  readonly computed?:
    | { readonly schema: string; readonly name: string }
    | undefined;
}

/** The table between two others. */
export interface Junction {
  readonly relation: Relation;
  readonly fromConstraint: string;
  readonly toConstraint: string;
  /** Pairs of columns, the junction's and `from`'s. */
  readonly fromColumns: readonly (readonly [junction: string, from: string])[];
  /** Pairs of columns, the junction's and `to`'s. */
  readonly toColumns: readonly (readonly [junction: string, to: string])[];
}

/** An argument of a function. */
export interface RestArgument {
  /** Empty if it has none. */
  readonly name: string;
  readonly type: string;
  /** See {@linkcode RestColumn}. */
  readonly castType: string;
  readonly baseType: string;
  readonly typeKind: RestColumn["typeKind"];
  readonly optional: boolean;
  readonly variadic: boolean;
}

/** What a function gives. */
export type Returns =
  | { readonly kind: "void" }
  | {
    readonly kind: "scalar";
    readonly set: boolean;
    readonly type: string;
    readonly baseType: string;
  }
  | {
    readonly kind: "rows";
    readonly set: boolean;
    /** Relation whose rows they are; for embedding. */
    readonly relation?: Relation | undefined;
    readonly columns: ReadonlyMap<string, RestColumn>;
  };

/** A function. */
export interface RestFunction {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly arguments: readonly RestArgument[];
  readonly returns: Returns;
  readonly volatility: "immutable" | "stable" | "volatile";
  readonly comment?: string | undefined;
}

/** Everything of one schema. */
export interface ExposedSchema {
  readonly name: string;
  readonly comment?: string | undefined;
  readonly relations: ReadonlyMap<string, Relation>;
  /** Functions of a name; several differ in arguments. */
  readonly functions: ReadonlyMap<string, readonly RestFunction[]>;
  /** Relationships of a relation, by its name. */
  readonly relationships: ReadonlyMap<string, readonly Relationship[]>;
}

/** See the top of the file. */
export interface SchemaPicture {
  /** By name; the first is the one used when no profile is asked for. */
  readonly schemas: ReadonlyMap<string, ExposedSchema>;
}
