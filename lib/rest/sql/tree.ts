/**
 * A request for rows with every name looked up: what `select.ts` prints.
 *
 * @module
 */

import type { AggregateName, JsonStep, OperatorName } from "../request.ts";
import type { Relation, Relationship, RestColumn } from "../schema/picture.ts";

/** A column, or a place inside one. */
export interface FieldRef {
  readonly column: RestColumn;
  readonly json: readonly JsonStep[];
}

/** A column of the answer that is no embed. */
export interface FieldOutput {
  readonly kind: "field";
  readonly name: string;
  /** Nothing for `count(*)`. */
  readonly field?: FieldRef | undefined;
  readonly cast?: string | undefined;
  readonly aggregate?: AggregateName | undefined;
  readonly aggregateCast?: string | undefined;
}

/** Rows of another relation. */
export interface EmbedOutput {
  readonly kind: "embed";
  readonly embed: Embed;
}

/** What a row of the answer holds, in order. */
export type Output = FieldOutput | EmbedOutput;

/** Another relation's rows for each row. */
export interface Embed {
  /** Key in the answer, and how parameters call it. */
  readonly name: string;
  /** Name of its relation, by which it may be called too. */
  readonly target: string;
  readonly relationship: Relationship;
  readonly toOne: boolean;
  /** Whether a row without any of these goes. */
  readonly inner: boolean;
  readonly spread: boolean;
  readonly node: RowsNode;
}

/** A comparison. */
export interface Comparison {
  readonly kind: "comparison";
  readonly field: FieldRef;
  readonly negated: boolean;
  readonly operator: OperatorName;
  readonly quantifier?: "any" | "all" | undefined;
  readonly language?: string | undefined;
  readonly value: string | readonly string[];
  /** Whether the list of a quantifier holds NULL too. */
  readonly hasNull?: boolean | undefined;
  /** See `Condition`. */
  readonly slot?: number | undefined;
}

/** Whether an embed has rows. */
export interface EmbedTest {
  readonly kind: "embed";
  readonly embed: Embed;
  /** Whether rows must be there, or must not. */
  readonly present: boolean;
}

/** Several tests. */
export interface TestGroup {
  readonly kind: "group";
  readonly connective: "and" | "or";
  readonly negated: boolean;
  readonly tests: readonly Test[];
}

/** What a row must pass. */
export type Test = Comparison | EmbedTest | TestGroup;

/** A term of ORDER BY. */
export interface Ordering {
  readonly field: FieldRef;
  /** The to-one embed whose column it is. */
  readonly embed?: Embed | undefined;
  readonly direction?: "asc" | "desc" | undefined;
  readonly nulls?: "first" | "last" | undefined;
}

/** Where rows come from. */
export interface RowsSource {
  /** For messages: the table's, view's or function's name. */
  readonly name: string;
  readonly columns: ReadonlyMap<string, RestColumn>;
  /** What relationships start from; a function's rows may have none. */
  readonly relation?: Relation | undefined;
}

/** One level: rows of one source. */
export interface RowsNode {
  readonly source: RowsSource;
  readonly outputs: readonly Output[];
  /** Every embed, also those that put nothing into the answer. */
  readonly embeds: readonly Embed[];
  readonly tests: readonly Test[];
  readonly order: readonly Ordering[];
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  /** Of the outermost level: an embed that was called by its relation's name although it has an alias. */
  readonly calledByTarget?: Pick<Embed, "name" | "target"> | undefined;
}

/**
 * @param node A level.
 * @returns Whether it groups its rows, for an aggregate is among its outputs or in those spread into it.
 */
export function isGrouped({ outputs }: RowsNode): boolean {
  return outputs.some((output) =>
    output.kind === "field"
      ? output.aggregate !== undefined
      : output.embed.spread && output.embed.toOne &&
        isGrouped(output.embed.node)
  );
}
