/** Clients that send slowly or not at all, against the real program with its real deadlines. */
import { match, ok } from "node:assert/strict";
import { startProgram } from "../support/program.ts";

const limitMs = 20_000;

/** Sends `start`, then a byte a second, and reads until the server closes. */
async function dribble(
  port: number,
  start: string,
  drip: string,
): Promise<{ answer: string; ms: number }> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const began = performance.now();
  const encoder = new TextEncoder();
  await connection.write(encoder.encode(start));
  let sent = 0;
  const timer = setInterval(() => {
    const next = drip[sent++ % Math.max(1, drip.length)];
    if (next !== undefined) {
      connection.write(encoder.encode(next)).catch(() => {});
    }
  }, 1000);
  let answer = "";
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(4096);
  try {
    for (;;) {
      const read = await connection.read(buffer);
      if (read === null) break;
      answer += decoder.decode(buffer.subarray(0, read));
    }
  } catch {
    // A reset after the answer ends it too.
  } finally {
    clearInterval(timer);
    connection.close();
  }
  return { answer, ms: performance.now() - began };
}

Deno.test("slow heads and bodies get a 4xx JSON answer within 20 s and the server lives", async () => {
  await using program = await startProgram();
  const { port } = program;
  const head = "POST /auth/v1/token HTTP/1.1\r\nHost: localhost\r\n";
  const json = "Content-Type: application/json\r\n";
  const cases: [string, string, string][] = [
    ["half a head", `${head}X-Slow: `, ""],
    ["a head byte by byte", `${head}X-Slow: `, "x"],
    [
      "half a body",
      `${head}${json}Content-Length: 100\r\n\r\n{"email":`,
      "",
    ],
    [
      "a body byte by byte",
      `${head}${json}Content-Length: 1000\r\n\r\n{"email":`,
      " ",
    ],
    [
      "chunks byte by byte",
      `${head}${json}Transfer-Encoding: chunked\r\n\r\n`,
      "1\r\n \r\n",
    ],
  ];
  const answers = await Promise.all(
    cases.map(([, start, drip]) => dribble(port, start, drip)),
  );
  for (const [i, { answer, ms }] of answers.entries()) {
    const name = cases[i]![0];
    ok(ms < limitMs, `${name} took ${ms} ms`);
    match(answer, /^HTTP\/1\.1 408 /, name);
    match(answer, /"error":"request_timeout"/, name);
  }
  ok((await fetch(`${program.base}/ready`)).ok);
});
