/** What PostgREST answers, case by case (`tests/corpora/rest`), and what we do. */
import { equal, ok } from "node:assert/strict";
import { restApp } from "../support/rest_app.ts";
import { readRestCorpora, RestCorpusRun } from "../support/rest_corpus.ts";

/** Schemas that the cases ask for by profile. */
const schemas = ["public", "second"];

Deno.test("/rest/v1 answers as PostgREST does", async (t) => {
  const corpora = await readRestCorpora();
  await using app = await restApp({ schemas });
  const run = await RestCorpusRun.begin(app);
  let right = 0;
  let all = 0;
  for (const [file, { title, cases }] of corpora) {
    await t.step(`${file}: ${title}`, async () => {
      const failures: string[] = [];
      for (const each of cases) {
        const differences = await run.check(each);
        all++;
        if (differences.length === 0) right++;
        if (each.gap !== undefined) {
          if (differences.length === 0) {
            failures.push(`${each.name}: agrees by now, its gap can go`);
          }
        } else if (differences.length > 0) {
          failures.push(
            [`${each.name}: ${each.request}`, ...differences].join("\n    "),
          );
        }
      }
      equal(failures.length, 0, `${file}:\n  ${failures.join("\n  ")}`);
    });
  }
  // deno-lint-ignore no-console -- the rate is for people
  console.log(`${right} of ${all} cases agree`);
  ok(all >= 500);
});
