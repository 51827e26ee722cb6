/**
 * Counters, gauges and histograms, printed in the Prometheus text format 0.0.4.
 *
 * Label values come from closed sets in the program (route, status, outcome), never from a request,
 * so the number of series is bounded.
 *
 * @module
 */

/** Label names and values of one series. */
export type Labels = Readonly<Record<string, string>>;

/** A number that only grows. */
export interface Counter {
  /** Adds `by` (1 by default) to the series of `labels`. */
  add(labels?: Labels, by?: number): void;
}

/** Lengths of time, sorted into buckets. */
export interface Histogram {
  /** Records one value in the unit of the metric (seconds). */
  observe(value: number, labels?: Labels): void;
}

interface Family {
  name: string;
  help: string;
  type: "counter" | "gauge" | "histogram";
  lines(): string[];
}

function series(name: string, labels: string, value: number): string {
  return `${name}${labels === "" ? "" : `{${labels}}`} ${value}`;
}

function labelText(labels: Labels | undefined): string {
  if (labels === undefined) return "";
  return Object.entries(labels)
    .map(([key, value]) =>
      `${key}="${
        value.replace(/[\\"\n]/g, (c) => c === "\n" ? "\\n" : `\\${c}`)
      }"`
    )
    .join(",");
}

/** Upper bounds, in seconds, that suit answers between 50 µs and 10 s. */
export const latencyBuckets: readonly number[] = [
  0.00025,
  0.0005,
  0.001,
  0.0025,
  0.005,
  0.01,
  0.025,
  0.05,
  0.1,
  0.25,
  0.5,
  1,
  2.5,
  10,
];

/** Every metric of one server. */
export class Metrics {
  readonly #families: Family[] = [];

  /**
   * @param name Full name, ending in `_total`.
   * @param help One sentence.
   * @returns The counter, at 0.
   */
  counter(name: string, help: string): Counter {
    const values = new Map<string, number>();
    this.#families.push({
      name,
      help,
      type: "counter",
      lines: () =>
        [...values].map(([labels, value]) => series(name, labels, value)),
    });
    return {
      add(labels, by = 1) {
        const key = labelText(labels);
        values.set(key, (values.get(key) ?? 0) + by);
      },
    };
  }

  /**
   * A counter whose value somebody else keeps; `read` is called when the page is asked for.
   *
   * @param name Full name, ending in `_total`.
   * @param help One sentence.
   * @param read Gives the present value.
   */
  observedCounter(name: string, help: string, read: () => number): void {
    this.#families.push({
      name,
      help,
      type: "counter",
      lines: () => [series(name, "", read())],
    });
  }

  /**
   * A number that goes up and down; `read` is called when the page is asked for.
   *
   * @param name Full name.
   * @param help One sentence.
   * @param read Gives the present value.
   */
  gauge(name: string, help: string, read: () => number): void {
    this.#families.push({
      name,
      help,
      type: "gauge",
      lines: () => [series(name, "", read())],
    });
  }

  /**
   * @param name Full name, ending in `_seconds`.
   * @param help One sentence.
   * @param buckets Upper bounds, growing.
   * @returns The histogram, empty.
   */
  histogram(
    name: string,
    help: string,
    buckets: readonly number[] = latencyBuckets,
  ): Histogram {
    const values = new Map<
      string,
      { counts: number[]; sum: number; count: number }
    >();
    this.#families.push({
      name,
      help,
      type: "histogram",
      lines() {
        const lines: string[] = [];
        for (const [labels, { counts, sum, count }] of values) {
          const prefix = labels === "" ? "" : `${labels},`;
          let running = 0;
          buckets.forEach((bound, i) => {
            running += counts[i] ?? 0;
            lines.push(
              series(`${name}_bucket`, `${prefix}le="${bound}"`, running),
            );
          });
          lines.push(series(`${name}_bucket`, `${prefix}le="+Inf"`, count));
          lines.push(
            series(`${name}_sum`, labels, sum),
            series(`${name}_count`, labels, count),
          );
        }
        return lines;
      },
    });
    return {
      observe(value, labels) {
        const key = labelText(labels);
        let entry = values.get(key);
        if (entry === undefined) {
          entry = {
            counts: new Array<number>(buckets.length).fill(0),
            sum: 0,
            count: 0,
          };
          values.set(key, entry);
        }
        const slot = buckets.findIndex((bound) => value <= bound);
        if (slot >= 0) entry.counts[slot] = (entry.counts[slot] ?? 0) + 1;
        entry.sum += value;
        entry.count += 1;
      },
    };
  }

  /**
   * @returns The page that `GET /metrics` answers.
   */
  text(): string {
    return this.#families
      .flatMap((
        { name, help, type, lines },
      ) => [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines()])
      .join("\n") + "\n";
  }
}
