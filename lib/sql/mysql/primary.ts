/**
 * Reads what expressions are made of: literals, names, variables, parentheses, CASE, EXISTS.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import { castTo, convertCall } from "./cast_call.ts";
import { expression, operand, valueOf } from "./expression.ts";
import { functionCall } from "./function_call.ts";
import { matchAgainst } from "./match_against.ts";
import { intervalOf } from "./interval.ts";
import {
  asCondition,
  asValue,
  call,
  caseWhen,
  cast,
  column,
  condition,
  integer,
  nothing,
  number,
  scalarQuery,
  star,
  type Term,
  text,
  value,
} from "./nodes.ts";
import type { Parser } from "./parser.ts";
import { query, startsQuery } from "./query.ts";
import { systemVariable, userVariable } from "./variables_in_text.ts";

/**
 * @param p Parser, before something without operators.
 * @returns It.
 */
export function primary(p: Parser): Term {
  let term = simple(p);
  // `column->'$.path'`
  while (p.is("->", "->>")) {
    const symbol = p.take().word;
    const path = p.string();
    const found = call("json_extract", asValue(term), text(path));
    term = value(symbol === "->" ? found : call("json_unquote", found));
  }
  return term;
}

function simple(p: Parser): Term {
  const { token } = p;
  switch (token.kind) {
    case "number":
      p.take();
      return value(numberLiteral(token.value));
    case "string":
      p.take();
      return value(text(token.value));
    case "hex":
      p.take();
      return value(cast(text(`\\x${token.value.toLowerCase()}`), "bytea"));
    case "bits":
      p.take();
      return value(
        number(
          BigInt(`0b${token.value === "" ? "0" : token.value}`).toString(),
        ),
      );
    case "param":
      p.take();
      p.params++;
      return value({ ParamRef: { number: p.params } });
    case "variable":
      return value(userVariable(p));
    case "system":
      return value(systemVariable(p));
    case "operator":
      return symbol(p);
    case "name":
      return value(columnName(p));
    case "word":
      return word(p);
    default:
      throw p.error();
  }
}

function numberLiteral(digits: string): Node {
  if (/e/i.test(digits)) return cast(text(digits), "float8");
  return number(
    digits.startsWith(".") ? `0${digits}` : digits.replace(/\.$/, ""),
  );
}

function symbol(p: Parser): Term {
  if (p.accept("(")) {
    if (startsQuery(p)) {
      const select = query(p);
      p.expect(")");
      return value(scalarQuery(select));
    }
    const first = expression(p);
    if (p.accept(")")) return first;
    p.expect(",");
    const rest = p.list(() => valueOf(p));
    p.expect(")");
    return value(row([asValue(first), ...rest]));
  }
  if (p.accept("{")) {
    // ODBC: {d '2020-01-01'}
    const kind = p.anyName().toLowerCase();
    const inner = kind === "fn" ? expression(p) : value(dateLiteral(p, kind));
    p.expect("}");
    return inner;
  }
  throw p.error();
}

const row = (args: Node[]): Node => ({
  RowExpr: { args, row_format: "COERCE_IMPLICIT_CAST" },
});

const dateTypes: Readonly<Record<string, string>> = {
  d: "date",
  t: "time",
  ts: "timestamp",
  date: "date",
  time: "time",
  timestamp: "timestamp",
};

function dateLiteral(p: Parser, kind: string): Node {
  const type = dateTypes[kind];
  if (type === undefined) throw p.error();
  return call(`to_${type}`, text(p.string()));
}

function word(p: Parser): Term {
  const { token } = p;
  switch (token.word) {
    case "null":
      p.take();
      return value(nothing());
    case "true":
    case "false":
      p.take();
      return value(integer(token.word === "true" ? 1 : 0));
    case "case":
      return value(caseExpression(p));
    case "exists":
      p.take();
      return condition({
        SubLink: {
          subLinkType: "EXISTS_SUBLINK",
          subselect: p.parenthesized(() => query(p)),
        },
      });
    case "cast":
      p.take();
      return value(castTo(p));
    case "convert":
      p.take();
      return value(convertCall(p));
    case "match":
      return matchAgainst(p);
    case "row":
      p.take();
      return value(row(p.parenthesized(() => p.list(() => valueOf(p)))));
    case "default":
      p.take();
      if (p.accept("(")) {
        const name = columnName(p);
        p.expect(")");
        return value(defaultOf(p, name));
      }
      return value({ SetToDefault: {} });
    case "interval": {
      // `INTERVAL 1 DAY + date`
      if (p.peek().word === "(") break;
      const { amount, unit } = intervalOf(p);
      p.expect("+");
      return value(call("date_add", operand(p), amount, text(unit)));
    }
    case "date":
    case "time":
    case "timestamp":
      if (p.peek().kind === "string") {
        p.take();
        return value(dateLiteral(p, token.word));
      }
  }
  const found = functionCall(p);
  return found ?? value(columnName(p));
}

/** `DEFAULT(name)`; in a row that is made, the name is of a column of its table. */
function defaultOf(p: Parser, name: Node): Node {
  const { inserted } = p;
  if (inserted === undefined) return call("default_of", name);
  const field = "ColumnRef" in name ? name.ColumnRef.fields?.at(-1) : undefined;
  const own = field !== undefined && "String" in field
    ? field.String.sval ?? ""
    : "";
  return call(
    "default_of",
    text(inserted.length > 1 ? inserted[0] as string : ""),
    text(inserted.at(-1) as string),
    text(own),
  );
}

/** `a`, `t.a`, `d.t.a`. */
export function columnName(p: Parser): Node {
  const parts = [p.name()];
  while (p.is(".")) {
    p.take();
    if (p.accept("*")) return star(...schemaFirst(parts));
    parts.push(p.anyName());
    if (parts.length > 3) throw p.error();
  }
  return column(...schemaFirst(parts));
}

/** The database of `d.t.a` is a schema. */
function schemaFirst(parts: string[]): string[] {
  return parts.length === 3 && parts[0] === "postgres"
    ? ["public", ...parts.slice(1)]
    : parts;
}

function caseExpression(p: Parser): Node {
  p.expect("case");
  const subject = p.is("when") ? undefined : valueOf(p);
  const whens: { when: Node; then: Node }[] = [];
  while (p.accept("when")) {
    const test = expression(p);
    p.expect("then");
    whens.push({
      when: subject === undefined
        ? asCondition(test)
        : call("equal", subject, asValue(test)),
      then: valueOf(p),
    });
  }
  if (whens.length === 0) throw p.error();
  const otherwise = p.accept("else") ? valueOf(p) : undefined;
  p.expect("end");
  return caseWhen(whens, otherwise);
}
