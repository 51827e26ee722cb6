/**
 * Reads aggregates and the windows after them (MySQL manual, 14.19 and 14.20).
 *
 * @module
 */

// deno-lint-ignore-file camelcase -- names of parse nodes

import type { FuncCall, Node, WindowDef } from "@pgsql/types";
import { valueOf } from "./expression.ts";
import { truthOf } from "./function_call.ts";
import { intervalOf } from "./interval.ts";
import {
  call,
  integer,
  logic,
  nullTest,
  number,
  plainCall,
  text,
} from "./nodes.ts";
import { orderBy } from "./order_by.ts";
import type { Parser } from "./parser.ts";

/** Names of aggregates. */
export const aggregates: ReadonlySet<string> = new Set([
  "count",
  "sum",
  "avg",
  "min",
  "max",
  "group_concat",
  "bit_and",
  "bit_or",
  "bit_xor",
  "std",
  "stddev",
  "stddev_pop",
  "stddev_samp",
  "variance",
  "var_pop",
  "var_samp",
  "json_arrayagg",
  "json_objectagg",
  "any_value",
]);

const deviations: Readonly<Record<string, string>> = {
  std: "stddev_pop",
  stddev: "stddev_pop",
  "stddev_pop": "stddev_pop",
  "stddev_samp": "stddev_samp",
  variance: "var_pop",
  "var_pop": "var_pop",
  "var_samp": "var_samp",
};

function made(node: Node, more: Partial<FuncCall>): Node {
  return {
    FuncCall: { ...(node as { FuncCall: FuncCall }).FuncCall, ...more },
  };
}

/** After the name of an aggregate. */
export function aggregateCall(p: Parser, name: string): Node {
  p.expect("(");
  if (name === "group_concat") return groupConcat(p);
  if (name === "count" && p.accept("*")) {
    p.expect(")");
    return over(p, made(plainCall("count"), { agg_star: true }));
  }
  const distinct = p.accept("distinct");
  if (!distinct) p.accept("all");
  const args = p.list(() => name.startsWith("json_") ? truthOf(p) : valueOf(p));
  p.expect(")");
  const [first] = args as [Node];
  if (
    args.length > 1 && !(name === "count" && distinct) &&
    name !== "json_objectagg"
  ) {
    throw p.error();
  }
  const unique = distinct ? { agg_distinct: true } : {};
  switch (name) {
    case "count":
      return over(
        p,
        args.length === 1 ? made(plainCall("count", first), unique) : made(
          plainCall("count", {
            RowExpr: { args, row_format: "COERCE_IMPLICIT_CAST" },
          }),
          {
            ...unique,
            agg_filter: logic(
              "AND_EXPR",
              ...args.map((arg) => nullTest(arg, true)),
            ),
          },
        ),
      );
    case "sum":
      return call(
        "sum",
        over(p, made(plainCall("sum", call("number", first)), unique)),
      );
    case "avg":
      return call(
        "average",
        over(p, made(plainCall("avg", call("number", first)), unique)),
      );
    case "any_value":
      return over(p, plainCall("min", first));
    case "bit_and":
    case "bit_or":
    case "bit_xor": {
      const empty = call(
        "to_unsigned",
        name === "bit_and" ? number("18446744073709551615") : integer(0),
      );
      const made = over(p, plainCall(name, call("to_signed", first)));
      return {
        CoalesceExpr: { args: [call("to_unsigned", made), empty] },
      };
    }
    case "json_arrayagg":
      return over(p, plainCall("jsonb_agg", first));
    case "json_objectagg":
      return over(
        p,
        plainCall("jsonb_object_agg", call("to_text", first), args[1] as Node),
      );
    case "min":
    case "max":
      return call(
        "keep_sign",
        over(p, made(plainCall(name, first), unique)),
      );
    default:
      return over(
        p,
        made(
          plainCall(deviations[name] as string, call("to_double", first)),
          unique,
        ),
      );
  }
}

function groupConcat(p: Parser): Node {
  const distinct = p.accept("distinct");
  const args = p.list(() => valueOf(p));
  const keys = p.accept("order", "by") ? orderBy(p) : [];
  const separator = p.accept("separator") ? p.string() : ",";
  p.expect(")");
  const item = call(
    "to_text",
    args.length === 1 ? args[0] as Node : call("concat", ...args),
  );
  // What is distinct can be sorted by itself alone: numbers then sort by their texts.
  const agg_order = distinct
    ? keys.slice(0, 1).map((key): Node => {
      const { node: _, ...rest } =
        (key as { SortBy: object & { node?: Node } }).SortBy;
      return { SortBy: { ...rest, node: item } } as Node;
    })
    : keys;
  return over(
    p,
    made(plainCall("string_agg", item, text(separator)), {
      ...(distinct ? { agg_distinct: true } : {}),
      ...(agg_order.length === 0 ? {} : { agg_order }),
    }),
  );
}

function over(p: Parser, node: Node): Node {
  return p.is("over") ? made(node, { over: overClause(p) }) : node;
}

const frame = {
  nondefault: 0x1,
  range: 0x2,
  rows: 0x4,
  groups: 0x8,
  between: 0x10,
  startUnbounded: 0x20,
  endUnboundedFollowing: 0x100,
  startCurrent: 0x200,
  endCurrent: 0x400,
  startPreceding: 0x800,
  endPreceding: 0x1000,
  startFollowing: 0x2000,
  endFollowing: 0x4000,
} as const;

/** `OVER name`, `OVER (…)`. */
export function overClause(p: Parser): WindowDef {
  p.expect("over");
  if (!p.is("(")) return { name: p.name(), frameOptions: 1058 };
  return windowDefinition(p);
}

/** `( … )` of a window. */
export function windowDefinition(p: Parser): WindowDef {
  p.expect("(");
  const refname =
    p.isName() && !p.is("partition", "order", "rows", "range", "groups")
      ? p.name()
      : undefined;
  const partitionClause = p.accept("partition", "by")
    ? p.list(() => valueOf(p))
    : undefined;
  const orderClause = p.accept("order", "by") ? orderBy(p) : undefined;
  const framed = frameClause(p);
  p.expect(")");
  return {
    ...(refname === undefined ? {} : { refname }),
    ...(partitionClause === undefined ? {} : { partitionClause }),
    ...(orderClause === undefined ? {} : { orderClause }),
    ...framed,
  };
}

function frameClause(p: Parser): Partial<WindowDef> {
  const mode = p.acceptOne("rows", "range", "groups");
  // RANGE UNBOUNDED PRECEDING AND CURRENT ROW
  if (mode === undefined) return { frameOptions: 1058 };
  let options = frame.nondefault | frame[mode as "rows"];
  const between = p.accept("between");
  if (between) options |= frame.between;
  const start = bound(p);
  options |= start.at === "unbounded preceding"
    ? frame.startUnbounded
    : start.at === "current"
    ? frame.startCurrent
    : start.at === "preceding"
    ? frame.startPreceding
    : frame.startFollowing;
  let end: Bound = { at: "current" };
  if (between) {
    p.expect("and");
    end = bound(p);
  }
  options |= end.at === "unbounded following"
    ? frame.endUnboundedFollowing
    : end.at === "current"
    ? frame.endCurrent
    : end.at === "preceding"
    ? frame.endPreceding
    : frame.endFollowing;
  return {
    frameOptions: options,
    ...(start.offset === undefined ? {} : { startOffset: start.offset }),
    ...(end.offset === undefined ? {} : { endOffset: end.offset }),
  };
}

interface Bound {
  readonly at:
    | "unbounded preceding"
    | "unbounded following"
    | "current"
    | "preceding"
    | "following";
  readonly offset?: Node;
}

function bound(p: Parser): Bound {
  if (p.accept("unbounded", "preceding")) return { at: "unbounded preceding" };
  if (p.accept("unbounded", "following")) return { at: "unbounded following" };
  if (p.accept("current", "row")) return { at: "current" };
  let offset: Node;
  if (p.is("interval")) {
    const { amount, unit } = intervalOf(p);
    offset = call("to_interval", amount, text(unit));
  } else offset = valueOf(p);
  const at = p.acceptOne("preceding", "following");
  if (at === undefined) throw p.error();
  return { at: at as "preceding", offset };
}
