/**
 * CREATE SCHEMA.
 *
 * @module
 */

import type { CreateSchemaStmt, Node } from "@pgsql/types";
import { reassignAcl } from "../catalog/acl.ts";
import { fixedOid } from "../catalog/catalog.ts";
import { initialCatalog } from "../catalog/initial_catalog.ts";
import {
  hasPrivilege,
  isSuperuser,
  memberRolesOf,
  permissionDenied,
} from "../catalog/privileges.ts";
import { SqlError } from "../error.ts";
import { newAcl } from "./new_acl.ts";
import { checkSchemaName } from "./rename_object.ts";
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
  const schema = putSchema(work, name, owner);
  await runElements(work, statement, { name, oid: schema, owner }, run);
  return "CREATE SCHEMA";
}

/** In this order, so that what is named is there. */
function rank(node: Node): number {
  if ("CreateSeqStmt" in node) return 0;
  if ("CreateStmt" in node) return 1;
  if ("ViewStmt" in node) return 2;
  return "IndexStmt" in node ? 3 : 4;
}

async function runElements(
  work: Work,
  { schemaElts: elements = [] }: CreateSchemaStmt,
  schema: {
    readonly name: string;
    readonly oid: number;
    readonly owner: number;
  },
  run: (node: Node) => Promise<string>,
): Promise<void> {
  const { context } = work;
  work.context = {
    ...context,
    env: {
      ...context.env,
      role: schema.owner,
      searchPath: [schema.oid, ...context.env.searchPath],
    },
  };
  for (const element of elements.toSorted((a, b) => rank(a) - rank(b))) {
    await run(inside(element, schema.name));
  }
  work.context = context;
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

/** Stores the schema; `public` comes back as it was at first, so that the roles of the API find it again. */
function putSchema(work: Work, name: string, owner: number): number {
  if (name === "public" && work.catalog.schema(fixedOid.public) === undefined) {
    const first = initialCatalog();
    const { database } = work.catalog;
    work.put("database", {
      ...database,
      defaultAcls: [
        ...database.defaultAcls,
        ...[...first.defaultAcls()].filter(({ schema }) =>
          schema === fixedOid.public
        ),
      ],
    });
    const { acl = null } = first.schema(fixedOid.public) ?? {};
    work.put("schema", {
      oid: fixedOid.public,
      name,
      owner,
      acl: acl === null ? null : reassignAcl(
        acl,
        first.schema(fixedOid.public)?.owner ?? owner,
        owner,
      ),
    });
    return fixedOid.public;
  }
  const oid = work.newOid();
  work.put("schema", { oid, name, owner, acl: newAcl(work, "n", owner, 0) });
  return oid;
}
