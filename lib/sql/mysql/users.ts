/**
 * Reads statements about users and roles (MySQL manual, 15.7.1). A user is a role; the host after `@` is
 * read and not kept: who may come from where is the listener's to say.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import { account } from "./definitions.ts";
import { notSupportedYet } from "./error.ts";
import { call, cast, selectStmt, string, target, text } from "./nodes.ts";
import type { Parser } from "./parser.ts";
import { tree } from "./information_schema.ts";

const option = (defname: string, arg: Node): Node => ({
  DefElem: { defname, arg, defaction: "DEFELEM_UNSPEC" },
});

/** Tells the engine that what is there, or is not, is no error. */
const passing = (defname: "mysql_if_exists" | "mysql_if_not_exists"): Node =>
  option(defname, { Boolean: { boolval: true } });

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

/**
 * After CREATE USER, CREATE ROLE.
 *
 * @param p Parser.
 * @param replace Whether one that is there goes first (`OR REPLACE`, as MariaDB has it).
 */
export function createUser(p: Parser, replace: boolean): Node[] {
  const role = p.peek(-1).word === "role";
  const missing = p.accept("if", "not", "exists");
  const users = p.list(() => user(p));
  const login = userOptions(p) ?? !role;
  const before: Node[] = replace
    ? [{
      DropRoleStmt: {
        roles: users.map(({ name }) => rolespec(name)),
        missing_ok: true,
      },
    }]
    : [];
  return [
    ...before,
    ...users.map(({ name, password }): Node => ({
      CreateRoleStmt: {
        stmt_type: "ROLESTMT_USER" as const,
        role: name,
        options: [
          ...(missing ? [passing("mysql_if_not_exists")] : []),
          option("canlogin", { Boolean: { boolval: login } }),
          ...(password === undefined
            ? []
            : [option("password", string(password))]),
        ],
      },
    })),
  ];
}

/** A role by its name; the one that asks for an empty one. */
export const rolespec = (name: string): Node => ({
  RoleSpec: name === ""
    ? { roletype: "ROLESPEC_CURRENT_USER" }
    : { roletype: "ROLESPEC_CSTRING", rolename: name },
});

/** After ALTER USER. */
export function alterUser(p: Parser): Node[] {
  const missing = p.accept("if", "exists");
  const users = p.list(() => user(p));
  const login = userOptions(p);
  return users.map(({ name, password }) => ({
    AlterRoleStmt: {
      role: (rolespec(name) as { RoleSpec: object }).RoleSpec,
      action: 1,
      options: [
        ...(missing ? [passing("mysql_if_exists")] : []),
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

/** `SET PASSWORD [FOR user] = 'text'` or, as it was, `PASSWORD('text')`; after the words. */
export function setPassword(p: Parser): Node[] {
  const name = p.accept("for") ? roleOf(account(p)) : "";
  if (p.accept("to", "random")) throw notSupportedYet("SET PASSWORD TO RANDOM");
  p.expect("=");
  const password = p.accept("password")
    ? p.parenthesized(() => p.string())
    : p.string();
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

/** After RENAME USER. */
export function renameUser(p: Parser): Node[] {
  return p.list(() => {
    const subname = roleOf(account(p));
    p.expect("to");
    return {
      RenameStmt: {
        renameType: "OBJECT_ROLE" as const,
        subname,
        newname: roleOf(account(p)),
        behavior: "DROP_RESTRICT" as const,
      },
    };
  });
}

/**
 * After SET ROLE, SET DEFAULT ROLE: roles that were granted count all the time, so what asks for them to
 * count is true already, and what asks for less cannot be.
 *
 * @param p Parser.
 * @param isDefault Whether it is about those that count at first.
 * @returns Queries that fail for a role that was not granted.
 */
export function setRole(p: Parser, isDefault: boolean): Node[] {
  const what = isDefault ? "SET DEFAULT ROLE" : "SET ROLE";
  if (p.accept("none")) throw notSupportedYet(`${what} NONE`);
  const names: string[] = [];
  if (p.accept("all")) {
    if (p.accept("except")) throw notSupportedYet(`${what} ALL EXCEPT`);
  } else if (isDefault || !p.accept("default")) {
    names.push(...p.list(() => roleOf(account(p))));
  }
  const users = isDefault && p.acceptOne("to", "for") !== undefined
    ? p.list(() => roleOf(account(p)))
    : [""];
  return users.flatMap((user) =>
    names.map((role) =>
      selectStmt({
        targetList: [
          target(call("require_role", text(role), member(role, user))),
        ],
      })
    )
  );
}

/** Whether a user has a role. */
const member = (role: string, user: string): Node => ({
  SubLink: {
    subLinkType: "EXISTS_SUBLINK",
    subselect: selectStmt({
      targetList: [],
      fromClause: [{
        RangeSubselect: {
          subquery: tree(
            `SELECT g.rolname AS granted, u.rolname AS member FROM pg_catalog.pg_roles g, pg_catalog.pg_roles u
              WHERE pg_catalog.pg_has_role(u.oid, g.oid, 'MEMBER')`,
          ),
          alias: { aliasname: "m" },
        },
      }],
      whereClause: {
        BoolExpr: {
          boolop: "AND_EXPR",
          args: [
            same("granted", cast(text(role), "name")),
            same(
              "member",
              user === ""
                ? {
                  SQLValueFunction: { op: "SVFOP_CURRENT_USER", typmod: -1 },
                }
                : cast(text(user), "name"),
            ),
          ],
        },
      },
    }),
  },
});

const same = (column: string, value: Node): Node => ({
  A_Expr: {
    kind: "AEXPR_OP",
    name: [string("=")],
    lexpr: { ColumnRef: { fields: [string("m"), string(column)] } },
    rexpr: value,
  },
});
