import { deepEqual, ok } from "node:assert/strict";
import { compareAnswers } from "./answers.ts";

Deno.test("numbersAndDates answers as PostgreSQL 15 does", async (t) => {
  const folder = new URL("./number_answers/", import.meta.url);
  for await (const { name } of Deno.readDir(folder)) {
    await t.step(name, async () => {
      const { cases, wrong } = await compareAnswers(new URL(name, folder));
      ok(cases > 0);
      deepEqual(wrong, []);
    });
  }
});
