import { deepEqual, ok } from "node:assert/strict";
import { compareAnswers } from "./answers.ts";

const setUp = `
  CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
  CREATE TABLE item (id int, name text, tags text[], feeling mood, doc jsonb);
  INSERT INTO item VALUES (1, 'ada', '{a,b}', 'ok', '{}')`;

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
