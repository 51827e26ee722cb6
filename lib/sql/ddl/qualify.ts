/**
 * Makes parse trees fit to be stored: what they name is found again whatever the search path is by then.
 *
 * Relations, functions and types of users get their schema, and relations inside constants (the sequence
 * of `nextval('…')`) their oid. Built-in names stay as they are.
 *
 * @module
 */

import type { FuncCall, Node, TypeCast, TypeName } from "@pgsql/types";
import { fixedOid, type Relation } from "../catalog/catalog.ts";
import { walkNames } from "../catalog/name_walk.ts";
import { SqlError } from "../error.ts";
import { parse } from "../parse.ts";
import { builtins } from "../functions/builtins.ts";
import { lookUpRelation } from "./lookup.ts";
import { constantText, strings, typeNameNode, walkTree } from "./nodes.ts";
import type { Work } from "./work.ts";

/** Functions whose first argument is a sequence. */
const sequenceFunctions = new Set(["nextval", "currval", "setval"]);

/**
 * @param work Statement.
 * @param node Query or expression as it was written.
 * @param row Table whose row the expression is about.
 * @returns A copy that can be stored.
 */
export function qualify<T extends Node>(
  work: Work,
  node: T,
  row?: Relation,
): T {
  const copy = structuredClone(node);
  // Offsets point into a text that is not kept.
  walkTree({ copy }, (_kind, each) => {
    if (typeof each["location"] === "number") delete each["location"];
  });
  delete (copy as { location?: number }).location;
  walkTree({ copy }, (kind, each) => {
    if (kind === "TypeCast") qualifyRegclass(work, each as TypeCast);
    if (kind === "FuncCall") qualifySequence(work, each as FuncCall);
  });
  walkNames(copy, {
    catalog: work.catalog,
    searchPath: work.context.env.searchPath,
    row,
  }, {
    relation: (range, relation) => {
      const schema = work.catalog.schema(relation.schema);
      if (schema !== undefined) range.schemaname = schema.name;
    },
    function: (call) => qualifyFunction(work, call),
    type: (name) => qualifyType(work, name),
  });
  return copy;
}

/** Schemas of users in which an unqualified name may be. */
function userPath(work: Work): number[] {
  return work.context.env.searchPath.filter((each) =>
    each !== fixedOid.pgCatalog
  );
}

function schemaNode(work: Work, schema: number): Node {
  return { String: { sval: work.catalog.schema(schema)?.name ?? "" } };
}

function qualifyFunction(work: Work, call: FuncCall): void {
  if (call.funcname?.length !== 1) return;
  const [name = ""] = strings(call.funcname);
  for (const schema of userPath(work)) {
    const arity = call.args?.length ?? 0;
    const fits = work.catalog.functionsNamed(schema, name).some(({ args }) => {
      const inputs = args.filter(({ mode }) => mode !== "o" && mode !== "t");
      const needed = inputs.filter((each) =>
        each.default === undefined && each.mode !== "v"
      );
      return needed.length <= arity &&
        (arity <= inputs.length || inputs.some(({ mode }) => mode === "v"));
    });
    if (!fits) continue;
    call.funcname = [schemaNode(work, schema), ...call.funcname];
    return;
  }
  // Or somebody could make a function later that fits better, and be called in its place.
  const builtIn = builtins().functionsNamed(name).some((each) =>
    each.schema === fixedOid.pgCatalog
  );
  if (builtIn) {
    call.funcname = [schemaNode(work, fixedOid.pgCatalog), ...call.funcname];
  }
}

function qualifyType(work: Work, name: TypeName): void {
  if (name.names?.length !== 1) return;
  const [text = ""] = strings(name.names);
  if (work.catalog.typeNamed(fixedOid.pgCatalog, text) !== undefined) {
    if (work.context.env.searchPath.includes(fixedOid.pgCatalog)) {
      name.names = [schemaNode(work, fixedOid.pgCatalog), ...name.names];
    }
    return;
  }
  for (const schema of userPath(work)) {
    if (work.catalog.typeNamed(schema, text) === undefined) continue;
    name.names = [schemaNode(work, schema), ...name.names];
    return;
  }
}

function qualifyRegclass(work: Work, cast: TypeCast): void {
  if (strings(cast.typeName?.names).at(-1) !== "regclass") return;
  const text = constantText(cast.arg);
  if (text === undefined || /^\d+$/.test(text)) return;
  const oid = relationOid(work, text);
  if (oid !== undefined) {
    cast.arg = { A_Const: { sval: { sval: String(oid) } } };
  }
}

function qualifySequence(work: Work, call: FuncCall): void {
  const [first] = call.args ?? [];
  if (!sequenceFunctions.has(strings(call.funcname).at(-1) ?? "")) return;
  if (first === undefined || !("A_Const" in first)) return;
  const text = constantText(first);
  if (text === undefined) return;
  const oid = relationOid(work, text);
  if (oid === undefined) {
    throw new SqlError("42P01", `relation "${text}" does not exist`);
  }
  call.args = [regclassConstant(oid), ...(call.args ?? []).slice(1)];
}

/** Reads a name as `regclass` does. */
function relationOid(work: Work, text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  let statement;
  try {
    [statement] = parse(`TABLE ${text}`);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    throw new SqlError("42602", "invalid name syntax");
  }
  const node = statement?.node;
  const [range] = node !== undefined && "SelectStmt" in node
    ? node.SelectStmt.fromClause ?? []
    : [];
  if (range === undefined || !("RangeVar" in range)) return undefined;
  return lookUpRelation(work, range.RangeVar)?.oid;
}

/**
 * @param oid Oid of a relation.
 * @returns `'<oid>'::regclass`.
 */
export function regclassConstant(oid: number): Node {
  return {
    TypeCast: {
      arg: { A_Const: { sval: { sval: String(oid) } } },
      typeName: typeNameNode(["pg_catalog", "regclass"]),
    },
  };
}

/**
 * @param sequence Oid of a sequence.
 * @returns `nextval('<oid>'::regclass)`.
 */
export function nextvalCall(sequence: number): Node {
  return {
    FuncCall: {
      funcname: [{ String: { sval: "nextval" } }],
      args: [regclassConstant(sequence)],
      funcformat: "COERCE_EXPLICIT_CALL",
    },
  };
}
