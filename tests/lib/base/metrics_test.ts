import { equal, match } from "node:assert/strict";
import { Metrics } from "../../../lib/base/metrics.ts";

Deno.test("text() prints counters, gauges and histograms in Prometheus' format", () => {
  const metrics = new Metrics();
  const requests = metrics.counter("requests_total", "Requests.", ["status"]);
  for (let i = 0; i < 3; i++) requests.add("200");
  metrics.gauge("open", "Open.", () => 7);
  const seconds = metrics.histogram("seconds", "Lengths.", ["route"], [0.1, 1]);
  for (const value of [0.05, 0.5, 5]) seconds.observe(value, "/");
  equal(
    metrics.text(),
    `# HELP requests_total Requests.
# TYPE requests_total counter
requests_total{status="200"} 3
# HELP open Open.
# TYPE open gauge
open 7
# HELP seconds Lengths.
# TYPE seconds histogram
seconds_bucket{route="/",le="0.1"} 1
seconds_bucket{route="/",le="1"} 2
seconds_bucket{route="/",le="+Inf"} 3
seconds_sum{route="/"} 5.55
seconds_count{route="/"} 3
`,
  );
});

Deno.test("text() escapes quotes, backslashes and line feeds in label values", () => {
  const metrics = new Metrics();
  metrics.counter("c_total", "C.", ["label"]).add('a"b\\c\nd');
  match(metrics.text(), /label="a\\"b\\\\c\\nd"/);
});
