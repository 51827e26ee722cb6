import { deepEqual, ok } from "node:assert/strict";
import {
  hasMariadb,
  mysqlSide,
  startMariadb,
} from "../support/mariadb_server.ts";
import { compareSides, readCases } from "../support/mysql_differential.ts";
import { startProgram } from "../support/program.ts";

const folder = new URL("../corpora/mysql/", import.meta.url);

/** Files whose answers are others for clients that count the rows that were found. */
const countsRows: ReadonlySet<string> = new Set(["rows.sql", "ignore.sql"]);

Deno.test({
  name: "the MySQL listener answers as MariaDB does",
  ignore: !hasMariadb(),
  // The client library's sockets end a moment after it says so.
  sanitizeResources: false,
  sanitizeOps: false,
  async fn(t) {
    await using server = await startMariadb();
    await using program = await startProgram({
      args: ["--memory", "--auth", "trust"],
    });
    let total = 0;
    const files: [name: string, found: boolean][] = [];
    for await (const { name } of Deno.readDir(folder)) {
      if (name.endsWith(".sql")) files.push([name, false]);
      if (countsRows.has(name)) files.push([name, true]);
    }
    for (const [name, found] of files) {
      const step = `${name}${found ? " with CLIENT_FOUND_ROWS" : ""}`;
      await t.step(step, async () => {
        await using theirs = await server.side(found);
        await using ours = await mysqlSide(program.mysqlPort, found);
        const cases = readCases(
          name,
          await Deno.readTextFile(new URL(name, folder)),
        );
        const { differences } = await compareSides(cases, theirs, ours);
        total += cases.length;
        deepEqual(differences, []);
      });
    }
    ok(total >= 1000, `only ${total} statements`);
  },
});
