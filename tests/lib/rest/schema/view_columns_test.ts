import { deepEqual } from "node:assert/strict";
import {
  baseColumns,
  readOrigins,
} from "../../../../lib/rest/schema/view_columns.ts";

const entry = (
  number: number,
  relation: number,
  column: number,
  { name = "x", junk = false, expression = "{VAR :varno 1}" } = {},
) =>
  `{TARGETENTRY :expr ${expression} :resno ${number} :resname ${name} :ressortgroupref 0 :resorigtbl ${relation} :resorigcol ${column} :resjunk ${junk}}`;

const rule = (...entries: readonly string[]) =>
  `({QUERY :commandType 1 :rtable ({RTE :subquery {QUERY :targetList (${
    entry(1, 9, 9)
  })}}) :targetList (${entries.join(" ")})})`;

Deno.test("readOrigins() reads the outermost targets and nothing within them", () => {
  deepEqual(
    [...readOrigins(rule(
      entry(1, 20, 3),
      entry(2, 0, 0),
      entry(3, 20, 1, { expression: `{SUB ${entry(1, 8, 8)}}` }),
    ))],
    [[1, { relation: 20, column: 3 }], [3, { relation: 20, column: 1 }]],
  );
});

Deno.test("readOrigins() leaves out targets that only an ORDER BY needs", () => {
  deepEqual([...readOrigins(rule(entry(1, 20, 3, { junk: true })))], []);
});

Deno.test("readOrigins() is not misled by a name that looks like the tree", () => {
  const name =
    "\\}\\ :resno\\ 7\\ \\{TARGETENTRY\\ :resorigtbl\\ 6\\ :resorigcol\\ 6\\}";
  deepEqual([...readOrigins(rule(entry(1, 20, 3, { name })))], [
    [1, { relation: 20, column: 3 }],
  ]);
});

Deno.test("baseColumns() goes through views to the table", () => {
  const found = baseColumns([
    { ev_class: 30, ev_action: rule(entry(1, 20, 3), entry(2, 0, 0)) },
    { ev_class: 31, ev_action: rule(entry(1, 30, 2), entry(2, 30, 1)) },
  ]);
  deepEqual([...found.get(31) ?? []], [[2, { relation: 20, column: 3 }]]);
});
