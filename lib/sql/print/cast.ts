/**
 * Prints casts.
 *
 * @module
 */

import { fixedOid } from "../catalog/catalog.ts";
import { baseTypeOf, elementTypeOf } from "../analyze/type_facts.ts";
import type { Printed } from "../functions/define.ts";
import type { Cast, Expr } from "../tree.ts";
import { oid } from "../types/type.ts";
import { argumentTypes } from "./argument_types.ts";
import { applyFunction } from "./call.ts";
import type { PrintContext } from "./context.ts";
import { printDomain } from "./domain.ts";
import { printAny } from "./any_expression.ts";
import { printed } from "./printed.ts";
import { textLiteral } from "../sqlite_words.ts";
import { elementValue, jsonValue, storageOf } from "./storage.ts";

/**
 * @param cast Cast.
 * @param context Where it is printed.
 * @returns SQLite expression.
 */
export function printCast(cast: Cast, context: PrintContext): Printed {
  const { arg, how } = cast;
  if (how.by === "domain") return printDomain(cast, context);
  if (isLocalNow(cast)) {
    const value = { name: "localtimestamp" } as const;
    return printed(context.slot({ from: "session", value }), true);
  }
  const value = printAny(arg, context);
  return how.by === "typmod"
    ? printTypmod(cast, value, context)
    : convert(value, arg, cast.type, how, context);
}

/** `now()` that is kept without its zone (`DEFAULT now()` of a `timestamp`) is bound rather than called. */
function isLocalNow({ arg, how, type }: Cast): boolean {
  return type === oid.timestamp && arg.kind === "session" &&
    arg.value.name === "transaction_timestamp" && how.by === "function" &&
    how.function.schema === fixedOid.pgCatalog;
}

function convert(
  value: Printed,
  arg: Pick<Expr, "type">,
  target: number,
  how: Cast["how"],
  context: PrintContext,
): Printed {
  switch (how.by) {
    case "function":
      return applyFunction(how.function, [value], [arg], context);
    case "text":
      return throughText(value, arg as Expr, target, context);
    case "array":
      return printArrayCast(value, arg.type, target, how.element, context);
    default:
      return value;
  }
}

/** Types whose datum is their text. */
const ownText: ReadonlySet<number> = new Set([
  oid.text,
  oid.varchar,
  oid.bpchar,
  oid.name,
  oid.char,
  oid.cstring,
  oid.unknown,
  oid.numeric,
  oid.uuid,
  oid.json,
  oid.jsonb,
  oid.xml,
  oid.tsvector,
  oid.tsquery,
]);

const strings: ReadonlySet<number> = new Set([
  oid.text,
  oid.varchar,
  oid.bpchar,
  oid.name,
  oid.char,
  oid.cstring,
  oid.unknown,
]);

/** Output of one type, input of the other. */
function throughText(
  value: Printed,
  arg: Expr,
  target: number,
  context: PrintContext,
): Printed {
  const { env } = context;
  const source = baseTypeOf(env, arg.type).type;
  const wanted = baseTypeOf(env, target).type;
  const text = asText(value, arg, source, context);
  if (
    strings.has(wanted) && wanted !== oid.bpchar && wanted !== oid.name &&
    wanted !== oid.char
  ) return text;
  const real = storageOf(env, wanted) === "real" ? "_real" : "";
  return printed(`pg_in${real}(${wanted}, -1, ${text})`);
}

function asText(
  value: Printed,
  arg: Expr,
  source: number,
  context: PrintContext,
): Printed {
  if (ownText.has(source)) return value;
  switch (source) {
    case oid.int2:
    case oid.int4:
    case oid.int8:
    case oid.oid:
      return printed(`CAST(${value} AS TEXT)`);
    case oid.bool:
      return printed(
        `(CASE ${value} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END)`,
      );
    case oid.record:
      return printed(
        `pg_record_out(${value}, ${
          textLiteral(argumentTypes([arg], context.env))
        })`,
      );
  }
  return context.env.catalog.type(source)?.kind === "e"
    ? value
    : printed(`pg_out(${source}, ${value})`);
}

/** Fits a value to a modifier; the common case of a short enough text needs no JavaScript. */
function printTypmod(
  cast: Cast,
  value: Printed,
  context: PrintContext,
): Printed {
  const type = baseTypeOf(context.env, cast.type).type;
  const explicit = cast.explicit ? 1 : 0;
  const call = `pg_typmod(${type}, ${cast.typmod}, ${explicit}, ${value})`;
  if (type !== oid.varchar) return printed(call);
  const length = cast.typmod - 4;
  if (cast.explicit) return printed(`substr(${value}, 1, ${length})`);
  return value.simple
    ? printed(
      `(CASE WHEN length(${value}) > ${length} THEN ${call} ELSE ${value} END)`,
    )
    : printed(call);
}

/** Casts an array element by element. */
function printArrayCast(
  value: Printed,
  source: number,
  target: number,
  element: Cast["how"],
  context: PrintContext,
): Printed {
  const { env } = context;
  const from = elementTypeOf(env, source);
  const to = elementTypeOf(env, target);
  const base = baseTypeOf(env, target).type;
  if (element.by === "text") {
    // The array's own output and input know more dimensions than one.
    return printed(
      `pg_in(${base}, -1, pg_out(${baseTypeOf(env, source).type}, ${value}))`,
    );
  }
  const item = printed(elementValue(env, from, "value"), true);
  const made = convert(item, { type: from }, to, element, context);
  const whole = `(SELECT json_group_array(${
    jsonValue(env, to, made)
  } ORDER BY key) || '' FROM json_each("a"))`;
  const cast =
    `CASE WHEN substr("a", 1, 2) = '[[' THEN pg_error('0A000', 'cast of an array of several dimensions is not supported') WHEN "a" IS NOT NULL THEN ${whole} END`;
  return printed(`(SELECT ${cast} FROM (SELECT ${value} AS "a"))`);
}
