/**
 * The auth server's tables in memory, for tests of what reads and writes them.
 *
 * @module
 */

import { DatabaseSync } from "node:sqlite";
import { authMigrations } from "../../../../lib/auth/schema.ts";
import type {
  Queryable,
  Result,
  Session,
  SqlValue,
} from "../../../../lib/engine/engine.ts";
import { type Row, rowsOf } from "../../../../lib/engine/rows.ts";

/** An empty database with the auth server's tables. */
export interface AuthTables extends AsyncDisposable {
  readonly session: Session;
  /** Runs SQL and answers its rows. */
  sql(text: string, params?: SqlValue[]): Promise<Row[]>;
}

/** @returns The tables; dispose of them at the end. */
export function authTables(): Promise<AuthTables> {
  const db = new DatabaseSync(":memory:");
  for (const { statements } of authMigrations) {
    for (const statement of statements) db.exec(statement);
  }
  let last: Promise<unknown> = Promise.resolve();
  const run = (sql: string, params: readonly SqlValue[] = []): Result => {
    const named = Object.fromEntries(
      params.map((
        v,
        i,
      ) => [`$${i + 1}`, typeof v === "boolean" ? Number(v) : v]),
    );
    const statement = db.prepare(sql);
    const before = db.prepare("SELECT total_changes() AS n").get()!.n as number;
    // deno-lint-ignore no-explicit-any -- throwaway
    const rows = statement.all(named as any);
    const after = db.prepare("SELECT total_changes() AS n").get()!.n as number;
    const names = rows[0] === undefined ? [] : Object.keys(rows[0]);
    return {
      columns: names.map((name) => ({ name, type: null })),
      rows: rows.map((row) => Object.values(row) as SqlValue[]),
      rowCount: rows.length > 0 ? rows.length : after - before,
    };
  };
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work);
    last = next.catch(() => {});
    return next;
  };
  const tx: Queryable = {
    query: async (sql, params) => await Promise.resolve(run(sql, params)),
  };
  const session: Session = {
    identity: { role: "postgres" },
    query: (sql, params) => alone(() => tx.query(sql, params)),
    transaction: (body) =>
      alone(async () => {
        db.exec("BEGIN");
        try {
          const value = await body(tx);
          db.exec("COMMIT");
          return value;
        } catch (cause) {
          db.exec("ROLLBACK");
          throw cause;
        }
      }),
  };
  return Promise.resolve({
    session,
    sql: async (text, params) => rowsOf(await session.query(text, params)),
    // deno-lint-ignore require-await -- throwaway
    async [Symbol.asyncDispose]() {
      db.close();
    },
  });
}
