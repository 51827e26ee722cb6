/**
 * Measures two things in turn (A B A B …), so that what else the machine does meets both alike.
 *
 * @module
 */

import { type Spread, spreadOf } from "./statistics.ts";

/** What came of the rounds. */
export interface Compared {
  readonly ours: Spread;
  readonly reference: Spread;
  /** Of the ratios ours ÷ reference, one a round. */
  readonly ratio: Spread;
}

/** What is measured in turn; each gives one number. */
export interface Contest {
  readonly rounds: number;
  /** Length of one half of a round. */
  readonly seconds: number;
  readonly reference: (seconds: number) => Promise<number>;
  readonly ours: (seconds: number) => Promise<number>;
}

const warmUpSeconds = 1;

/**
 * Runs the rounds, after one short one that does not count.
 *
 * @param contest What is measured, how long, how often.
 * @returns Medians and spreads.
 */
export async function alternate(
  { rounds, seconds, reference, ours }: Contest,
): Promise<Compared> {
  await reference(warmUpSeconds);
  await ours(warmUpSeconds);
  const numbers = { ours: [] as number[], reference: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    numbers.reference.push(await reference(seconds));
    numbers.ours.push(await ours(seconds));
  }
  const ratios = numbers.ours.map((value, round) =>
    value / (numbers.reference[round] ?? NaN)
  );
  return {
    ours: spreadOf(numbers.ours),
    reference: spreadOf(numbers.reference),
    ratio: spreadOf(ratios),
  };
}
