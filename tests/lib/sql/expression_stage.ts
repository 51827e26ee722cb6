/**
 * A stage for tests of expressions: a small catalog, a scope with one table, and a SQLite connection on
 * which what was printed runs.
 *
 * @module
 */

import { join } from "node:path";
import { resolveExpression } from "../../../lib/sql/analyze/expression.ts";
import { withPosition } from "../../../lib/sql/analyze/located.ts";
import { rootScope } from "../../../lib/sql/analyze/new_scope.ts";
import { typeLabel } from "../../../lib/sql/analyze/type_facts.ts";
import { settleUnknown } from "../../../lib/sql/analyze/coercion.ts";
import type { Place, Scope } from "../../../lib/sql/analyze/scope.ts";
import { fixedOid, type Relation } from "../../../lib/sql/catalog/catalog.ts";
import { initialCatalog } from "../../../lib/sql/catalog/initial_catalog.ts";
import type { MemoryCatalog } from "../../../lib/sql/catalog/memory_catalog.ts";
import { collations } from "../../../lib/sql/collations.ts";
import type { Datum } from "../../../lib/sql/datum.ts";
import type { Environment } from "../../../lib/sql/environment.ts";
import type { EvalContext } from "../../../lib/sql/eval_context.ts";
import { allSqliteFunctions } from "../../../lib/sql/functions/helpers.ts";
import { parse, parseExpression } from "../../../lib/sql/parse.ts";
import type { Slot } from "../../../lib/sql/plan.ts";
import type { PrintContext } from "../../../lib/sql/print/context.ts";
import { printExpression } from "../../../lib/sql/print/expression.ts";
import type { Expr, RangeEntry } from "../../../lib/sql/tree.ts";
import { oid } from "../../../lib/sql/types/type.ts";
import { Database } from "../../../lib/sqlite/database.ts";
import { FunctionHost } from "../../../lib/sqlite/functions.ts";
import { loadLibrary } from "../../../lib/sqlite/library.ts";
import { cacheFolder } from "../../../lib/sqlite/library_file.ts";
import { functionLibrary } from "../../../lib/engine/sqlite/function_library.ts";

/** Oids of what the stage has. */
export const stageOid = {
  mood: 20_000,
  moodArray: 20_001,
  positive: 20_002,
  item: 20_010,
  itemRow: 20_011,
} as const;

const columnTypes: readonly (readonly [string, number, number])[] = [
  ["id", oid.int4, -1],
  ["name", oid.text, -1],
  ["price", oid.numeric, -1],
  ["weight", oid.float8, -1],
  ["big", oid.int8, -1],
  ["flag", oid.bool, -1],
  ["born", oid.date, -1],
  ["seen", oid.timestamptz, -1],
  ["tags", 1009, -1],
  ["feeling", stageOid.mood, -1],
  ["code", oid.varchar, 7],
  ["doc", oid.jsonb, -1],
];

const item: Relation = {
  oid: stageOid.item,
  name: "item",
  schema: fixedOid.public,
  kind: "r",
  owner: fixedOid.postgres,
  persistence: "p",
  columns: columnTypes.map(([name, type, typmod], index) => ({
    number: index + 1,
    name,
    storage: name,
    type,
    typmod,
    notNull: index === 0,
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
  storage: "item",
  rowType: stageOid.itemRow,
  system: false,
};

/** @returns Catalog with the enum `mood`, the domain `positive` and the table `item`. */
export function stageCatalog(): MemoryCatalog {
  const check = "VALUE > 0";
  return initialCatalog()
    .with("type", {
      oid: stageOid.mood,
      name: "mood",
      schema: fixedOid.public,
      owner: fixedOid.postgres,
      kind: "e",
      array: stageOid.moodArray,
      acl: null,
      enum: {
        type: stageOid.mood,
        labels: ["sad", "ok", "happy"].map((label, order) => ({
          oid: 20_100 + order,
          label,
          order,
        })),
      },
    })
    .with("type", {
      oid: stageOid.positive,
      name: "positive",
      schema: fixedOid.public,
      owner: fixedOid.postgres,
      kind: "d",
      array: 20_003,
      acl: null,
      baseType: oid.int4,
      baseTypmod: -1,
      domain: {
        type: stageOid.positive,
        notNull: true,
        checks: [{
          oid: 20_200,
          name: "positive_check",
          check: { text: check, node: parseExpression(check) },
        }],
      },
    })
    .with("relation", item);
}

/** 2024-02-29 12:34:56 UTC. */
const now = 762_525_296_000_000n;

/**
 * @param catalog Catalog.
 * @returns A session's surroundings that are the same in every test.
 */
export function stageEval(catalog: MemoryCatalog): EvalContext {
  const typeName = (number: number) =>
    typeLabel({ catalog, searchPath: [fixedOid.public] } as never, number);
  const settings = new Map([["app.user", "ada"]]);
  return {
    transactionTime: now,
    statementTime: now,
    clock: () => 1_709_210_096_000,
    timeZone: "UTC",
    dateStyle: "ISO, MDY",
    intervalStyle: "postgres",
    extraFloatDigits: 1,
    byteaOutput: "hex",
    type: (number) => catalog.type(number),
    setting: (name) => settings.get(name),
    setSetting: (name, value) => {
      settings.set(name, value);
      return value;
    },
    services: {
      call: (name, [value]) => {
        if (name === "regtypeout") return typeName(Number(value));
        throw new TypeError(`Service ${name} is not on the stage`);
      },
    },
  };
}

/** What a test resolves in. */
export interface Stage {
  readonly env: Environment;
  readonly scope: Scope;
}

/**
 * @param params Types of parameters that the client gave.
 * @param catalog Catalog, if it is not the stage's own.
 * @returns A scope that sees the table `item`.
 */
export function stage(
  params: number[] = [],
  catalog: MemoryCatalog = stageCatalog(),
): Stage {
  const env: Environment = {
    catalog,
    searchPath: [fixedOid.pgCatalog, fixedOid.public, fixedOid.auth],
    role: fixedOid.postgres,
    rowSecurity: true,
    params,
    eval: stageEval(catalog),
  };
  const scope = rootScope(env);
  const entry: RangeEntry = {
    id: scope.statement.nextId(),
    alias: "item",
    columns: columnTypes.map(([name, type, typmod], index) => ({
      name,
      type,
      typmod,
      number: index + 1,
    })),
    source: { kind: "table", relation: item },
  };
  scope.entries.push({ entry, visible: true, schema: fixedOid.public });
  return { env, scope };
}

/**
 * @param text Expression.
 * @param options Where it stands.
 * @returns It, resolved; errors have their position in `SELECT text`.
 */
export function resolve(
  text: string,
  { scope }: Stage = stage(),
  place: Place = "select",
): Expr {
  const sql = `SELECT ${text}`;
  const [statement] = parse(sql);
  const target = (statement?.node as {
    SelectStmt: {
      targetList: {
        ResTarget: { val: Parameters<typeof resolveExpression>[0] };
      }[];
    };
  }).SelectStmt.targetList[0];
  try {
    return resolveExpression(
      target?.ResTarget.val as Parameters<typeof resolveExpression>[0],
      scope,
      place,
    );
  } catch (error) {
    throw withPosition(error, sql);
  }
}

/** An expression as SQLite's text. */
export interface PrintedText {
  readonly sql: string;
  readonly slots: readonly Slot[];
}

/**
 * @param expr Expression over the table `item`.
 * @param env What it was resolved in.
 * @param query Prints sub-queries, where a test has some.
 * @returns SQLite text.
 */
export function print(
  expr: Expr,
  env: Environment,
  query: PrintContext["query"] = () => {
    throw new TypeError("No sub-query is printed on this stage");
  },
): PrintedText {
  const slots: Slot[] = [];
  const { sql } = printExpression(expr, {
    env,
    ofSession: true,
    slot: (slot) => {
      slots.push(slot);
      return `$${slots.length}`;
    },
    column: (ref) => `"item"."${ref.entry.columns[ref.index]?.name}"`,
    query,
  });
  return { sql, slots };
}

/** Rows of the table. */
const rows: readonly (readonly Datum[])[] = [
  [
    1,
    "ada",
    "1.10",
    1.5,
    5_000_000_000,
    1,
    8825,
    762_525_296_000_000,
    '["a","b"]',
    "happy",
    "abc",
    '{"a": 1}',
  ],
  [2, null, "2.00", null, null, 0, null, null, null, "sad", null, null],
];

/** Runs expressions. */
export interface Runner {
  /**
   * @param text Expression over `item`.
   * @param options Row of the table (from 1), values of parameters, their types.
   * @returns Its value as PostgreSQL writes it.
   */
  run(
    text: string,
    options?: {
      readonly row?: number;
      readonly params?: readonly Datum[];
      readonly types?: number[];
    },
  ): string | null;
}

/**
 * @param body Uses a connection.
 */
export async function withRunner(
  body: (runner: Runner) => Promise<void> | void,
): Promise<void> {
  const directory = await Deno.realPath(await Deno.makeTempDir());
  const library = loadLibrary({
    cacheDir: cacheFolder((name) => Deno.env.get(name)),
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
  const database = new Database(library, {
    file: join(directory, "stage.db"),
    mode: "create",
  });
  const functions = host.attach(database);
  database.run(
    `CREATE TABLE item (${
      columnTypes.map(([name, type]) =>
        type === oid.numeric
          ? `${name} COLLATE pg_numeric`
          : type === oid.jsonb
          ? `${name} COLLATE pg_jsonb`
          : type === 1009
          ? `${name} COLLATE pg_array`
          : name
      ).join(", ")
    })`,
  );
  for (const row of rows) {
    database.run(
      `INSERT INTO item VALUES (${
        row.map((_, index) => `$${index + 1}`).join(", ")
      })`,
      row as never,
    );
  }
  const run: Runner["run"] = (text, { row, params = [], types = [] } = {}) => {
    const on = stage(types);
    const expr = settleUnknown(resolve(text, on), on.scope);
    const { sql, slots } = print(expr, on.env);
    functions.context = { eval: on.env.eval };
    const values = slots.map((slot): Datum =>
      slot.from === "literal"
        ? slot.value
        : slot.from === "param"
        ? params[slot.number - 1] ?? null
        : slot.from === "rows"
        ? null
        : slot.value.name === "setting"
        ? on.env.eval.setting(slot.value.setting) ?? null
        : slot.value.name === "current_user"
        ? "postgres"
        : on.env.eval.transactionTime
    );
    const reals = slots.map((slot) =>
      slot.from === "literal" &&
      (slot.type === oid.float8 || slot.type === oid.float4)
    );
    const bound = sql.replaceAll(
      /\$(\d+)/g,
      (name, number) =>
        reals[Number(number) - 1] ? `CAST(${name} AS REAL)` : name,
    );
    const from = row === undefined ? "item LIMIT 1" : `item WHERE id = ${row}`;
    let answer;
    try {
      answer = database.run(`SELECT ${bound} FROM ${from}`, values as never);
    } catch (error) {
      throw functions.takeError()?.error ?? error;
    }
    const value = answer[0]?.[0] as Datum | undefined;
    if (value === null || value === undefined) return null;
    const type = on.env.catalog.type(expr.type);
    return type === undefined ? String(value) : type.output(value, on.env.eval);
  };
  try {
    await body({ run });
  } finally {
    await database.close();
    host.close();
    library.close();
    await Deno.remove(directory, { recursive: true });
  }
}
