import { deepEqual, equal, notDeepEqual } from "node:assert/strict";
import { serverKey } from "../../../lib/base/server_key.ts";

Deno.test("serverKey() keeps a key with the data, for its owner alone", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const key = serverKey(folder);

    equal(key.length, 32);
    deepEqual(serverKey(folder), key);
    equal((await Deno.stat(`${folder}/wire.key`)).mode! & 0o777, 0o600);
    await Deno.writeFile(`${folder}/wire.key`, new Uint8Array(3));
    const fresh = serverKey(folder);
    equal(fresh.length, 32);
    notDeepEqual(fresh, key);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("serverKey() is another one each time for a database in memory", () => {
  notDeepEqual(serverKey(undefined), serverKey(undefined));
});
