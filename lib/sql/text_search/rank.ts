/**
 * How well a document fits a query: `ts_rank` and `ts_rank_cd` (manual, 12.3.3).
 *
 * The sums are rounded to single precision where PostgreSQL keeps them in `float4`.
 *
 * @module
 */

import { SqlError } from "../error.ts";
import { compareBytes } from "../json/byte_order.ts";
import { entriesOf, matches } from "./match.ts";
import { type MaybeQuery, type Operand, operandsOf } from "./query.ts";
import { type Entry, lastPosition, type Place, type Vector } from "./vector.ts";

const single = Math.fround;
/** Weights of D, C, B, A. */
const usual: readonly number[] = [0.1, 0.2, 0.4, 1];
const nowhere: readonly Place[] = [{ position: lastPosition - 1, weight: 0 }];

/**
 * @param given Weights of the caller; a negative one stands for the usual.
 * @returns Weights to reckon with.
 * @throws {SqlError} 22023, 2202E.
 */
export function readWeights(
  given: readonly (number | null)[] | undefined,
): number[] {
  if (given === undefined) return usual.map(single);
  if (given.length < 4) {
    throw new SqlError("2202E", "array of weight is too short");
  }
  if (given.includes(null)) {
    throw new SqlError("22004", "array of weight must not contain nulls");
  }
  return usual.map((weight, i) => {
    const value = given[i] as number;
    const own = value >= 0 ? value : weight;
    if (own > 1) throw new SqlError("22023", "weight out of range");
    return single(own);
  });
}

function length(vector: Vector): number {
  return vector.reduce((all, { places }) => all + (places.length || 1), 0);
}

/** Operands in order, each once. */
function items(query: MaybeQuery): Operand[] {
  const words = new Map<string, Operand>();
  for (const operand of operandsOf(query)) {
    if (!words.has(operand.word)) words.set(operand.word, operand);
  }
  return [...words.values()].sort((a, b) => compareBytes(a.word, b.word));
}

function distanceWeight(distance: number): number {
  if (distance > 100) return single(1e-30);
  return single(1 / (1.005 + 0.05 * Math.exp(single(distance) / 1.5 - 2)));
}

const placesOf = (entry: Entry) =>
  entry.places.length === 0 ? nowhere : entry.places;

function anyRank(w: readonly number[], vector: Vector, query: MaybeQuery) {
  const operands = items(query);
  let result = 0;
  for (const operand of operands) {
    for (const entry of entriesOf(vector, operand)) {
      let sum = 0;
      let best = -1;
      let bestAt = 0;
      placesOf(entry).forEach(({ weight }, i) => {
        const own = w[weight] as number;
        sum = single(sum + own / ((i + 1) * (i + 1)));
        if (own > best) {
          best = own;
          bestAt = i;
        }
      });
      // The sum of 1/i² is at most π²/6.
      result = single(
        result +
          (best + sum - best / ((bestAt + 1) * (bestAt + 1))) / 1.64493406685,
      );
    }
  }
  return operands.length > 0 ? single(result / operands.length) : result;
}

function allRank(w: readonly number[], vector: Vector, query: MaybeQuery) {
  const operands = items(query);
  if (operands.length < 2) return anyRank(w, vector, query);
  const found: (readonly Place[] | undefined)[] = operands.map(() => undefined);
  let result = -1;
  operands.forEach((operand, i) => {
    for (const entry of entriesOf(vector, operand)) {
      const places = found[i] = placesOf(entry);
      for (const others of found.slice(0, i)) {
        if (others === undefined) continue;
        for (const a of places) {
          for (const b of others) {
            let distance = Math.abs(a.position - b.position);
            const unknown = places === nowhere || others === nowhere;
            if (distance === 0 && !unknown) continue;
            if (distance === 0) distance = lastPosition;
            const weight = single(
              Math.sqrt(
                single(
                  single((w[a.weight] as number) * (w[b.weight] as number)) *
                    distanceWeight(distance),
                ),
              ),
            );
            result = result < 0
              ? weight
              : single(1 - (1 - result) * (1 - weight));
          }
        }
      }
    }
  });
  return result;
}

/** Bits of the last argument. */
const normal = {
  logLength: 1,
  length: 2,
  distance: 4,
  unique: 8,
  logUnique: 16,
  fraction: 32,
} as const;

/**
 * @param vector A document.
 * @param query A query.
 * @param w Weights.
 * @param method Bits of normalization.
 * @returns The rank, in single precision.
 */
export function rank(
  vector: Vector,
  query: MaybeQuery,
  w: readonly number[],
  method: number,
): number {
  if (vector.length === 0 || query === undefined) return 0;
  let result = query.kind === "and" || query.kind === "phrase"
    ? allRank(w, vector, query)
    : anyRank(w, vector, query);
  if (result < 0) result = single(1e-20);
  if (method & normal.logLength) {
    result = single(result / (Math.log(length(vector) + 1) / Math.log(2)));
  }
  if (method & normal.length) result = single(result / length(vector));
  if (method & normal.unique) result = single(result / vector.length);
  if (method & normal.logUnique) {
    result = single(result / (Math.log(vector.length + 1) / Math.log(2)));
  }
  if (method & normal.fraction) result = single(result / single(result + 1));
  return result;
}

/** Operands that stand at one place of a document. */
interface Spot {
  readonly position: number;
  readonly weight: number;
  readonly operands: Operand[];
}

function spots(vector: Vector, query: MaybeQuery): Spot[] {
  const byPlace = new Map<number, Spot>();
  for (const operand of operandsOf(query)) {
    for (const entry of entriesOf(vector, operand)) {
      for (const { position, weight } of placesOf(entry)) {
        if (
          operand.weights !== 0 && (operand.weights & (1 << weight)) === 0
        ) continue;
        const key = position * 4 + weight;
        const known = byPlace.get(key);
        if (known === undefined) {
          byPlace.set(key, { position, weight, operands: [operand] });
        } else known.operands.push(operand);
      }
    }
  }
  return [...byPlace.values()].sort((a, b) =>
    a.position - b.position || a.weight - b.weight
  );
}

/** A stretch of a document that holds the whole query. */
interface Cover {
  readonly begin: number;
  readonly end: number;
}

/** The next cover that begins at `from` or later. */
function nextCover(
  document: readonly Spot[],
  query: MaybeQuery,
  from: number,
): { cover: Cover; next: number } | undefined {
  let end = -1;
  let seen = new Map<Operand, number[]>();
  const look = (operand: Operand) => {
    const at = seen.get(operand);
    return at === undefined ? undefined : at;
  };
  const see = ({ operands, position }: Spot, first: boolean): void => {
    for (const operand of operands) {
      const at = seen.get(operand);
      if (at === undefined) seen.set(operand, [position]);
      else if (first) at.unshift(position);
      else at.push(position);
    }
  };
  for (let i = from; i < document.length; i++) {
    see(document[i] as Spot, false);
    if (matches(query, look)) {
      end = i;
      break;
    }
  }
  if (end < 0) return undefined;
  seen = new Map();
  for (let i = end; i >= from; i--) {
    see(document[i] as Spot, true);
    if (matches(query, look)) {
      return { cover: { begin: i, end }, next: i + 1 };
    }
  }
  return undefined;
}

/** Covers that are looked for in one document. */
const mostCovers = 10_000;

/**
 * @param vector A document.
 * @param query A query.
 * @param w Weights.
 * @param method Bits of normalization.
 * @returns The rank by cover density, in single precision.
 */
export function coverRank(
  vector: Vector,
  query: MaybeQuery,
  w: readonly number[],
  method: number,
): number {
  const document = query === undefined ? [] : spots(vector, query);
  if (document.length === 0) return 0;
  let result = 0;
  let previous = 0;
  let distances = 0;
  let extents = 0;
  for (let from = 0; extents < mostCovers;) {
    const found = nextCover(document, query, from);
    if (found === undefined) break;
    const { begin, end } = found.cover;
    from = found.next;
    const p = (document[begin] as Spot).position;
    const q = (document[end] as Spot).position;
    let inverse = 0;
    for (let i = begin; i <= end; i++) {
      inverse += 1 / (w[(document[i] as Spot).weight] as number);
    }
    let noise = q - p - (end - begin);
    if (noise < 0) noise = Math.floor((end - begin) / 2);
    result += (end - begin + 1) / inverse / (1 + noise);
    const middle = (q + p) / 2;
    if (extents > 0 && middle > previous) distances += 1 / (middle - previous);
    previous = middle;
    extents++;
  }
  if (method & normal.logLength) result /= Math.log(length(vector) + 1);
  if (method & normal.length) result /= length(vector);
  if (method & normal.distance && extents > 0 && distances > 0) {
    result /= extents / distances;
  }
  if (method & normal.unique) result /= vector.length;
  if (method & normal.logUnique) {
    result /= Math.log(vector.length + 1) / Math.log(2);
  }
  if (method & normal.fraction) result /= result + 1;
  return single(result);
}
