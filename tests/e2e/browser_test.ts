/**
 * A sign-in at a provider in a real browser, Debian's Chromium without a window: what it shows in the
 * end, and what its cookie protects.
 */
import { equal, match } from "node:assert/strict";
import { startProgram } from "../support/program.ts";
import { StrictProvider } from "../support/strict_provider.ts";

/** As root there is no sandbox; the rest keeps the browser from looking for the internet. */
const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Visits a page and gives the JSON that it shows in the end. */
async function visit(
  profile: string,
  url: string,
): Promise<Record<string, unknown>> {
  const { stdout } = await new Deno.Command("chromium", {
    args: [...flags, `--user-data-dir=${profile}`, "--dump-dom", url],
    stdin: "null",
    stderr: "null",
    signal: AbortSignal.timeout(30_000),
  }).output();
  const page = new TextDecoder().decode(stdout);
  const json = /\{.*\}/s.exec(page)?.[0] ?? "null";
  return JSON.parse(json.replaceAll("&amp;", "&"));
}

/** Begins a flow as a script does, and gives the address that ends it. */
async function foreignCallback(base: string): Promise<string> {
  const init = { redirect: "manual" } as const;
  const begun = await fetch(`${base}/auth/v1/authorize?provider=google`, init);
  const approved = await fetch(begun.headers.get("location")!, init);
  await Promise.all([begun.body?.cancel(), approved.body?.cancel()]);
  return approved.headers.get("location")!;
}

/** A port that is free now: the callback, registered beforehand, has it in it. */
function freePort(): number {
  const probe = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = probe.addr as Deno.NetAddr;
  probe.close();
  return port;
}

Deno.test("a browser signs in at Google and GitHub and is protected by its cookie", async () => {
  const port = freePort();
  const base = `http://localhost:${port}`;
  const callback = `${base}/auth/v1/callback`;
  await using provider = StrictProvider.start();
  await using _program = await startProgram({
    port,
    env: {
      ...provider.environment("google", callback),
      ...provider.environment("github", callback),
    },
  });
  const folder = await Deno.makeTempDir();
  try {
    const own = `${folder}/own`;
    for (const name of ["google", "github"]) {
      const session = await visit(
        own,
        `${base}/auth/v1/authorize?provider=${name}`,
      );
      match(String(session["access_token"]), /^eyJ0eXAi/);
    }
    // With a cookie of its own or with none: a flow that it did not begin is refused.
    for (const profile of [own, `${folder}/other`]) {
      const shown = await visit(profile, await foreignCallback(base));
      equal(shown["error"], "invalid_state");
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
