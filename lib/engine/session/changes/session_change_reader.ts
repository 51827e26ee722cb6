/**
 * Reads changes for whoever is told of them.
 *
 * @module
 */

import type { Catalog, Relation } from "../../../sql/catalog/catalog.ts";
import {
  hasColumnPrivilege,
  hasPrivilege,
} from "../../../sql/catalog/privileges.ts";
import type { EvalContext } from "../../../sql/eval_context.ts";
import type {
  ChangeReader,
  JudgeOptions,
  RowImage,
  RowTest,
  TableReader,
} from "../../change_reader.ts";
import type { Identity, Session } from "../../engine.ts";
import { RowJudge } from "./row_judge.ts";
import { type ReadContext, RelationReader } from "./table_reader.ts";

/** What a {@linkcode SessionChangeReader} asks. */
export interface ChangeReaderOptions {
  readonly catalog: () => Catalog;
  /** A session of the program itself. */
  readonly eval: () => EvalContext;
  readonly session: (identity: Identity) => Session;
}

/** See the top of the file. */
export class SessionChangeReader implements ChangeReader {
  readonly #options: ChangeReaderOptions;
  readonly #judge: RowJudge;
  readonly #tables = new WeakMap<Relation, RelationReader>();
  #readable = new WeakMap<Relation, Map<string, ReadonlySet<number>>>();
  #catalog: Catalog | undefined;

  /**
   * @param options What it asks.
   */
  constructor(options: ChangeReaderOptions) {
    this.#options = options;
    this.#judge = new RowJudge({
      context: () => this.#context(),
      session: options.session,
    });
  }

  read(relation: Relation): RelationReader {
    let table = this.#tables.get(relation);
    if (table === undefined) {
      table = new RelationReader(relation, this.#context());
      this.#tables.set(relation, table);
    }
    return table;
  }

  find(schema: string, name: string): TableReader | undefined {
    const catalog = this.#options.catalog();
    const found = catalog.schemaNamed(schema);
    const relation = found && catalog.relationNamed(found.oid, name);
    return relation !== undefined && isTable(relation)
      ? this.read(relation)
      : undefined;
  }

  tables(schema: string): TableReader[] {
    const catalog = this.#options.catalog();
    const found = catalog.schemaNamed(schema);
    if (found === undefined) return [];
    return [...catalog.relations()].filter((relation) =>
      relation.schema === found.oid && isTable(relation)
    ).map((relation) => this.read(relation));
  }

  readable(table: TableReader, name: string): ReadonlySet<number> {
    const catalog = this.#options.catalog();
    if (this.#catalog !== catalog) {
      this.#catalog = catalog;
      this.#readable = new WeakMap();
    }
    const relation = (table as RelationReader).relation;
    let known = this.#readable.get(relation);
    if (known === undefined) this.#readable.set(relation, known = new Map());
    let places = known.get(name);
    if (places === undefined) {
      places = readablePlaces(catalog, relation, name);
      known.set(name, places);
    }
    return places;
  }

  version(): unknown {
    return this.#options.catalog();
  }

  test(
    table: TableReader,
    identity: Identity,
  ): RowTest | undefined | Promise<RowTest | undefined> {
    return this.#judge.test((table as RelationReader).relation, identity);
  }

  judge(
    table: TableReader,
    identity: Identity,
    rows: readonly RowImage[],
    options: JudgeOptions = {},
  ): Promise<readonly boolean[]> {
    const { relation } = table as RelationReader;
    return this.#judge.judge(relation, identity, rows, options);
  }

  #context(): ReadContext {
    return { catalog: this.#options.catalog(), eval: this.#options.eval() };
  }
}

function isTable({ kind, persistence, system }: Relation): boolean {
  return kind === "r" && persistence === "p" && !system;
}

function readablePlaces(
  catalog: Catalog,
  image: Relation,
  name: string,
): ReadonlySet<number> {
  const role = catalog.roleNamed(name);
  const relation = catalog.relation(image.oid);
  const schema = catalog.schema(image.schema);
  if (role === undefined || relation === undefined || schema === undefined) {
    return new Set();
  }
  const { owner, acl } = schema;
  if (
    !hasPrivilege(catalog, role.oid, { kind: "schema", owner, acl }, "U")
  ) return new Set();
  const places = new Set<number>();
  for (const [place, { number }] of image.columns.entries()) {
    // A column that has gone meanwhile is nobody's.
    if (
      relation.columns.some((column) => column.number === number) &&
      hasColumnPrivilege(catalog, role.oid, relation, number, "r")
    ) places.add(place);
  }
  return places;
}
