/**
 * Writes to an engine in memory and ends without closing it.
 *
 * @module
 */

import { openEngine } from "../support.ts";

const session = (await openEngine()).session({ role: "postgres" });
await session.query("CREATE TABLE t (v text)");
await session.query("INSERT INTO t VALUES ($1)", ["a"]);
await Deno.stdout.write(new TextEncoder().encode("written\n"));
