import { deepEqual, equal, rejects } from "node:assert/strict";
import { withDdl } from "./support.ts";

Deno.test("replaceTableTexts() copies no row and can be taken back", () =>
  withDdl(async (stage) => {
    await stage.sql("CREATE TABLE t (a int); INSERT INTO t VALUES (1)");
    const root = () =>
      stage.database.run(
        "SELECT rootpage FROM sqlite_master WHERE name = 't'",
      )[0]?.[0];
    const before = root();
    stage.database.run("BEGIN");
    await stage.sql("ALTER TABLE t ADD CHECK (a > 0)");
    equal(root(), before);
    const { catalog } = stage;
    await stage.sql("ALTER TABLE t ADD COLUMN b text, DROP COLUMN a");
    deepEqual(await stage.sql("SELECT * FROM t"), [["NULL"]]);
    stage.database.run("ROLLBACK");
    equal(stage.catalog !== catalog, true);
    await stage.reload();
    deepEqual(await stage.sql("INSERT INTO t VALUES (-1) RETURNING *"), [
      ["-1"],
    ]);
  }));

Deno.test("a CHECK that SQLite takes only as a trigger holds", () =>
  withDdl(async (stage) => {
    await stage.sql(
      "CREATE TABLE t (a int[], CONSTRAINT c CHECK (5 = ANY (a)))",
    );
    await stage.sql("INSERT INTO t VALUES ('{5,6}'), (NULL)");
    await rejects(stage.sql("INSERT INTO t VALUES ('{6}')"), {
      sqlState: "23514",
    });
    await rejects(stage.sql("UPDATE t SET a = '{}' WHERE a IS NOT NULL"), {
      sqlState: "23514",
    });
    await stage.sql("ALTER TABLE t DROP CONSTRAINT c");
    await stage.sql("INSERT INTO t VALUES ('{6}')");
  }));
