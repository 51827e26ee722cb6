/**
 * The table that the benchmark prints, in Markdown, so that it can go into the documentation.
 *
 * @module
 */

import type { Compared } from "./rounds.ts";
import type { Spread } from "./statistics.ts";

/** What a figure should be. */
export interface Target {
  readonly bound: "at least" | "at most";
  readonly value: number;
  /** A weaker bound that is still acceptable. */
  readonly acceptable?: number;
}

/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly ours: string;
  readonly reference: string;
  /** The figure that is judged. */
  readonly figure: string;
  readonly target: string;
  readonly verdict: string;
}

/** Rounds whose ratios lie further apart than this say little: something else was running. */
const unsteady = 2;

/** How to show a comparison. */
export interface ComparedRow {
  readonly what: string;
  readonly unit: string;
  /** Digits after the point of the two measured numbers. */
  readonly digits?: number;
  readonly target?: Target;
}

/**
 * @param compared What came of the rounds.
 * @param options How to show it.
 * @returns The line.
 */
export function comparedRow(
  { ours, reference, ratio }: Compared,
  { what, unit, digits = 0, target }: ComparedRow,
): Row {
  const show = ({ median }: Spread) => `${median.toFixed(digits)} ${unit}`;
  const judged = judge(ratio.median, target);
  return {
    what,
    ours: show(ours),
    reference: show(reference),
    figure: `${ratio.median.toFixed(2)} (${ratio.min.toFixed(2)}–${
      ratio.max.toFixed(2)
    })`,
    ...judged,
    verdict: ratio.max > unsteady * ratio.min
      ? `${judged.verdict}, unsteady`
      : judged.verdict,
  };
}

/** How to show a single figure. */
export interface FigureRow {
  readonly what: string;
  readonly unit: string;
  readonly target?: Target;
}

/**
 * @param figure What was measured, once or several times.
 * @param options How to show it.
 * @returns The line.
 */
export function figureRow(
  { median, min, max }: Spread,
  { what, unit, target }: FigureRow,
): Row {
  const spread = min === max ? "" : ` (${min.toFixed(0)}–${max.toFixed(0)})`;
  return {
    what,
    ours: `${median.toFixed(0)} ${unit}`,
    reference: "",
    figure: `${median.toFixed(0)} ${unit}${spread}`,
    ...judge(median, target),
  };
}

/**
 * @param rows Lines.
 * @returns The table.
 */
export function table(rows: readonly Row[]): string {
  const head: Row = {
    what: "what",
    ours: "ours",
    reference: "reference",
    figure: "ratio or figure (least–greatest)",
    target: "target",
    verdict: "verdict",
  };
  const columns = Object.keys(head) as (keyof Row)[];
  const widths = columns.map((column) =>
    Math.max(...[head, ...rows].map((row) => row[column].length))
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  return [
    line(columns.map((column) => head[column])),
    line(widths.map((width) => "-".repeat(width))),
    ...rows.map((row) => line(columns.map((column) => row[column]))),
  ].join("\n");
}

function judge(
  value: number,
  target: Target | undefined,
): Pick<Row, "target" | "verdict"> {
  if (target === undefined) return { target: "", verdict: "reported" };
  const meets = (bound: number) =>
    target.bound === "at least" ? value >= bound : value <= bound;
  const sign = target.bound === "at least" ? "≥" : "≤";
  const { acceptable } = target;
  const verdict = meets(target.value)
    ? "met"
    : acceptable !== undefined && meets(acceptable)
    ? `acceptable (${sign} ${acceptable})`
    : "missed";
  return { target: `${sign} ${target.value}`, verdict };
}
