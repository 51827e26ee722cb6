/**
 * The child's side of {@linkcode SideProcess}: a job is a line of JSON on standard input, its result
 * a line on standard output. The process ends when its input does, so it never outlives the bench.
 *
 * @module
 */

import { TextLineStream } from "./text_line_stream.ts";

/**
 * Serves jobs until standard input ends.
 *
 * @param serve Does one job.
 */
export async function serveJobs<Job>(
  serve: (job: Job) => Promise<unknown>,
): Promise<void> {
  const encoder = new TextEncoder();
  const output = Deno.stdout.writable.getWriter();
  const lines = Deno.stdin.readable
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  for await (const line of lines) {
    const result = await serve(JSON.parse(line) as Job);
    await output.write(encoder.encode(`${JSON.stringify(result)}\n`));
  }
}
