/**
 * Names one object of any kind, and describes it as PostgreSQL's messages do.
 *
 * @module
 */

import { quoteIdentifier } from "../functions/quoting.ts";
import type { Relation, UserFunction } from "../catalog/catalog.ts";
import { fixedOid } from "../catalog/catalog.ts";
import { relationWord } from "../catalog/privileges.ts";
import { formatType } from "./format_type.ts";
import { relationText } from "./expression_text.ts";
import type { Work } from "./work.ts";

/** An object. */
export type Address =
  | { readonly kind: "schema"; readonly oid: number }
  | { readonly kind: "relation"; readonly oid: number }
  | {
    readonly kind: "column" | "default";
    readonly oid: number;
    /** Column number. */
    readonly sub: number;
  }
  | {
    readonly kind: "constraint" | "index" | "policy";
    /** The table. */
    readonly oid: number;
    /** Oid of the constraint, index or policy. */
    readonly sub: number;
  }
  | { readonly kind: "type"; readonly oid: number }
  | {
    readonly kind: "domainConstraint";
    readonly oid: number;
    readonly sub: number;
  }
  | { readonly kind: "function"; readonly oid: number }
  | { readonly kind: "extension"; readonly oid: number };

/**
 * @param address Address.
 * @returns A key that is the same for the same object.
 */
export function addressKey(address: Address): string {
  return `${address.kind} ${address.oid} ${"sub" in address ? address.sub : 0}`;
}

/**
 * @param address Address.
 * @returns Oid by which PostgreSQL puts objects in order; columns have their table's.
 */
export function addressOrder(address: Address): number {
  switch (address.kind) {
    case "constraint":
    case "index":
    case "policy":
      return address.sub;
    default:
      return address.oid;
  }
}

/**
 * @param work Statement.
 * @param relation Relation.
 * @returns For example `table a`, `view s.v`.
 */
export function describeRelation(work: Work, relation: Relation): string {
  return `${
    relation.kind === "c" ? "composite type" : relationWord(relation)
  } ${relationText(work.env, relation.oid)}`;
}

/**
 * @param work Statement.
 * @param found Function.
 * @returns For example `f(integer,text)`.
 */
export function functionSignature(work: Work, found: UserFunction): string {
  return `${qualified(work, found)}(${
    found.args.filter(({ mode }) => mode !== "o" && mode !== "t")
      .map(({ type }) => formatType(work.env, type, -1)).join(",")
  })`;
}

function qualified(
  work: Work,
  { name, schema }: Pick<UserFunction, "name" | "schema">,
): string {
  const { searchPath } = work.context.env;
  const visible = searchPath.find((each) =>
    work.catalog.functionsNamed(each, name).length > 0
  );
  return visible === schema || schema === fixedOid.pgCatalog
    ? quoteIdentifier(name)
    : `${quoteIdentifier(work.catalog.schema(schema)?.name ?? "")}.${
      quoteIdentifier(name)
    }`;
}

/**
 * @param work Statement.
 * @param address An object that is there.
 * @returns What it is and its name, for example `constraint b_a_fkey on table b`.
 */
export function describe(work: Work, address: Address): string {
  const { catalog } = work;
  const table = () => {
    const relation = catalog.relation(address.oid);
    return relation === undefined ? "" : describeRelation(work, relation);
  };
  switch (address.kind) {
    case "schema":
      return `schema ${
        quoteIdentifier(catalog.schema(address.oid)?.name ?? "")
      }`;
    case "relation":
      return table();
    case "column":
    case "default": {
      const name = quoteIdentifier(
        catalog.relation(address.oid)?.columns.find(({ number }) =>
          number === address.sub
        )?.name ?? "",
      );
      const column = `column ${name} of ${table()}`;
      return address.kind === "column" ? column : `default value for ${column}`;
    }
    case "constraint": {
      const found = catalog.relation(address.oid)?.constraints
        .find(({ oid }) => oid === address.sub);
      return `constraint ${quoteIdentifier(found?.name ?? "")} on ${table()}`;
    }
    case "index": {
      const relation = catalog.relation(address.oid);
      const found = relation?.indexes.find(({ oid }) => oid === address.sub);
      return `index ${relationName(work, relation, found?.name ?? "")}`;
    }
    case "policy": {
      const found = catalog.relation(address.oid)?.policies
        .find(({ oid }) => oid === address.sub);
      return `policy ${quoteIdentifier(found?.name ?? "")} on ${table()}`;
    }
    case "type":
      return `type ${formatType(work.env, address.oid, -1)}`;
    case "domainConstraint": {
      const found = catalog.domain(address.oid)?.checks
        .find(({ oid }) => oid === address.sub);
      return `constraint ${quoteIdentifier(found?.name ?? "")} on domain ${
        formatType(work.env, address.oid, -1)
      }`;
    }
    case "function": {
      const found = catalog.userFunction(address.oid);
      if (found === undefined) return "function";
      return `function ${functionSignature(work, found)}`;
    }
    case "extension":
      return `extension ${
        catalog.database.extensions.find(({ oid }) => oid === address.oid)
          ?.name ?? ""
      }`;
  }
}

function relationName(
  work: Work,
  table: Relation | undefined,
  name: string,
): string {
  const { searchPath } = work.context.env;
  return table !== undefined && searchPath.includes(table.schema)
    ? quoteIdentifier(name)
    : `${
      quoteIdentifier(work.catalog.schema(table?.schema ?? 0)?.name ?? "")
    }.${quoteIdentifier(name)}`;
}
