/**
 * Reads calls of functions: those with a grammar of their own, and the many that are plain
 * (MySQL manual, 14).
 *
 * @module
 */

import type { FuncCall, Node } from "@pgsql/types";
import { aggregateCall, aggregates, overClause } from "./aggregate_call.ts";
import { expression, valueOf } from "./expression.ts";
import { isMysqlFunction } from "./function_names.ts";
import { intervalOf, isInterval, unitOf } from "./interval.ts";
import {
  asCondition,
  asValue,
  call,
  caseWhen,
  column,
  condition,
  plainCall,
  string,
  type Term,
  text,
  value,
} from "./nodes.ts";
import type { Parser } from "./parser.ts";
import { reserved } from "./reserved.ts";
import { special } from "./special_call.ts";
import { windowFunctions } from "./window_functions.ts";

/** Other names of the same function. */
const aliases: Readonly<Record<string, string>> = {
  lcase: "lower",
  ucase: "upper",
  "character_length": "char_length",
  substr: "substring",
  mid: "substring",
  dayofmonth: "day",
  schema: "database",
  "session_user": "user",
  "system_user": "user",
  sha: "sha1",
  pow: "power",
  ceiling: "ceil",
  "octet_length": "length",
  "json_merge": "json_merge_preserve",
  localtime: "now",
  localtimestamp: "now",
  "current_timestamp": "now",
  curdate: "current_date",
  curtime: "current_time",
  "current_user": "current_user",
  "power": "power",
  "regexp_like": "regexp_like",
};

/** Those that may stand without parentheses. */
const bare: ReadonlySet<string> = new Set([
  "current_date",
  "current_time",
  "current_timestamp",
  "localtime",
  "localtimestamp",
  "current_user",
  "utc_date",
  "utc_time",
  "utc_timestamp",
]);

/** Reserved words that are functions before a parenthesis. */
const callable: ReadonlySet<string> = new Set([
  "if",
  "left",
  "right",
  "insert",
  "repeat",
  "replace",
  "mod",
  "char",
  "values",
  "interval",
  "database",
  "schema",
  "user",
  "current_user",
  "current_date",
  "current_time",
  "current_timestamp",
  "localtime",
  "localtimestamp",
  "utc_date",
  "utc_time",
  "utc_timestamp",
  "date",
  "time",
  "timestamp",
  ...windowFunctions,
  "grouping",
]);

/**
 * @param p Parser, before a word.
 * @returns The call; nothing when the word is a name.
 */
export function functionCall(p: Parser): Term | undefined {
  const { token } = p;
  const { word } = token;
  const next = p.peek();
  const opens = next.kind === "operator" && next.word === "(";
  if (!opens) {
    if (!bare.has(word)) return undefined;
    p.take();
    return value(
      special(p, aliases[word] ?? word, []) ?? call(aliases[word] ?? word),
    );
  }
  if (reserved.has(word) && !callable.has(word)) return undefined;
  p.take();
  if (aggregates.has(word)) return value(aggregateCall(p, word));
  if (windowFunctions.has(word)) return value(windowCall(p, word));
  const name = aliases[word] ?? word;
  const own = grammar(p, name);
  if (own !== undefined) return own;
  p.expect("(");
  const args = p.is(")")
    ? []
    : p.list(() => keepsTruth.has(name) ? truthOf(p) : valueOf(p));
  p.expect(")");
  const done = special(p, name, args);
  if (done !== undefined) return value(done);
  if (predicates.has(name)) return condition(call(name, ...args));
  if (isMysqlFunction(name)) return value(call(name, ...args));
  // A function of a user, which lives in the database.
  const userCall: FuncCall = {
    funcname: [string(token.value)],
    args,
    funcformat: "COERCE_EXPLICIT_CALL",
  };
  return value({ FuncCall: userCall });
}

/** Functions of JSON, to which a condition is true or false and not 1 or 0. */
const keepsTruth: ReadonlySet<string> = new Set([
  "json_array",
  "json_object",
  "json_set",
  "json_insert",
  "json_replace",
  "json_array_append",
]);

/** A value that stays a condition if it is one: also TRUE and FALSE by themselves. */
export function truthOf(p: Parser): Node {
  const next = p.peek();
  if (p.is("true", "false") && (next.word === "," || next.word === ")")) {
    return {
      A_Const: { boolval: p.take().word === "true" ? { boolval: true } : {} },
    };
  }
  return expression(p).node;
}

const predicates: ReadonlySet<string> = new Set(["regexp_like"]);

function windowCall(p: Parser, name: string): Node {
  p.expect("(");
  const args = p.is(")") ? [] : p.list(() => valueOf(p));
  p.expect(")");
  p.accept("respect", "nulls");
  const made = plainCall(name, ...args) as { FuncCall: FuncCall };
  return { FuncCall: { ...made.FuncCall, over: overClause(p) } };
}

/** Functions with words between their arguments. */
function grammar(p: Parser, name: string): Term | undefined {
  switch (name) {
    case "if": {
      p.expect("(");
      const test = asCondition(expression(p));
      p.expect(",");
      const yes = valueOf(p);
      p.expect(",");
      const no = valueOf(p);
      p.expect(")");
      return value(caseWhen([{ when: test, then: yes }], no));
    }
    case "substring": {
      p.expect("(");
      const args = [valueOf(p)];
      while (p.acceptOne(",", "from", "for") !== undefined) {
        args.push(valueOf(p));
      }
      p.expect(")");
      return value(call("substring", ...args));
    }
    case "trim":
      return value(trim(p));
    case "extract": {
      p.expect("(");
      const unit = unitOf(p);
      p.expect("from");
      const from = valueOf(p);
      p.expect(")");
      return value(call("extract", text(unit), from));
    }
    case "position": {
      p.expect("(");
      const part = asValue(
        p.nested(() => ({ node: operandOf(p), condition: false })),
      );
      p.expect("in");
      const whole = valueOf(p);
      p.expect(")");
      return value(call("locate", part, whole));
    }
    case "date_add":
    case "date_sub":
    case "adddate":
    case "subdate": {
      p.expect("(");
      const date = valueOf(p);
      p.expect(",");
      const { amount, unit } = isInterval(p)
        ? intervalOf(p)
        : { amount: valueOf(p), unit: "day" };
      p.expect(")");
      const adds = name === "date_add" || name === "adddate";
      return value(
        call(adds ? "date_add" : "date_sub", date, amount, text(unit)),
      );
    }
    case "timestampadd":
    case "timestampdiff": {
      p.expect("(");
      const unit = unitOf(p);
      p.expect(",");
      const first = valueOf(p);
      p.expect(",");
      const second = valueOf(p);
      p.expect(")");
      return value(
        name === "timestampadd"
          ? call("date_add", second, first, text(unit))
          : call("timestampdiff", text(unit), first, second),
      );
    }
    case "char": {
      p.expect("(");
      const args = p.list(() => valueOf(p));
      if (p.accept("using")) p.anyName();
      p.expect(")");
      return value(call("char", ...args));
    }
    case "values": {
      p.expect("(");
      const parts = p.qualifiedName();
      p.expect(")");
      return value(column("excluded", parts.at(-1) as string));
    }
    case "get_format":
      return undefined;
    default:
      return undefined;
  }
}

/** An operand that ends before IN. */
function operandOf(p: Parser): Node {
  return p.token.kind === "string" ? text(p.take().value) : columnOrCall(p);
}

function columnOrCall(p: Parser): Node {
  const found = p.token.kind === "word" ? functionCall(p) : undefined;
  if (found !== undefined) return asValue(found);
  return p.token.kind === "param" ? valueOf(p) : column(...p.qualifiedName());
}

function trim(p: Parser): Node {
  p.expect("(");
  const side = p.acceptOne("both", "leading", "trailing") ?? "both";
  const name = side === "leading"
    ? "trim_left"
    : side === "trailing"
    ? "trim_right"
    : "trim_both";
  if (p.accept("from")) {
    const source = valueOf(p);
    p.expect(")");
    return call(name, source, text(" "));
  }
  const first = valueOf(p);
  if (p.accept("from")) {
    const source = valueOf(p);
    p.expect(")");
    return call(name, source, first);
  }
  p.expect(")");
  return call(name, first, text(" "));
}
