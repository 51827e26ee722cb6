/**
 * Counters, gauges and histograms, printed in the Prometheus text format 0.0.4.
 *
 * Label values come from closed sets in the program (route, status, outcome), never from a request,
 * so the number of series is bounded.
 *
 * @module
 */

/** A number that only grows. */
export interface Counter {
  /**
   * Adds one to a series.
   *
   * @param values Values of the labels, in the order of their names.
   */
  add(...values: string[]): void;
}

/** Lengths of time, sorted into buckets. */
export interface Histogram {
  /**
   * Records one value.
   *
   * @param value In the unit of the metric (seconds).
   * @param values Values of the labels, in the order of their names.
   */
  observe(value: number, ...values: string[]): void;
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

/** Stands between label values in keys; no value holds it. */
const separator = "\0";

function labelText(names: readonly string[], key: string): string {
  const values = key.split(separator);
  return names.map((name, i) => {
    const value = (values[i] ?? "").replace(
      /[\\"\n]/g,
      (c) => c === "\n" ? "\\n" : `\\${c}`,
    );
    return `${name}="${value}"`;
  }).join(",");
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

/** What a histogram keeps of one series. */
interface Buckets {
  /** Values in each bucket alone. */
  readonly counts: number[];
  sum: number;
  count: number;
}

/** The text format wants each bucket to hold those below it too. */
function histogramLines(
  name: string,
  { labels, buckets, entry }: {
    labels: string;
    buckets: readonly number[];
    entry: Buckets;
  },
): string[] {
  const prefix = labels === "" ? "" : `${labels},`;
  let running = 0;
  const lines = buckets.map((bound, i) => {
    running += entry.counts[i]!;
    return series(`${name}_bucket`, `${prefix}le="${bound}"`, running);
  });
  return [
    ...lines,
    series(`${name}_bucket`, `${prefix}le="+Inf"`, entry.count),
    series(`${name}_sum`, labels, entry.sum),
    series(`${name}_count`, labels, entry.count),
  ];
}

/** Every metric of one server. */
export class Metrics {
  readonly #families: Family[] = [];

  /**
   * @param name Full name, ending in `_total`.
   * @param help One sentence.
   * @param labels Names of the labels.
   * @returns The counter, without any series yet.
   */
  counter(name: string, help: string, labels: readonly string[]): Counter {
    const counts = new Map<string, number>();
    this.#families.push({
      name,
      help,
      type: "counter",
      lines: () =>
        [...counts].map(([key, count]) =>
          series(name, labelText(labels, key), count)
        ),
    });
    return {
      add(...values) {
        const key = values.join(separator);
        counts.set(key, (counts.get(key) ?? 0) + 1);
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
   * @param labels Names of the labels.
   * @param buckets Upper bounds, growing.
   * @returns The histogram, without any series yet.
   */
  histogram(
    name: string,
    help: string,
    labels: readonly string[],
    buckets: readonly number[] = latencyBuckets,
  ): Histogram {
    const all = new Map<string, Buckets>();
    this.#families.push({
      name,
      help,
      type: "histogram",
      lines: () =>
        [...all].flatMap(([key, entry]) =>
          histogramLines(name, {
            labels: labelText(labels, key),
            buckets,
            entry,
          })
        ),
    });
    return {
      observe(value, ...values) {
        const key = values.join(separator);
        let entry = all.get(key);
        if (entry === undefined) {
          entry = {
            counts: new Array(buckets.length).fill(0),
            sum: 0,
            count: 0,
          };
          all.set(key, entry);
        }
        const slot = buckets.findIndex((bound) => value <= bound);
        if (slot >= 0) entry.counts[slot]! += 1;
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
