/**
 * One command says all is well: format, lint, types, import graph, documentation and all tests.
 *
 * It does its own set-up on a fresh machine, and its last line is `N passed, N failed`.
 *
 * ```sh
 * deno task test                  # everything
 * deno task test tests/lib/base   # only the tests named
 * ```
 *
 * @module
 */

// deno-lint-ignore-file no-console -- this is a program for a terminal

import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { checkDocs } from "./check_docs.ts";
import { checkGraph } from "./check_graph.ts";
import { denoTest, type Tally } from "./checks/deno_test.ts";
import { listFiles } from "./checks/list_files.ts";
import { ensureTools } from "./checks/tools.ts";
import { run } from "./run.ts";
import { ensureSqliteLibrary } from "./sqlite_library.ts";

const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
/** Far more than the tests take; a run that hangs ends here. */
const timeoutMs = 15 * 60_000;

/** Finds faults; none means that all is well. */
type Check = () => Promise<string[]>;

const checks: Readonly<Record<string, Check>> = {
  "format": () => deno("fmt", "--check"),
  "lint": () => deno("lint"),
  "types": () => deno("check", "--frozen"),
  "import graph": () => checkGraph(root),
  "documentation": () => checkDocs(root),
};

async function deno(...args: [string, ...string[]]): Promise<string[]> {
  const { success, stdout, stderr } = await run([Deno.execPath(), ...args], {
    cwd: root,
  });
  return success ? [] : [`${stdout}${stderr}`.trim()];
}

async function runChecks(): Promise<Tally> {
  let failed = 0;
  for (const [name, check] of Object.entries(checks)) {
    const started = performance.now();
    const faults = await check().catch((error: unknown) => [String(error)]);
    const ms = Math.round(performance.now() - started);
    if (faults.length > 0) failed++;
    console.log(
      `check ${name} ... ${faults.length === 0 ? "ok" : "FAILED"} (${ms}ms)`,
    );
    for (const fault of faults) console.log(fault);
  }
  return { passed: Object.keys(checks).length - failed, failed, skipped: 0 };
}

async function runTests(chosen: readonly string[]): Promise<Tally[]> {
  if (chosen.length > 0) {
    return [
      await denoTest({
        root,
        paths: chosen,
        parallel: false,
        unrestricted: chosen.every((path) => path.startsWith("tests/e2e")),
        timeoutMs,
      }),
    ];
  }
  const tests = (await listFiles(root)).filter((path) =>
    /^tests\/.*_test\.ts$/.test(path)
  );
  // Whole programs share the machine's two cores and its disk badly; the rest only shares the cores.
  const alone = tests.filter((path) => path.startsWith("tests/e2e/"));
  const together = tests.filter((path) => !alone.includes(path));
  const tallies: Tally[] = [];
  for (const [paths, parallel] of [[together, true], [alone, false]] as const) {
    if (paths.length > 0) {
      tallies.push(
        await denoTest({
          root,
          paths,
          parallel,
          unrestricted: !parallel,
          timeoutMs,
        }),
      );
    }
  }
  return tallies;
}

function sum(tallies: readonly Tally[], part: keyof Tally): number {
  return tallies.reduce((total, tally) => total + tally[part], 0);
}

/** Prints the line that the command ends with, and nothing after it. */
function finish(tallies: readonly Tally[]): never {
  const [passed, failed, skipped] = [
    sum(tallies, "passed"),
    sum(tallies, "failed"),
    sum(tallies, "skipped"),
  ];
  console.log(
    `${passed} passed, ${failed} failed${
      skipped > 0 ? `, ${skipped} skipped` : ""
    }`,
  );
  Deno.exit(failed > 0 || passed === 0 ? 1 : 0);
}

async function setUp(): Promise<string | undefined> {
  const advice = await ensureTools(console.log);
  if (advice !== undefined) return advice;
  const library = await ensureSqliteLibrary(console.log);
  return library === undefined
    ? "Cannot test without the pinned SQLite."
    : undefined;
}

async function main(): Promise<never> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { "no-install": { type: "boolean", default: false } },
  });
  const problem = values["no-install"] ? undefined : await setUp();
  if (problem !== undefined) {
    console.log(problem);
    return finish([{ passed: 0, failed: 1, skipped: 0 }]);
  }
  const tallies = positionals.length > 0 ? [] : [await runChecks()];
  const tests = await runTests(positionals);
  if (sum(tests, "passed") + sum(tests, "failed") === 0) {
    console.log("No test ran.");
    tests.push({ passed: 0, failed: 1, skipped: 0 });
  }
  return finish([...tallies, ...tests]);
}

if (import.meta.main) await main();
