/**
 * A small catalog made by hand: tables, views and policies in short.
 *
 * @module
 */

import {
  type Column,
  type Constraint,
  fixedOid,
  type Index,
  type Policy,
  type Relation,
} from "../../lib/sql/catalog/catalog.ts";
import { initialCatalog } from "../../lib/sql/catalog/initial_catalog.ts";
import type { MemoryCatalog } from "../../lib/sql/catalog/memory_catalog.ts";
import { parse, parseExpression } from "../../lib/sql/parse.ts";

/** A role that owns tables and is no superuser. */
export const ownerRole = 19_000;

/** A table in short. */
export interface TableSpec {
  readonly name: string;
  /** `name type`, then any of `not null`, `default …`, `generated …`, `identity always`, `identity default`. */
  readonly columns: readonly string[];
  readonly primaryKey?: readonly string[];
  readonly unique?: readonly (readonly string[])[];
  readonly owner?: number;
  /** Policies: `name: [command, roles, using, check, restrictive]`. */
  readonly policies?: readonly PolicySpec[];
  /** Row security; with `force` also for the owner. */
  readonly security?: boolean | "force";
  /** Rights, for example `{ [anon]: "arwd" }`. */
  readonly grants?: Readonly<Record<number, string>>;
  /** Makes it a view. */
  readonly view?: string;
  readonly invoker?: boolean;
  readonly barrier?: boolean;
  readonly checkOption?: "" | "local" | "cascaded";
}

/** A policy in short. */
export interface PolicySpec {
  readonly name?: string;
  readonly for?: Policy["command"];
  readonly to?: readonly number[];
  readonly using?: string;
  readonly check?: string;
  readonly restrictive?: boolean;
}

function stored(text: string) {
  return { text, node: parseExpression(text) };
}

/** Makes relations one after another. */
class Builder {
  catalog: MemoryCatalog = initialCatalog().with("role", {
    oid: ownerRole,
    name: "own",
    superuser: false,
    inherit: true,
    createRole: false,
    createDb: false,
    login: false,
    replication: false,
    bypassRls: false,
    connectionLimit: -1,
    password: null,
    validUntil: null,
    memberOf: [],
    settings: {},
  });
  #oid = 20_000;

  next(): number {
    return this.#oid += 10;
  }

  typeOf(name: string): number {
    const found = this.catalog.typeNamed(fixedOid.pgCatalog, name) ??
      this.catalog.typeNamed(fixedOid.public, name);
    if (found === undefined) throw new TypeError(`No type ${name}`);
    return found.oid;
  }

  column(text: string, number: number): Column {
    const [, name = "", type = "", rest = ""] =
      /^(\S+) (\S+) ?(.*)$/.exec(text) ?? [];
    const generated = /generated (.*)$/.exec(rest)?.[1];
    const defaultText = generated ?? /default (.*)$/.exec(rest)?.[1];
    return {
      number,
      name,
      storage: name,
      type: this.typeOf(type),
      typmod: -1,
      notNull: rest.includes("not null"),
      generated: generated === undefined ? "" : "s",
      identity: rest.includes("identity always")
        ? "a"
        : rest.includes("identity default")
        ? "d"
        : "",
      acl: null,
      ...(defaultText === undefined || rest.includes("identity")
        ? {}
        : { default: stored(defaultText) }),
    };
  }

  add(spec: TableSpec): void {
    const number = this.next();
    const owner = spec.owner ?? fixedOid.postgres;
    const columns = spec.columns.map((text, index) =>
      this.column(text, index + 1)
    );
    const numbers = (names: readonly string[]) =>
      names.map((name) => columns.findIndex((each) => each.name === name) + 1);
    const indexes: Index[] = [];
    const constraints: Constraint[] = [];
    const key = (names: readonly string[], primary: boolean) => {
      const name = primary
        ? `${spec.name}_pkey`
        : `${spec.name}_${names.join("_")}_key`;
      const index = this.next();
      indexes.push({
        oid: index,
        name,
        schema: fixedOid.public,
        unique: true,
        primary,
        nullsNotDistinct: false,
        method: "btree",
        keys: numbers(names).map((column) => ({
          column,
          descending: false,
          nullsFirst: false,
        })),
        include: [],
        storage: name,
      });
      constraints.push({
        oid: this.next(),
        name,
        kind: primary ? "p" : "u",
        columns: numbers(names),
        deferrable: false,
        initiallyDeferred: false,
        validated: true,
        index,
      });
    };
    if (spec.primaryKey !== undefined) key(spec.primaryKey, true);
    for (const names of spec.unique ?? []) key(names, false);
    const [view] = spec.view === undefined ? [] : parse(spec.view);
    const relation: Relation = {
      oid: number,
      name: spec.name,
      schema: fixedOid.public,
      kind: view === undefined ? "r" : "v",
      owner,
      persistence: "p",
      columns,
      constraints,
      indexes,
      policies: (spec.policies ?? []).map((policy, index): Policy => ({
        oid: this.next(),
        name: policy.name ?? `p${index}`,
        permissive: !policy.restrictive,
        command: policy.for ?? "*",
        roles: policy.to ?? [0],
        ...(policy.using === undefined ? {} : { using: stored(policy.using) }),
        ...(policy.check === undefined
          ? {}
          : { withCheck: stored(policy.check) }),
      })),
      rowSecurity: spec.security !== undefined && spec.security !== false,
      forceRowSecurity: spec.security === "force",
      acl: spec.grants === undefined ? null : [
        { grantee: owner, grantor: owner, privileges: "arwdDxt" },
        ...Object.entries(spec.grants).map(([grantee, privileges]) => ({
          grantee: Number(grantee),
          grantor: owner,
          privileges,
        })),
      ],
      storage: view === undefined ? spec.name : "",
      rowType: number + 1,
      system: false,
      ...(view === undefined ? {} : {
        view: {
          text: spec.view ?? "",
          node: view.node,
          securityInvoker: spec.invoker ?? false,
          securityBarrier: spec.barrier ?? false,
          checkOption: spec.checkOption ?? "",
        },
      }),
    };
    this.catalog = this.catalog.with("relation", relation);
    for (const column of columns) {
      if (column.identity === "") continue;
      const sequence = this.next();
      this.catalog = this.catalog.with("relation", {
        ...relation,
        oid: sequence,
        name: `${spec.name}_${column.name}_seq`,
        kind: "S",
        columns: [],
        constraints: [],
        indexes: [],
        policies: [],
        rowSecurity: false,
        storage: "",
        rowType: 0,
        sequence: {
          type: column.type,
          start: 1n,
          increment: 1n,
          min: 1n,
          max: 2n ** 31n,
          cache: 1n,
          cycle: false,
          ownedBy: { table: number, column: column.number },
        },
      });
    }
  }
}

/**
 * @param specs Tables and views, each after those it reads.
 * @returns Catalog with them in schema `public`.
 */
export function fakeCatalog(specs: readonly TableSpec[]): MemoryCatalog {
  const builder = new Builder();
  for (const spec of specs) builder.add(spec);
  return builder.catalog;
}
