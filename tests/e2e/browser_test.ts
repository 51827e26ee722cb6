/** A sign-in at a provider in a real browser: what it shows, what its cookie protects. */
import { deepEqual, equal, match } from "node:assert/strict";
import { type Browser, chromium, type Page } from "playwright-core";
import { type Program, startProgram } from "../support/program.ts";
import { StrictProvider } from "../support/strict_provider.ts";

/** As root there is no sandbox; the rest keeps the browser from looking for the internet. */
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

interface Stage extends AsyncDisposable {
  readonly program: Program;
  readonly browser: Browser;
  /** Address under which the browser reaches the server. */
  readonly base: string;
}

async function openStage(): Promise<Stage> {
  const stack = new AsyncDisposableStack();
  const provider = stack.use(StrictProvider.start());
  // The callback has the server's port in it, so the port is chosen first.
  const probe = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = probe.addr as Deno.NetAddr;
  probe.close();
  const base = `http://localhost:${port}`;
  const callback = `${base}/auth/v1/callback`;
  const program = stack.use(
    await startProgram({
      port,
      args: ["--memory", "--redirect-allow", `${base}/version`],
      env: {
        ...provider.environment("google", callback),
        ...provider.environment("github", callback),
      },
    }),
  );
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: flags,
  });
  stack.defer(() => browser.close());
  return {
    program,
    browser,
    base,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function shown(page: Page): Promise<Record<string, unknown>> {
  return JSON.parse(await page.locator("body").innerText());
}

/** Begins a flow as a script does, and gives the address that ends it. */
async function foreignCallback(base: string): Promise<string> {
  const init = { redirect: "manual" } as const;
  const begun = await fetch(`${base}/auth/v1/authorize?provider=google`, init);
  const approved = await fetch(begun.headers.get("location")!, init);
  await Promise.all([begun.body?.cancel(), approved.body?.cancel()]);
  return approved.headers.get("location")!;
}

Deno.test("a browser signs in at Google and GitHub, in two tabs, and is protected by its cookie", async () => {
  await using stage = await openStage();
  const { browser, base } = stage;
  const context = await browser.newContext();

  const google = await context.newPage();
  await google.goto(`${base}/auth/v1/authorize?provider=google`);
  const session = await shown(google);
  match(String(session["access_token"]), /^eyJ0eXAi/);
  const cookies = await context.cookies();
  deepEqual(
    cookies.map(({ httpOnly, sameSite }) => ({ httpOnly, sameSite })),
    [{ httpOnly: true, sameSite: "Lax" }],
  );
  equal(await google.evaluate("document.cookie"), "");

  const github = await context.newPage();
  await github.goto(`${base}/auth/v1/authorize?provider=github`);
  match(String((await shown(github))["access_token"]), /^eyJ0eXAi/);

  for (const victim of [context, await browser.newContext()]) {
    const page = await victim.newPage();
    await page.goto(await foreignCallback(base));
    equal((await shown(page))["error"], "invalid_state");
  }
});

Deno.test("a browser lands on an allowed page with the session in the fragment", async () => {
  await using stage = await openStage();
  const { browser, base, program } = stage;
  const page = await browser.newPage();
  const target = encodeURIComponent(`${base}/version`);
  await page.goto(
    `${base}/auth/v1/authorize?provider=google&redirect_to=${target}`,
  );
  const url = new URL(page.url());
  equal(url.pathname, "/version");
  const token = new URLSearchParams(url.hash.slice(1)).get("access_token");
  const user = await fetch(`${base}/auth/v1/user`, {
    headers: { authorization: `Bearer ${token}` },
  });
  equal(user.status, 200);
  await user.body?.cancel();
  equal(program.output().includes(token!), false);
});
