/**
 * Prints UNION, INTERSECT and EXCEPT.
 *
 * @module
 */

import { entriesOf } from "../analyze/range.ts";
import type { Query, SetOperation } from "../tree.ts";
import { printLimit } from "./limit.ts";
import { printQuery } from "./query.ts";
import { direction, printSelect, sortName } from "./select.ts";
import type { StepPrinter } from "./step_printer.ts";
import { collationOf } from "./storage.ts";

/**
 * @param query The query; its WITH is printed already.
 * @param printer Where it is printed.
 * @returns SQLite's compound SELECT.
 */
export function printSetOperation(
  query: SetOperation,
  printer: StepPrinter,
): string {
  const body = printBody(query, printer);
  if (query.orderBy.length === 0) return `${body}${printLimit(query, printer)}`;
  const keys = query.orderBy.map((key) => {
    const index = key.expr.kind === "column" ? key.expr.index : 0;
    return `${sortName(key.expr, `c${index}`, printer)}${
      direction(key, printer)
    }`;
  });
  // Around it, because a key there may be an expression.
  return `SELECT * FROM (${body}) ORDER BY ${keys.join(", ")}${
    printLimit(query, printer)
  }`;
}

function printBody(
  query: SetOperation,
  printer: StepPrinter,
  collate = false,
): string {
  const { operator, all } = query;
  if (all && operator !== "union") return printCounted(query, printer);
  if (
    !all && operator === "union" && hasCollation(query, printer) &&
    !isRecursive(query)
  ) {
    return printFirsts(query, printer);
  }
  const word = all ? "UNION ALL" : operator.toUpperCase();
  const how = { all: all && !collate };
  const left = printArm(query.left, how, printer, true);
  const right = printArm(query.right, how, printer, false);
  return `${left} ${word} ${right}`;
}

/** SQLite must see the UNION of a recursive query. */
function isRecursive({ right }: SetOperation): boolean {
  return right.kind === "select" &&
    entriesOf(right.from).some(({ source }) =>
      source.kind === "cte" && source.cte.recursive
    );
}

function hasCollation(query: SetOperation, printer: StepPrinter): boolean {
  return query.targets.some(({ expr }) =>
    collationOf(printer.env, expr.type) !== undefined
  );
}

/** Of values that are equal but not the same (1.0, 1.00) UNION of SQLite's takes the last; here the first. */
function printFirsts(query: SetOperation, printer: StepPrinter): string {
  const columns = query.targets.map(({ expr }, index) => {
    const collation = collationOf(printer.env, expr.type);
    return collation === undefined
      ? `c${index}`
      : `c${index} COLLATE ${collation} AS c${index}`;
  });
  const all = [...unionArms(query.left), query.right];
  const arms = all.map((arm, index) =>
    printArm(arm, { all: true }, printer, index === 0)
  );
  return `SELECT DISTINCT ${columns.join(", ")} FROM (${
    arms.join(" UNION ALL ")
  })`;
}

/** What a chain of UNIONs is made of. */
function unionArms(query: Query): readonly Query[] {
  const chained = query.kind === "set" && query.operator === "union" &&
    query.ctes.length === 0 && query.orderBy.length === 0 &&
    query.limit === undefined && query.offset === undefined;
  return chained ? [...unionArms(query.left), query.right] : [query];
}

/** SQLite takes no ORDER BY, LIMIT or WITH in an arm, and goes from left to right. */
function printArm(
  arm: Query,
  query: Pick<SetOperation, "all">,
  printer: StepPrinter,
  first: boolean,
): string {
  const simple = arm.ctes.length === 0 && arm.orderBy.length === 0 &&
    arm.limit === undefined && arm.offset === undefined;
  if (
    simple && arm.kind === "select" && typeof arm.distinct === "string" &&
    !arm.withTies
  ) return printSelect(arm, printer, !query.all);
  if (
    simple && first && arm.kind === "set" &&
    !(arm.all && arm.operator !== "union")
  ) return printBody(arm, printer, !query.all);
  const list = arm.targets.map(({ expr }, index) => {
    const collation = query.all
      ? undefined
      : collationOf(printer.env, expr.type);
    return collation === undefined
      ? `c${index}`
      : `c${index} COLLATE ${collation} AS c${index}`;
  });
  return `SELECT ${list.join(", ") || "*"} FROM (${printQuery(arm, printer)})`;
}

/** INTERSECT ALL and EXCEPT ALL: equal rows are numbered, which makes each one of its kind. */
function printCounted(query: SetOperation, printer: StepPrinter): string {
  const names = query.targets.map((_, index) => `c${index}`);
  const collated = query.targets.map(({ expr }, index) => {
    const collation = collationOf(printer.env, expr.type);
    return collation === undefined
      ? `c${index}`
      : `c${index} COLLATE ${collation}`;
  });
  const arm = (each: Query) =>
    `SELECT ${
      names.map((name, index) => `${collated[index]} AS ${name}`).join(", ")
    }, row_number() OVER (PARTITION BY ${
      collated.join(", ") || "1"
    }) AS n FROM (${printQuery(each, printer)})`;
  return `SELECT ${names.join(", ") || "NULL AS c0"} FROM (${
    arm(query.left)
  } ${query.operator.toUpperCase()} ${arm(query.right)})`;
}
