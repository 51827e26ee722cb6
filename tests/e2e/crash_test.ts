/** `kill -9` while clients refresh: what was answered is there afterwards, what was used up stays so. */
import { equal, ok } from "node:assert/strict";
import { startProgram } from "../support/program.ts";

interface Family {
  /** Tokens that were answered, oldest first; each but the last was used up. */
  tokens: string[];
  /** The request that was under way when the program died. */
  inFlight: string | undefined;
}

async function post(
  base: string,
  path: string,
  body: unknown,
): Promise<{ status: number; json: Record<string, string> }> {
  const answer = await fetch(`${base}/auth/v1/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: answer.status, json: await answer.json() };
}

/** Refreshes one family over and over until the program dies. */
async function keepRefreshing(
  base: string,
  family: Family,
  onAnswer: () => void,
): Promise<void> {
  while (true) {
    const token = family.tokens.at(-1)!;
    family.inFlight = token;
    let answer: { status: number; json: Record<string, string> };
    try {
      answer = await post(base, "refresh", { refresh_token: token });
    } catch {
      return; // the program is dead
    }
    equal(answer.status, 200);
    family.tokens.push(answer.json["refresh_token"]!);
    family.inFlight = undefined;
    onAnswer();
  }
}

Deno.test("kill -9 loses nothing that was acknowledged, and no rotated token comes back", async () => {
  const dir = await Deno.makeTempDir();
  try {
    const families: Family[] = [];
    for (let round = 0; round < 3; round++) {
      await using program = await startProgram({
        args: ["--data-dir", `${dir}/data`],
      });
      for (let i = 0; i < 4; i++) {
        const email = `user${round}-${i}@example.com`;
        const { status, json } = await post(program.base, "signup", {
          email,
          password: "hunter2!",
        });
        equal(status, 200);
        families.push({
          tokens: [json["refresh_token"]!],
          inFlight: undefined,
        });
      }
      const fresh = families.slice(-4);
      let answers = 0;
      await Promise.all(
        fresh.map((family) =>
          keepRefreshing(program.base, family, () => {
            if (++answers === 150) program.kill("SIGKILL");
          })
        ),
      );
      await program.ended;
    }

    await using program = await startProgram({
      args: ["--data-dir", `${dir}/data`],
    });
    const signedIn = await post(program.base, "token", {
      email: "user0-0@example.com",
      password: "hunter2!",
    });
    equal(signedIn.status, 200);
    for (const { tokens, inFlight } of families) {
      const last = await post(program.base, "refresh", {
        refresh_token: tokens.at(-1),
      });
      // The last acknowledged token works, unless its own refresh was under way and had been committed.
      ok(
        last.status === 200 || inFlight === tokens.at(-1),
        "an acknowledged token is gone",
      );
      for (const used of tokens.slice(0, -1)) {
        equal(
          (await post(program.base, "refresh", { refresh_token: used })).status,
          401,
          "a used token came back",
        );
      }
    }
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
