import { deepEqual } from "node:assert/strict";
import { readTally } from "../../../scripts/checks/deno_test.ts";

for (
  const [line, success, passed, failed, skipped] of [
    ["ok | 19 passed | 0 failed (336ms)", true, 19, 0, 0],
    ["ok | 2 passed (14 steps) | 0 failed (1s)", true, 2, 0, 0],
    ["ok | 3 passed | 0 failed | 2 ignored (1s)", true, 3, 0, 2],
    [
      "ok | 3 passed | 0 failed | 2 ignored (3 steps) | 7 filtered out (1s)",
      true,
      3,
      0,
      2,
    ],
    ["FAILED | 12 passed | 1 failed (1s)", false, 12, 1, 0],
    [
      "FAILED | 12 passed (3 steps) | 2 failed (1 step) | 4 ignored (1s)",
      false,
      12,
      2,
      4,
    ],
    [
      "ok | 12 passed | 0 failed (1s)\nerror: something after the tests",
      false,
      12,
      1,
      0,
    ],
    ["error: No test modules found", false, 0, 1, 0],
    [
      "ok | 1 passed | 0 failed (1ms)\nok | 2 passed | 0 failed (1ms)",
      true,
      2,
      0,
      0,
    ],
    ["a test that prints ok | 7 passed | 0 failed", true, 0, 0, 0],
  ] as const
) {
  Deno.test(`readTally() reads ${JSON.stringify(line)}`, () => {
    deepEqual(readTally(`running 1 test\n\n${line}\n`, success), {
      passed,
      failed,
      skipped,
    });
  });
}
