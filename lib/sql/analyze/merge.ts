/**
 * Resolves MERGE.
 *
 * @module
 */

import type { MergeStmt, MergeWhenClause } from "@pgsql/types";
import {
  existingRowChecks,
  newRowChecks,
  selectPolicies,
} from "../policies.ts";
import type { Expr, Merge } from "../tree.ts";
import { resolveFrom } from "./from.ts";
import { errorAt, notSupportedAt } from "./located.ts";
import {
  type ModifyTarget,
  modifyTarget,
  writtenColumns,
} from "./modify_target.ts";
import { defaultValue, fitColumn, generatedValue } from "./new_row.ts";
import { resolver } from "./resolver.ts";
import type { Scope } from "./scope.ts";
import { coerceToBoolean } from "./coercion.ts";
import { condition } from "./select.ts";
import { recomputeGenerated, resolveSet } from "./set_list.ts";
import { seeTarget } from "./see_target.ts";

type When = Merge["whens"][number];

/**
 * @param stmt The statement.
 * @param scope Its level.
 * @returns The modification.
 */
export function resolveMerge(stmt: MergeStmt, scope: Scope): Merge {
  if (stmt.returningClause !== undefined) {
    throw notSupportedAt("MERGE with RETURNING");
  }
  const target = modifyTarget(stmt.relation, scope, "merge");
  if (target.named !== target.relation) {
    throw errorAt(
      "42809",
      `cannot execute MERGE on relation "${target.named.name}"`,
      undefined,
      { detail: "This operation is not supported for views." },
    );
  }
  if (stmt.sourceRelation === undefined || stmt.joinCondition === undefined) {
    throw notSupportedAt("MERGE");
  }
  const [source] = resolveFrom([stmt.sourceRelation], scope);
  if (source === undefined) throw notSupportedAt("MERGE");
  const sourceOnly: Scope = { ...scope, entries: [...scope.entries] };
  seeTarget(target, scope);
  const on = coerceToBoolean(
    resolver.expression(stmt.joinCondition, scope, "join"),
    "JOIN/ON",
    scope,
  );
  const { entry, relation } = target;
  const whens = (stmt.mergeWhenClauses ?? []).flatMap((node) =>
    "MergeWhenClause" in node
      ? [resolveWhen(node.MergeWhenClause, target, scope, sourceOnly)]
      : []
  );
  checkReachable(whens);
  // A row that may not be seen counts as not there; one that may be seen but not changed is an error.
  selectPolicies(entry, relation, target.scope, false);
  return {
    kind: "merge",
    ctes: [],
    target: entry,
    relation,
    returning: [],
    source,
    on,
    whens,
  };
}

function resolveWhen(
  clause: MergeWhenClause,
  target: ModifyTarget,
  scope: Scope,
  sourceOnly: Scope,
): When {
  if (clause.matchKind === "MERGE_WHEN_NOT_MATCHED_BY_SOURCE") {
    throw notSupportedAt("WHEN NOT MATCHED BY SOURCE");
  }
  const matched = clause.matchKind === "MERGE_WHEN_MATCHED";
  const inner = matched ? scope : sourceOnly;
  const when = clause.condition === undefined
    ? undefined
    : condition(clause.condition, inner, "merge", "WHEN");
  const action = resolveAction(clause, target, inner);
  const { entry, relation } = target;
  return {
    matched,
    action,
    existing: action.kind === "update" || action.kind === "delete"
      ? existingRowChecks(
        entry,
        relation,
        action.kind === "update" ? "w" : "d",
        false,
        target.scope,
      )
      : [],
    ...(when === undefined ? {} : { condition: when }),
  };
}

function resolveAction(
  clause: MergeWhenClause,
  target: ModifyTarget,
  scope: Scope,
): When["action"] {
  const { entry, relation } = target;
  switch (clause.commandType) {
    case "CMD_NOTHING":
      return { kind: "nothing" };
    case "CMD_DELETE": {
      for (const access of target.accesses) {
        scope.statement.needed.push({
          kind: "relation",
          oid: access.relation.oid,
          privilege: "d",
          role: access.role,
        });
      }
      return { kind: "delete" };
    }
    case "CMD_UPDATE": {
      const list = resolveSet(clause.targetList ?? [], target, scope);
      writtenColumns(target, list.named, "w");
      return {
        kind: "update",
        set: recomputeGenerated(list.set, target),
        checks: newRowChecks(entry, relation, "w", true, target.scope),
      };
    }
    case "CMD_INSERT":
      return insertAction(clause, target, scope);
    default:
      throw notSupportedAt("MERGE action");
  }
}

function insertAction(
  clause: MergeWhenClause,
  target: ModifyTarget,
  scope: Scope,
): When["action"] {
  const { relation, entry } = target;
  const named = clause.targetList === undefined
    ? relation.columns.map((_, index) => index)
    : clause.targetList.map((node) => {
      const name = "ResTarget" in node ? node.ResTarget.name : "";
      const index = relation.columns.findIndex((each) => each.name === name);
      if (index < 0) {
        throw errorAt(
          "42703",
          `column "${name}" of relation "${relation.name}" does not exist`,
        );
      }
      return index;
    });
  const given = clause.values ?? [];
  if (given.length > named.length) {
    throw errorAt("42601", "INSERT has more expressions than target columns");
  }
  if (clause.targetList !== undefined && given.length < named.length) {
    throw errorAt("42601", "INSERT has more target columns than expressions");
  }
  const used = named.slice(0, given.length);
  writtenColumns(target, used, "a");
  const values: Expr[] = [];
  relation.columns.forEach((column, index) => {
    const at = used.indexOf(index);
    const node = at < 0 ? undefined : given[at];
    if (node === undefined || "SetToDefault" in node) {
      values.push(defaultValue(target, index));
      return;
    }
    if (
      column.generated !== "" ||
      (column.identity === "a" && clause.override !== "OVERRIDING_SYSTEM_VALUE")
    ) {
      throw errorAt(
        "428C9",
        `cannot insert a non-DEFAULT value into column "${column.name}"`,
        undefined,
        {
          detail: column.generated !== ""
            ? `Column "${column.name}" is a generated column.`
            : `Column "${column.name}" is an identity column defined as GENERATED ALWAYS.`,
        },
      );
    }
    values.push(
      fitColumn(resolver.expression(node, scope, "values"), column, scope),
    );
  });
  relation.columns.forEach(({ generated }, index) => {
    if (generated === "") return;
    values[index] = generatedValue(
      target,
      index,
      (other) => values[other] as Expr,
    );
  });
  return {
    kind: "insert",
    columns: relation.columns.map((_, index) => index),
    values,
    checks: newRowChecks(entry, relation, "a", false, target.scope),
  };
}

function checkReachable(whens: readonly When[]): void {
  const closed = new Set<boolean>();
  for (const { matched, condition } of whens) {
    if (closed.has(matched)) {
      throw errorAt(
        "42601",
        "unreachable WHEN clause specified after unconditional WHEN clause",
      );
    }
    if (condition === undefined) closed.add(matched);
  }
}
