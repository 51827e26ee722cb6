/**
 * A SQLite connection with the tables of a small catalog, for tests that compile whole statements and run
 * what was printed.
 *
 * @module
 */

import { join } from "node:path";
import { functionLibrary } from "../../lib/engine/sqlite/function_library.ts";
import {
  slotValues,
  withGathered,
} from "../../lib/engine/sqlite/plan_values.ts";
import { rowsText } from "../../lib/engine/sqlite/rows_text.ts";
import { typeLabel } from "../../lib/sql/analyze/type_facts.ts";
import { fixedOid } from "../../lib/sql/catalog/catalog.ts";
import type { MemoryCatalog } from "../../lib/sql/catalog/memory_catalog.ts";
import { collations } from "../../lib/sql/collations.ts";
import { compile } from "../../lib/sql/compile.ts";
import type { Datum } from "../../lib/sql/datum.ts";
import type { Environment } from "../../lib/sql/environment.ts";
import { SqlError } from "../../lib/sql/error.ts";
import type { EvalContext } from "../../lib/sql/eval_context.ts";
import { allSqliteFunctions } from "../../lib/sql/functions/helpers.ts";
import { parse } from "../../lib/sql/parse.ts";
import type { QueryPlan } from "../../lib/sql/plan.ts";
import { collationOf } from "../../lib/sql/print/storage.ts";
import { Database } from "../../lib/sqlite/database.ts";
import { FunctionHost } from "../../lib/sqlite/functions.ts";
import { loadLibrary } from "../../lib/sqlite/library.ts";
import { cacheFolder } from "../../lib/sqlite/library_file.ts";
import { fakeCatalog, type TableSpec } from "./fake_catalog.ts";

/** How a statement of a test runs. */
export interface RunOptions {
  readonly role?: number;
  readonly params?: readonly Datum[];
  readonly paramTypes?: readonly number[];
  readonly rowSecurity?: boolean;
  readonly settings?: Readonly<Record<string, string>>;
}

/** What a statement came to. */
export interface Ran {
  readonly plan: QueryPlan;
  /** Rows as text, as a client would get them. */
  readonly rows: (string | null)[][];
  /** Rows changed or given. */
  readonly count: number;
}

/** A connection to compile for and to run on. */
export interface SqlStage {
  catalog: MemoryCatalog;
  compile(sql: string, options?: RunOptions): QueryPlan;
  run(sql: string, options?: RunOptions): Ran;
  /** Runs SQLite's own text. */
  raw(sql: string): unknown[][];
  /** SQLite's plan of the last step of a statement. */
  explain(sql: string, options?: RunOptions): string;
}

/** 2024-02-29 12:34:56 UTC. */
const now = 762_525_296_000_000n;

/**
 * Runs a test with the tables of a catalog.
 *
 * @param specs Tables and views.
 * @param body The test.
 */
export async function withSqlStage(
  specs: readonly TableSpec[],
  body: (stage: SqlStage) => void | Promise<void>,
): Promise<void> {
  const catalog = fakeCatalog(specs);
  const directory = await Deno.realPath(await Deno.makeTempDir());
  const library = loadLibrary({
    cacheDir: cacheFolder((name) => Deno.env.get(name)),
  });
  const database = new Database(library, {
    file: join(directory, "stage.db"),
    mode: "create",
  });
  const host = new FunctionHost(
    library.symbols,
    functionLibrary({
      functions: allSqliteFunctions,
      collations: Object.entries(collations).map(([name, compare]) => ({
        name,
        compare: (a: string, b: string) => Math.sign(compare(a, b)),
      })),
    }),
  );
  database.functions = host.attach(database);
  try {
    await body(openStage(catalog, database));
  } finally {
    await database.close();
    host.close();
    library.close();
    await Deno.remove(directory, { recursive: true });
  }
}

function openStage(catalog: MemoryCatalog, database: Database): SqlStage {
  const sequences = new Map<string, number>();
  const evalFor = (options: RunOptions): EvalContext => ({
    transactionTime: now,
    statementTime: now,
    clock: () => 1_709_210_096_000,
    timeZone: "UTC",
    dateStyle: "ISO, MDY",
    intervalStyle: "postgres",
    extraFloatDigits: 1,
    byteaOutput: "hex",
    type: (number) => stage.catalog.type(number),
    setting: (name) => options.settings?.[name],
    setSetting: (_, value) => value,
    services: {
      call(name, [first]) {
        if (name === "nextval") {
          const value = (sequences.get(String(first)) ?? 0) + 1;
          sequences.set(String(first), value);
          return value;
        }
        if (name === "regtypeout") {
          return typeLabel(envFor({}), Number(first));
        }
        throw new TypeError(`Service ${name} is not on the stage`);
      },
    },
  });
  const envFor = (options: RunOptions): Environment => ({
    catalog: stage.catalog,
    searchPath: [fixedOid.pgCatalog, fixedOid.public, fixedOid.auth],
    role: options.role ?? fixedOid.postgres,
    rowSecurity: options.rowSecurity ?? true,
    params: [...options.paramTypes ?? []],
    eval: evalFor(options),
  });
  const createTables = () => {
    const env = envFor({});
    for (const relation of catalog.relations()) {
      if (relation.kind !== "r" || relation.storage === "" || relation.system) {
        continue;
      }
      const columns = relation.columns.map(({ storage, type, notNull }) => {
        const collation = collationOf(env, type);
        return `"${storage}"${
          collation === undefined ? "" : ` COLLATE ${collation}`
        }${notNull ? " NOT NULL" : ""}`;
      });
      database.run(
        `CREATE TABLE "${relation.storage}" (${columns.join(", ")})`,
      );
      for (const index of relation.indexes) {
        const keys = index.keys.map(({ column }) =>
          `"${relation.columns[column - 1]?.storage}"`
        );
        database.run(
          `CREATE UNIQUE INDEX "${index.storage}" ON "${relation.storage}" (${
            keys.join(", ")
          })`,
        );
      }
    }
  };
  const compileOne = (sql: string, options: RunOptions = {}): QueryPlan => {
    const [statement, more] = parse(sql);
    if (statement === undefined || more !== undefined) {
      throw new TypeError(`Not one statement: ${sql}`);
    }
    const plan = compile(statement, envFor(options));
    if (plan.kind !== "query") throw new TypeError(`Not a query: ${sql}`);
    return plan;
  };
  const stage: SqlStage = {
    catalog,
    compile: compileOne,
    raw: (sql) => database.run(sql),
    explain(sql, options = {}) {
      const plan = compileOne(sql, options);
      const step = plan.steps.at(-1);
      return database.run(
        `EXPLAIN QUERY PLAN ${step?.sql.replaceAll(/\?\d+/g, "NULL")}`,
      ).map((row) => String(row[3])).join("\n");
    },
    run(sql, options = {}) {
      const plan = compileOne(sql, options);
      const context = { eval: evalFor(options), timeoutMs: 0 };
      return runPlan(database, plan, options.params ?? [], context);
    },
  };
  createTables();
  return stage;
}

function runPlan(
  database: Database,
  plan: QueryPlan,
  params: readonly Datum[],
  context: { readonly eval: EvalContext; readonly timeoutMs: number },
): Ran {
  const functions = database.functions;
  if (functions === undefined) throw new TypeError("No functions");
  functions.context = context;
  const rows: (string | null)[][] = [];
  let count = 0;
  database.run("SAVEPOINT statement");
  try {
    const gathered: string[] = [];
    for (const [at, step] of plan.steps.entries()) {
      let text = step.sql;
      text = text.replaceAll(/\?(\d+)/g, "$$$1");
      const values = withGathered(
        step,
        slotValues(step, params, context),
        gathered,
      );
      let answer: unknown[][];
      try {
        answer = database.run(text, values as never);
      } catch (error) {
        const thrown = functions.takeError();
        if (thrown !== undefined) throw thrown.error;
        throw new Error(`${(error as Error).message} in ${text}`);
      }
      if (step.gathers !== undefined) {
        gathered[at] = rowsText(answer as Datum[][], step.gathers);
      }
      if (step.answers) {
        for (const row of answer) {
          rows.push((plan.columns ?? []).map(({ type }, index) => {
            const value = row[index] as Datum;
            if (value === null) return null;
            const found = context.eval.type(type);
            return found === undefined
              ? String(value)
              : found.output(value, context.eval);
          }));
        }
      }
      if (step.counts) {
        count = /^\s*(WITH|SELECT|VALUES)/.test(text)
          ? answer.length
          : database.changes();
      }
    }
    database.run("RELEASE statement");
    return { plan, rows, count };
  } catch (error) {
    database.run("ROLLBACK TO statement");
    database.run("RELEASE statement");
    throw error;
  }
}

/**
 * @param run What should fail.
 * @returns `state: message` of the error.
 */
export function failure(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof SqlError) return `${error.sqlState}: ${error.message}`;
    throw error;
  }
  return "no error";
}
