import { deepEqual, ok } from "node:assert/strict";
import {
  hasMariadb,
  mysqlSide,
  startMariadb,
} from "../support/mariadb_server.ts";
import { compareSides, readCases } from "../support/mysql_differential.ts";
import { startProgram } from "../support/program.ts";

const folder = new URL("../corpora/mysql/", import.meta.url);

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
    for await (const { name } of Deno.readDir(folder)) {
      if (!name.endsWith(".sql")) continue;
      await t.step(name, async () => {
        await using theirs = await server.side();
        await using ours = await mysqlSide(program.mysqlPort);
        const cases = readCases(
          name,
          await Deno.readTextFile(new URL(name, folder)),
        );
        const { differences } = await compareSides(cases, theirs, ours);
        total += cases.length;
        deepEqual(differences, []);
      });
    }
    ok(total >= 500, `only ${total} statements`);
  },
});
