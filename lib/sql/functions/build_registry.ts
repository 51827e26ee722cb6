/**
 * Makes a registry of definitions.
 *
 * @module
 */

import { oid } from "../types/type.ts";
import type { Definition } from "./define.ts";
import type { CastPath, FunctionEntry, FunctionRegistry } from "./registry.ts";
import {
  readCast,
  readFunction,
  readOperator,
  type Signature,
} from "./signature.ts";

/** Built-in functions without a number that clients know get theirs from here on. */
const firstOid = 6000;

/**
 * Casts that change no datum (`pg_cast.castmethod` is `b`), in PostgreSQL's words: source, target, and
 * where it may happen. The lists of definitions need not name them.
 */
const binary: readonly (readonly [number, number, CastPath["context"]])[] = [
  [oid.text, oid.varchar, "implicit"],
  [oid.varchar, oid.text, "implicit"],
  [oid.text, oid.bpchar, "implicit"],
  [oid.varchar, oid.bpchar, "implicit"],
  [oid.oid, oid.int4, "assignment"],
  [oid.int4, oid.oid, "implicit"],
  [oid.oid, oid.int8, "implicit"],
  [oid.int8, oid.oid, "implicit"],
  [oid.int2, oid.oid, "implicit"],
  ...[
    oid.regclass,
    oid.regproc,
    oid.regprocedure,
    oid.regtype,
    oid.regnamespace,
    oid.regrole,
    oid.regconfig,
  ].flatMap((alias): [number, number, CastPath["context"]][] => [
    [oid.oid, alias, "implicit"],
    [alias, oid.oid, "implicit"],
    [oid.int8, alias, "implicit"],
    [oid.int2, alias, "implicit"],
    [oid.int4, alias, "implicit"],
    [alias, oid.int8, "assignment"],
    [alias, oid.int4, "assignment"],
  ]),
  [oid.regproc, oid.regprocedure, "implicit"],
  [oid.regprocedure, oid.regproc, "implicit"],
  [oid.pgNodeTree, oid.text, "implicit"],
  [oid.name, oid.text, "implicit"],
  [oid.name, oid.varchar, "assignment"],
  [oid.char, oid.text, "implicit"],
];

/** What a value of type `source` is called when it becomes a `target`. */
const key = (source: number, target: number) => `${source} ${target}`;

/**
 * @param definitions Functions, operators, casts and aggregates.
 * @returns The registry.
 * @throws {Error} When two have one signature, or one cannot be read: mistakes in our own tables.
 */
export function buildRegistry(
  definitions: Iterable<Definition>,
): FunctionRegistry {
  const functions = new Map<string, FunctionEntry[]>();
  const operators = new Map<string, FunctionEntry[]>();
  const casts = new Map<string, CastPath>();
  const byOid = new Map<number, FunctionEntry>();
  const names = new Set<string>();
  const everything = [...definitions];
  const taken = new Set(everything.map((each) => each.oid));
  let next = firstOid;

  for (const definition of everything) {
    let number = definition.oid;
    if (number === undefined || byOid.has(number)) {
      while (taken.has(next)) next += 1;
      number = next++;
    }
    const entry = entryOf(definition, number);
    if (names.has(entry.sqliteName)) {
      throw new Error(`Cannot define "${entry.sqliteName}" twice`);
    }
    names.add(entry.sqliteName);
    byOid.set(number, entry);
    if (definition.kind === "cast") {
      casts.set(key(entry.args[0] as number, entry.returns), {
        entry,
        context: definition.context,
        binary: false,
      });
      continue;
    }
    const place = definition.kind === "operator" ? operators : functions;
    const same = place.get(entry.name);
    if (same === undefined) place.set(entry.name, [entry]);
    else same.push(entry);
  }
  for (const [source, target, context] of binary) {
    if (!casts.has(key(source, target))) {
      casts.set(key(source, target), { context, binary: true });
    }
  }

  return {
    functionsNamed: (name) => functions.get(name) ?? [],
    operatorsNamed: (name) => operators.get(name) ?? [],
    castBetween: (source, target) => casts.get(key(source, target)),
    byOid: (number) => byOid.get(number),
    all: () => byOid.values(),
  };
}

function read(definition: Definition): Signature {
  switch (definition.kind) {
    case "operator":
      return readOperator(definition.signature);
    case "cast":
      return readCast(definition.signature);
    default:
      return readFunction(definition.signature);
  }
}

function entryOf(definition: Definition, number: number): FunctionEntry {
  const signature = read(definition);
  const sqlite = definition.kind !== "rows" && "sql" in definition
    ? definition.sql
    : undefined;
  return {
    oid: number,
    name: signature.name,
    schema: signature.schema,
    kind: definition.kind,
    args: signature.args,
    argNames: definition.argNames ?? [],
    defaults: definition.defaults ?? [],
    variadic: signature.variadic,
    returns: signature.returns,
    columns: definition.kind === "rows" ? signature.columns : [],
    strict: definition.strict ?? true,
    volatility: definition.volatility ?? "i",
    leakproof: definition.leakproof ?? false,
    typed: definition.withTypes ?? false,
    // The signature is unique, says what it is in SQLite's own messages, and stays the same from one
    // version of the program to the next, which indexes and checks that call it rely on.
    sqliteName: signatureKey(definition),
    print: sqlite === undefined
      ? undefined
      : (args, distinct) => sqlite(args, distinct),
    call: definition.kind !== "aggregate" && "call" in definition
      ? definition.call
      : undefined,
    rows: definition.kind === "rows" ? definition.rows : undefined,
    aggregate: definition.kind === "aggregate" ? definition.call : undefined,
    castContext: definition.kind === "cast" ? definition.context : undefined,
  };
}

/**
 * What of a signature is unique: all of it but the result.
 *
 * @param definition Definition.
 * @returns Text that no other one may have; the name in SQLite too.
 */
export function signatureKey(definition: Definition): string {
  const text = definition.signature.replaceAll(/\s+/g, " ").trim();
  switch (definition.kind) {
    case "operator":
      return text.slice(0, text.lastIndexOf(" = "));
    case "cast":
      // The operator `jsonb -> int4` reads the same.
      return `${text} cast`;
    case "rows":
      return `${text.slice(0, text.indexOf(")") + 1)} rows`;
    default:
      return text.slice(0, text.indexOf(")") + 1);
  }
}
