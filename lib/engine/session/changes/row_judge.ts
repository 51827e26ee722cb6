/**
 * Asks row policies about rows as they were when they were committed.
 *
 * What is decided by a statement is decided by PostgreSQL's own meaning of it: the rows stand in FROM in the place
 * of the table, and the policies, as they were written, in WHERE; who asks is whose session it is, so what
 * policies look up is limited by policies in turn.
 *
 * @module
 */

import type { Catalog, Relation } from "../../../sql/catalog/catalog.ts";
import type { Datum } from "../../../sql/datum.ts";
import { deparse } from "../../../sql/ddl/expression_text.ts";
import { oid } from "../../../sql/types/type.ts";
import type { JudgeOptions, RowImage, RowTest } from "../../change_reader.ts";
import type { Identity, Session } from "../../engine.ts";
import {
  type Asked,
  type Part,
  planPolicies,
  type PolicyPlan,
} from "./policy_plan.ts";
import { type PolicyQuery, policyQuery } from "./policy_query.ts";
import type { ReadContext } from "./table_reader.ts";

/** What a {@linkcode RowJudge} asks. */
export interface RowJudgeOptions {
  readonly context: () => ReadContext;
  readonly session: (identity: Identity) => Session;
}

type Verdicts = Promise<readonly boolean[]>;

/** Values of the parts of a plan, for one person; nothing where a statement has to decide after all. */
type Values = ReadonlyMap<Part, Datum> | undefined;

/** Stands for the claims of those who have none. */
const noClaims = {};

/** A policy that takes longer has failed. */
const timeoutMs = 5000;

/** See the top of the file. */
export class RowJudge {
  readonly #options: RowJudgeOptions;
  /** Plans, as long as the catalog is the same. */
  #plans = new Map<string, PolicyPlan>();
  #catalog: Catalog | undefined;
  #values = new WeakMap<
    PolicyPlan,
    WeakMap<object, Values | Promise<Values>>
  >();
  readonly #texts = new WeakMap<PolicyPlan, PolicyQuery>();
  readonly #shared = new WeakMap<object, Map<PolicyPlan, Verdicts>>();

  /**
   * @param options What it asks.
   */
  constructor(options: RowJudgeOptions) {
    this.#options = options;
  }

  /**
   * @param image The table as the rows have it.
   * @param identity Who asks.
   * @returns What tells which rows may be seen; nothing where a statement has to.
   */
  test(
    image: Relation,
    identity: Identity,
  ): RowTest | undefined | Promise<RowTest | undefined> {
    const { catalog } = this.#options.context();
    const plan = this.#plan(catalog, image, identity.role, "select");
    if (plan.kind === "all") return () => true;
    if (plan.kind === "none") return () => false;
    // Rows of an older table are put in order first.
    if (plan.parts === undefined || catalog.relation(image.oid) !== image) {
      return undefined;
    }
    const { parts } = plan;
    const values = this.#valuesOf(plan, identity);
    return values instanceof Promise
      ? values.then((each) => testOf(parts, each))
      : testOf(parts, values);
  }

  /**
   * @param image The table as the rows have it.
   * @param identity Who asks.
   * @param rows Rows.
   * @param options Command, settings.
   * @returns Whether each may be seen.
   */
  async judge(
    image: Relation,
    identity: Identity,
    rows: readonly RowImage[],
    { command = "select", settings }: JudgeOptions,
  ): Promise<readonly boolean[]> {
    const { catalog } = this.#options.context();
    const relation = catalog.relation(image.oid) ?? image;
    const plan = this.#plan(catalog, relation, identity.role, command);
    if (plan.kind !== "asked") {
      const verdict = plan.kind === "all";
      return rows.map(() => verdict);
    }
    const current = image === relation
      ? rows
      : rows.map((row) => rowOf(relation, image, row));
    const asking = { relation, plan, identity, rows: current };
    if (settings !== undefined) return await this.#ask(asking, settings);
    const test = plan.parts === undefined
      ? undefined
      : testOf(plan.parts, await this.#valuesOf(plan, identity));
    if (test !== undefined) return current.map(test);
    return await (plan.shared
      ? this.#askOnce(asking, rows)
      : this.#ask(asking));
  }

  /** @param image Any version of the table. */
  #plan(
    catalog: Catalog,
    image: Relation,
    role: string,
    command: "select" | "insert",
  ): PolicyPlan {
    if (this.#catalog !== catalog) {
      this.#catalog = catalog;
      this.#plans = new Map();
    }
    const key = `${image.oid} ${command} ${role}`;
    let plan = this.#plans.get(key);
    if (plan === undefined) {
      const found = catalog.roleNamed(role);
      const relation = catalog.relation(image.oid) ?? image;
      plan = found === undefined ? { kind: "none" } : planPolicies(
        catalog,
        relation,
        found.oid,
        command === "select" ? "r" : "a",
      );
      this.#plans.set(key, plan);
    }
    return plan;
  }

  #valuesOf(plan: Asked, identity: Identity): Values | Promise<Values> {
    let known = this.#values.get(plan);
    if (known === undefined) this.#values.set(plan, known = new WeakMap());
    const claims = identity.claims ?? noClaims;
    if (known.has(claims)) return known.get(claims);
    const asked = this.#askValues(plan, identity).then((values) => {
      known.set(claims, values);
      return values;
    });
    known.set(claims, asked);
    // What failed is asked again the next time.
    asked.catch(() => known.delete(claims));
    return asked;
  }

  async #askValues(plan: Asked, identity: Identity): Promise<Values> {
    const parts = [
      ...(plan.parts?.permissive ?? []).flat(),
      ...plan.parts?.restrictive ?? [],
    ];
    const targets = parts.flatMap(({ node }) => {
      const text = deparse(node);
      return [`(${text})::text`, `pg_catalog.pg_typeof(${text})::text`];
    });
    if (targets.length === 0) return new Map();
    const { rows: [row = []] } = await this.#options.session(identity).query(
      `SELECT ${targets.join(", ")}`,
      [],
      { timeoutMs },
    );
    const { catalog, eval: context } = this.#options.context();
    const values = new Map<Part, Datum>();
    for (const [i, part] of parts.entries()) {
      const text = row[i * 2] as string | null;
      const type = part.kind === "claims" ? oid.bool : part.type;
      if (!isComparable(type, String(row[i * 2 + 1]))) return undefined;
      values.set(
        part,
        text === null
          ? null
          : catalog.type(type)?.input(text, -1, context) ?? null,
      );
    }
    return values;
  }

  /** One statement for all of a role. */
  #askOnce(asking: Asking, rows: readonly RowImage[]): Verdicts {
    let known = this.#shared.get(rows);
    if (known === undefined) this.#shared.set(rows, known = new Map());
    let verdicts = known.get(asking.plan);
    if (verdicts === undefined) {
      known.set(asking.plan, verdicts = this.#ask(asking));
    }
    return verdicts;
  }

  async #ask(
    { relation, plan, identity, rows }: Asking,
    settings?: Readonly<Record<string, string>>,
  ): Promise<readonly boolean[]> {
    const context = this.#options.context();
    let query = this.#texts.get(plan);
    if (query === undefined) {
      query = policyQuery(relation, plan, context);
      this.#texts.set(plan, query);
    }
    const { text, write } = query;
    const { rows: seen } = await this.#options.session(identity).query(
      text,
      [`[${rows.map(write).join(",")}]`],
      { timeoutMs, ...(settings === undefined ? {} : { settings }) },
    );
    const numbers = new Set(seen.map(([number]) => Number(number)));
    return rows.map((_, i) => numbers.has(i));
  }
}

interface Asking {
  /** The table as it is now. */
  readonly relation: Relation;
  readonly plan: Asked;
  readonly identity: Identity;
  /** In the order of its columns. */
  readonly rows: readonly RowImage[];
}

/** @returns Nothing where values cannot be compared without a statement. */
function testOf(
  { permissive, restrictive }: NonNullable<Asked["parts"]>,
  values: Values,
): RowTest | undefined {
  if (values === undefined) return undefined;
  const needed = allOf(restrictive, values);
  const wanted = permissive.map((parts) => allOf(parts, values)).filter((
    each,
  ) => each !== never);
  if (needed === never || wanted.length === 0) return never;
  const [first] = wanted as [RowTest];
  const some: RowTest = wanted.length === 1
    ? first
    : (row) => wanted.some((test) => test(row));
  return needed === always ? some : (row) => some(row) && needed(row);
}

const always: RowTest = () => true;
const never: RowTest = () => false;

/** What claims decide alone is decided here, once; the rest is a comparison or a few. */
function allOf(
  parts: readonly Part[],
  values: NonNullable<Values>,
): RowTest {
  const tests: RowTest[] = [];
  for (const part of parts) {
    const value = values.get(part) ?? null;
    if (part.kind === "claims") {
      if (value !== 1) return never;
      continue;
    }
    if (value === null) return never;
    const { place } = part;
    tests.push((row) => row[place] === value);
  }
  const [first] = tests;
  if (first === undefined) return always;
  return tests.length === 1 ? first : (row) => tests.every((test) => test(row));
}

/** The columns may have changed since. */
function rowOf(now: Relation, then: Relation, row: RowImage): RowImage {
  if (now.columns === then.columns) return row;
  return now.columns.map(({ number }) =>
    row[then.columns.findIndex((column) => column.number === number)] ?? null
  );
}

/** Names of types by those of columns with which they compare by value. */
const comparable: Readonly<Record<number, readonly string[]>> = {
  [oid.uuid]: ["uuid"],
  [oid.text]: ["text", "character varying"],
  [oid.varchar]: ["text", "character varying"],
  [oid.int2]: ["smallint", "integer", "bigint"],
  [oid.int4]: ["smallint", "integer", "bigint"],
  [oid.int8]: ["smallint", "integer", "bigint"],
  [oid.bool]: ["boolean"],
};

function isComparable(type: number, other: string): boolean {
  return other === "unknown" || comparable[type]?.includes(other) === true;
}
