/**
 * Row policies: which rows a role may see, change and write (manual, 5.8 and CREATE POLICY).
 *
 * What may be seen becomes `security` of a range entry; what may be written becomes checks of a
 * modification. Which policies count where is table 298 of the manual.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import type { Policy, Relation } from "./catalog/catalog.ts";
import { coerceToBoolean } from "./analyze/coercion.ts";
import { errorAt, inOtherText } from "./analyze/located.ts";
import { emptyScope, memoOf } from "./analyze/new_scope.ts";
import { relationColumns } from "./analyze/range.ts";
import { resolver } from "./analyze/resolver.ts";
import type { Scope } from "./analyze/scope.ts";
import { mapChildren } from "./analyze/walk.ts";
import { isRowSecured, policyApplies } from "./policies/applies.ts";
import type { Expr, RangeEntry, RowCheck } from "./tree.ts";
import { oid } from "./types/type.ts";

/** Commands that policies are for. */
export type PolicyCommand = "r" | "a" | "w" | "d";

const boolean = { type: oid.bool, typmod: -1 } as const;
const never: Expr = { kind: "constant", value: 0, ...boolean };

/** Policies of a table for one command and role. */
interface Chosen {
  readonly permissive: readonly Policy[];
  readonly restrictive: readonly Policy[];
}

function choose(
  relation: Relation,
  command: PolicyCommand,
  scope: Scope,
): Chosen {
  const { catalog, role } = scope.env;
  const all = relation.policies.filter((policy) =>
    (policy.command === "*" || policy.command === command) &&
    policyApplies(policy, role, catalog)
  );
  // PostgreSQL tries restrictive ones by name, so that errors come in a stable order.
  const restrictive = all.filter(({ permissive }) => !permissive)
    .sort((a, b) => a.name < b.name ? -1 : 1);
  return {
    permissive: all.filter(({ permissive }) => permissive),
    restrictive,
  };
}

/**
 * Adds what a query may see of a table to its entry.
 *
 * @param entry Entry of FROM.
 * @param relation Its table.
 * @param scope Where; its role is the one that queries.
 * @param locked Whether it is read `FOR UPDATE`, which needs the policies of UPDATE too.
 */
export function selectPolicies(
  entry: RangeEntry,
  relation: Relation,
  scope: Scope,
  locked: boolean,
): void {
  if (!isRowSecured(relation, scope)) return;
  entry.security = [
    ...quals(entry, relation, "r", scope),
    ...(locked ? quals(entry, relation, "w", scope) : []),
  ];
}

/**
 * Adds what an UPDATE or DELETE may touch to its target.
 *
 * @param entry The target.
 * @param relation Its table.
 * @param command Which of the two.
 * @param reads Whether columns of it are read, in WHERE, RETURNING or on the right of SET.
 * @param scope Where.
 */
export function targetPolicies(
  entry: RangeEntry,
  relation: Relation,
  command: "w" | "d",
  reads: boolean,
  scope: Scope,
): void {
  if (!isRowSecured(relation, scope)) return;
  entry.security = [
    ...(reads && !sameConditions(relation, ["r", true], [command, true], scope)
      ? quals(entry, relation, "r", scope)
      : []),
    ...quals(entry, relation, command, scope),
  ];
}

/**
 * Checks of rows that INSERT or UPDATE make.
 *
 * @param entry The target, which stands for the new row.
 * @param relation Its table.
 * @param command Which of the two.
 * @param reads Whether the new row is read, so that it must be visible.
 * @param scope Where.
 * @returns The checks in the order in which they are made.
 */
export function newRowChecks(
  entry: RangeEntry,
  relation: Relation,
  command: "a" | "w",
  reads: boolean,
  scope: Scope,
): RowCheck[] {
  if (!isRowSecured(relation, scope)) return [];
  return [
    ...checks(entry, relation, command, false, scope),
    ...(reads && !sameConditions(relation, ["r", true], [command, false], scope)
      ? checks(entry, relation, "r", true, scope)
      : []),
  ];
}

/**
 * Checks of a row that is about to be changed by `ON CONFLICT DO UPDATE` or MERGE: it must be one that
 * the policies let be changed, or the statement fails.
 *
 * @param entry The target, which stands for the row as it is.
 * @param relation Its table.
 * @param command UPDATE or DELETE.
 * @param reads Whether the row is read.
 * @param scope Where.
 * @returns The checks.
 */
export function existingRowChecks(
  entry: RangeEntry,
  relation: Relation,
  command: "w" | "d",
  reads: boolean,
  scope: Scope,
): RowCheck[] {
  if (!isRowSecured(relation, scope)) return [];
  return [
    ...checks(entry, relation, command, true, scope),
    ...(reads && !sameConditions(relation, ["r", true], [command, true], scope)
      ? checks(entry, relation, "r", true, scope)
      : []),
  ];
}

/** Whether two commands come to the same conditions, as they do when the policies are for ALL. */
function sameConditions(
  relation: Relation,
  one: readonly [PolicyCommand, boolean],
  other: readonly [PolicyCommand, boolean],
  scope: Scope,
): boolean {
  const [first, second] = [one, other].map(([command, useUsing]) => {
    const { permissive, restrictive } = choose(relation, command, scope);
    return [...permissive, ...restrictive].map((policy) =>
      useUsing ? policy.using : policy.withCheck ?? policy.using
    );
  });
  return first?.length === second?.length &&
    (first ?? []).every((condition, index) => condition === second?.[index]);
}

/** Restrictive conditions, then one that says whether any permissive policy lets the row pass. */
function quals(
  entry: RangeEntry,
  relation: Relation,
  command: PolicyCommand,
  scope: Scope,
): Expr[] {
  const { permissive, restrictive } = choose(relation, command, scope);
  const passes = permissive.flatMap(({ using }) => using ?? []);
  if (passes.length === 0) return [never];
  return [
    ...restrictive.flatMap(({ using }) =>
      using === undefined ? [] : [resolve(using.node, entry, relation, scope)]
    ),
    anyOf(passes.map(({ node }) => resolve(node, entry, relation, scope))),
  ];
}

function checks(
  entry: RangeEntry,
  relation: Relation,
  command: PolicyCommand,
  useUsing: boolean,
  scope: Scope,
): RowCheck[] {
  const { permissive, restrictive } = choose(relation, command, scope);
  const conditionOf = (policy: Policy) =>
    useUsing ? policy.using : policy.withCheck ?? policy.using;
  const passes = permissive.flatMap((policy) => conditionOf(policy) ?? []);
  const error = { kind: "policy", table: relation.name } as const;
  if (passes.length === 0) return [{ expr: never, error }];
  return [
    {
      expr: anyOf(
        passes.map(({ node }) => resolve(node, entry, relation, scope)),
      ),
      error,
    },
    ...restrictive.flatMap((policy) => {
      const condition = conditionOf(policy);
      return condition === undefined ? [] : [{
        expr: resolve(condition.node, entry, relation, scope),
        error: { ...error, policy: policy.name },
      }];
    }),
  ];
}

function anyOf(conditions: readonly Expr[]): Expr {
  const [only] = conditions;
  return conditions.length === 1 && only !== undefined
    ? only
    : { kind: "logic", operator: "or", args: conditions, ...boolean };
}

/**
 * Resolves a condition over a row of a table, with names as the table has them, whatever the statement
 * calls it.
 *
 * @param node Condition.
 * @param entry Entry that stands for the row.
 * @param relation Its table.
 * @param scope Where; sub-queries in it are those of the role there.
 * @returns The condition over the entry.
 * @throws {SqlError} 42P17 when a policy reads the table it is for.
 */
function resolve(
  node: Node,
  entry: RangeEntry,
  relation: Relation,
  scope: Scope,
): Expr {
  const memo = memoOf(scope.statement);
  const { policies } = memo;
  if (policies.includes(relation.oid)) {
    throw errorAt(
      "42P17",
      `infinite recursion detected in policy for relation "${relation.name}"`,
    );
  }
  const stand: RangeEntry = {
    id: entry.id,
    alias: relation.name,
    columns: relationColumns(relation),
    source: { kind: "table", relation },
  };
  const inner: Scope = {
    ...emptyScope(scope.env, scope.statement),
    entries: [{ entry: stand, visible: true, schema: relation.schema }],
  };
  policies.push(relation.oid);
  try {
    const expr = inOtherText(
      scope.statement,
      () =>
        coerceToBoolean(
          resolver.expression(node, inner, "policy"),
          "POLICY",
          inner,
        ),
    );
    const move = (each: Expr): Expr =>
      each.kind === "column" && each.entry === stand
        ? { ...each, entry }
        : mapChildren(each, move);
    const moved = move(expr);
    memo.trusted.set(moved, entry);
    return moved;
  } finally {
    policies.pop();
  }
}
