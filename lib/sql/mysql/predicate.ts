/**
 * Reads what follows a value and asks something of it: IS, IN, LIKE, REGEXP, BETWEEN, MEMBER OF.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import { expression } from "./expression.ts";
import {
  asCondition,
  asValue,
  call,
  condition,
  logic,
  nullTest,
  string,
  type Term,
} from "./nodes.ts";
import type { Parser } from "./parser.ts";
import { query, startsQuery } from "./query.ts";

/**
 * @param p Parser, after a value.
 * @param left The value.
 * @param operand Reads an operand of at least that power.
 * @returns The condition; nothing when none follows.
 */
export function predicate(
  p: Parser,
  left: Term,
  operand: (power: number) => Term,
): Term | undefined {
  if (p.is("is")) return isTest(p, left);
  const not = p.is("not") &&
    ["in", "like", "regexp", "rlike", "between"].includes(p.peek().word);
  if (not) p.take();
  const done = (node: Node) => condition(not ? logic("NOT_EXPR", node) : node);
  if (p.accept("in")) return done(inList(p, asValue(left)));
  if (p.accept("like")) {
    const pattern = asValue(operand(7));
    const escape = p.accept("escape") ? asValue(operand(12)) : undefined;
    return done(
      call(
        "like",
        asValue(left),
        pattern,
        ...(escape === undefined ? [] : [escape]),
      ),
    );
  }
  if (p.accept("regexp") || p.accept("rlike")) {
    return done(call("regexp_like", asValue(left), asValue(operand(7))));
  }
  if (p.accept("between")) {
    const subject = asValue(left);
    const low = asValue(operand(7));
    p.expect("and");
    const high = asValue(operand(7));
    return done(logic(
      "AND_EXPR",
      call("greater_equal", subject, low),
      call("less_equal", subject, high),
    ));
  }
  if (p.accept("member", "of") || p.accept("member")) {
    const list = p.parenthesized(() => asValue(operand(0)));
    return condition(call("member_of", asValue(left), list));
  }
  if (p.accept("sounds", "like")) {
    return condition(
      call(
        "equal",
        call("soundex", asValue(left)),
        call("soundex", asValue(operand(7))),
      ),
    );
  }
  return undefined;
}

function isTest(p: Parser, left: Term): Term {
  p.expect("is");
  const not = p.accept("not");
  if (p.accept("null")) return condition(nullTest(asValue(left), not));
  const word = p.acceptOne("true", "false", "unknown");
  if (word === undefined) throw p.error();
  const test = `IS_${not ? "NOT_" : ""}${word.toUpperCase()}` as "IS_TRUE";
  return condition({
    BooleanTest: { arg: asCondition(left), booltesttype: test },
  });
}

/** After IN. */
function inList(p: Parser, left: Node): Node {
  p.expect("(");
  if (startsQuery(p)) {
    const select = query(p);
    p.expect(")");
    return {
      SubLink: {
        subLinkType: "ANY_SUBLINK",
        testexpr: left,
        subselect: select,
      },
    };
  }
  const items = p.list(() => asValue(expression(p)));
  p.expect(")");
  if ("RowExpr" in left) {
    return {
      A_Expr: {
        kind: "AEXPR_IN",
        name: [string("=")],
        lexpr: left,
        rexpr: { List: { items } },
      },
    };
  }
  return call("in_list", left, ...items);
}
