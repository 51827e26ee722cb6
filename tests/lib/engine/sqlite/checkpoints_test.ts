import { equal } from "node:assert/strict";
import { silentLog } from "../../../../lib/base/log.ts";
import { Checkpoints } from "../../../../lib/engine/sqlite/checkpoints.ts";
import { newCounters } from "../../../../lib/engine/sqlite/counters.ts";
import { nextTurn } from "../../../../lib/engine/sqlite/pace.ts";
import { Database } from "../../../../lib/sqlite/database.ts";
import { loadLibrary } from "../../../../lib/sqlite/library.ts";
import { cacheDir, withDirectory } from "./support.ts";

Deno.test("Checkpoints.emptied tells that the next commit begins the log anew", async () => {
  await withDirectory(async (path) => {
    await Deno.mkdir(path);
    const library = loadLibrary({ cacheDir });
    const open = () =>
      new Database(library, {
        file: `${path}/t.db`,
        mode: "create",
        pragmas: ["journal_mode=WAL", "wal_autocheckpoint=0"],
      });
    const database = open();
    database.run("CREATE TABLE t (v)");
    const checkpoints = new Checkpoints({
      database: open(),
      log: silentLog,
      counters: newCounters(),
      durable: true,
    });
    equal(checkpoints.emptied, false);
    // So many that it begins at once.
    checkpoints.committed(4000);
    while (!checkpoints.emptied) await nextTurn();
    database.run("INSERT INTO t VALUES (1)");
    checkpoints.committed(database.takePagesWritten());
    equal(checkpoints.emptied, false);
    await checkpoints.close();
    await database.close();
    library.close();
  });
});
