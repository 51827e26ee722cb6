/**
 * The catalog while a statement changes it.
 *
 * @module
 */

import type { Relation } from "../catalog/catalog.ts";
import {
  asMemoryCatalog,
  type MemoryCatalog,
} from "../catalog/memory_catalog.ts";
import type { ObjectKind, ObjectKinds } from "../catalog/objects.ts";
import type { Datum } from "../datum.ts";
import type { Environment } from "../environment.ts";
import type { SqlErrorFields } from "../error.ts";
import type { DdlContext, DdlNotice } from "./context.ts";

/** See the top of the file. */
export class Work {
  /** What the statement is given; a statement inside CREATE SCHEMA has another search path. */
  context: DdlContext;
  /** What there is now. */
  catalog: MemoryCatalog;

  /**
   * @param context What the statement is given.
   */
  constructor(context: DdlContext) {
    this.context = context;
    this.catalog = asMemoryCatalog(context.env.catalog);
  }

  /** Role whose rights count. */
  get role(): number {
    return this.context.env.role;
  }

  /** Whether the program itself asks. */
  get system(): boolean {
    return this.context.system ?? false;
  }

  /** The statement's environment with the catalog as it is now. */
  get env(): Environment {
    return { ...this.context.env, catalog: this.catalog };
  }

  /** @returns An oid that nothing has. */
  newOid(): number {
    const oid = this.catalog.nextOid;
    this.catalog = this.catalog.withNextOid(oid + 1);
    return oid;
  }

  /** Makes or replaces an object. */
  put<Kind extends ObjectKind>(kind: Kind, body: ObjectKinds[Kind]): void {
    this.catalog = this.catalog.with(kind, body);
  }

  /** Makes or replaces a relation. */
  putRelation(relation: Relation): Relation {
    this.put("relation", relation);
    return relation;
  }

  /** @returns The relation as it is now. */
  relation(oid: number): Relation {
    const found = this.catalog.relation(oid);
    if (found === undefined) throw new TypeError(`No relation ${oid}`);
    return found;
  }

  /** Drops an object from the catalog. */
  drop(kind: ObjectKind, oid: number): void {
    this.catalog = this.catalog.without(kind, oid);
  }

  /** Runs one SQLite statement. */
  run(
    sql: string,
    params: readonly Datum[] = [],
  ): Promise<readonly (readonly Datum[])[]> {
    return this.context.target.run(sql, params);
  }

  /** Sends a NOTICE to the client. */
  notice(
    sqlState: string,
    message: string,
    fields: SqlErrorFields = {},
    severity: DdlNotice["severity"] = "NOTICE",
  ): void {
    this.context.notice({ severity, sqlState, message, ...fields });
  }
}
