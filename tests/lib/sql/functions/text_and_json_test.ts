import { deepEqual, ok } from "node:assert/strict";
import { compareAnswers } from "./answers.ts";

const setUp = "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')";

Deno.test("textAndJson answers as PostgreSQL 15 does", async (t) => {
  const folder = new URL("./answers/", import.meta.url);
  for await (const { name } of Deno.readDir(folder)) {
    await t.step(name, async () => {
      const { cases, wrong } = await compareAnswers(
        new URL(name, folder),
        setUp,
      );
      ok(cases > 0);
      deepEqual(wrong, []);
    });
  }
});
