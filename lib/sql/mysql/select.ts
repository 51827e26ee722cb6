/**
 * Reads one SELECT (MySQL manual, 15.2.13).
 *
 * @module
 */

import type { Node, ResTarget, SelectStmt } from "@pgsql/types";
import { windowDefinition } from "./aggregate_call.ts";
import { notSupportedYet } from "./error.ts";
import { conditionOf, expression, valueOf } from "./expression.ts";
import { fromClause } from "./from.ts";
import { asValue, integer, star, target } from "./nodes.ts";
import type { Parser } from "./parser.ts";
import { replaceNames } from "./replace_names.ts";

const ignored = [
  "high_priority",
  "straight_join",
  "sql_small_result",
  "sql_big_result",
  "sql_buffer_result",
  "sql_no_cache",
  "sql_cache",
];

/** From SELECT up to where ORDER BY would stand. */
export function selectCore(p: Parser): SelectStmt {
  p.expect("select");
  let distinct = false;
  for (;;) {
    if (p.acceptOne("distinct", "distinctrow") !== undefined) distinct = true;
    else if (p.accept("sql_calc_found_rows")) p.calculates = true;
    else if (p.acceptOne("all", ...ignored) === undefined) break;
  }
  const targetList = p.list(() => selectItem(p));
  if (p.is("into")) intoVariables(p);
  const from = p.accept("from") && !p.accept("dual")
    ? fromClause(p)
    : undefined;
  const whereClause = p.accept("where") ? conditionOf(p) : undefined;
  const grouped = p.accept("group", "by") ? groups(p, targetList) : undefined;
  const having = p.accept("having")
    ? useTargets(conditionOf(p), targetList)
    : undefined;
  const windowClause = p.accept("window")
    ? p.list((): Node => {
      const name = p.name();
      p.expect("as");
      return { WindowDef: { name, ...windowDefinition(p) } };
    })
    : undefined;
  return {
    targetList,
    limitOption: "LIMIT_OPTION_DEFAULT",
    op: "SETOP_NONE",
    ...(distinct ? { distinctClause: [{}] as unknown as Node[] } : {}),
    ...(from === undefined ? {} : { fromClause: from }),
    ...(whereClause === undefined ? {} : { whereClause }),
    ...(grouped === undefined ? {} : { groupClause: grouped }),
    ...(having === undefined ? {} : { havingClause: having }),
    ...(windowClause === undefined ? {} : { windowClause }),
  };
}

function selectItem(p: Parser): Node {
  const { token } = p;
  if (p.accept("*")) return located(p, target(star()), token.at);
  const node = asValue(expression(p));
  if (
    "ColumnRef" in node &&
    node.ColumnRef.fields?.some((field) => "A_Star" in field)
  ) {
    return located(p, target(node), token.at);
  }
  const written = p.textFrom(token);
  const alias = aliasOf(p);
  if (alias !== undefined) return target(node, alias);
  if ("ColumnRef" in node) {
    const last = node.ColumnRef.fields?.at(-1);
    return target(
      node,
      last !== undefined && "String" in last ? last.String.sval : undefined,
    );
  }
  // Without an alias a column is named as it is written; a string by its value.
  const literal = "A_Const" in node ? node.A_Const.sval?.sval : undefined;
  return target(
    node,
    token.kind === "string" && literal !== undefined ? literal : written,
  );
}

/** `INTO @a, @b`: once, in a statement that is a query. */
export function intoVariables(p: Parser): void {
  if (p.queries > 1 || p.into !== undefined) throw p.error();
  p.expect("into");
  const file = p.acceptOne("outfile", "dumpfile");
  if (file !== undefined) {
    // Files of the server are none of its clients' business.
    throw notSupportedYet(`SELECT ... INTO ${file.toUpperCase()}`);
  }
  p.into = p.list(() => {
    if (p.token.kind !== "variable") throw p.error();
    return p.take().value;
  });
}

/** A star whose query is kept as text: where the item begins and where it ends. */
function located(p: Parser, item: Node, at: number): Node {
  const { origin } = p;
  if (
    origin === undefined || !("ResTarget" in item) ||
    item.ResTarget.val === undefined || !("ColumnRef" in item.ResTarget.val)
  ) return item;
  const end = (p.tokens[p.at - 1]?.end ?? at) - origin;
  return {
    ResTarget: {
      ...item.ResTarget,
      val: { ColumnRef: { ...item.ResTarget.val.ColumnRef, location: end } },
      location: at - origin,
    },
  };
}

/** `AS name`, `AS 'name'`, `name`. */
function aliasOf(p: Parser): string | undefined {
  if (p.accept("as")) {
    return p.token.kind === "string" ? p.string() : p.anyName();
  }
  if (p.token.kind === "string") return p.string();
  return p.isName() ? p.name() : undefined;
}

function groups(p: Parser, targets: readonly Node[]): Node[] {
  const keys = p.list(() => {
    const key = asValue(expression(p));
    p.acceptOne("asc", "desc");
    return key;
  });
  const resolved = keys.map((key) => groupKey(key, targets));
  if (!p.accept("with", "rollup")) return resolved;
  return [{ GroupingSet: { kind: "GROUPING_SET_ROLLUP", content: resolved } }];
}

/** An alias may name something that is no plain column; PostgreSQL finds those that are by itself. */
function groupKey(key: Node, targets: readonly Node[]): Node {
  return "ColumnRef" in key || "A_Const" in key
    ? key
    : useTargets(key, targets);
}

/** Puts what an alias stands for in the place of its name. */
function useTargets(node: Node, targets: readonly Node[]): Node {
  const aliases = new Map<string, Node>();
  for (const each of targets) {
    const { name, val } = (each as { ResTarget: ResTarget }).ResTarget;
    if (name === undefined || val === undefined) continue;
    if ("ColumnRef" in val && lastName(val) === name) continue;
    aliases.set(name.toLowerCase(), val);
  }
  return replaceNames(node, (name) => aliases.get(name.toLowerCase()));
}

function lastName(node: Node): string | undefined {
  if (!("ColumnRef" in node)) return undefined;
  const last = node.ColumnRef.fields?.at(-1);
  return last !== undefined && "String" in last ? last.String.sval : undefined;
}

/**
 * @param key A key of ORDER BY.
 * @param body The SELECT that it sorts.
 * @returns The key; aliases within an expression are replaced.
 */
export function useAliases(key: Node, body: SelectStmt): Node {
  if (!("SortBy" in key) || body.targetList === undefined) return key;
  const { node } = key.SortBy;
  if (node === undefined || "ColumnRef" in node || "A_Const" in node) {
    return key;
  }
  return { SortBy: { ...key.SortBy, node: useTargets(node, body.targetList) } };
}

/** `LIMIT n`, `LIMIT offset, n`, `LIMIT n OFFSET offset`. */
export function limitClause(p: Parser): Partial<SelectStmt> {
  if (!p.accept("limit")) return {};
  const first = limitValue(p);
  if (p.accept(",")) {
    return {
      limitOffset: first,
      limitCount: limitValue(p),
      limitOption: "LIMIT_OPTION_COUNT",
    };
  }
  if (p.accept("offset")) {
    return {
      limitCount: first,
      limitOffset: limitValue(p),
      limitOption: "LIMIT_OPTION_COUNT",
    };
  }
  return { limitCount: first, limitOption: "LIMIT_OPTION_COUNT" };
}

/** A number or `?`; 18446744073709551615, by which MySQL writes "all", is more than PostgreSQL takes. */
function limitValue(p: Parser): Node {
  const { token } = p;
  if (token.kind === "param" || token.kind === "variable") return valueOf(p);
  if (token.kind !== "number" || !/^\d+$/.test(token.value)) throw p.error();
  p.take();
  const count = BigInt(token.value);
  const most = 9_223_372_036_854_775_807n;
  return count <= 2_147_483_647n
    ? integer(Number(count))
    : { A_Const: { fval: { fval: String(count > most ? most : count) } } };
}

/** FOR UPDATE, FOR SHARE, LOCK IN SHARE MODE. */
export function lockingClause(p: Parser): Partial<SelectStmt> {
  const clauses: Node[] = [];
  for (;;) {
    if (p.accept("lock", "in", "share", "mode")) {
      clauses.push({
        LockingClause: {
          strength: "LCS_FORSHARE",
          waitPolicy: "LockWaitBlock",
        },
      });
    } else if (p.are("for", "update") || p.are("for", "share")) {
      p.take();
      const update = p.take().word === "update";
      const tables = p.accept("of") ? p.list(() => p.name()) : [];
      const skip = p.accept("skip", "locked");
      const nowait = !skip && p.accept("nowait");
      clauses.push({
        LockingClause: {
          strength: update ? "LCS_FORUPDATE" : "LCS_FORSHARE",
          waitPolicy: skip
            ? "LockWaitSkip"
            : nowait
            ? "LockWaitError"
            : "LockWaitBlock",
          ...(tables.length === 0 ? {} : {
            lockedRels: tables.map((relname) => ({
              RangeVar: { relname, inh: true, relpersistence: "p" },
            })),
          }),
        },
      });
    } else break;
  }
  return clauses.length === 0 ? {} : { lockingClause: clauses };
}
