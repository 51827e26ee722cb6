/**
 * Reads statements about users and rights (MySQL manual, 15.7.1). A user is a role; the host after `@` is
 * read and not kept: who may come from where is the listener's to say.
 *
 * @module
 */

// deno-lint-ignore-file camelcase -- names of parse nodes

import type { AccessPriv, Node } from "@pgsql/types";
import { account } from "./definitions.ts";
import { notSupportedYet } from "./error.ts";
import { string } from "./nodes.ts";
import type { Parser } from "./parser.ts";
import { mainDatabase, schemaOf } from "./table_name.ts";

const option = (defname: string, arg: Node): Node => ({
  DefElem: { defname, arg, defaction: "DEFELEM_UNSPEC" },
});

/** `root` is another name of `postgres`. */
export const roleOf = (user: string): string =>
  user === "root" ? "postgres" : user;

interface UserRead {
  readonly name: string;
  readonly password: string | undefined;
}

function user(p: Parser): UserRead {
  const name = roleOf(account(p));
  let password: string | undefined;
  if (p.accept("identified")) {
    if (p.accept("with")) {
      p.nameOrString();
      if (p.accept("as")) throw notSupportedYet("IDENTIFIED WITH ... AS");
      if (p.accept("by")) password = p.string();
    } else {
      p.expect("by");
      if (p.accept("password") || p.accept("random")) {
        throw notSupportedYet("IDENTIFIED BY PASSWORD");
      }
      password = p.string();
    }
  }
  return { name, password };
}

/** REQUIRE, WITH limits, ACCOUNT LOCK, PASSWORD EXPIRE. */
function userOptions(p: Parser): boolean | undefined {
  let login: boolean | undefined;
  while (!p.over) {
    if (p.accept("account", "lock")) login = false;
    else if (p.accept("account", "unlock")) login = true;
    else if (
      p.is(
        "require",
        "with",
        "password",
        "failed_login_attempts",
        "comment",
        "attribute",
        "default",
      )
    ) {
      p.take();
      while (
        !p.over &&
        !p.is("account", "require", "with", "password", "comment", "attribute")
      ) p.take();
    } else throw p.error();
  }
  return login;
}

/** After CREATE USER, CREATE ROLE. */
export function createUser(p: Parser): Node[] {
  const role = p.peek(-1).word === "role";
  if (p.accept("if", "not", "exists")) {
    throw notSupportedYet("CREATE USER IF NOT EXISTS");
  }
  const users = p.list(() => user(p));
  const login = userOptions(p) ?? !role;
  return users.map(({ name, password }) => ({
    CreateRoleStmt: {
      stmt_type: "ROLESTMT_USER" as const,
      role: name,
      options: [
        option("canlogin", { Boolean: { boolval: login } }),
        ...(password === undefined
          ? []
          : [option("password", string(password))]),
      ],
    },
  }));
}

const rolespec = (name: string): Node => ({
  RoleSpec: name === ""
    ? { roletype: "ROLESPEC_CURRENT_USER" }
    : { roletype: "ROLESPEC_CSTRING", rolename: name },
});

/** After ALTER USER. */
export function alterUser(p: Parser): Node[] {
  p.accept("if", "exists");
  const users = p.list(() => user(p));
  const login = userOptions(p);
  return users.map(({ name, password }) => ({
    AlterRoleStmt: {
      role: (rolespec(name) as { RoleSpec: object }).RoleSpec,
      action: 1,
      options: [
        ...(login === undefined
          ? []
          : [option("canlogin", { Boolean: { boolval: login } })]),
        ...(password === undefined
          ? []
          : [option("password", string(password))]),
      ],
    },
  }));
}

/** `SET PASSWORD [FOR user] = 'text'`, after the words. */
export function setPassword(p: Parser): Node[] {
  const name = p.accept("for") ? roleOf(account(p)) : "";
  p.expect("=");
  const password = p.string();
  return [{
    AlterRoleStmt: {
      role: (rolespec(name) as { RoleSpec: object }).RoleSpec,
      action: 1,
      options: [option("password", string(password))],
    },
  }];
}

/** After DROP USER. */
export function dropUser(p: Parser): Node[] {
  const missing = p.accept("if", "exists");
  const names = p.list(() => roleOf(account(p)));
  return [{
    DropRoleStmt: { roles: names.map(rolespec), missing_ok: missing },
  }];
}

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
  if (p.are("all", "privileges", ",", "grant", "option")) {
    throw notSupportedYet("REVOKE ALL PRIVILEGES, GRANT OPTION");
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
  const schema: Node = {
    GrantStmt: {
      ...common,
      targtype: "ACL_TARGET_OBJECT",
      objtype: "OBJECT_SCHEMA",
      objects: [string(object.schema)],
      privileges: [
        { AccessPriv: { priv_name: "usage" } },
        ...(all ? [{ AccessPriv: { priv_name: "create" } }] : []),
      ],
    },
  };
  const rights = all ? {} : { privileges: tables };
  const onTables: Node = object.table === undefined
    ? {
      GrantStmt: {
        ...common,
        ...rights,
        targtype: "ACL_TARGET_ALL_IN_SCHEMA",
        objtype: "OBJECT_TABLE",
        objects: [string(object.schema)],
      },
    }
    : {
      GrantStmt: {
        ...common,
        ...rights,
        targtype: "ACL_TARGET_OBJECT",
        objtype: "OBJECT_TABLE",
        objects: [{
          RangeVar: {
            schemaname: object.schema,
            relname: object.table,
            inh: true,
            relpersistence: "p",
          },
        }],
      },
    };
  return is_grant && object.table === undefined
    ? [schema, onTables]
    : [onTables];
}

function grantRoles(p: Parser, is_grant: boolean): Node[] {
  const roles = p.list(() => account(p));
  p.expect(is_grant ? "to" : "from");
  const grantees = p.list(() => rolespec(roleOf(account(p))));
  p.accept("with", "admin", "option");
  return [{
    GrantRoleStmt: {
      granted_roles: roles.map((priv_name): Node => ({
        AccessPriv: { priv_name },
      })),
      grantee_roles: grantees,
      is_grant,
      behavior: "DROP_RESTRICT",
    },
  }];
}

/** `*.*`, `d.*`, `d.t`, `t`, `*`. */
function level(
  p: Parser,
): { readonly schema: string; readonly table: string | undefined } {
  const current = schemaOf(p.options.database ?? mainDatabase);
  if (p.accept("*")) {
    if (p.accept(".")) p.expect("*");
    return { schema: current, table: undefined };
  }
  const name = p.name();
  if (!p.accept(".")) return { schema: current, table: name };
  if (p.accept("*")) return { schema: schemaOf(name), table: undefined };
  return { schema: schemaOf(name), table: p.anyName() };
}
