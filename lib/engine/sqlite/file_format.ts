/**
 * Tells whether a database file is ours, not too new and in one piece.
 *
 * @module
 */

import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { Database } from "../../sqlite/database.ts";
import { EngineError } from "../engine.ts";
import type { Connection } from "./connection.ts";

/** "Helo", in the header of every file we make. */
const applicationId = 0x48656c6f;
/** Grows when an older program could no longer read the file. */
const formatVersion = 1;

/**
 * Marks a new file as ours and refuses a foreign one.
 *
 * @param database Connection that can write.
 * @param file Its file, for the message.
 */
export function checkFormat(database: Database, file: string): void {
  const id = number(database, "PRAGMA application_id");
  const version = number(database, "PRAGMA user_version");
  if (id === applicationId && version <= formatVersion) return;
  if (id === applicationId) {
    throw new Error(
      `Cannot open "${file}": a later heliosdb-nano made it (format ${version}), use that version`,
    );
  }
  if (id !== 0) {
    throw new Error(
      `Cannot open "${file}": it is the database of another program`,
    );
  }
  database.run("BEGIN IMMEDIATE");
  database.run(`PRAGMA application_id=${applicationId}`);
  database.run(`PRAGMA user_version=${formatVersion}`);
  database.run("COMMIT");
}

/**
 * Writes one page and changes nothing.
 *
 * @param database Connection that can write.
 */
export function rewriteHeader(database: Database): void {
  database.run(`PRAGMA user_version=${formatVersion}`);
}

function number(database: Database, pragma: string): number {
  return Number(database.run(pragma)[0]?.[0]);
}

/**
 * Looks through the whole file after a program that did not end in order.
 *
 * @param connection A connection that nobody uses.
 * @param options Log and clock.
 * @throws {EngineError} `XX001` when the file is damaged.
 */
export async function checkIntegrity(
  connection: Connection,
  { log, clock }: { log: Log; clock: Clock },
): Promise<void> {
  const started = clock.monotonic();
  log.warn("unclean_start", { action: "quick_check" });
  const statement = connection.database.prepare("PRAGMA quick_check(1)");
  const { rows } = await connection.offThread(statement, [], {});
  const ms = Math.round(clock.monotonic() - started);
  if (rows[0]?.[0] !== "ok") {
    log.error("quick_check", { ok: false, ms });
    throw new EngineError("XX001", "Cannot open the database: it is damaged");
  }
  log.info("quick_check", { ok: true, ms });
}
