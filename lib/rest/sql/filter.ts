/**
 * Filters as conditions; every value is bound.
 *
 * @module
 */

import type { OperatorName } from "../request.ts";
import { fieldSql } from "./field.ts";
import { arrayText, type Params } from "./text.ts";
import type { Comparison, EmbedTest, Test } from "./tree.ts";

/** What PostgreSQL calls each comparison with one value. */
const operators: Partial<Record<OperatorName, string>> = {
  eq: "=",
  neq: "<>",
  gt: ">",
  gte: ">=",
  lt: "<",
  lte: "<=",
  like: "LIKE",
  ilike: "ILIKE",
  match: "~",
  imatch: "~*",
  isdistinct: "IS DISTINCT FROM",
  cs: "@>",
  cd: "<@",
  ov: "&&",
  sl: "<<",
  sr: ">>",
  nxr: "&<",
  nxl: "&>",
  adj: "-|-",
};

const queries: Partial<Record<OperatorName, string>> = {
  fts: "to_tsquery",
  plfts: "plainto_tsquery",
  phfts: "phraseto_tsquery",
  wfts: "websearch_to_tsquery",
};

const states: Readonly<Record<string, string>> = {
  null: "IS NULL",
  "not_null": "IS NOT NULL",
  true: "IS TRUE",
  false: "IS FALSE",
  unknown: "IS UNKNOWN",
};

/** Writes whether an embed has rows. */
export type EmbedTestWriter = (test: EmbedTest) => string;

/** What a filter is written with. */
export interface FilterContext {
  /** Of the relation whose columns are tested. */
  readonly alias: string;
  readonly params: Params;
  readonly embedTest: EmbedTestWriter;
}

/**
 * @param test What a row must pass.
 * @param context Where it stands.
 * @returns A condition.
 */
export function testSql(test: Test, context: FilterContext): string {
  switch (test.kind) {
    case "group": {
      const parts = test.tests.map((part) => testSql(part, context));
      const group = `(${
        parts.join(test.connective === "and" ? " AND " : " OR ")
      })`;
      return test.negated ? `NOT ${group}` : group;
    }
    case "embed":
      return context.embedTest(test);
    case "comparison": {
      const condition = comparisonSql(test, context);
      return test.negated ? `NOT (${condition})` : condition;
    }
  }
}

function comparisonSql(
  { field, operator, quantifier, language, value, hasNull, slot }: Comparison,
  { alias, params }: FilterContext,
): string {
  const left = fieldSql(field, alias);
  if (operator === "is") return `${left} ${states[value as string]}`;
  if (operator === "in") {
    return `${left} = ANY (${params.add(arrayText(value as string[]))})`;
  }
  const query = queries[operator];
  if (query !== undefined) {
    return textSearchSql(left, field.column.baseType, {
      query,
      language: language === undefined
        ? ""
        : `${params.add(language)}::regconfig, `,
      words: params.add(value as string),
    });
  }
  const wild = operator === "like" || operator === "ilike";
  const pattern = (text: string) => wild ? text.replaceAll("*", "%") : text;
  if (quantifier !== undefined) {
    const list = arrayText(
      (value as readonly string[]).map(pattern),
      hasNull,
    );
    return `${left} ${operators[operator]} ${quantifier.toUpperCase()} (${
      params.add(list)
    })`;
  }
  return `${left} ${operators[operator]} ${
    params.add(pattern(value as string), slot)
  }`;
}

function textSearchSql(
  left: string,
  type: string,
  { query, language, words }: {
    query: string;
    language: string;
    words: string;
  },
): string {
  const document = type === "tsvector"
    ? left
    : `to_tsvector(${language}${left})`;
  return `${document} @@ ${query}(${language}${words})`;
}
