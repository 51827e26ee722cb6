/**
 * `format`, `concat`, quoting (manual, 9.4 and 9.4.1).
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import type { EvalContext } from "../eval_context.ts";
import { elementDatum, parseArray } from "../types/array_datum.ts";
import { oid } from "../types/type.ts";
import { typesOf } from "./argument_types.ts";
import { longestText, tooLong } from "./characters.ts";
import { datumText, elementType, flatten } from "./datum_text.ts";
import { type Definition, fn, op } from "./define.ts";
import { FormatReader, type Value, valueText } from "./format_reader.ts";
import { parseIdentifier } from "./parse_identifier.ts";
import { quoteIdentifier, quoteLiteral } from "./quoting.ts";

/**
 * @param args Arguments of a function `withTypes`.
 * @param from First variadic one.
 * @param context Session.
 * @returns The variadic arguments; those of an array that was given as VARIADIC. Nothing for a NULL array.
 */
function variadic(
  args: readonly Datum[],
  from: number,
  context: EvalContext,
): Value[] | undefined {
  const types = typesOf(args);
  const values = args.slice(from, -1).map((datum, i): Value => ({
    datum,
    type: types[from + i] ?? { oid: oid.text },
  }));
  const [only] = values;
  if (only === undefined || !only.type.variadic) return values;
  if (only.datum === null) return undefined;
  const element = elementType(only.type.oid, context);
  return flatten(parseArray(only.datum as string)).map((item) => ({
    datum: elementDatum(item, element),
    type: { oid: element },
  }));
}

function joined(
  values: readonly Value[] | undefined,
  separator: string,
  context: EvalContext,
): string | null {
  if (values === undefined) return null;
  let result = "";
  let first = true;
  for (const value of values) {
    if (value.datum === null) continue;
    result += (first ? "" : separator) + valueText(value, context);
    if (result.length > longestText) throw tooLong();
    first = false;
  }
  return result;
}

/** See the top of the file. */
export const formatFunctions: readonly Definition[] = [
  fn("concat(VARIADIC any) text", {
    strict: false,
    volatility: "s",
    withTypes: true,
    call: (args, context) => joined(variadic(args, 0, context), "", context),
  }),
  fn("concat_ws(text, VARIADIC any) text", {
    strict: false,
    volatility: "s",
    withTypes: true,
    call: (args, context) =>
      args[0] === null
        ? null
        : joined(variadic(args, 1, context), args[0] as string, context),
  }),
  ...["format(text)", "format(text, VARIADIC any)"].map((signature) =>
    fn(`${signature} text`, {
      strict: false,
      volatility: "s",
      withTypes: true,
      call: (args, context) =>
        args[0] === null ? null : new FormatReader(
          args[0] as string,
          variadic(args, 1, context) ?? [],
          context,
        ).run(),
    })
  ),
  // As a cast to text would write it; the types' own output says `t`.
  op("text || bool = text", {
    sql: ([a, b]) =>
      `(${a} || CASE ${b} WHEN 0 THEN 'false' WHEN 1 THEN 'true' END)`,
  }),
  op("bool || text = text", {
    sql: ([a, b]) =>
      `(CASE ${a} WHEN 0 THEN 'false' WHEN 1 THEN 'true' END || ${b})`,
  }),
  fn("num_nulls(VARIADIC any) int4", {
    strict: false,
    withTypes: true,
    call: (args, context) =>
      variadic(args, 0, context)?.filter(({ datum }) => datum === null)
        .length ?? null,
  }),
  fn("num_nonnulls(VARIADIC any) int4", {
    strict: false,
    withTypes: true,
    call: (args, context) =>
      variadic(args, 0, context)?.filter(({ datum }) => datum !== null)
        .length ?? null,
  }),
  op("text || anynonarray = text", {
    volatility: "s",
    withTypes: true,
    call: (args, context) =>
      args[0] as string +
      datumText(
        args[1] as NonNullable<Datum>,
        typesOf(args)[1] ?? { oid: oid.text },
        context,
      ),
  }),
  op("anynonarray || text = text", {
    volatility: "s",
    withTypes: true,
    call: (args, context) =>
      datumText(
        args[0] as NonNullable<Datum>,
        typesOf(args)[0] ?? { oid: oid.text },
        context,
      ) + (args[1] as string),
  }),
  fn("quote_ident(text) text", {
    call: ([text]) => quoteIdentifier(text as string),
  }),
  fn("quote_literal(text) text", {
    call: ([text]) => quoteLiteral(text as string),
  }),
  fn("quote_literal(anyelement) text", {
    volatility: "s",
    withTypes: true,
    call: (args, context) =>
      quoteLiteral(
        datumText(
          args[0] as NonNullable<Datum>,
          typesOf(args)[0] ?? { oid: oid.text },
          context,
        ),
      ),
  }),
  fn("quote_nullable(text) text", {
    strict: false,
    call: ([text]) => text === null ? "NULL" : quoteLiteral(text as string),
  }),
  fn("quote_nullable(anyelement) text", {
    strict: false,
    volatility: "s",
    withTypes: true,
    call: (args, context) =>
      args[0] === null ? "NULL" : quoteLiteral(
        datumText(
          args[0] as NonNullable<Datum>,
          typesOf(args)[0] ?? { oid: oid.text },
          context,
        ),
      ),
  }),
  fn("parse_ident(text, bool) text[]", {
    argNames: ["str", "strict"],
    defaults: ["true"],
    call: ([text, strict]) => parseIdentifier(text as string, Boolean(strict)),
  }),
];
