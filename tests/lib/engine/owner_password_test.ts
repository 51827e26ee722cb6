import { deepEqual, equal, ok } from "node:assert/strict";
import { systemClock } from "../../../lib/base/clock.ts";
import { silentLog } from "../../../lib/base/log.ts";
import { mysqlDigests } from "../../../lib/base/mysql_password.ts";
import { md5Verifier } from "../../../lib/base/role_password.ts";
import { scramVerifier } from "../../../lib/base/scram.ts";
import { setOwnerPassword } from "../../../lib/engine/owner_password.ts";
import { openEngine } from "../../../lib/engine/session/open_engine.ts";
import { cacheFolder } from "../../../lib/sqlite/library_file.ts";

const open = (place: Parameters<typeof openEngine>[0]["place"]) =>
  openEngine({
    place,
    cacheDir: cacheFolder((name) => Deno.env.get(name)),
    clock: systemClock,
    log: silentLog,
  });

Deno.test("setOwnerPassword() keeps verifier and digests over restarts", async () => {
  const path = await Deno.makeTempDir();
  try {
    const before = await open({ kind: "directory", path });
    await setOwnerPassword(before, "scram-sha-256", "s3cret");
    const kept = before.verifier("postgres");
    await before.close();
    const after = await open({ kind: "directory", path });
    await setOwnerPassword(after, "scram-sha-256", "s3cret");
    const found = after.verifier("postgres");
    await after.close();

    deepEqual(found, kept);
    deepEqual(found?.mysqlDigests, mysqlDigests("s3cret"));
  } finally {
    await Deno.remove(path, { recursive: true });
  }
});

Deno.test("setOwnerPassword() makes digests for a password of before there were any", async () => {
  const engine = await open({ kind: "memory" });
  const verifier = await scramVerifier("s3cret");
  await engine.setPassword("postgres", verifier);
  equal(engine.verifier("postgres")?.mysqlDigests, null);
  await setOwnerPassword(engine, "scram-sha-256", "s3cret");
  const found = engine.verifier("postgres");
  await engine.close();

  deepEqual(found?.mysqlDigests, mysqlDigests("s3cret"));
  ok(found?.verifier?.startsWith("SCRAM-SHA-256$"));
});

Deno.test("setOwnerPassword() makes the verifier that the method needs", async () => {
  const engine = await open({ kind: "memory" });
  await setOwnerPassword(engine, "md5", "s3cret");
  const found = engine.verifier("postgres");
  await engine.close();

  equal(found?.verifier, md5Verifier("s3cret", "postgres"));
  deepEqual(found?.mysqlDigests, mysqlDigests("s3cret"));
});
