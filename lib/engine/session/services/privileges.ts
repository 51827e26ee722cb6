/**
 * `has_table_privilege` and its companions (manual, table 9.70).
 *
 * @module
 */

// deno-lint-ignore-file camelcase -- services have the names that SQL functions ask by

import type { AclKind } from "../../../sql/catalog/acl.ts";
import { privilegeLetters } from "../../../sql/catalog/acl.ts";
import type { Relation } from "../../../sql/catalog/catalog.ts";
import {
  hasColumnPrivilege,
  hasPrivilege,
  isSuperuser,
  memberRolesOf,
  privilegedRelation,
  rolesOf,
} from "../../../sql/catalog/privileges.ts";
import { asMemoryCatalog } from "../../../sql/catalog/memory_catalog.ts";
import type { Datum } from "../../../sql/datum.ts";
import { SqlError } from "../../../sql/error.ts";
import type { Services } from "../services.ts";
import type { SessionCore } from "../session_core.ts";

function roleOf(core: SessionCore, role: Datum): number {
  const { catalog } = core;
  if (role === null) return core.roles.current;
  if (typeof role !== "string") {
    // Unknown numbers have the rights of PUBLIC, as in PostgreSQL.
    return Number(role);
  }
  if (role === "public") return 0;
  const found = catalog.roleNamed(role);
  if (found === undefined) {
    throw new SqlError("42704", `role "${role}" does not exist`);
  }
  return found.oid;
}

/** One right of a list such as `SELECT, UPDATE WITH GRANT OPTION`. */
interface Asked {
  readonly letter: string;
  readonly grantable: boolean;
}

function readList(text: string, allowed: string): Asked[] {
  return text.split(",").map((each) => {
    const match = /^\s*([a-z]+)(\s+with\s+(?:grant|admin)\s+option)?\s*$/i
      .exec(each);
    const word = match?.[1]?.toLowerCase() ?? "";
    const letter = privilegeLetters[word];
    if (match === null || letter === undefined || !allowed.includes(letter)) {
      throw new SqlError(
        "22023",
        `unrecognized privilege type: "${each.trim()}"`,
      );
    }
    return { letter, grantable: match[2] !== undefined };
  });
}

function relationOf(core: SessionCore, object: Datum): Relation | undefined {
  const oid = typeof object === "string"
    ? core.eval.services.call("regclassin", [object])
    : object;
  return core.catalog.relation(Number(oid));
}

function any(
  core: SessionCore,
  role: number,
  object: { kind: AclKind; owner: number; acl: Relation["acl"] },
  asked: readonly Asked[],
): Datum {
  return Number(
    asked.some(({ letter, grantable }) =>
      hasPrivilege(core.catalog, role, object, letter, grantable)
    ),
  );
}

function named<T>(
  object: Datum,
  byName: (name: string) => T | undefined,
  byOid: (oid: number) => T | undefined,
  missing: (name: string) => SqlError,
): T | undefined {
  if (typeof object !== "string") return byOid(Number(object));
  const found = byName(object);
  if (found === undefined) throw missing(object);
  return found;
}

function columnNumber(relation: Relation, column: Datum): number | undefined {
  if (typeof column !== "string") {
    return relation.columns.find(({ number }) => number === Number(column))
      ?.number;
  }
  const found = relation.columns.find(({ name }) => name === column);
  if (found === undefined) {
    throw new SqlError(
      "42703",
      `column "${column}" of relation "${relation.name}" does not exist`,
    );
  }
  return found.number;
}

/** See the top of the file. Arguments: role or NULL, object, …, rights. */
export const privilegeServices: Services = {
  has_table_privilege([role, object, rights], core) {
    const asked = readList(String(rights), "rawdDxt");
    const relation = relationOf(core, object as Datum);
    if (relation === undefined) return null;
    return any(
      core,
      roleOf(core, role as Datum),
      privilegedRelation(relation),
      asked,
    );
  },
  has_sequence_privilege([role, object, rights], core) {
    const asked = readList(String(rights), "rwU");
    const relation = relationOf(core, object as Datum);
    if (relation === undefined) return null;
    if (relation.kind !== "S") {
      throw new SqlError("42809", `"${relation.name}" is not a sequence`);
    }
    return any(
      core,
      roleOf(core, role as Datum),
      privilegedRelation(relation),
      asked,
    );
  },
  has_column_privilege([role, object, column, rights], core) {
    const asked = readList(String(rights), "rawx");
    const relation = relationOf(core, object as Datum);
    if (relation === undefined) return null;
    const number = columnNumber(relation, column as Datum);
    if (number === undefined) return null;
    const who = roleOf(core, role as Datum);
    return Number(
      asked.some(({ letter, grantable }) =>
        hasColumnPrivilege(
          core.catalog,
          who,
          relation,
          number,
          letter,
          grantable,
        )
      ),
    );
  },
  has_any_column_privilege([role, object, rights], core) {
    const asked = readList(String(rights), "rawx");
    const relation = relationOf(core, object as Datum);
    if (relation === undefined) return null;
    const who = roleOf(core, role as Datum);
    return Number(
      asked.some(({ letter, grantable }) =>
        relation.columns.some(({ number }) =>
          hasColumnPrivilege(
            core.catalog,
            who,
            relation,
            number,
            letter,
            grantable,
          )
        )
      ),
    );
  },
  has_schema_privilege([role, object, rights], core) {
    const asked = readList(String(rights), "UC");
    const { catalog } = core;
    const schema = named(
      object as Datum,
      (name) => catalog.schemaNamed(name),
      (oid) => catalog.schema(oid),
      (name) => new SqlError("3F000", `schema "${name}" does not exist`),
    );
    if (schema === undefined) return null;
    const { owner, acl } = schema;
    return any(
      core,
      roleOf(core, role as Datum),
      { kind: "schema", owner, acl },
      asked,
    );
  },
  has_database_privilege([role, object, rights], core) {
    const asked = readList(String(rights), "CTc");
    const { database } = asMemoryCatalog(core.catalog);
    if (typeof object === "string" && object !== core.instance.database) {
      throw new SqlError("3D000", `database "${object}" does not exist`);
    }
    if (typeof object === "number" && object !== database.oid) return null;
    const { owner, acl } = database;
    return any(
      core,
      roleOf(core, role as Datum),
      { kind: "database", owner, acl },
      asked,
    );
  },
  has_function_privilege([role, object, rights], core) {
    const asked = readList(String(rights), "X");
    const oid = typeof object === "string"
      ? core.eval.services.call("regprocedurein", [object])
      : object;
    const found = core.catalog.userFunction(Number(oid));
    // What is built in may be called by anybody.
    if (found === undefined) return 1;
    const { owner, acl } = found;
    return any(
      core,
      roleOf(core, role as Datum),
      { kind: "function", owner, acl },
      asked,
    );
  },
  /** Types, languages, tablespaces: open to everybody here. */
  has_usage_privilege: () => 1,
  has_role([role, object, rights], core) {
    const { catalog } = core;
    const who = roleOf(core, role as Datum);
    const target = roleOf(core, object as Datum);
    return Number(
      String(rights).split(",").some((each) => {
        const [word = "", ...more] = each.trim().toLowerCase().split(/\s+/);
        if (word !== "usage" && word !== "member") {
          throw new SqlError(
            "22023",
            `unrecognized privilege type: "${each.trim()}"`,
          );
        }
        if (isSuperuser(catalog, who)) return true;
        if (more.length > 0) {
          return catalog.role(who)?.memberOf.some(({ role, admin }) =>
            role === target && admin
          ) ?? false;
        }
        return (word === "usage" ? rolesOf : memberRolesOf)(catalog, who)
          .has(target);
      }),
    );
  },
  row_security_active([object], core) {
    const relation = relationOf(core, object as Datum);
    if (relation === undefined) return null;
    if (!relation.rowSecurity) return 0;
    const role = core.catalog.role(core.roles.current);
    if (role === undefined || role.superuser || role.bypassRls) return 0;
    const mine = rolesOf(core.catalog, role.oid).has(relation.owner);
    return Number(relation.forceRowSecurity || !mine);
  },
};
