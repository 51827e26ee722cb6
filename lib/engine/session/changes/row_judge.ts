/**
 * Asks row policies about rows as they were when they were committed.
 *
 * What is decided by a statement is decided by PostgreSQL's own meaning of it: the rows stand in FROM in the place
 * of the table, and the policies, as they were written, in WHERE; who asks is whose session it is, so what
 * policies look up is limited by policies in turn.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import type { Catalog, Relation } from "../../../sql/catalog/catalog.ts";
import type { Datum } from "../../../sql/datum.ts";
import { deparse } from "../../../sql/ddl/expression_text.ts";
import { strings, walkTree } from "../../../sql/ddl/nodes.ts";
import { quoteIdentifier } from "../../../sql/functions/quoting.ts";
import { jsonText, shapeOf } from "../../../sql/functions/to_json.ts";
import { oid } from "../../../sql/types/type.ts";
import type { JudgeOptions, RowImage } from "../../change_reader.ts";
import type { Identity, Session } from "../../engine.ts";
import {
  columnsOf,
  type Part,
  planPolicies,
  type PolicyPlan,
} from "./policy_plan.ts";
import type { ReadContext } from "./table_reader.ts";

/** What a {@linkcode RowJudge} asks. */
export interface RowJudgeOptions {
  readonly context: () => ReadContext;
  readonly session: (identity: Identity) => Session;
}

type Asked = Extract<PolicyPlan, { kind: "asked" }>;
type Verdicts = readonly boolean[] | Promise<readonly boolean[]>;

/** Values of the parts of a plan, for one person; nothing where a statement has to decide after all. */
type Values = ReadonlyMap<Part, Datum> | undefined;

/** Stands for the claims of those who have none. */
const noClaims = {};

/** A policy that takes longer has failed. */
const timeoutMs = 5000;

/** Name of the column that numbers rows; no column of a user has it. */
const rowNumber = "heliosdb row number";

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
   * @param rows Rows.
   * @param options Command, settings.
   * @returns Whether each may be seen.
   */
  judge(
    image: Relation,
    identity: Identity,
    rows: readonly RowImage[],
    { command = "select", settings }: JudgeOptions,
  ): Verdicts {
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
    if (settings !== undefined) return this.#ask(asking, settings);
    if (plan.parts === undefined) {
      return plan.shared ? this.#askOnce(asking, rows) : this.#ask(asking);
    }
    const values = this.#valuesOf(plan, identity);
    return values instanceof Promise
      ? values.then((each) => this.#decide(asking, each))
      : this.#decide(asking, values);
  }

  #plan(
    catalog: Catalog,
    relation: Relation,
    role: string,
    command: "select" | "insert",
  ): PolicyPlan {
    if (this.#catalog !== catalog) {
      this.#catalog = catalog;
      this.#plans = new Map();
    }
    const key = `${relation.oid} ${command} ${role}`;
    let plan = this.#plans.get(key);
    if (plan === undefined) {
      const found = catalog.roleNamed(role);
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

  #decide(asking: Asking, values: Values): Verdicts {
    const { plan, rows } = asking;
    if (values === undefined || plan.parts === undefined) {
      return this.#ask(asking);
    }
    const { permissive, restrictive } = plan.parts;
    return rows.map((row) => {
      const holds = (part: Part) => {
        const value = values.get(part) ?? null;
        return part.kind === "claims"
          ? value === 1
          : value !== null && row[part.place] === value;
      };
      return permissive.some((parts) => parts.every(holds)) &&
        restrictive.every(holds);
    });
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

interface PolicyQuery {
  readonly text: string;
  /** JSON of a row. */
  readonly write: (row: RowImage, number: number) => string;
}

function policyQuery(
  relation: Relation,
  { permissive, restrictive }: Asked,
  { catalog, eval: context }: ReadContext,
): PolicyQuery {
  const read = columnsOf([...permissive, ...restrictive]);
  const columns = relation.columns.map((column, place) => ({
    ...column,
    place,
    shape: shapeOf({ oid: column.type }, context),
  })).filter(({ name }) => read === undefined || read.has(name));
  const typed = columns.map(({ name, type }) => {
    const found = catalog.type(type);
    const schema = catalog.schema(found?.schema ?? 0)?.name ?? "pg_catalog";
    return `${quoteIdentifier(name)} ${quoteIdentifier(schema)}.${
      quoteIdentifier(found?.name ?? "text")
    }`;
  });
  const number = `"${rowNumber}"`;
  const table = quoteIdentifier(relation.name);
  const where = [
    permissive.map((node) => `(${written(relation, node)})`).join(" OR "),
    ...restrictive.map((node) => written(relation, node)),
  ];
  return {
    text:
      `SELECT ${table}.${number} FROM pg_catalog.jsonb_to_recordset($1) AS ${table}(${
        [...typed, `${number} pg_catalog.int4`].join(", ")
      }) WHERE ${where.map((each) => `(${each})`).join(" AND ")}`,
    write: (row, i) =>
      `{${
        columns.map(({ name, place, shape }) =>
          `${JSON.stringify(name)}:${
            jsonText(row[place] ?? null, shape, context)
          },`
        ).join("")
      }${JSON.stringify(rowNumber)}:${i}}`,
  };
}

/** A table in FROM under its own name has no schema in front of it. */
function written(relation: Relation, node: Node): string {
  const copy = structuredClone(node);
  walkTree({ copy }, (kind, value) => {
    if (kind !== "ColumnRef") return;
    const { fields = [] } = value as { fields?: Node[] };
    if (fields.length === 3 && strings(fields)[1] === relation.name) {
      fields.shift();
    }
  });
  return deparse(copy);
}
