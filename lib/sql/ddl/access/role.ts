/**
 * CREATE ROLE, ALTER ROLE.
 *
 * @module
 */

import type {
  AlterRoleSetStmt,
  AlterRoleStmt,
  CreateRoleStmt,
  DefElem,
  RenameStmt,
} from "@pgsql/types";
import { mysqlDigests } from "../../../base/mysql_password.ts";
import { md5Verifier, verifierKind } from "../../../base/role_password.ts";
import { scramVerifier } from "../../../base/scram.ts";
import type { Role } from "../../catalog/catalog.ts";
import { plainRole } from "../../catalog/predefined_roles.ts";
import { isSuperuser, memberRolesOf } from "../../catalog/privileges.ts";
import { notSupported, SqlError } from "../../error.ts";
import { builtinTypes } from "../../types/builtin.ts";
import { oid } from "../../types/type.ts";
import {
  constantText,
  defElems,
  optionBoolean,
  optionInteger,
} from "../nodes.ts";
import type { Work } from "../work.ts";
import { addMember, checkMayGrant } from "./membership.ts";
import { roleOf, roleSpecs } from "./role_name.ts";

/** Boolean options, as the parser names them. */
const flags: Readonly<Record<string, keyof Role>> = {
  superuser: "superuser",
  inherit: "inherit",
  createrole: "createRole",
  createdb: "createDb",
  canlogin: "login",
  isreplication: "replication",
  bypassrls: "bypassRls",
};

/** Options that name other roles, which {@linkcode join} follows. */
const memberships = new Set(["addroleto", "rolemembers", "adminmembers"]);

type Draft = { -readonly [Key in keyof Role]: Role[Key] };

/**
 * @param work Statement.
 * @param statement CREATE ROLE, CREATE USER, CREATE GROUP.
 * @returns Command tag.
 */
export async function createRole(
  work: Work,
  statement: CreateRoleStmt,
): Promise<string> {
  const name = statement.role ?? "";
  const me = work.catalog.role(work.role);
  if (!work.system && !me?.superuser && !me?.createRole) {
    throw new SqlError("42501", "permission denied to create role");
  }
  checkName(name);
  const { options, passes } = withoutPassing(work, statement.options);
  if (work.catalog.roleNamed(name) !== undefined) {
    if (passes) {
      work.notice("42710", `role "${name}" already exists, skipping`);
      return "CREATE ROLE";
    }
    throw new SqlError("42710", `role "${name}" already exists`);
  }
  const role: Draft = {
    ...plainRole,
    oid: work.newOid(),
    name,
    login: statement.stmt_type === "ROLESTMT_USER",
  };
  await apply(work, role, options);
  work.put("role", role);
  join(work, role, options);
  return "CREATE ROLE";
}

/** MySQL's IF EXISTS and IF NOT EXISTS are options of its dialect. */
function withoutPassing(
  work: Work,
  nodes: CreateRoleStmt["options"],
): { readonly options: DefElem[]; readonly passes: boolean } {
  const all = defElems(nodes);
  const options = work.env.dialect === "mysql"
    ? all.filter(({ defname }) => !/^mysql_if_/.test(defname ?? ""))
    : all;
  return { options, passes: options.length < all.length };
}

/**
 * @param work Statement.
 * @param statement ALTER ROLE … WITH; `ALTER GROUP … ADD USER` too.
 * @returns Command tag.
 */
export async function alterRole(
  work: Work,
  statement: AlterRoleStmt,
): Promise<string> {
  if (statement.role === undefined) throw notSupported("ALTER ROLE ALL");
  const { options, passes } = withoutPassing(work, statement.options);
  const { rolename } = statement.role;
  if (
    passes && rolename !== undefined &&
    work.catalog.roleNamed(rolename) === undefined
  ) {
    work.notice("42704", `role "${rolename}" does not exist, skipping`);
    return "ALTER ROLE";
  }
  const role: Draft = { ...roleOf(work, statement.role) };
  const onlyPassword = options.every(({ defname }) => defname === "password");
  if (!(onlyPassword && role.oid === work.role)) {
    checkMayChange(work, role, "alter role");
  }
  await apply(work, role, options);
  work.put("role", role);
  join(work, role, options);
  return "ALTER ROLE";
}

/**
 * @param work Statement.
 * @param statement ALTER ROLE … SET, RESET.
 * @returns Command tag.
 */
export function alterRoleSet(work: Work, statement: AlterRoleSetStmt): string {
  if (statement.role === undefined) throw notSupported("ALTER ROLE ALL");
  if (statement.database !== undefined) {
    throw notSupported("ALTER ROLE IN DATABASE");
  }
  const role = roleOf(work, statement.role);
  if (role.oid !== work.role) checkMayChange(work, role, "alter role");
  const { kind, name = "", args = [] } = statement.setstmt ?? {};
  const settings: Record<string, string> = { ...role.settings };
  switch (kind) {
    case "VAR_RESET_ALL":
      for (const key of Object.keys(settings)) delete settings[key];
      break;
    case "VAR_RESET":
    case "VAR_SET_DEFAULT":
      delete settings[name.toLowerCase()];
      break;
    case "VAR_SET_VALUE":
      settings[name.toLowerCase()] = args.map((arg) => constantText(arg) ?? "")
        .join(", ");
      break;
    default:
      throw notSupported("ALTER ROLE SET FROM CURRENT");
  }
  work.put("role", { ...role, settings });
  return "ALTER ROLE";
}

/**
 * @param work Statement.
 * @param statement ALTER ROLE … RENAME TO.
 * @returns Command tag.
 */
export function renameRole(work: Work, statement: RenameStmt): string {
  const { subname = "", newname = "" } = statement;
  const role = roleOf(work, {
    rolename: subname,
    roletype: "ROLESPEC_CSTRING",
  });
  if (role.oid === work.role || role.oid === work.context.sessionUser) {
    throw new SqlError("0A000", "session user cannot be renamed");
  }
  checkMayChange(work, role, "rename role");
  checkName(newname);
  if (work.catalog.roleNamed(newname) !== undefined) {
    throw new SqlError("42710", `role "${newname}" already exists`);
  }
  // An MD5 digest is salted with the name.
  const password = role.password?.startsWith("md5") ? null : role.password;
  if (password !== role.password) {
    work.notice("00000", "MD5 password cleared because of role rename");
  }
  work.put("role", { ...role, name: newname, password });
  return "ALTER ROLE";
}

/**
 * @param work Statement.
 * @param role Role that is to change.
 * @param action For the error text.
 * @throws {SqlError} 42501.
 */
export function checkMayChange(
  work: Work,
  role: Pick<Role, "superuser" | "replication" | "bypassRls">,
  action: string,
): void {
  if (work.system || isSuperuser(work.catalog, work.role)) return;
  if (role.superuser) {
    throw new SqlError("42501", `must be superuser to ${action} superusers`);
  }
  if (!work.catalog.role(work.role)?.createRole) {
    throw new SqlError(
      "42501",
      action === "alter role"
        ? "permission denied"
        : `permission denied to ${action}`,
    );
  }
}

function checkName(name: string): void {
  if (name === "public" || name === "none") {
    throw new SqlError("42939", `role name "${name}" is reserved`);
  }
  if (name.startsWith("pg_")) {
    throw new SqlError("42939", `role name "${name}" is reserved`, {
      detail: 'Role names starting with "pg_" are reserved.',
    });
  }
}

async function apply(
  work: Work,
  role: Draft,
  options: readonly DefElem[],
): Promise<void> {
  const seen = new Set<string>();
  const superuser = work.system || isSuperuser(work.catalog, work.role);
  for (const option of options) {
    const name = option.defname ?? "";
    if (memberships.has(name)) continue;
    if (seen.has(name)) {
      throw new SqlError("42601", "conflicting or redundant options");
    }
    seen.add(name);
    const flag = flags[name];
    if (flag !== undefined) {
      if (
        !superuser &&
        (flag === "superuser" || flag === "replication" || flag === "bypassRls")
      ) {
        throw new SqlError(
          "42501",
          flag === "superuser"
            ? "must be superuser to create superusers"
            : flag === "replication"
            ? "must be superuser to create replication users"
            : "must be superuser to create bypassrls users",
        );
      }
      Object.assign(role, { [flag]: optionBoolean(option) });
      continue;
    }
    switch (name) {
      case "password":
        Object.assign(role, await passwordOf(work, role.name, option));
        break;
      case "connectionlimit":
        role.connectionLimit = Number(optionInteger(option));
        if (role.connectionLimit < -1) {
          throw new SqlError(
            "22023",
            `invalid connection limit: ${role.connectionLimit}`,
          );
        }
        break;
      case "validUntil":
        role.validUntil = moment(work, textOf(option) ?? "");
        break;
      case "sysid":
        work.notice("00000", "SYSID can no longer be specified");
        break;
      default:
        throw notSupported(`role option ${name}`);
    }
  }
}

function textOf({ arg }: DefElem): string | undefined {
  return arg !== undefined && "String" in arg
    ? arg.String.sval ?? ""
    : undefined;
}

/** What is kept of a password: a verifier that it came as, or one and digests made of it. */
async function passwordOf(
  work: Work,
  role: string,
  option: DefElem,
): Promise<Pick<Role, "password" | "mysqlDigests">> {
  const password = textOf(option);
  if (password === undefined) {
    return { password: null, mysqlDigests: undefined };
  }
  if (password === "") {
    work.notice(
      "00000",
      "empty string is not a valid password, clearing password",
    );
    return { password: null, mysqlDigests: undefined };
  }
  if (verifierKind(password) !== "plain") {
    return { password, mysqlDigests: undefined };
  }
  return {
    password: work.env.eval.setting("password_encryption") === "md5"
      ? md5Verifier(password, role)
      : await scramVerifier(password),
    mysqlDigests: mysqlDigests(password),
  };
}

function moment(work: Work, text: string): number | bigint | null {
  const type = builtinTypes.get(oid.timestamptz);
  const value = type?.input(text, -1, work.env.eval) ?? null;
  return typeof value === "number" || typeof value === "bigint" ? value : null;
}

/** Follows IN ROLE, ROLE and ADMIN. */
function join(work: Work, role: Role, options: readonly DefElem[]): void {
  for (const { defname, arg } of options) {
    if (defname === undefined || !memberships.has(defname)) continue;
    const specs = roleSpecs(
      arg !== undefined && "List" in arg ? arg.List.items : [],
    );
    for (const spec of specs) {
      const other = roleOf(work, spec);
      const [group, member] = defname === "addroleto"
        ? [other, role]
        : [role, other];
      if (memberRolesOf(work.catalog, group.oid).has(member.oid)) {
        throw new SqlError(
          "0LP01",
          `role "${group.name}" is a member of role "${member.name}"`,
        );
      }
      checkMayGrant(work, group.oid);
      addMember(work, group.oid, member.oid, defname === "adminmembers");
    }
  }
}
