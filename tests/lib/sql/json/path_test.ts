import { equal, ok, throws } from "node:assert/strict";
import fc from "fast-check";
import { SqlError } from "../../../../lib/sql/error.ts";
import type { EvalContext } from "../../../../lib/sql/eval_context.ts";
import { parseJson } from "../../../../lib/sql/json/parse.ts";
import { printPath } from "../../../../lib/sql/json/path.ts";
import { parsePath } from "../../../../lib/sql/json/path_parse.ts";
import { runPath } from "../../../../lib/sql/json/path_run.ts";

const context = { type: () => undefined } as unknown as EvalContext;
const options = { variables: new Map(), timeZone: false, context };

const word = fc.constantFrom(
  ...'$ @ . .* .** [*] [ ] ( ) ? && || ! == != < > + - * / % , to last is unknown exists starts with like_regex flag strict lax true false null 1 2.5 .a .b "x" "(" $x {1} .size() .type() .keyvalue() .abs() .double() .datetime()'
    .split(" "),
);

Deno.test("parsePath() gives a path that prints and reads the same, or a SqlError", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(word, { maxLength: 14 }).map((words) => words.join(" ")),
        fc.array(word, { maxLength: 14 }).map((words) => `$${words.join("")}`),
        fc.string({ maxLength: 30 }),
      ),
      (text) => {
        let printed: string;
        try {
          printed = printPath(parsePath(text), true);
        } catch (error) {
          ok(error instanceof SqlError, `${text}: ${error}`);
          return;
        }
        equal(printPath(parsePath(printed), true), printed, text);
      },
    ),
    { numRuns: 4000 },
  );
});

Deno.test("runPath() gives items or a SqlError for any path and document", () => {
  const documents = [
    "1",
    "[]",
    '{"a":[1,{"b":"x"}],"b":null}',
    "[[1,2],[3,[4]]]",
  ].map(parseJson);
  fc.assert(
    fc.property(
      fc.array(word, { maxLength: 12 }).map((words) => `$${words.join(" ")}`),
      fc.constantFrom(...documents),
      (text, document) => {
        try {
          ok([...runPath(parsePath(text), document, options)].length >= 0);
        } catch (error) {
          ok(error instanceof SqlError, `${text}: ${error}`);
        }
      },
    ),
    { numRuns: 4000 },
  );
});

Deno.test("runPath() gives up on paths that would run for hours", () => {
  const deep = parseJson("[".repeat(60) + "1" + "]".repeat(60));
  throws(
    () => [...runPath(parsePath(`$${".**".repeat(12)}`), deep, options)],
    (error) => error instanceof SqlError && error.sqlState === "54000",
  );
});

Deno.test("parsePath() refuses deep nesting without overflowing the stack", () => {
  for (
    const text of [
      "(".repeat(10_000) + "$",
      "-".repeat(10_000) + "1",
      `$${" + 1".repeat(10_000)}`,
      `$${" ? (exists(@".repeat(5000)}`,
    ]
  ) {
    throws(
      () => parsePath(text),
      (error) => error instanceof SqlError && error.sqlState === "54001",
    );
  }
});
