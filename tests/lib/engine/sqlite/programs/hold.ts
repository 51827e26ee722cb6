/**
 * Opens the data directory it is given, says so, and keeps it until its standard input ends or it is
 * killed.
 *
 * @module
 */

import { openEngine } from "../support.ts";

const engine = await openEngine({
  place: { kind: "directory", path: Deno.args[0] ?? "" },
});
const session = engine.session({ role: "postgres" });
await session.query("CREATE TABLE IF NOT EXISTS held (v text)");
await Deno.stdout.write(new TextEncoder().encode("open\n"));
await Deno.stdin.read(new Uint8Array(1));
await engine.close();
