/**
 * Text forms of `regclass`, `regtype`, `regproc`, `regprocedure`, `regnamespace`, `regrole`, `regconfig`
 * (manual, 8.19).
 *
 * @module
 */

import { fixedOid } from "../catalog/catalog.ts";
import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import { quoteIdentifier } from "../functions/quoting.ts";
import {
  findIn,
  findRelationOid,
  functionByOid,
  functionsIn,
  isVisible,
  labelOf,
  pathOf,
  relationFinder,
  relationOrIndex,
  splitName,
} from "./names.ts";
import { catalogOf } from "./system_table.ts";
import { readTypeName, typeText } from "./type_text.ts";

/** Reads or writes one of the types; named as `lib/sql/types/system.ts` calls it. */
export type RegService = (context: EvalContext, value: Datum) => Datum;

/** Oids of the text search configurations that are there. */
const configurations: ReadonlyMap<string, number> = new Map([
  ["simple", 3748],
  ["english", 13164],
]);

/** Oids of the dictionaries that are there. */
const dictionaries: ReadonlyMap<string, number> = new Map([
  ["simple", 3765],
  ["english_stem", 13163],
]);

function missing(code: string, message: string): SqlError {
  return new SqlError(code, message);
}

function relationLabel(context: EvalContext, number: number): string {
  const catalog = catalogOf(context);
  const relation = relationOrIndex(catalog, number);
  if (relation === undefined) return String(number);
  return labelOf(
    context,
    relation,
    isVisible(context, relation, relationFinder(catalog)),
  );
}

function functionLabel(
  context: EvalContext,
  number: number,
  withArguments: boolean,
): string {
  const catalog = catalogOf(context);
  const found = functionByOid(catalog, number);
  if (found === undefined) return String(number);
  const visible = pathOf(context).some((schema) =>
    functionsIn(catalog, schema, found.name).some(({ oid }) => oid === number)
  );
  const label = labelOf(context, found, visible);
  return withArguments
    ? `${label}(${found.args.map((type) => typeText(context, type)).join(",")})`
    : label;
}

function findFunction(context: EvalContext, text: string): number {
  const catalog = catalogOf(context);
  const parts = splitName(text);
  const name = parts.at(-1) ?? "";
  const schemas = parts.length > 1
    ? [catalog.schemaNamed(parts.at(-2) ?? "")?.oid ?? 0]
    : pathOf(context);
  const found = schemas.flatMap((schema) => functionsIn(catalog, schema, name));
  const [first] = found;
  if (first === undefined) {
    throw missing("42883", `function "${text}" does not exist`);
  }
  if (found.length > 1) {
    throw missing("42725", `more than one function named "${text}"`);
  }
  return first.oid;
}

function findProcedure(context: EvalContext, text: string): number {
  const match = /^(.*?)\s*\((.*)\)\s*$/s.exec(text);
  if (match === null) {
    throw missing("22P02", "expected a left parenthesis");
  }
  const catalog = catalogOf(context);
  const types = (match[2] as string).trim() === ""
    ? []
    : (match[2] as string).split(",").map((each) =>
      readTypeName(context, each)
    );
  const parts = splitName(match[1] as string);
  const name = parts.at(-1) ?? "";
  const schemas = parts.length > 1
    ? [catalog.schemaNamed(parts.at(-2) ?? "")?.oid ?? 0]
    : pathOf(context);
  for (const schema of schemas) {
    const found = functionsIn(catalog, schema, name).find(({ args }) =>
      args.join() === types.join()
    );
    if (found !== undefined) return found.oid;
  }
  throw missing("42883", `function "${text}" does not exist`);
}

/** See the top of the file. */
export const regServices: Readonly<Record<string, RegService>> = {
  regclassin(context, value) {
    const text = String(value);
    const found = findRelationOid(context, text);
    if (found !== undefined) return found;
    const parts = splitName(text);
    if (
      parts.length > 1 &&
      catalogOf(context).schemaNamed(parts.at(-2) ?? "") === undefined
    ) {
      throw missing("42P01", `relation "${parts.join(".")}" does not exist`);
    }
    throw missing("42P01", `relation "${parts.join(".")}" does not exist`);
  },
  regclassout: (context, value) => relationLabel(context, Number(value)),
  regtypein: (context, value) => readTypeName(context, String(value)),
  regtypeout: (context, value) => typeText(context, Number(value)),
  regprocin: (context, value) => findFunction(context, String(value)),
  regprocout: (context, value) => functionLabel(context, Number(value), false),
  regprocedurein: (context, value) => findProcedure(context, String(value)),
  regprocedureout: (context, value) =>
    functionLabel(context, Number(value), true),
  regoperout: (_, value) => String(value),
  regoperatorout: (_, value) => String(value),
  regnamespacein(context, value) {
    const [name = ""] = splitName(String(value));
    const found = catalogOf(context).schemaNamed(name);
    if (found === undefined) {
      throw missing("3F000", `schema "${name}" does not exist`);
    }
    return found.oid;
  },
  regnamespaceout(context, value) {
    const name = catalogOf(context).schema(Number(value))?.name;
    return name === undefined ? String(value) : quoteIdentifier(name);
  },
  regrolein(context, value) {
    const [name = ""] = splitName(String(value));
    const found = catalogOf(context).roleNamed(name);
    if (found === undefined) {
      throw missing("42704", `role "${name}" does not exist`);
    }
    return found.oid;
  },
  regroleout(context, value) {
    const name = catalogOf(context).role(Number(value))?.name;
    return name === undefined ? String(value) : quoteIdentifier(name);
  },
  regconfigin(context, value) {
    const text = String(value);
    const found = findIn(
      context,
      splitName(text),
      (schema, name) =>
        schema === fixedOid.pgCatalog ? configurations.get(name) : undefined,
    );
    if (found === undefined) {
      throw missing(
        "42704",
        `text search configuration "${text}" does not exist`,
      );
    }
    return found;
  },
  regconfigout(_, value) {
    for (const [name, number] of configurations) {
      if (number === Number(value)) return name;
    }
    return String(value);
  },
  regcollationout: (_, value) => Number(value) === 100 ? '"default"' : '"C"',
  regdictionaryin(context, value) {
    const text = String(value);
    const found = findIn(
      context,
      splitName(text),
      (schema, name) =>
        schema === fixedOid.pgCatalog ? dictionaries.get(name) : undefined,
    );
    if (found === undefined) {
      throw missing(
        "42704",
        `text search dictionary "${text}" does not exist`,
      );
    }
    return found;
  },
  regdictionaryout(_, value) {
    for (const [name, number] of dictionaries) {
      if (number === Number(value)) return name;
    }
    return String(value);
  },
};
