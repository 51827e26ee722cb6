/**
 * Views through which rows can be changed (manual, CREATE VIEW, "Updatable Views").
 *
 * The view's own name stays in scope while the statement is resolved; afterwards its columns are replaced
 * by what they are of the table.
 *
 * @module
 */

import type { Node, SelectStmt } from "@pgsql/types";
import type { Relation } from "../catalog/catalog.ts";
import type { RangeEntry, RowCheck } from "../tree.ts";
import type { Access } from "./access.ts";
import { coerceToBoolean } from "./coercion.ts";
import { bringIn, entryItem } from "./from.ts";
import { errorAt, inOtherText } from "./located.ts";
import {
  type Command,
  type ModifyTarget,
  openTarget,
  replaceColumns,
} from "./modify_target.ts";
import { emptyScope, memoOf } from "./new_scope.ts";
import { findRelation } from "./relation_name.ts";
import { resolver } from "./resolver.ts";
import type { Scope, ScopeEntry } from "./scope.ts";
import { resolveTargets } from "./targets.ts";
import { viewEnvironment } from "./views.ts";

/** A view that is to be changed. */
export interface ViewToChange {
  readonly relation: Relation;
  readonly entry: RangeEntry;
  readonly visible: ScopeEntry;
  readonly access: Access;
  readonly scope: Scope;
  readonly command: Command;
}

const verbs: Readonly<Record<Command, readonly [string, string, string]>> = {
  insert: ["insert into", "inserting into", "INSERT"],
  update: ["update", "updating", "UPDATE"],
  delete: ["delete from", "deleting from", "DELETE"],
  merge: ["merge into", "merging into", "MERGE"],
};

/**
 * @param change The view and what is done to it.
 * @returns The table behind it.
 * @throws {SqlError} 55000 when rows cannot be changed through it.
 */
export function viewTarget(change: ViewToChange): ModifyTarget {
  const { relation, entry, visible, access, scope, command } = change;
  const { view } = relation;
  const stmt = view !== undefined && "SelectStmt" in view.node
    ? view.node.SelectStmt
    : undefined;
  const why = stmt === undefined
    ? "Views that do not select from a single table or view are not automatically updatable."
    : notUpdatable(stmt);
  const [item] = stmt?.fromClause ?? [];
  if (
    why !== undefined || stmt === undefined || view === undefined ||
    item === undefined || !("RangeVar" in item)
  ) throw cannot(relation, command, why ?? "");

  const inner = emptyScope(viewEnvironment(relation, scope), scope.statement);
  return inOtherText(scope.statement, () => {
    const name = item.RangeVar;
    const base = openTarget(
      findRelation(name, inner),
      name.alias?.aliasname,
      inner,
      command,
    );
    bringIn(
      { ...entryItem(base.visible.entry), entries: [base.visible] },
      inner,
    );
    const targets = resolveTargets(stmt.targetList ?? [], inner, "select");
    const columns = targets.map(({ expr }) => base.toBase(expr));
    const where = stmt.whereClause === undefined ? undefined : base.toBase(
      coerceToBoolean(
        resolver.expression(stmt.whereClause, inner, "where"),
        "WHERE",
        inner,
      ),
    );
    if (inner.found.aggregates || inner.found.windows || inner.found.rows) {
      throw cannot(
        relation,
        command,
        inner.found.aggregates
          ? "Views that return aggregate functions are not automatically updatable."
          : inner.found.windows
          ? "Views that return window functions are not automatically updatable."
          : "Views that return set-returning functions are not automatically updatable.",
      );
    }
    if (where !== undefined) {
      memoOf(scope.statement).trusted.set(where, base.entry);
    }
    const replace = replaceColumns(entry, (index) => {
      const number = relation.columns[index]?.number;
      if (number !== undefined) access.readColumns.add(number);
      const column = columns[index];
      if (column === undefined) throw new RangeError(`No column ${index}`);
      return column;
    });
    const own: RowCheck[] = where === undefined ? [] : [{
      expr: where,
      error: { kind: "view", view: relation.name },
    }];
    const inherited = view.checkOption === "cascaded"
      ? allChecks(base)
      : base.checks;
    const found: ModifyTarget = {
      relation: base.relation,
      entry: base.entry,
      named: relation,
      visible,
      scope: base.scope,
      accesses: [access, ...base.accesses],
      quals: where === undefined ? base.quals : [...base.quals, where],
      barrier: base.barrier || view.securityBarrier,
      checks: view.checkOption === "" ? base.checks : [...inherited, ...own],
      defaults: new Map(
        [...base.defaults].map(([index, column]) => {
          const at = columns.findIndex((expr) =>
            expr.kind === "column" && expr.entry === base.entry &&
            expr.index === index
          );
          const mine = relation.columns[at];
          return [
            index,
            mine?.default === undefined ? column : {
              ...column,
              default: mine.default,
            },
          ];
        }),
      ),
      toBase: replace,
      baseColumn: (index) => {
        const column = columns[index];
        if (column?.kind === "column" && column.entry === base.entry) {
          return column.index;
        }
        throw errorAt(
          "0A000",
          `cannot ${verbs[command][0]} column "${
            relation.columns[index]?.name
          }" of view "${relation.name}"`,
          undefined,
          {
            detail:
              "View columns that are not columns of their base relation are not updatable.",
          },
        );
      },
    };
    conditions.set(found, [...allChecks(base), ...own]);
    return found;
  });
}

/** Conditions of a view and of those below it, whether or not they ask for a check themselves. */
const conditions = new WeakMap<ModifyTarget, readonly RowCheck[]>();

function allChecks(target: ModifyTarget): readonly RowCheck[] {
  return conditions.get(target) ?? target.checks;
}

function cannot(relation: Relation, command: Command, detail: string) {
  const [verb, doing, event] = verbs[command];
  return errorAt("55000", `cannot ${verb} view "${relation.name}"`, undefined, {
    detail,
    hint:
      `To enable ${doing} the view, provide an INSTEAD OF ${event} trigger or an unconditional ON ${event} DO INSTEAD rule.`,
  });
}

/**
 * @param stmt Query of a view.
 * @returns Why rows cannot be changed through it, from the looks of it.
 */
export function notUpdatable(stmt: SelectStmt): string | undefined {
  const words = (what: string) =>
    `Views ${what} are not automatically updatable.`;
  if (stmt.distinctClause !== undefined) return words("containing DISTINCT");
  if (stmt.groupClause !== undefined) return words("containing GROUP BY");
  if (stmt.havingClause !== undefined) return words("containing HAVING");
  if (stmt.op !== undefined && stmt.op !== "SETOP_NONE") {
    return words("containing UNION, INTERSECT, or EXCEPT");
  }
  if (stmt.withClause !== undefined) return words("containing WITH");
  if (stmt.limitCount !== undefined || stmt.limitOffset !== undefined) {
    return words("containing LIMIT or OFFSET");
  }
  const from: readonly Node[] = stmt.fromClause ?? [];
  const [item] = from;
  if (from.length !== 1 || item === undefined || !("RangeVar" in item)) {
    return words("that do not select from a single table or view");
  }
  return undefined;
}
