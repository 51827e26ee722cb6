/**
 * What the tests of plans share: plans written by hand, a small catalog, an engine with functions.
 *
 * @module
 */

import { ok } from "node:assert/strict";
import type { RowSink } from "../../../../lib/engine/client_session.ts";
import type { SqliteEngineOptions } from "../../../../lib/engine/sqlite/engine.ts";
import { functionLibrary } from "../../../../lib/engine/sqlite/function_library.ts";
import type { RunContext } from "../../../../lib/engine/sqlite/plan_runner.ts";
import type { SqliteEngine } from "../../../../lib/engine/sqlite/sqlite_engine.ts";
import type { SqlitePlanRunner } from "../../../../lib/engine/sqlite/sqlite_plan_runner.ts";
import type {
  Catalog,
  Column,
  Constraint,
  Index,
  Relation,
} from "../../../../lib/sql/catalog/catalog.ts";
import type { Datum } from "../../../../lib/sql/datum.ts";
import type { SqlError } from "../../../../lib/sql/error.ts";
import type { EvalContext } from "../../../../lib/sql/eval_context.ts";
import type { QueryPlan, Slot } from "../../../../lib/sql/plan.ts";
import { collations, functions } from "./plan_functions.ts";
import { openEngine } from "./support.ts";

/**
 * @param sql SQLite text with `?1`, …; several are steps.
 * @param columns Types of the answer's columns; none for no answer.
 * @param params Types of the parameters.
 * @returns A plan that reads or writes as its first word says.
 */
export function plan(
  sql: string | readonly string[],
  columns: readonly number[] | null = null,
  params: readonly number[] = [],
): QueryPlan {
  const texts = typeof sql === "string" ? [sql] : sql;
  const last = texts.at(-1) as string;
  const tag = /^(INSERT|UPDATE|DELETE)/.exec(last)?.[1] ?? "SELECT";
  const slots: Slot[] = params.map((_, i) => ({
    from: "param",
    number: i + 1,
  }));
  return {
    kind: "query",
    tag: tag as QueryPlan["tag"],
    steps: texts.map((text) => ({
      sql: text,
      slots,
      answers: columns !== null && text === last,
      counts: text === last,
    })),
    columns: columns?.map((type, i) => ({
      name: `c${i}`,
      type,
      typmod: -1,
      table: 0,
      column: 0,
    })) ?? null,
    params,
    readOnly: texts.every((text) => /^(SELECT|WITH|VALUES)/.test(text)),
    exactText: false,
  };
}

/** Keeps what a statement gives. */
export class Rows implements RowSink {
  readonly rows: Datum[][] = [];
  row(values: readonly Datum[]): void {
    this.rows.push([...values]);
  }
  full(): undefined {
    return undefined;
  }
}

/** A session as functions see it. */
export const evalContext: EvalContext = {
  transactionTime: 1n,
  statementTime: 2n,
  clock: () => 0,
  timeZone: "UTC",
  dateStyle: "ISO, MDY",
  intervalStyle: "postgres",
  extraFloatDigits: 1,
  byteaOutput: "hex",
  type: (oid) =>
    oid === 99 ? { oid, output: (v: unknown) => `<${v}>` } as never : undefined,
  setting: (name) => name === "jwt.email" ? "ada@example.com" : undefined,
  setSetting: (_, value) => value,
  services: { call: (name) => `service ${name}` },
};

/** Limits and session of a statement without any. */
export const context: RunContext = { eval: evalContext, timeoutMs: 0 };

/**
 * @param storage Name of a table.
 * @param columns Names of its columns.
 * @param more Constraints and indexes.
 * @returns The table.
 */
export function relation(
  oid: number,
  storage: string,
  columns: readonly string[],
  more: Partial<Relation> = {},
): Relation {
  return {
    oid,
    name: storage,
    schema: 2200,
    kind: "r",
    owner: 10,
    persistence: "p",
    columns: columns.map((name, i): Column => ({
      number: i + 1,
      name,
      storage: name,
      type: 23,
      typmod: -1,
      notNull: false,
      generated: "",
      identity: "",
      acl: null,
    })),
    constraints: [],
    indexes: [],
    policies: [],
    rowSecurity: false,
    forceRowSecurity: false,
    acl: null,
    storage,
    rowType: 0,
    system: false,
    ...more,
  };
}

/**
 * @param storage Its name.
 * @param columns Numbers of its columns.
 * @returns A unique index.
 */
export function uniqueIndex(
  storage: string,
  columns: readonly number[],
): Index {
  return {
    oid: 900,
    name: storage,
    schema: 2200,
    unique: true,
    primary: false,
    nullsNotDistinct: false,
    method: "btree",
    keys: columns.map((column) => ({
      column,
      descending: false,
      nullsFirst: false,
    })),
    include: [],
    storage,
  };
}

/**
 * @param name Its name.
 * @param columns Numbers of the referencing columns.
 * @param table Oid of the target.
 * @param target Numbers of its columns.
 * @returns A foreign key.
 */
export function foreignKey(
  name: string,
  columns: readonly number[],
  table: number,
  target: readonly number[],
): Constraint {
  return {
    oid: 901,
    name,
    kind: "f",
    columns,
    deferrable: false,
    initiallyDeferred: false,
    validated: true,
    foreign: {
      table,
      columns: target,
      onUpdate: "a",
      onDelete: "a",
      match: "s",
    },
  };
}

/**
 * @param relations Its tables.
 * @param version Its version.
 * @returns A catalog that knows little else.
 */
export function catalogOf(
  relations: readonly Relation[] = [],
  version = 1,
): Catalog {
  const known: Partial<Catalog> = {
    version,
    relations: () => relations,
    relation: (oid) => relations.find((each) => each.oid === oid),
    type: () => undefined,
    schema: (oid) => ({ oid, name: "public", owner: 10, acl: null }),
    role: (oid) => ({ oid, name: "postgres", superuser: true }) as never,
  };
  return known as Catalog;
}

/** What a test gets. */
export interface PlanFixture {
  readonly engine: SqliteEngine;
  readonly runner: SqlitePlanRunner;
  /** Runs SQLite's own SQL. */
  sql(text: string): Promise<readonly (readonly unknown[])[]>;
  /** Runs a read and gives its rows. */
  rows(read: QueryPlan, params?: readonly Datum[]): Promise<Datum[][]>;
}

/**
 * Runs a test with an engine in memory.
 *
 * @param body The test.
 * @param options Settings that matter to it.
 * @param schema Tables: SQLite's text, and what the catalog says of them.
 */
export async function withRunner(
  body: (fixture: PlanFixture) => Promise<void>,
  options: Partial<SqliteEngineOptions> = {},
  schema: { sql: readonly string[]; catalog: Catalog } = {
    sql: [],
    catalog: catalogOf(),
  },
): Promise<void> {
  const engine = await openEngine({
    readThreads: false,
    functions: functionLibrary({ functions: () => functions, collations }),
    ...options,
  }) as SqliteEngine;
  const { runner } = engine;
  runner.catalog = schema.catalog;
  const session = engine.session({ role: "postgres" });
  try {
    for (const text of schema.sql) await session.query(text);
    await body({
      engine,
      runner,
      sql: async (text) => (await session.query(text)).rows,
      async rows(read, params = []) {
        const sink = new Rows();
        await runner.read(read, params, sink, context);
        return sink.rows;
      },
    });
  } finally {
    await engine.close();
  }
}

/**
 * @param sqlState SQLSTATE that an error must have.
 * @param message What its message must match.
 * @param fields Fields that it must have.
 * @returns A check for `rejects` and `throws`.
 */
export function sqlError(
  sqlState: string,
  message = /./,
  fields: SqlError["fields"] = {},
): (error: unknown) => boolean {
  return (error) => {
    ok(error instanceof Error);
    const found = error as SqlError;
    const same = Object.entries(fields).every(([key, value]) =>
      found.fields?.[key as keyof typeof fields] === value
    );
    ok(
      found.sqlState === sqlState && message.test(found.message) && same,
      `${found.sqlState} ${found.message} ${JSON.stringify(found.fields)}`,
    );
    return true;
  };
}
