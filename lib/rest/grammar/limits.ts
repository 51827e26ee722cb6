/**
 * How much one request may ask for. Far above what an application sends; whoever asks for more gets
 * PGRST100, so that no query string can make a tree that is costly to plan.
 *
 * @module
 */

/** Groups in groups and embeds in embeds. */
export const maxDepth = 16;

/** Items of `select`, embedded ones included; names in `columns`; terms of `order`. */
export const maxItems = 2000;

/** Comparisons in all filters together. */
export const maxConditions = 1000;

/** Values in one list. */
export const maxListValues = 10_000;

/** Steps into the JSON of one column. */
export const maxJsonSteps = 100;

/** What a request has asked for so far. */
export interface Tally {
  conditions: number;
  orderTerms: number;
}
