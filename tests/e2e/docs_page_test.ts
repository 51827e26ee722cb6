/**
 * The documentation in a real browser, from the real program: signing up, calling, reading, in light and
 * dark, wide and narrow.
 *
 * `$SCREENSHOTS` names a folder for its pictures, to look at them.
 */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { startBrowser } from "../support/browser.ts";
import { startProgram } from "../support/program.ts";
import { psql } from "../support/psql.ts";

const email = "ada@example.com";
const password = "correct horse";

/** A table that only those who are signed in may read. */
const books = `
  CREATE TABLE books (id serial PRIMARY KEY, title text NOT NULL, price numeric(6, 2));
  INSERT INTO books (title, price) VALUES ('Aniara', 8), ('Solaris', 7.5);
  ALTER TABLE books ENABLE ROW LEVEL SECURITY;
  CREATE POLICY readers ON books FOR SELECT TO authenticated USING (true);
`;

/** Opens an operation, fills in parameters, sends it; gives status and body of the answer. */
async function tryOut(
  page: Page,
  id: string,
  fields: Record<string, string> = {},
): Promise<{ status: string; body: string }> {
  const operation = page.locator(`#operations-${id}`);
  const button = operation.locator("button.try-out__btn");
  if (!await button.isVisible()) {
    await operation.locator("button.opblock-summary-control").click();
    await button.click();
  }
  for (const [name, value] of Object.entries(fields)) {
    await operation.locator(`tr[data-param-name="${name}"] input`).fill(value);
  }
  const answer = operation.locator(".live-responses-table tbody");
  const clear = operation.locator("button.btn-clear");
  if (await clear.isVisible()) await clear.click();
  await operation.locator("button.execute").click();
  const status = await answer.locator(".response-col_status").first()
    .innerText();
  const body = await answer.locator(".highlight-code").first().innerText();
  return { status: status.trim(), body };
}

/** The rows in a body, beside which the page has a button. */
function rowsIn(body: string): unknown {
  return JSON.parse(body.slice(body.indexOf("[")));
}

/** Whether something sticks out at the side, so that the page scrolls sideways. */
function sticksOut(page: Page): Promise<boolean> {
  return page.evaluate("document.documentElement.scrollWidth > innerWidth");
}

Deno.test("a browser reads /docs, signs up there and tries calls out", async (t) => {
  await using program = await startProgram();
  const { stderr } = await psql(
    `postgresql://postgres@127.0.0.1:${program.pgPort}/postgres`,
    ["-q"],
    { input: books },
  );
  equal(stderr, "");
  await using browser = await startBrowser();
  const { base } = program;
  const wanted = Deno.env.get("SCREENSHOTS");
  const folder = wanted ?? await Deno.makeTempDir();
  const shoot = async (page: Page, name: string) => {
    const path = join(folder, `${name}.png`);
    await page.screenshot({ path });
    ok((await Deno.stat(path)).size > 10_000, name);
  };

  const { page, faults } = await browser.open(base, {
    colors: "light",
    width: 1280,
  });
  const status = page.locator("#status");
  const who = page.locator("#who");

  await t.step("the front page leads to it", async () => {
    await page.goto(`${base}/`);
    await shoot(page, "home-light");
    await page.getByRole("link", { name: "/docs" }).click();
    await page.locator(".opblock").first().waitFor();
    equal(page.url(), `${base}/docs`);
    await shoot(page, "docs-light");
  });

  await t.step(
    "a call without a token is refused, and the page shows it",
    async () => {
      const { status, body } = await tryOut(page, "Auth-getUser");
      equal(status, "401");
      match(body, /invalid_token/);
    },
  );

  await t.step(
    "a table is there, and shows nothing to a stranger",
    async () => {
      const { status, body } = await tryOut(page, "books-read_books");
      equal(status, "200");
      deepEqual(rowsIn(body), []);
    },
  );

  await t.step("signing up with the keyboard authorizes calls", async () => {
    await page.locator("#email").focus();
    await page.keyboard.type(email);
    await page.keyboard.press("Tab");
    await page.keyboard.type(password);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.locator("#signed-in").waitFor();
    equal(await who.innerText(), email);
    equal(await page.locator("#role").innerText(), "authenticated");
    await page.locator("#sign-out:focus").waitFor();

    const { status, body } = await tryOut(page, "Auth-getUser");
    equal(status, "200");
    match(body, new RegExp(`"email": "${email}"`));
    await page.locator("#operations-Auth-getUser").scrollIntoViewIfNeeded();
    await shoot(page, "docs-tried-out");
  });

  await t.step(
    "a query runs with the token, and its policy lets it",
    async () => {
      const { status, body } = await tryOut(page, "books-read_books", {
        title: "like.A*",
        select: "title,price",
      });
      equal(status, "200");
      deepEqual(rowsIn(body), [{ title: "Aniara", price: 8 }]);
      await page.locator("#operations-books-read_books")
        .scrollIntoViewIfNeeded();
      await shoot(page, "docs-table");
    },
  );

  await t.step("signing out ends that", async () => {
    await page.locator("#sign-out").click();
    await page.locator("#signed-out").waitFor();
    equal((await tryOut(page, "Auth-getUser")).status, "401");
  });

  await t.step("a wrong password is told, the right one signs in", async () => {
    await page.locator("#email").fill(email);
    await page.locator("#password").fill("wrong wrong");
    await page.keyboard.press("Enter");
    await status.getByText("Invalid login credentials").waitFor();

    await page.clock.install();
    await page.locator("#password").fill(password);
    await page.keyboard.press("Enter");
    await page.locator("#signed-in").waitFor();
    await status.getByText("Signed in.").waitFor();
  });

  await t.step("a session goes on before its token ends", async () => {
    const renewal = page.waitForResponse(/grant_type=refresh_token/);
    await page.clock.fastForward("50:00");
    equal((await renewal).status(), 200);
    equal(await who.innerText(), email);
    equal((await tryOut(page, "Auth-getUser")).status, "200");
    await page.locator("#sign-out").click();
    await page.locator("#signed-out").waitFor();
  });

  await t.step(
    "a pasted token authorizes calls, another text does not",
    async () => {
      const answer = await fetch(`${base}/auth/v1/token`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ email, password }),
      });
      const { access_token: token } = await answer.json();
      await page.getByText("Use a token instead").click();
      await page.locator("#token").fill("nonsense");
      await page.keyboard.press("Enter");
      await status.getByText("not a token").waitFor();
      await page.locator("#token").fill(`Bearer ${token}`);
      await page.keyboard.press("Enter");
      await page.locator("#signed-in").waitFor();
      equal((await tryOut(page, "Auth-getUser")).status, "200");
    },
  );

  await t.step("a table's changes are seen as they come", async () => {
    await page.goto(`${base}/docs`);
    await page.getByRole("link", { name: "Live" }).click();
    await page.locator("#table").fill("nowhere");
    await page.keyboard.press("Enter");
    await status.getByText("there is no such table").waitFor();
    await page.locator("#table").fill("books");
    await page.locator("#filter").fill("price=gt.5");
    const answer = await fetch(`${base}/auth/v1/token`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email, password }),
    });
    await page.locator("#token").fill((await answer.json()).access_token);
    await page.keyboard.press("Enter");
    await status.getByText("Following public.books").waitFor();
    await psql(
      `postgresql://postgres@127.0.0.1:${program.pgPort}/postgres`,
      ["-q"],
      {
        input:
          "INSERT INTO books (title, price) VALUES ('<b>Cheap</b>', 1), ('<b>Kallocain</b>', 9);",
      },
    );
    const row = page.locator("#events tr");
    await row.getByText('"title":"<b>Kallocain</b>"').waitFor();
    equal(await row.count(), 1);
    equal(await sticksOut(page), false);
    await shoot(page, "live");
    await page.locator("#stop").click();
    await status.getByText("Stopped").waitFor();
  });

  await t.step("nothing went wrong, and nobody else was asked", () => {
    deepEqual(faults, []);
  });
  await page.close();

  await t.step("dark and narrow, it is dark and fits", async () => {
    const { page, faults } = await browser.open(base, {
      colors: "dark",
      width: 390,
    });
    await page.goto(`${base}/`);
    equal(await sticksOut(page), false);
    await shoot(page, "home-dark");
    await page.goto(`${base}/docs`);
    await page.locator(".opblock").first().waitFor();
    equal(await sticksOut(page), false);
    match(
      await page.evaluate("getComputedStyle(document.body).backgroundColor"),
      /^rgb\(28, 32, 34\)$/,
    );
    await page.keyboard.press("Tab");
    match(
      await page.evaluate("document.activeElement.textContent"),
      /^Skip to/,
    );
    await tryOut(page, "Server-version");
    equal(await sticksOut(page), false);
    await page.locator("#operations-Server-version").scrollIntoViewIfNeeded();
    await shoot(page, "docs-dark");
    deepEqual(faults, []);
    await page.close();
  });

  if (wanted === undefined) await Deno.remove(folder, { recursive: true });
});
