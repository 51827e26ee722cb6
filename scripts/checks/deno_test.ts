/**
 * Runs `deno test`, shows what it says while it says it, and counts.
 *
 * @module
 */

/** How many tests ended how. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Settings of {@linkcode denoTest}. */
export interface DenoTestOptions {
  /** Folder of the project. */
  root: string;
  /** Test files or folders, relative to it. */
  paths: readonly string[];
  /** Whether files may run at the same time. */
  parallel: boolean;
  /**
   * Whether the tests may do everything: the library that drives the browser looks into `/proc`, which no
   * narrower right allows.
   *
   * @default {false}
   */
  unrestricted?: boolean;
  /** After so many milliseconds the run is ended and counts as a failure. */
  timeoutMs: number;
}

/** Tests may start programs and use files. The network is open whole, for Unix sockets have no narrower right. */
const permissions = [
  "--no-prompt",
  "--allow-read",
  "--allow-write",
  "--allow-env",
  "--allow-run",
  "--allow-ffi",
  "--allow-sys",
  "--allow-net",
];

/**
 * Runs tests.
 *
 * @param options What to run.
 * @returns How they ended.
 */
export async function denoTest(
  { root, paths, parallel, unrestricted = false, timeoutMs }: DenoTestOptions,
): Promise<Tally> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "test",
      "--frozen",
      "--no-check",
      ...(unrestricted ? ["--no-prompt", "--allow-all"] : permissions),
      ...(parallel ? ["--parallel"] : []),
      ...paths,
    ],
    cwd: root,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
    stdout: "piped",
    signal: AbortSignal.timeout(timeoutMs),
  }).spawn();
  let text = "";
  for await (const piece of child.stdout.pipeThrough(new TextDecoderStream())) {
    show(piece);
    text = (text + piece).slice(-100_000);
  }
  const { success } = await child.status;
  return readTally(text, success);
}

function show(text: string): void {
  let rest = new TextEncoder().encode(text);
  while (rest.length > 0) rest = rest.subarray(Deno.stdout.writeSync(rest));
}

/**
 * Reads the closing line of `deno test`.
 *
 * @param text What it printed.
 * @param success Whether it exited with 0.
 * @returns The count; a run that failed in any other way counts as one failure.
 */
export function readTally(text: string, success: boolean): Tally {
  const pattern =
    /^(?:ok|FAILED) \| (\d+) passed(?: \([^)]*\))? \| (\d+) failed(?: \([^)]*\))?(?: \| (\d+) ignored)?/gm;
  const last = [...text.matchAll(pattern)].at(-1);
  const [passed = 0, failed = 0, skipped = 0] = (last ?? []).slice(1).map((
    count,
  ) => Number(count ?? 0));
  return { passed, failed: success ? failed : Math.max(failed, 1), skipped };
}
