/**
 * The auth server's tables in memory, for tests of what reads and writes them.
 *
 * @module
 */

import { authMigrations } from "../../../../lib/auth/schema.ts";
import type { Clock } from "../../../../lib/base/clock.ts";
import { silentLog } from "../../../../lib/base/log.ts";
import type { Session, SqlValue } from "../../../../lib/engine/engine.ts";
import { type Row, rowsOf } from "../../../../lib/engine/rows.ts";
import { openEngine } from "../../../../lib/engine/session/open_engine.ts";
import { cacheFolder } from "../../../../lib/sqlite/library_file.ts";
import { manualClock } from "../../../support/manual_clock.ts";

/** An empty database with the auth server's tables. */
export interface AuthTables extends AsyncDisposable {
  readonly session: Session;
  /** Runs SQL and answers its rows. */
  sql(text: string, params?: SqlValue[]): Promise<Row[]>;
}

/**
 * @param clock Time of the engine.
 * @returns The tables; dispose of them at the end.
 */
export async function authTables(
  clock: Clock = manualClock(),
): Promise<AuthTables> {
  const engine = await openEngine({
    place: { kind: "memory" },
    cacheDir: cacheFolder((name) => Deno.env.get(name)),
    clock,
    log: silentLog,
  });
  await engine.migrate(authMigrations);
  const session = engine.session({ role: "postgres" });
  return {
    session,
    sql: async (text, params) => rowsOf(await session.query(text, params)),
    [Symbol.asyncDispose]: () => engine.close(),
  };
}
