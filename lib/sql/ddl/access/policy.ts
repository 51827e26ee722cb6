/**
 * CREATE POLICY, ALTER POLICY.
 *
 * @module
 */

import type {
  AlterPolicyStmt,
  CreatePolicyStmt,
  Node,
  RangeVar,
  RenameStmt,
} from "@pgsql/types";
import type {
  Policy,
  Relation,
  StoredExpression,
} from "../../catalog/catalog.ts";
import { SqlError } from "../../error.ts";
import { oid } from "../../types/type.ts";
import { storeExpression } from "../expressions.ts";
import { findRelation, requireRelationOwner } from "../lookup.ts";
import type { Work } from "../work.ts";
import { everybody, roleOrPublic, roleSpecs } from "./role_name.ts";

const commands: Readonly<Record<string, Policy["command"]>> = {
  all: "*",
  select: "r",
  insert: "a",
  update: "w",
  delete: "d",
};

function tableOf(work: Work, name: RangeVar | undefined): Relation {
  const relation = findRelation(work, name ?? {});
  if (relation.kind !== "r") {
    throw new SqlError("42809", `"${relation.name}" is not a table`);
  }
  requireRelationOwner(work, relation);
  return relation;
}

function rolesOf(work: Work, nodes: readonly Node[] | undefined): number[] {
  const roles = roleSpecs(nodes).map((spec) => roleOrPublic(work, spec));
  if (!roles.includes(everybody)) {
    return roles.length === 0 ? [everybody] : roles;
  }
  if (roles.length > 1) {
    work.notice(
      "01000",
      "ignoring specified roles other than PUBLIC",
      { hint: "All roles are members of the PUBLIC role." },
      "WARNING",
    );
  }
  return [everybody];
}

function expression(
  work: Work,
  relation: Relation,
  node: Node | undefined,
): StoredExpression | undefined {
  if (node === undefined) return undefined;
  return storeExpression(work, node, {
    row: relation,
    place: "policy",
    type: { type: oid.bool, typmod: -1 },
    what: "POLICY",
  }).stored;
}

/**
 * @param work Statement.
 * @param statement CREATE POLICY.
 * @returns Command tag.
 */
export function createPolicy(work: Work, statement: CreatePolicyStmt): string {
  const relation = tableOf(work, statement.table);
  const name = statement.policy_name ?? "";
  const command = commands[statement.cmd_name ?? "all"] ?? "*";
  if (command === "a" && statement.qual !== undefined) {
    throw new SqlError(
      "42601",
      "only WITH CHECK expression allowed for INSERT",
    );
  }
  if (
    (command === "r" || command === "d") && statement.with_check !== undefined
  ) {
    throw new SqlError(
      "42601",
      "WITH CHECK cannot be applied to SELECT or DELETE",
    );
  }
  if (relation.policies.some((policy) => policy.name === name)) {
    throw new SqlError(
      "42710",
      `policy "${name}" for table "${relation.name}" already exists`,
    );
  }
  const policy: Policy = {
    oid: work.newOid(),
    name,
    permissive: statement.permissive ?? false,
    command,
    roles: rolesOf(work, statement.roles),
    using: expression(work, relation, statement.qual),
    withCheck: expression(work, relation, statement.with_check),
  };
  work.putRelation({ ...relation, policies: [...relation.policies, policy] });
  return "CREATE POLICY";
}

function change(
  work: Work,
  relation: Relation,
  name: string,
  changed: (policy: Policy) => Policy,
): void {
  const at = relation.policies.findIndex((policy) => policy.name === name);
  const policy = relation.policies[at];
  if (policy === undefined) {
    throw new SqlError(
      "42704",
      `policy "${name}" for table "${relation.name}" does not exist`,
    );
  }
  work.putRelation({
    ...relation,
    policies: relation.policies.with(at, changed(policy)),
  });
}

/**
 * @param work Statement.
 * @param statement ALTER POLICY.
 * @returns Command tag.
 */
export function alterPolicy(work: Work, statement: AlterPolicyStmt): string {
  const relation = tableOf(work, statement.table);
  change(work, relation, statement.policy_name ?? "", (policy) => {
    if (policy.command === "a" && statement.qual !== undefined) {
      throw new SqlError(
        "42601",
        "only WITH CHECK expression allowed for INSERT",
      );
    }
    if (
      (policy.command === "r" || policy.command === "d") &&
      statement.with_check !== undefined
    ) {
      throw new SqlError(
        "42601",
        "only USING expression allowed for SELECT, DELETE",
      );
    }
    return {
      ...policy,
      roles: statement.roles === undefined
        ? policy.roles
        : rolesOf(work, statement.roles),
      using: expression(work, relation, statement.qual) ?? policy.using,
      withCheck: expression(work, relation, statement.with_check) ??
        policy.withCheck,
    };
  });
  return "ALTER POLICY";
}

/**
 * @param work Statement.
 * @param statement ALTER POLICY … RENAME TO.
 * @returns Command tag.
 */
export function renamePolicy(work: Work, statement: RenameStmt): string {
  const relation = tableOf(work, statement.relation);
  const name = statement.newname ?? "";
  if (relation.policies.some((policy) => policy.name === name)) {
    throw new SqlError(
      "42710",
      `policy "${name}" for table "${relation.name}" already exists`,
    );
  }
  change(work, relation, statement.subname ?? "", (policy) => ({
    ...policy,
    name,
  }));
  return "ALTER POLICY";
}
