/**
 * Writes large rows from several clients until one is refused, then tells what became of it all. With
 * the argument `recover` it then lifts its limit of the size of files, and waits until the engine has
 * noticed.
 *
 * @module
 */

import { EngineError } from "../../../../../lib/engine/engine.ts";
import { openEngine } from "../support.ts";

/** What is printed, as JSON. */
export interface Report {
  /** Rows that were acknowledged. */
  acknowledged: number[];
  /** SQLSTATE of each refusal. */
  refused: string[];
  /** Rows that can be read afterwards, or the SQLSTATE of trying. */
  present: number[] | string;
  /** Whether the engine says that it has failed. */
  failed: boolean;
  /** Whether it says that it can be written, before the first write and after the first refusal. */
  writable: boolean[];
}

const clients = 4;
const blob = new Uint8Array(20_000);

const engine = await openEngine({
  retryWriteMs: 20,
  place: { kind: "directory", path: Deno.args[0] ?? "" },
});
const session = engine.session({ role: "postgres" });
await session.query("CREATE TABLE t (n integer PRIMARY KEY, b bytea)");

const report: Report = {
  acknowledged: [],
  refused: [],
  present: "",
  failed: false,
  writable: [engine.writable()],
};
engine.failed.then(() => report.failed = true);

let next = 1;
await Promise.all(Array.from({ length: clients }, async () => {
  while (report.refused.length === 0 && next < 10_000) {
    const n = next++;
    try {
      await session.query("INSERT INTO t VALUES ($1, $2)", [n, blob]);
      report.acknowledged.push(n);
    } catch (error) {
      if (report.refused.length === 0) report.writable.push(engine.writable());
      report.refused.push(sqlState(error));
    }
  }
}));
try {
  const { rows } = await session.query("SELECT n FROM t ORDER BY n");
  report.present = rows.map(([n]) => Number(n));
} catch (error) {
  report.present = sqlState(error);
}
if (Deno.args[1] === "recover") await recover();
await engine.close();
const line = `${JSON.stringify(report)}\n`;
await Deno.stdout.write(new TextEncoder().encode(line));

async function recover(): Promise<void> {
  // Attempts do not succeed by themselves.
  await new Promise((resolve) => setTimeout(resolve, 100));
  report.writable.push(engine.writable());
  await new Deno.Command("prlimit", {
    args: ["--pid", String(Deno.pid), "--fsize=unlimited:"],
  }).output();
  while (!engine.writable()) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  report.writable.push(engine.writable());
}

function sqlState(error: unknown): string {
  return error instanceof EngineError ? error.sqlState : String(error);
}
