/**
 * `wrk`, the load generator in C: where it is there, it takes least of the cores that it shares with
 * the server.
 *
 * @module
 */

/** What is asked. */
export interface WrkJob {
  readonly url: string;
  readonly seconds: number;
  readonly connections: number;
  readonly token: string;
}

/** @returns Whether `wrk` can be run. */
export async function hasWrk(): Promise<boolean> {
  try {
    await new Deno.Command("wrk", {
      args: ["-v"],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * Asks for one address over and over.
 *
 * @param job What is asked.
 * @returns Answers a second.
 */
export async function runWrk(
  { url, seconds, connections, token }: WrkJob,
): Promise<number> {
  const { success, stdout, stderr } = await new Deno.Command("wrk", {
    args: [
      "-t1",
      `-c${connections}`,
      `-d${seconds}s`,
      "-H",
      `Authorization: Bearer ${token}`,
      url,
    ],
    stdin: "null",
  }).output();
  const said = new TextDecoder().decode(stdout);
  const rate = /Requests\/sec:\s+([\d.]+)/.exec(said)?.[1];
  const bad = /(?:Non-2xx or 3xx responses|Socket errors): .*/.exec(said)?.[0];
  if (!success || rate === undefined || bad !== undefined) {
    throw new Error(
      `Cannot measure with wrk: ${bad ?? new TextDecoder().decode(stderr)}`,
    );
  }
  return Number(rate);
}
