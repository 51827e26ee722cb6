/**
 * Operators and functions that make documents and queries of others (manual, tables 9.41 and 9.42).
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import {
  countNodes,
  indexablePart,
  type MaybeQuery,
  operandsOf,
  parseQuery,
  printQuery,
} from "../text_search/query.ts";
import {
  lastPosition,
  makeVector,
  parseVector,
  printVector,
  type Vector,
  weightLetter,
  weightOf,
} from "../text_search/vector.ts";
import { parseArray, printArray } from "../types/array_datum.ts";
import { oid } from "../types/type.ts";
import { type Definition, fn, op, rows } from "./define.ts";
import { comparisons } from "./text_compare.ts";

type Args = readonly Datum[];
const text = (args: Args, i: number) => args[i] as string;
const vector = (args: Args, i: number) => parseVector(text(args, i));
const query = (args: Args, i: number) => parseQuery(text(args, i));
const texts = (datum: Datum | undefined) =>
  parseArray(datum as string).flat() as (string | null)[];

function concatenate(a: Vector, b: Vector): Vector {
  const last = a.reduce(
    (most, { places }) =>
      Math.max(most, places[places.length - 1]?.position ?? 0),
    0,
  );
  return makeVector([
    ...a,
    ...b.map(({ word, places }) => ({
      word,
      places: places.map(({ position, weight }) => ({
        position: Math.min(position + last, lastPosition),
        weight,
      })),
    })),
  ]);
}

function weigh(
  document: Vector,
  letter: string,
  words?: readonly (string | null)[],
): Vector {
  const weight = weightOf(letter);
  return document.map((entry) =>
    words !== undefined && !words.includes(entry.word) ? entry : {
      word: entry.word,
      places: entry.places.map(({ position }) => ({ position, weight })),
    }
  );
}

function without(
  document: Vector,
  words: readonly (string | null)[],
): Vector {
  return document.filter(({ word }) => !words.includes(word));
}

function filter(document: Vector, letters: readonly (string | null)[]): Vector {
  const weights = letters.map((letter) => {
    if (letter === null) {
      throw new SqlError("22004", "weight array may not contain nulls");
    }
    return weightOf(letter);
  });
  return document
    .map(({ word, places }) => ({
      word,
      places: places.filter(({ weight }) => weights.includes(weight)),
    }))
    .filter(({ places }) => places.length > 0);
}

function both(
  kind: "and" | "or",
  left: MaybeQuery,
  right: MaybeQuery,
): string {
  return printQuery(
    left === undefined
      ? right
      : right === undefined
      ? left
      : { kind, left, right },
  );
}

function phrase(left: MaybeQuery, right: MaybeQuery, distance = 1): string {
  if (distance < 0 || distance > 16_384) {
    throw new SqlError(
      "22023",
      "distance in phrase operator must be an integer value between zero and 16384 inclusive",
    );
  }
  return printQuery(
    left === undefined
      ? right
      : right === undefined
      ? left
      : { kind: "phrase", left, right, distance },
  );
}

/** Whether every lexeme of `part` is one of `whole`. */
function containsQuery(whole: MaybeQuery, part: MaybeQuery): boolean {
  const words = new Set(operandsOf(whole).map(({ word }) => word));
  return operandsOf(part).every(({ word }) => words.has(word));
}

/** See the top of the file. */
export const textSearchValues: readonly Definition[] = [
  ...comparisons("tsvector", "tsvector"),
  ...comparisons("tsquery", "tsquery"),
  op("tsvector || tsvector = tsvector", {
    call: (args) => printVector(concatenate(vector(args, 0), vector(args, 1))),
  }),
  op("tsquery && tsquery = tsquery", {
    call: (args) => both("and", query(args, 0), query(args, 1)),
  }),
  op("tsquery || tsquery = tsquery", {
    call: (args) => both("or", query(args, 0), query(args, 1)),
  }),
  op("tsquery <-> tsquery = tsquery", {
    call: (args) => phrase(query(args, 0), query(args, 1)),
  }),
  fn("tsquery_phrase(tsquery, tsquery) tsquery", {
    call: (args) => phrase(query(args, 0), query(args, 1)),
  }),
  fn("tsquery_phrase(tsquery, tsquery, int4) tsquery", {
    call: (args) => phrase(query(args, 0), query(args, 1), Number(args[2])),
  }),
  op("!! tsquery = tsquery", {
    call(args) {
      const arg = query(args, 0);
      return printQuery(arg === undefined ? arg : { kind: "not", arg });
    },
  }),
  op("tsquery @> tsquery = bool", {
    call: (args) => containsQuery(query(args, 0), query(args, 1)),
  }),
  op("tsquery <@ tsquery = bool", {
    call: (args) => containsQuery(query(args, 1), query(args, 0)),
  }),
  fn("numnode(tsquery) int4", { call: (args) => countNodes(query(args, 0)) }),
  fn("querytree(tsquery) text", {
    call(args) {
      const whole = query(args, 0);
      if (whole === undefined) return "";
      const part = indexablePart(whole);
      return part === undefined ? "T" : printQuery(part);
    },
  }),
  fn("setweight(tsvector, char) tsvector", {
    call: (args) => printVector(weigh(vector(args, 0), text(args, 1))),
  }),
  fn("setweight(tsvector, char, text[]) tsvector", {
    call: (args) =>
      printVector(weigh(vector(args, 0), text(args, 1), texts(args[2]))),
  }),
  fn("strip(tsvector) tsvector", {
    call: (args) =>
      printVector(
        vector(args, 0).map(({ word }) => ({ word, places: [] })),
      ),
  }),
  fn("length(tsvector) int4", { call: (args) => vector(args, 0).length }),
  fn("tsvector_to_array(tsvector) text[]", {
    call: (args) =>
      printArray(vector(args, 0).map(({ word }) => word), oid.text),
  }),
  fn("array_to_tsvector(text[]) tsvector", {
    call(args) {
      const words = texts(args[0]);
      if (words.includes(null)) {
        throw new SqlError("22004", "lexeme array may not contain nulls");
      }
      if (words.includes("")) {
        throw new SqlError(
          "2200F",
          "lexeme array may not contain empty strings",
        );
      }
      return printVector(
        makeVector(
          words.map((word) => ({ word: word as string, places: [] })),
        ),
      );
    },
  }),
  fn("ts_delete(tsvector, text) tsvector", {
    call: (args) => printVector(without(vector(args, 0), [text(args, 1)])),
  }),
  fn("ts_delete(tsvector, text[]) tsvector", {
    call: (args) => printVector(without(vector(args, 0), texts(args[1]))),
  }),
  fn('ts_filter(tsvector, "char"[]) tsvector', {
    call: (args) => printVector(filter(vector(args, 0), texts(args[1]))),
  }),
  rows(
    "unnest(tsvector) (lexeme text, positions int2[], weights text[])",
    {
      *rows(args) {
        for (const { word, places } of vector(args, 0)) {
          yield places.length === 0 ? [word, null, null] : [
            word,
            printArray(places.map(({ position }) => position), oid.int2),
            printArray(
              places.map(({ weight }) => weightLetter(weight)),
              oid.text,
            ),
          ];
        }
      },
    },
  ),
];
