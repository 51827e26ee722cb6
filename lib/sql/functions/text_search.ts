/**
 * Functions and operators of full text search (manual, 9.13).
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { type EvalContext, pauseOf } from "../eval_context.ts";
import { parseJson } from "../json/parse.ts";
import { isArray, isObject, type Json } from "../json/value.ts";
import {
  type Configuration,
  configurationNamed,
  documentOf,
  lexize,
} from "../text_search/configuration.ts";
import { headline, readHeadlineOptions } from "../text_search/headline.ts";
import {
  phraseToQuery,
  plainToQuery,
  toQuery,
  webToQuery,
} from "../text_search/make_query.ts";
import { lookIn, matches } from "../text_search/match.ts";
import {
  type MaybeQuery,
  parseQuery,
  printQuery,
} from "../text_search/query.ts";
import { coverRank, rank, readWeights } from "../text_search/rank.ts";
import {
  parseVector,
  printVector,
  type Vector,
} from "../text_search/vector.ts";
import { parseArray, printArray } from "../types/array_datum.ts";
import { oid } from "../types/type.ts";
import { type Definition, fn, op } from "./define.ts";

type Args = readonly Datum[];
const text = (args: Args, i: number) => args[i] as string;
const vector = (args: Args, i: number) => parseVector(text(args, i));
const query = (args: Args, i: number) => parseQuery(text(args, i));

function configuration(
  number: Datum | undefined,
  context: EvalContext,
): Configuration {
  const name = number === undefined
    ? context.setting("default_text_search_config") ?? "pg_catalog.english"
    : context.type(oid.regconfig)?.output(number as number, context);
  return configurationNamed(name ?? "simple");
}

/** A function of one text with and without a configuration before it. */
function configured(
  name: string,
  type: string,
  result: string,
  make: (
    value: string,
    how: Configuration,
    pause: (() => void) | undefined,
  ) => string,
): Definition[] {
  return [
    fn(`${name}(${type}) ${result}`, {
      volatility: "s",
      call: (args, context) =>
        make(
          text(args, 0),
          configuration(undefined, context),
          pauseOf(context),
        ),
    }),
    fn(`${name}(regconfig, ${type}) ${result}`, {
      call: (args, context) =>
        make(
          text(args, 1),
          configuration(args[0], context),
          pauseOf(context),
        ),
    }),
  ];
}

/** Strings of a JSON document in order. */
function strings(value: Json, into: string[] = []): string[] {
  if (typeof value === "string") into.push(value);
  else if (isArray(value)) value.forEach((item) => strings(item, into));
  else if (isObject(value)) {
    for (const item of value.values()) strings(item, into);
  }
  return into;
}

const queries = [
  ["to_tsquery", toQuery],
  ["plainto_tsquery", plainToQuery],
  ["phraseto_tsquery", phraseToQuery],
  ["websearch_to_tsquery", webToQuery],
] as const;

function match(document: string, wanted: string): boolean {
  return matches(parseQuery(wanted), lookIn(parseVector(document)));
}

/** Forms of a ranking function: weights before, normalization after. */
function ranking(
  name: string,
  make: (
    document: Vector,
    wanted: MaybeQuery,
    weights: readonly number[],
    method: number,
  ) => number,
): Definition[] {
  const result: Definition[] = [];
  for (const weighted of [false, true]) {
    for (const normalized of [false, true]) {
      const at = weighted ? 1 : 0;
      const types = [
        ...(weighted ? ["float4[]"] : []),
        "tsvector",
        "tsquery",
        ...(normalized ? ["int4"] : []),
      ];
      result.push(
        fn(`${name}(${types.join(", ")}) float4`, {
          call: (args) =>
            make(
              vector(args, at),
              query(args, at + 1),
              readWeights(
                weighted
                  ? parseArray(text(args, 0)) as (number | null)[]
                  : undefined,
              ),
              Number(args[at + 2] ?? 0),
            ),
        }),
      );
    }
  }
  return result;
}

function headlines(): Definition[] {
  const result: Definition[] = [];
  for (const named of [false, true]) {
    for (const optioned of [false, true]) {
      const at = named ? 1 : 0;
      const types = [
        ...(named ? ["regconfig"] : []),
        "text",
        "tsquery",
        ...(optioned ? ["text"] : []),
      ];
      result.push(
        fn(`ts_headline(${types.join(", ")}) text`, {
          volatility: named ? "i" : "s",
          call: (args, context) =>
            headline(
              text(args, at),
              query(args, at + 1),
              configuration(named ? args[0] : undefined, context),
              readHeadlineOptions((args[at + 2] ?? "") as string),
            ),
        }),
      );
    }
  }
  return result;
}

/** See the top of the file. */
export const textSearchFunctions: readonly Definition[] = [
  ...configured(
    "to_tsvector",
    "text",
    "tsvector",
    (value, how, pause) => printVector(documentOf([value], how, pause)),
  ),
  ...["json", "jsonb"].flatMap((type) =>
    configured(
      "to_tsvector",
      type,
      "tsvector",
      (value, how, pause) =>
        printVector(documentOf(strings(parseJson(value)), how, pause)),
    )
  ),
  ...queries.flatMap(([name, make]) =>
    configured(
      name,
      "text",
      "tsquery",
      (value, how) => printQuery(make(value, how)),
    )
  ),
  ...["@@", "@@@"].flatMap((symbol) => [
    op(`tsvector ${symbol} tsquery = bool`, {
      call: (args) => match(text(args, 0), text(args, 1)),
    }),
    op(`tsquery ${symbol} tsvector = bool`, {
      call: (args) => match(text(args, 1), text(args, 0)),
    }),
  ]),
  op("text @@ tsquery = bool", {
    volatility: "s",
    call: (args, context) =>
      matches(
        query(args, 1),
        lookIn(
          documentOf(
            [text(args, 0)],
            configuration(undefined, context),
            pauseOf(context),
          ),
        ),
      ),
  }),
  op("text @@ text = bool", {
    volatility: "s",
    call(args, context) {
      const how = configuration(undefined, context);
      return matches(
        plainToQuery(text(args, 1), how),
        lookIn(documentOf([text(args, 0)], how, pauseOf(context))),
      );
    },
  }),
  fn("ts_match_vq(tsvector, tsquery) bool", {
    call: (args) => match(text(args, 0), text(args, 1)),
  }),
  fn("ts_lexize(regdictionary, text) text[]", {
    call(args, context) {
      const number = args[0] as number;
      const name = context.type(3769)?.output(number, context) ?? "";
      const word = lexize(text(args, 1), name);
      return printArray(word === undefined ? [] : [word], oid.text);
    },
  }),
  fn("get_current_ts_config() regconfig", {
    volatility: "s",
    call: (_, context) =>
      context.type(oid.regconfig)?.input(
        configuration(undefined, context),
        -1,
        context,
      ) ?? null,
  }),
  ...ranking("ts_rank", rank),
  ...ranking("ts_rank_cd", coverRank),
  ...headlines(),
];
