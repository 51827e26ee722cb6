/**
 * CREATE SCHEMA.
 *
 * @module
 */

import type { CreateSchemaStmt, Node } from "@pgsql/types";
import {
  hasPrivilege,
  isSuperuser,
  memberRolesOf,
  permissionDenied,
} from "../catalog/privileges.ts";
import { SqlError } from "../error.ts";
import { newAcl } from "./new_acl.ts";
import { checkSchemaName } from "./rename.ts";
import { roleOf } from "./access/role_name.ts";
import type { Work } from "./work.ts";

/**
 * @param work Statement.
 * @param statement CREATE SCHEMA.
 * @param run Runs the statements inside it.
 * @returns Command tag.
 */
export async function createSchema(
  work: Work,
  statement: CreateSchemaStmt,
  run: (node: Node) => Promise<string>,
): Promise<string> {
  const { authrole, if_not_exists: ifNotExists } = statement;
  const owner = authrole === undefined ? work.role : roleOf(work, authrole).oid;
  const name = statement.schemaname ?? work.catalog.role(owner)?.name ?? "";
  const { database } = work.catalog;
  const mayCreate = hasPrivilege(work.catalog, work.role, {
    kind: "database",
    owner: database.owner,
    acl: database.acl,
  }, "C");
  if (!mayCreate) throw permissionDenied("database postgres");
  const isMember = isSuperuser(work.catalog, work.role) ||
    memberRolesOf(work.catalog, work.role).has(owner);
  if (!isMember) {
    throw new SqlError(
      "42501",
      `must be member of role "${work.catalog.role(owner)?.name}"`,
    );
  }
  checkSchemaName(name);
  if (work.catalog.schemaNamed(name) !== undefined) {
    if (!ifNotExists) {
      throw new SqlError("42P06", `schema "${name}" already exists`);
    }
    work.notice("42P06", `schema "${name}" already exists, skipping`);
    return "CREATE SCHEMA";
  }
  work.put("schema", {
    oid: work.newOid(),
    name,
    owner,
    acl: newAcl(work, "n", owner, 0),
  });
  for (const element of statement.schemaElts ?? []) {
    await run(inside(element, name));
  }
  return "CREATE SCHEMA";
}

/** What is made inside a schema is made in it. */
function inside(element: Node, schema: string): Node {
  const copy = structuredClone(element);
  const [body] = Object.values(copy) as Record<string, unknown>[];
  for (const field of ["relation", "view", "sequence"]) {
    const range = body?.[field] as { schemaname?: string } | undefined;
    if (range === undefined) continue;
    if (range.schemaname !== undefined && range.schemaname !== schema) {
      throw new SqlError(
        "42P15",
        `CREATE specifies a schema (${range.schemaname}) different from the one being created (${schema})`,
      );
    }
    range.schemaname = schema;
  }
  return copy;
}
