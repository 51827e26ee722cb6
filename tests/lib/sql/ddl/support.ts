/**
 * A database in which the tests of `lib/sql/ddl` run statements: the real parser, compiler and SQLite,
 * one connection and no session.
 *
 * @module
 */

import { join } from "node:path";
import { systemClock } from "../../../../lib/base/clock.ts";
import { defaultEval } from "../../../../lib/engine/sqlite/default_eval.ts";
import { functionLibrary } from "../../../../lib/engine/sqlite/function_library.ts";
import type { RunContext } from "../../../../lib/engine/sqlite/plan_runner.ts";
import { fixedOid } from "../../../../lib/sql/catalog/catalog.ts";
import type { MemoryCatalog } from "../../../../lib/sql/catalog/memory_catalog.ts";
import {
  createCatalog,
  loadCatalog,
} from "../../../../lib/sql/catalog/persistence.ts";
import { compileQuery, isQuery } from "../../../../lib/sql/compile.ts";
import type { Datum } from "../../../../lib/sql/datum.ts";
import type { DdlNotice } from "../../../../lib/sql/ddl/context.ts";
import { runDdl } from "../../../../lib/sql/ddl/run_ddl.ts";
import type { Environment } from "../../../../lib/sql/environment.ts";
import { SqlError } from "../../../../lib/sql/error.ts";
import type { EvalContext } from "../../../../lib/sql/eval_context.ts";
import { parse } from "../../../../lib/sql/parse.ts";
import type { Slot } from "../../../../lib/sql/plan.ts";
import { Database } from "../../../../lib/sqlite/database.ts";
import { SqliteError } from "../../../../lib/sqlite/error.ts";
import { FunctionHost } from "../../../../lib/sqlite/functions.ts";
import { loadLibrary } from "../../../../lib/sqlite/library.ts";
import { cacheDir } from "../../sqlite/support.ts";

/** What a test gets. */
export class DdlStage {
  catalog!: MemoryCatalog;
  readonly notices: DdlNotice[] = [];
  role: number = fixedOid.postgres;
  searchPath: readonly number[] = [fixedOid.public, fixedOid.auth];
  system = false;

  constructor(readonly database: Database) {}

  /** Functions see the catalog as it is, and sequences count in SQLite. */
  get eval(): EvalContext {
    return {
      ...defaultEval(systemClock, this.catalog),
      services: {
        call: (name, args) => {
          if (name !== "nextval") throw new SqlError("0A000", name);
          const sequence = Number(args[0]);
          const step = this.catalog.relation(sequence)?.sequence?.increment;
          const [[value] = []] = this.database.run(
            "UPDATE heliosdb_sequences SET last_value = last_value + is_called * $2, is_called = 1 WHERE oid = $1 RETURNING last_value",
            [sequence, step ?? 1n],
          );
          return value as Datum;
        },
      },
    };
  }

  get env(): Environment {
    const temporary = this.catalog.schemaNamed("pg_temp_3");
    return {
      catalog: this.catalog,
      searchPath: temporary === undefined
        ? this.searchPath
        : [temporary.oid, ...this.searchPath],
      role: this.role,
      rowSecurity: true,
      params: [],
      eval: this.eval,
    };
  }

  /** Reads the catalog from the disk again. */
  async reload(): Promise<void> {
    const loaded = await loadCatalog((sql, params) =>
      this.#run(sql, params ?? [])
    );
    if (loaded === undefined) throw new Error("no catalog");
    this.catalog = loaded;
  }

  async create(): Promise<void> {
    this.catalog = await createCatalog((sql, params) =>
      this.#run(sql, params ?? [])
    );
  }

  #context(): void {
    const { functions } = this.database;
    if (functions === undefined) return;
    const context: RunContext = {
      eval: this.eval,
      timeoutMs: 0,
      catalog: this.catalog,
      role: this.role,
    };
    functions.context = context;
  }

  #run(sql: string, params: readonly Datum[]): Datum[][] {
    this.#context();
    try {
      return this.database.run(sql, params) as Datum[][];
    } catch (error) {
      throw this.database.functions?.takeError()?.error ?? error;
    }
  }

  /**
   * Runs statements.
   *
   * @param text Any number of them.
   * @returns Tag of the last one, or its rows as text.
   */
  async sql(text: string): Promise<string | string[][]> {
    let result: string | string[][] = "";
    for (const { node, text: whole } of parse(text)) {
      this.#run("SAVEPOINT statement", []);
      try {
        if (isQuery(node)) result = this.#query(node, whole);
        else {
          const { catalog, tag } = await runDdl(node, {
            env: this.env,
            text: whole,
            target: {
              run: async (sql, params) => {
                await Promise.resolve();
                return this.#run(sql, params ?? []);
              },
            },
            notice: (notice) => this.notices.push(notice),
            sessionUser: this.role,
            temporarySchema: "pg_temp_3",
            sessionValue: (value) => this.#session({ from: "session", value }),
            system: this.system,
          });
          this.catalog = catalog;
          result = tag;
        }
        this.#run("RELEASE statement", []);
      } catch (error) {
        this.#run("ROLLBACK TO statement", []);
        this.#run("RELEASE statement", []);
        throw error;
      }
    }
    return result;
  }

  #session(slot: Extract<Slot, { from: "session" }>): Datum {
    switch (slot.value.name) {
      case "transaction_timestamp":
      case "statement_timestamp":
        return this.eval.transactionTime;
      case "current_user":
        return this.catalog.role(this.role)?.name ?? "";
      default:
        return null;
    }
  }

  #query(node: Parameters<typeof compileQuery>[0], text: string): string[][] {
    const plan = compileQuery(node, this.env, text);
    let rows: Datum[][] = [];
    for (const step of plan.steps) {
      const values = step.slots.map((slot) =>
        slot.from === "literal"
          ? slot.value
          : slot.from === "session"
          ? this.#session(slot)
          : null
      );
      const found = this.#run(step.sql.replaceAll(/\?(\d+)/g, "$$$1"), values);
      if (step.answers) rows = found;
    }
    return rows.map((row) =>
      row.map((value, i) => {
        const type = plan.columns?.[i]?.type ?? 25;
        return value === null
          ? "NULL"
          : this.catalog.type(type)?.output(value, this.eval) ?? String(value);
      })
    );
  }

  /**
   * Runs one statement.
   *
   * @returns Notices, and then the tag, the rows as JSON, or the error: `SQLSTATE message` with its fields on
   *   lines of their own.
   */
  async answer(text: string): Promise<string> {
    this.notices.length = 0;
    const lines: string[] = [];
    let last: string;
    try {
      const result = await this.sql(text);
      last = typeof result === "string" ? result : JSON.stringify(result);
    } catch (error) {
      last = errorText(error);
    }
    for (const { severity, sqlState, message, detail, hint } of this.notices) {
      lines.push(`${severity} ${sqlState} ${message}`);
      if (detail !== undefined) lines.push(`DETAIL: ${detail}`);
      if (hint !== undefined) lines.push(`HINT: ${hint}`);
    }
    return [...lines, last].join("\n");
  }

  /**
   * Runs a statement that must fail.
   *
   * @returns `SQLSTATE message`, with detail and hint on lines of their own.
   */
  async error(text: string): Promise<string> {
    try {
      await this.sql(text);
    } catch (error) {
      return errorText(error);
    }
    throw new Error(`No error from: ${text}`);
  }
}

function errorText(error: unknown): string {
  // The engine finds the row that is to blame; there is none here.
  if (error instanceof SqliteError) return `SQLite: ${error.message}`;
  if (!(error instanceof SqlError)) throw error;
  const { detail, hint, constraint, table, column } = error.fields;
  return [
    `${error.sqlState} ${error.message}`,
    ...(detail === undefined ? [] : [`DETAIL: ${detail}`]),
    ...(hint === undefined ? [] : [`HINT: ${hint}`]),
    ...(constraint === undefined ? [] : [`CONSTRAINT: ${constraint}`]),
    ...(table === undefined ? [] : [`TABLE: ${table}`]),
    ...(column === undefined ? [] : [`COLUMN: ${column}`]),
  ].join("\n");
}

/**
 * Runs a test with a new database.
 *
 * @param body The test.
 */
export async function withDdl(
  body: (stage: DdlStage) => Promise<void>,
): Promise<void> {
  const directory = await Deno.realPath(await Deno.makeTempDir());
  const library = loadLibrary({ cacheDir });
  const host = new FunctionHost(library.symbols, functionLibrary());
  const database = new Database(library, {
    file: join(directory, "test.db"),
    mode: "create",
    pragmas: ["journal_mode=WAL", "synchronous=OFF"],
  });
  host.attach(database);
  try {
    const stage = new DdlStage(database);
    await stage.create();
    await body(stage);
  } finally {
    await database.close();
    host.close();
    library.close();
    await Deno.remove(directory, { recursive: true });
  }
}
