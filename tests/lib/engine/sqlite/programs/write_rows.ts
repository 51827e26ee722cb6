/**
 * Writes rows from several clients for ever and prints the number of each once it is acknowledged.
 *
 * @module
 */

import { openEngine } from "../support.ts";

const engine = await openEngine({
  place: { kind: "directory", path: Deno.args[0] ?? "" },
});
const session = engine.session({ role: "postgres" });
await session.query(
  "CREATE TABLE IF NOT EXISTS numbers (n integer PRIMARY KEY, twice integer)",
);
const { rows } = await session.query("SELECT max(n) FROM numbers");
let next = Number(rows[0]?.[0] ?? 0) + 1;

async function writeForEver(): Promise<never> {
  const encoder = new TextEncoder();
  for (;;) {
    const n = next++;
    await session.transaction(async (tx) => {
      await tx.query("INSERT INTO numbers (n) VALUES ($1)", [n]);
      await tx.query("UPDATE numbers SET twice = $2 WHERE n = $1", [n, n * 2]);
    });
    await Deno.stdout.write(encoder.encode(`${n}\n`));
  }
}

await Promise.all(Array.from({ length: 8 }, writeForEver));
