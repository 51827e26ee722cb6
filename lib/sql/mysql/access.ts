/**
 * Reads GRANT and REVOKE (MySQL manual, 15.7.1.6 and 15.7.1.8).
 *
 * Rights on a database are rights on its tables, those that there are and those that whoever grants will
 * make; rights on `*.*` the same of every database that there is.
 *
 * @module
 */

// deno-lint-ignore-file camelcase -- names of parse nodes

import type { AccessPriv, Node } from "@pgsql/types";
import { account } from "./definitions.ts";
import { string } from "./nodes.ts";
import type { Parser } from "./parser.ts";
import { mainDatabase, schemaOf } from "./table_name.ts";
import { roleOf, rolespec } from "./users.ts";

const privileges: Readonly<Record<string, string | undefined>> = {
  select: "select",
  insert: "insert",
  update: "update",
  delete: "delete",
  references: "references",
  trigger: "trigger",
  create: "create",
  usage: undefined,
};

interface Privilege {
  readonly word: string;
  readonly columns: readonly string[] | undefined;
}

function privilegeList(p: Parser): Privilege[] {
  if (p.accept("all")) {
    p.accept("privileges");
    return [{ word: "all", columns: undefined }];
  }
  return p.list(() => {
    const words = [p.anyName().toLowerCase()];
    while (!p.is("(", ",", "on", "to", "from")) {
      if (p.over) throw p.error();
      words.push(p.anyName().toLowerCase());
    }
    const columns = p.is("(")
      ? p.parenthesized(() => p.list(() => p.name()))
      : undefined;
    return { word: words.join(" "), columns };
  });
}

/** At GRANT or REVOKE. */
export function grant(p: Parser): Node[] {
  const is_grant = p.take().word === "grant";
  if (!is_grant && p.accept("all", "privileges", ",", "grant", "option")) {
    p.expect("from");
    // In this dialect that is about rights alone.
    return [{
      DropOwnedStmt: {
        roles: p.list(() => rolespec(roleOf(account(p)))),
        behavior: "DROP_RESTRICT",
      },
    }];
  }
  const mark = p.at;
  const list = privilegeList(p);
  if (!p.accept("on")) {
    p.at = mark;
    return grantRoles(p, is_grant);
  }
  p.accept("table");
  const object = level(p);
  p.expect(is_grant ? "to" : "from");
  const grantees = p.list(() => rolespec(roleOf(account(p))));
  const grant_option = is_grant && p.accept("with", "grant", "option");
  const common = {
    is_grant,
    grantees,
    grant_option,
    behavior: "DROP_RESTRICT" as const,
  };
  const tables = list.flatMap(({ word, columns }): Node[] => {
    if (word === "all" || word === "usage" || word === "create") return [];
    const priv_name = privileges[word];
    if (priv_name === undefined) return [];
    const privilege: AccessPriv = {
      priv_name,
      ...(columns === undefined ? {} : { cols: columns.map(string) }),
    };
    return [{ AccessPriv: privilege }];
  });
  const all = list.some(({ word }) => word === "all");
  if (tables.length === 0 && !all) return [];
  const rights = all ? {} : { privileges: tables };
  if (object.table !== undefined) {
    return [{
      GrantStmt: {
        ...common,
        ...rights,
        targtype: "ACL_TARGET_OBJECT",
        objtype: "OBJECT_TABLE",
        objects: [{
          RangeVar: {
            schemaname: object.schema ?? "",
            relname: object.table,
            inh: true,
            relpersistence: "p",
          },
        }],
      },
    }];
  }
  const { schema } = object;
  const named = schema === undefined ? [] : [string(schema)];
  const onTables: Node = {
    GrantStmt: {
      ...common,
      ...rights,
      targtype: "ACL_TARGET_ALL_IN_SCHEMA",
      objtype: "OBJECT_TABLE",
      objects: named,
    },
  };
  const later: Node = {
    AlterDefaultPrivilegesStmt: {
      options: schema === undefined ? [] : [{
        DefElem: {
          defname: "schemas",
          arg: { List: { items: named } },
          defaction: "DEFELEM_UNSPEC",
        },
      }],
      action: {
        ...common,
        ...rights,
        targtype: "ACL_TARGET_DEFAULTS",
        objtype: "OBJECT_TABLE",
      },
    },
  };
  if (!is_grant) return [onTables, later];
  return [
    {
      GrantStmt: {
        ...common,
        targtype: "ACL_TARGET_ALL_IN_SCHEMA",
        objtype: "OBJECT_SCHEMA",
        objects: named,
        privileges: [
          { AccessPriv: { priv_name: "usage" } },
          ...(all ? [{ AccessPriv: { priv_name: "create" } }] : []),
        ],
      },
    },
    onTables,
    later,
  ];
}

function grantRoles(p: Parser, is_grant: boolean): Node[] {
  const roles = p.list(() => account(p));
  p.expect(is_grant ? "to" : "from");
  const grantees = p.list(() => rolespec(roleOf(account(p))));
  const admin = is_grant && p.accept("with", "admin", "option");
  return [{
    GrantRoleStmt: {
      granted_roles: roles.map((priv_name): Node => ({
        AccessPriv: { priv_name },
      })),
      grantee_roles: grantees,
      is_grant,
      behavior: "DROP_RESTRICT",
      ...(admin
        ? {
          opt: [{
            DefElem: {
              defname: "admin",
              arg: { Boolean: { boolval: true } },
              defaction: "DEFELEM_UNSPEC" as const,
            },
          }],
        }
        : {}),
    },
  }];
}

/** `*.*`, `d.*`, `d.t`, `t`, `*`. */
function level(
  p: Parser,
): {
  /** Nothing for all of them. */
  readonly schema: string | undefined;
  readonly table: string | undefined;
} {
  const current = schemaOf(p.options.database ?? mainDatabase);
  if (p.accept("*")) {
    if (!p.accept(".")) return { schema: current, table: undefined };
    p.expect("*");
    return { schema: undefined, table: undefined };
  }
  const name = p.name();
  if (!p.accept(".")) return { schema: current, table: name };
  if (p.accept("*")) return { schema: schemaOf(name), table: undefined };
  return { schema: schemaOf(name), table: p.anyName() };
}
