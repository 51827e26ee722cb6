/**
 * Collects the functions that a call may mean: by name, number of arguments, names of arguments,
 * defaults and VARIADIC (manual, 10.3 and 4.3).
 *
 * @module
 */

import type { Environment } from "../environment.ts";
import { fixedOid } from "../catalog/catalog.ts";
import { mysqlSchema } from "../mysql/nodes.ts";
import { builtins } from "../functions/builtins.ts";
import type { FunctionEntry } from "../functions/registry.ts";
import { oid } from "../types/type.ts";
import type { Candidate } from "./choose_function.ts";
import { elementTypeOf, schemaNamed, searchPath } from "./type_facts.ts";
import { userEntry } from "./user_entry.ts";

/** Functions that only the system catalogs call. */
const ownPrefix = "heliosdb_";

/** What is known of a call before its function is. */
export interface CallShape {
  /** Number of arguments. */
  readonly count: number;
  /** Names of the last arguments, for `name => value`. */
  readonly names: readonly string[];
  /** Whether the last argument is an array given as VARIADIC. */
  readonly variadic: boolean;
}

/**
 * @param parts Name, after its schema if that was written out.
 * @param env Where to look.
 * @returns Functions of that name, those first whose schema is searched first.
 * @throws {SqlError} 3F000 for an unknown schema.
 */
export function functionsNamed(
  parts: readonly string[],
  env: Environment,
): readonly FunctionEntry[] {
  const name = parts.at(-1) ?? "";
  const schemaName = parts.at(-2);
  if (name.startsWith(ownPrefix) && env.ofSystem !== true) return [];
  const schemas = schemaName === undefined
    ? searchPath(env)
    : schemaName === mysqlSchema
    ? [fixedOid.mysql]
    : [schemaNamed(env, schemaName)];
  const builtIn = builtins().functionsNamed(name);
  return schemas.flatMap((schema) => [
    ...builtIn.filter((entry) => entry.schema === schema),
    ...env.catalog.functionsNamed(schema, name).map(userEntry),
  ]);
}

/**
 * @param entries Functions of the right name.
 * @param shape What the call looks like.
 * @param env For types of arrays.
 * @returns Those that could take the arguments.
 */
export function candidatesFor(
  entries: readonly FunctionEntry[],
  shape: CallShape,
  env: Environment,
): Candidate[] {
  const found = entries.flatMap((entry) => {
    const candidate = candidateOf(entry, shape, env);
    return candidate === undefined ? [] : [candidate];
  });
  // The same types twice: the schema that is searched first wins, then the one without VARIADIC and defaults.
  const best = new Map<string, Candidate>();
  for (const candidate of found) {
    const key = candidate.types.join();
    const other = best.get(key);
    if (
      other === undefined ||
      (other.entry.schema === candidate.entry.schema &&
        weight(candidate) < weight(other))
    ) best.set(key, candidate);
  }
  return [...best.values()];
}

const weight = ({ gathered, defaults }: Candidate) =>
  (gathered > 0 ? 1000 : 0) + defaults;

function candidateOf(
  entry: FunctionEntry,
  shape: CallShape,
  env: Environment,
): Candidate | undefined {
  const { args, defaults } = entry;
  const { count, names } = shape;
  if (names.length > 0) return named(entry, shape);
  if (shape.variadic && !entry.variadic) return undefined;
  if (entry.variadic && !shape.variadic && count >= args.length) {
    const gathered = count - args.length + 1;
    const last = args.at(-1) as number;
    const element = last === oid.any ? oid.any : variadicElement(last, env);
    return {
      entry,
      types: [
        ...args.slice(0, -1),
        ...Array.from({ length: gathered }, () => element),
      ],
      gathered: last === oid.any ? 0 : gathered,
      defaults: 0,
    };
  }
  if (entry.variadic && !shape.variadic) return undefined;
  const missing = args.length - count;
  if (missing < 0 || missing > defaults.length) return undefined;
  return { entry, types: args.slice(0, count), gathered: 0, defaults: missing };
}

function variadicElement(array: number, env: Environment): number {
  switch (array) {
    case oid.anyarray:
      return oid.anyelement;
    case oid.anycompatiblearray:
      return oid.anycompatible;
    default:
      return elementTypeOf(env, array);
  }
}

/** Arguments by name; those without come first and in order. */
function named(
  entry: FunctionEntry,
  { count, names, variadic }: CallShape,
): Candidate | undefined {
  const { args, argNames, defaults } = entry;
  if (variadic !== entry.variadic) return undefined;
  if (count > args.length || argNames.length === 0) return undefined;
  const positional = count - names.length;
  const order: number[] = Array.from({ length: args.length }, () => -1);
  for (let at = 0; at < positional; at += 1) order[at] = at;
  const types: number[] = args.slice(0, positional);
  for (const [index, name] of names.entries()) {
    const at = argNames.indexOf(name);
    if (at < 0 || order[at] !== -1) return undefined;
    order[at] = positional + index;
    types.push(args[at] as number);
  }
  const firstDefault = args.length - defaults.length;
  if (order.some((at, index) => at === -1 && index < firstDefault)) {
    return undefined;
  }
  return {
    entry,
    types,
    order,
    gathered: 0,
    defaults: args.length - count,
  };
}
