/**
 * Names of objects as the `reg*` types and `pg_*_is_visible` see them: without their schema where the search
 * path finds them.
 *
 * @module
 */

import {
  type Catalog,
  fixedOid,
  type UserFunction,
} from "../catalog/catalog.ts";
import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import { builtins } from "../functions/builtins.ts";
import { quoteIdentifier } from "../functions/quoting.ts";
import { catalogOf } from "./system_table.ts";

/** An object with a schema. */
interface Named {
  readonly oid: number;
  readonly name: string;
  readonly schema: number;
}

/**
 * @param context Session.
 * @returns Schemas to look in.
 */
export function pathOf(context: EvalContext): readonly number[] {
  return context.searchPath ?? [fixedOid.pgCatalog, fixedOid.public];
}

/**
 * @param context Session.
 * @param object What is asked about.
 * @param find Finds an object of this kind in a schema.
 * @returns Whether its bare name finds it.
 */
export function isVisible(
  context: EvalContext,
  object: Named,
  find: (schema: number, name: string) => number | undefined,
): boolean {
  for (const schema of pathOf(context)) {
    const found = find(schema, object.name);
    if (found !== undefined) return found === object.oid;
  }
  return false;
}

/** @returns Finds a table, view, sequence or index. */
export function relationFinder(
  catalog: Catalog,
): (schema: number, name: string) => number | undefined {
  return (schema, name) =>
    catalog.relationNamed(schema, name)?.oid ??
      catalog.indexNamed(schema, name)?.index.oid;
}

/**
 * @param catalog Catalog.
 * @param number Oid.
 * @returns Table, view, sequence or index with it.
 */
export function relationOrIndex(
  catalog: Catalog,
  number: number,
): Named | undefined {
  const relation = catalog.relation(number);
  if (relation !== undefined) return relation;
  for (const table of catalog.relations()) {
    const index = table.indexes.find(({ oid }) => oid === number);
    if (index !== undefined) return index;
  }
  return undefined;
}

/**
 * @param context Session.
 * @param object An object.
 * @param visible Whether its bare name finds it.
 * @returns Its name, with its schema unless it is visible.
 */
export function labelOf(
  context: EvalContext,
  object: Named,
  visible: boolean,
): string {
  const name = quoteIdentifier(object.name);
  if (visible) return name;
  const schema = catalogOf(context).schema(object.schema)?.name ?? "";
  return `${quoteIdentifier(schema)}.${name}`;
}

/**
 * Splits a name as it is written in SQL.
 *
 * @param text For example `public."My table"`.
 * @returns Its parts.
 * @throws {SqlError} 42602 when it is no name.
 */
export function splitName(text: string): string[] {
  const parts: string[] = [];
  const pattern = /\s*(?:"((?:[^"]|"")+)"|([^\s".()]+))\s*(\.|$)/y;
  for (;;) {
    const match = pattern.exec(text);
    if (match === null) throw new SqlError("42602", "invalid name syntax");
    parts.push(
      match[1]?.replaceAll('""', '"') ?? (match[2] as string).toLowerCase(),
    );
    if (match[3] === "") return parts;
  }
}

/**
 * @param context Session.
 * @param text Name of a table, view, sequence or index.
 * @returns Its oid, `undefined` if there is none.
 */
export function findRelationOid(
  context: EvalContext,
  text: string,
): number | undefined {
  const catalog = catalogOf(context);
  return findIn(context, splitName(text), relationFinder(catalog));
}

/**
 * @param context Session.
 * @param parts Schema and name, or a name.
 * @param find Finds such an object in a schema.
 * @returns Its oid.
 */
export function findIn(
  context: EvalContext,
  parts: readonly string[],
  find: (schema: number, name: string) => number | undefined,
): number | undefined {
  const catalog = catalogOf(context);
  const name = parts.at(-1) ?? "";
  if (parts.length > 1) {
    const schema = catalog.schemaNamed(parts.at(-2) ?? "");
    return schema === undefined ? undefined : find(schema.oid, name);
  }
  for (const schema of pathOf(context)) {
    const found = find(schema, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A function of a user or a built-in one, as far as names go. */
export interface NamedFunction extends Named {
  readonly args: readonly number[];
  readonly user?: UserFunction | undefined;
}

/**
 * @param catalog Catalog.
 * @param number `pg_proc.oid`.
 * @returns The function.
 */
export function functionByOid(
  catalog: Catalog,
  number: number,
): NamedFunction | undefined {
  const user = catalog.userFunction(number);
  if (user !== undefined) {
    return {
      ...user,
      args: user.args.filter(({ mode }) => "ibv".includes(mode))
        .map(({ type }) => type),
      user,
    };
  }
  const entry = builtins().byOid(number);
  return entry === undefined || entry.kind === "operator" ||
      entry.kind === "cast"
    ? undefined
    : entry;
}

/**
 * @param catalog Catalog.
 * @param schema Schema.
 * @param name Name.
 * @returns Functions of that name.
 */
export function functionsIn(
  catalog: Catalog,
  schema: number,
  name: string,
): NamedFunction[] {
  const users = catalog.functionsNamed(schema, name).flatMap(({ oid }) =>
    functionByOid(catalog, oid) ?? []
  );
  const builtIn = builtins().functionsNamed(name).filter((entry) =>
    entry.schema === schema
  );
  return [...users, ...builtIn];
}
