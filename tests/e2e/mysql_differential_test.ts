import { deepEqual, ok } from "node:assert/strict";
import { MysqlError } from "../../lib/sql/mysql/error.ts";
import { testEngine } from "../lib/engine/session/support.ts";
import { hasMariadb, startMariadb } from "../support/mariadb_server.ts";
import { mysqlClient } from "../support/mysql_client.ts";
import {
  type Answer,
  compareSides,
  readCases,
} from "../support/mysql_differential.ts";

const folder = new URL("../corpora/mysql/", import.meta.url);

Deno.test({
  name: "MySQL's dialect answers as MariaDB does",
  ignore: !hasMariadb(),
  // The client library's sockets end a moment after it says so.
  sanitizeResources: false,
  sanitizeOps: false,
  async fn(t) {
    await using server = await startMariadb();
    let total = 0;
    for await (const { name } of Deno.readDir(folder)) {
      await t.step(name, async () => {
        await using theirs = await server.side();
        await using test = await testEngine();
        const client = mysqlClient(test.engine);
        const ours = {
          async run(sql: string): Promise<Answer> {
            try {
              return { rows: await client.rows(sql) };
            } catch (error) {
              if (!(error instanceof MysqlError)) throw error;
              return { errno: error.errno, message: error.message };
            }
          },
        };
        const cases = readCases(
          name,
          await Deno.readTextFile(new URL(name, folder)),
        );
        const { differences } = await compareSides(cases, theirs, ours);
        total += cases.length;
        await client.session.close();
        deepEqual(differences, []);
      });
    }
    ok(total >= 500, `only ${total} statements`);
  },
});
