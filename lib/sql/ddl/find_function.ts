/**
 * Finds the functions that statements of DDL name.
 *
 * @module
 */

import type { Node, ObjectWithArgs } from "@pgsql/types";
import { quoteIdentifier } from "../functions/quoting.ts";
import { resolveTypeName } from "../analyze/type_name.ts";
import type { UserFunction } from "../catalog/catalog.ts";
import { SqlError } from "../error.ts";
import { builtins } from "../functions/builtins.ts";
import { formatType } from "./format_type.ts";
import { inSchemas } from "./lookup.ts";
import { strings } from "./nodes.ts";
import type { Work } from "./work.ts";

/** What a statement calls it. */
export type RoutineWord = "function" | "procedure" | "routine" | "aggregate";

/** @returns Types of its inputs. */
export function inputTypes({ args }: UserFunction): number[] {
  return args.filter(({ mode }) => mode !== "o" && mode !== "t")
    .map(({ type }) => type);
}

function fits(
  { kind }: UserFunction,
  word: RoutineWord,
): boolean {
  return word === "routine" || (word === "procedure") === (kind === "p");
}

function typesOf(work: Work, nodes: readonly Node[]): number[] {
  return nodes.flatMap((node) =>
    "TypeName" in node ? [resolveTypeName(node.TypeName, work.env).type] : []
  );
}

/**
 * @param work Statement.
 * @param name Name and types in the parse tree.
 * @param word What the statement calls it.
 * @returns The function; `undefined` if there is none.
 * @throws {SqlError} 42725 when several have the name and no types were given, 42809 for the other kind.
 */
export function lookUpFunction(
  work: Work,
  { objname, objargs = [], args_unspecified: bare = false }: ObjectWithArgs,
  word: RoutineWord,
): UserFunction | undefined {
  const parts = strings(objname);
  const name = parts.at(-1) ?? "";
  const schema = parts.at(-2);
  if (schema !== undefined && work.catalog.schemaNamed(schema) === undefined) {
    return undefined;
  }
  const types = bare ? [] : typesOf(work, objargs);
  const found = inSchemas(work, schema, (each) => {
    const named = work.catalog.functionsNamed(each, name).filter((one) =>
      bare || sameTypes(inputTypes(one), types)
    );
    return named.length > 0 ? named : undefined;
  });
  if (found === undefined) return undefined;
  const fitting = found.filter((each) => fits(each, word));
  if (fitting.length > 1) {
    throw new SqlError("42725", `${word} name "${name}" is not unique`, {
      hint: `Specify the argument list to select the ${word} unambiguously.`,
    });
  }
  const [only] = fitting;
  if (only === undefined) {
    if (bare) return undefined;
    throw new SqlError(
      "42809",
      `${label(work, parts, types)} is not a ${word}`,
    );
  }
  return only;
}

function sameTypes(one: readonly number[], two: readonly number[]): boolean {
  return one.length === two.length && one.every((each, i) => each === two[i]);
}

function label(
  work: Work,
  parts: readonly string[],
  types: readonly number[],
): string {
  return `${parts.join(".")}(${
    types.map((each) => formatType(work.env, each, -1)).join(", ")
  })`;
}

/**
 * @param name Name and types in the parse tree.
 * @param word What the statement calls it.
 * @returns Text of the notice that it is not there; types are named as the parser reads them.
 */
export function missingLabel(name: ObjectWithArgs, word: RoutineWord): string {
  const types = (name.objargs ?? []).map((node) =>
    "TypeName" in node
      ? strings(node.TypeName.names).join(".") +
        "[]".repeat((node.TypeName.arrayBounds ?? []).length)
      : ""
  );
  return `${word} ${strings(name.objname).join(".")}(${types.join(",")})`;
}

/**
 * @param work Statement.
 * @param name Name and types in the parse tree.
 * @param word What the statement calls it.
 * @returns Text of messages about one that is not there, without `does not exist`.
 */
export function functionLabel(
  work: Work,
  name: ObjectWithArgs,
  word: RoutineWord,
): string {
  const parts = strings(name.objname);
  if (name.args_unspecified) return `a ${word} named "${parts.join(".")}"`;
  return `${word} ${label(work, parts, typesOf(work, name.objargs ?? []))}`;
}

/**
 * @param work Statement.
 * @param name Name and types in the parse tree.
 * @param word What the statement calls it.
 * @returns The function.
 * @throws {SqlError} 42883 when there is none, 42501 when it is built in.
 */
export function findFunction(
  work: Work,
  name: ObjectWithArgs,
  word: RoutineWord,
): UserFunction {
  const found = lookUpFunction(work, name, word);
  if (found !== undefined) return found;
  checkBuiltIn(name);
  throw new SqlError(
    "42883",
    name.args_unspecified
      ? `could not find ${functionLabel(work, name, word)}`
      : `${functionLabel(work, name, word)} does not exist`,
  );
}

function checkBuiltIn({ objname }: ObjectWithArgs): void {
  const parts = strings(objname);
  const text = parts.at(-1) ?? "";
  const schema = parts.at(-2) ?? "pg_catalog";
  if (schema !== "pg_catalog") return;
  if (builtins().functionsNamed(text).length === 0) return;
  throw new SqlError(
    "42501",
    `must be owner of function ${quoteIdentifier(text)}`,
  );
}
