/**
 * Debian's Chromium without a window, driven page by page; it notes whatever a page should not do.
 *
 * @module
 */

import { type Browser, chromium, type Page } from "playwright-core";

/** As root there is no sandbox; the rest keeps the browser from looking for the internet. */
const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** What a window is like. */
export interface Look {
  /** Color scheme that the user prefers. */
  readonly colors: "light" | "dark";
  /** Width in CSS pixels. */
  readonly width: number;
}

/** A page and what went wrong in it. */
export interface Watched {
  readonly page: Page;
  /** Errors of scripts, violations of the policy, requests to other hosts: one line each. */
  readonly faults: readonly string[];
}

/** A browser. */
export interface TestBrowser extends AsyncDisposable {
  /**
   * @param base Origin that pages may talk to.
   * @param look What the window is like.
   * @returns An empty page.
   */
  open(base: string, look: Look): Promise<Watched>;
}

/** Runs in the page, before its own scripts. */
const tellViolations = `addEventListener("securitypolicyviolation", (event) =>
  console.error("policy:", event.violatedDirective, event.blockedURI));`;

async function watch(
  browser: Browser,
  base: string,
  { colors, width }: Look,
): Promise<Watched> {
  const page = await browser.newPage({
    colorScheme: colors,
    viewport: { width, height: 900 },
  });
  const faults: string[] = [];
  page.on("pageerror", ({ message }) => faults.push(`error: ${message}`));
  page.on("console", (line) => {
    const { url } = line.location();
    // A refused call is a line too; that the page shows it is tested.
    if (line.type() === "error" && !url.includes("/auth/v1/")) {
      faults.push(`console: ${line.text()}`);
    }
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${base}/`) && !url.startsWith("data:")) {
      faults.push(`request: ${url}`);
    }
  });
  await page.addInitScript({ content: tellViolations });
  return { page, faults };
}

/**
 * @returns A browser; disposing of it closes it.
 */
export async function startBrowser(): Promise<TestBrowser> {
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args,
  });
  return {
    open: (base, look) => watch(browser, base, look),
    [Symbol.asyncDispose]: () => browser.close(),
  };
}
