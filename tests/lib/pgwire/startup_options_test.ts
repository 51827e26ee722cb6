import { deepEqual, throws } from "node:assert/strict";
import { FatalError } from "../../../lib/pgwire/protocol_violation.ts";
import { splitOptions } from "../../../lib/pgwire/startup_options.ts";

const cases: [text: string, pairs: [string, string][]][] = [
  ["", []],
  ["  ", []],
  ["-c search_path=app", [["search_path", "app"]]],
  ["-csearch_path=app", [["search_path", "app"]]],
  ["--search-path=app", [["search_path", "app"]]],
  ["-c a=1 --b=2\t-c c-d=3", [["a", "1"], ["b", "2"], ["c_d", "3"]]],
  ["-c a=x\\ y\\\\z", [["a", "x y\\z"]]],
  ["-c a=", [["a", ""]]],
  ["-c a=b=c", [["a", "b=c"]]],
  ["-c __proto__=x", [["__proto__", "x"]]],
];

for (const [text, pairs] of cases) {
  Deno.test(`splitOptions() splits ${JSON.stringify(text)}`, () => {
    deepEqual(splitOptions(text), pairs);
  });
}

for (const text of ["-d 5", "x", "-c", "-c x", "--x", "--=1", "-c =1", "-"]) {
  Deno.test(`splitOptions() refuses ${JSON.stringify(text)}`, () => {
    throws(
      () => splitOptions(text),
      (error) => error instanceof FatalError && error.sqlState === "42601",
    );
  });
}
