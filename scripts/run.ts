/**
 * Runs another program to its end.
 *
 * @module
 */

/** What a program said. */
export interface Finished {
  readonly code: number;
  readonly success: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Settings of {@linkcode run}. */
export interface RunOptions {
  /** Folder to run in. */
  cwd?: string;
  /** Environment variables in addition to our own. */
  env?: Record<string, string>;
  /** Start with an empty environment. */
  clearEnv?: boolean;
}

/**
 * Runs a program without input or terminal colours.
 *
 * @param command Program and arguments.
 * @param options Folder and environment.
 * @returns Its exit code and output.
 */
export async function run(
  [program, ...args]: readonly [string, ...string[]],
  { cwd, env = {}, clearEnv = false }: RunOptions = {},
): Promise<Finished> {
  const { code, success, stdout, stderr } = await new Deno.Command(program, {
    args,
    ...(cwd === undefined ? {} : { cwd }),
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...env },
    clearEnv,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  return {
    code,
    success,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}
