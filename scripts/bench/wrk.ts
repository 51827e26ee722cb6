/**
 * `wrk`, the load generator in C: where it is there, it takes least of the cores that it shares with
 * the server.
 *
 * @module
 */

import type { RepeatedRequest } from "./load_job.ts";

/** What is asked. */
export interface WrkJob {
  readonly port: number;
  readonly seconds: number;
  readonly connections: number;
  readonly request: RepeatedRequest;
  /** Where the script that tells `wrk` of the request is put. */
  readonly folder: string;
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
 * Sends one request over and over.
 *
 * @param job What is asked.
 * @returns Answers a second.
 */
export async function runWrk(
  { port, seconds, connections, request, folder }: WrkJob,
): Promise<number> {
  const script = `${folder}/wrk.lua`;
  await Deno.writeTextFile(script, luaOf(request));
  const { success, stdout, stderr } = await new Deno.Command("wrk", {
    args: [
      "-t1",
      `-c${connections}`,
      `-d${seconds}s`,
      // Late answers lower the rate; they are no reason to measure nothing on a busy machine.
      "--timeout=10s",
      "-s",
      script,
      `http://127.0.0.1:${port}/`,
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

/** The script; its texts are ASCII, which JSON and Lua write alike. */
function luaOf(
  { method, path, turns = 1, token, headers = {}, body }: RepeatedRequest,
): string {
  const fields = {
    ...headers,
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { "Content-Type": "application/json" }),
  };
  const lines = [
    `wrk.method = ${JSON.stringify(method)}`,
    ...Object.entries(fields).map(([name, value]) =>
      `wrk.headers[${JSON.stringify(name)}] = ${JSON.stringify(value)}`
    ),
  ];
  if (body !== undefined) {
    lines.push(`wrk.body = ${JSON.stringify(JSON.stringify(body))}`);
  }
  // All of them are made beforehand: the clock of the measurement is not to run for that.
  lines.push(
    "local requests = {}",
    "local turn = 0",
    "function init()",
    `  for n = 1, ${turns} do`,
    `    local path = string.gsub(${JSON.stringify(path)}, "{n}", n)`,
    "    requests[n] = wrk.format(nil, path)",
    "  end",
    "end",
    "function request()",
    `  turn = turn % ${turns} + 1`,
    "  return requests[turn]",
    "end",
  );
  return `${lines.join("\n")}\n`;
}
