/**
 * ALTER DEFAULT PRIVILEGES.
 *
 * @module
 */

import type { AlterDefaultPrivilegesStmt } from "@pgsql/types";
import { builtinAcl } from "../../catalog/acl.ts";
import type { DefaultAcl } from "../../catalog/catalog.ts";
import { memberRolesOf } from "../../catalog/privileges.ts";
import { notSupported, SqlError } from "../../error.ts";
import { findSchema } from "../lookup.ts";
import { aclKindOf } from "../new_acl.ts";
import { defElems, strings } from "../nodes.ts";
import type { Work } from "../work.ts";
import { actionOf, changeAcl, lettersOf } from "./grant.ts";
import { roleOf, roleSpecs } from "./role_name.ts";

const kinds: Readonly<Record<string, DefaultAcl["kind"]>> = {
  OBJECT_TABLE: "r",
  OBJECT_SEQUENCE: "S",
  OBJECT_FUNCTION: "f",
  OBJECT_ROUTINE: "f",
  OBJECT_TYPE: "T",
  OBJECT_SCHEMA: "n",
};

/**
 * @param work Statement.
 * @param statement ALTER DEFAULT PRIVILEGES.
 * @returns Command tag.
 */
export function alterDefaultPrivileges(
  work: Work,
  statement: AlterDefaultPrivilegesStmt,
): string {
  const { action: wanted } = statement;
  const kind = kinds[wanted?.objtype ?? ""];
  if (wanted === undefined || kind === undefined) {
    throw notSupported("ALTER DEFAULT PRIVILEGES on this kind of object");
  }
  const listOf = (name: string) => {
    const arg = defElems(statement.options).find(({ defname }) =>
      defname === name
    )?.arg;
    return arg !== undefined && "List" in arg
      ? arg.List.items ?? []
      : undefined;
  };
  const roles = roleSpecs(listOf("roles")).map((spec) =>
    roleOf(work, spec).oid
  );
  const schemas = strings(listOf("schemas")).map((name) =>
    findSchema(work, name).oid
  );
  const privileges = (wanted.privileges ?? []).flatMap((node) =>
    "AccessPriv" in node ? [node.AccessPriv] : []
  );
  const aclKind = aclKindOf(kind);
  const letters = lettersOf(aclKind, privileges);
  const action = actionOf(work, wanted);
  for (const role of roles.length === 0 ? [work.role] : roles) {
    if (
      !memberRolesOf(work.catalog, work.role).has(role) &&
      !work.catalog.role(work.role)?.superuser
    ) {
      throw new SqlError(
        "42501",
        `permission denied to change default privileges`,
      );
    }
    for (const schema of schemas.length === 0 ? [0] : schemas) {
      const { database } = work.catalog;
      const same = (each: DefaultAcl) =>
        each.role === role && each.schema === schema && each.kind === kind;
      const present = database.defaultAcls.find(same)?.acl ??
        (schema === 0 ? builtinAcl(aclKind, role) : []);
      const acl = changeAcl(present, letters, action, {
        owner: role,
        grantor: role,
      });
      const rest = database.defaultAcls.filter((each) => !same(each));
      work.put("database", {
        ...database,
        defaultAcls: acl.length === 0 && schema !== 0
          ? rest
          : [...rest, { role, schema, kind, acl }],
      });
    }
  }
  return "ALTER DEFAULT PRIVILEGES";
}
