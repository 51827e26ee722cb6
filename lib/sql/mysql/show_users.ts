/**
 * Reads SHOW GRANTS and SHOW CREATE USER (MySQL manual, 15.7.7.22 and 15.7.7.14).
 *
 * @module
 */

import { account } from "./definitions.ts";
import type { MysqlStatement } from "./dialect.ts";
import type { Parser } from "./parser.ts";
import { catalog, quote } from "./show_rows.ts";
import { roleOf } from "./users.ts";

/** A role as a user: `postgres` is `root` to MySQL's clients. */
const shown = (role: string) =>
  `'\`' || CASE ${role}::text WHEN 'postgres' THEN 'root' ELSE ${role}::text END || '\`@\`%\`'`;

/** Rights of a relation or column, with a list of who granted them and whether they may be granted on. */
const rights = (acl: string, kind: string, owner: string) =>
  `pg_catalog.aclexplode(${
    kind === ""
      ? acl
      : `coalesce(${acl}, pg_catalog.acldefault('${kind}', ${owner}))`
  })`;

/** Rights as GRANT would give them; a superuser has all. Roles are granted too. */
export function showGrants(p: Parser): MysqlStatement {
  const isOther = p.accept("for");
  const name = isOther ? roleOf(account(p)) : "";
  if (p.accept("using")) p.list(() => account(p));
  const who = name === "" ? "current_user::text" : quote(name);
  const title = name === ""
    ? "Grants for current user"
    : `Grants for ${name === "postgres" ? "root" : name}@%`;
  const option =
    `CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END`;
  const database =
    `CASE n.nspname::text WHEN 'public' THEN 'postgres' ELSE n.nspname::text END`;
  return catalog(
    `WITH me AS (SELECT r.oid, r.rolname, r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = ${who})
    SELECT l.line AS "${title.replaceAll('"', '""')}" FROM (
      SELECT 0 AS part, 'GRANT ' || CASE WHEN me.rolsuper THEN 'ALL PRIVILEGES' ELSE 'USAGE' END || ' ON *.* TO '
        || ${
      shown("me.rolname")
    } || CASE WHEN me.rolsuper THEN ' WITH GRANT OPTION' ELSE '' END AS line FROM me
      UNION ALL
      SELECT 1, 'GRANT ' || pg_catalog.string_agg(g.item, ', ' ORDER BY g.item) || ' ON \`' || ${database} || '\`.\`'
        || g.relname || '\` TO ' || ${shown("me.rolname")} || ${option}
        FROM me CROSS JOIN (
          SELECT c.relname, c.relnamespace, a.grantee, a.is_grantable, a.privilege_type AS item
            FROM pg_catalog.pg_class c CROSS JOIN LATERAL ${
      rights("c.relacl", "r", "c.relowner")
    } a
            WHERE c.relkind IN ('r', 'v', 'm') AND a.privilege_type <> 'TRUNCATE'
          UNION ALL
          SELECT c.relname, c.relnamespace, a.grantee, a.is_grantable, a.privilege_type || ' ('
              || pg_catalog.string_agg('\`' || t.attname || '\`', ', ' ORDER BY t.attnum) || ')'
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute t ON t.attrelid = c.oid
              CROSS JOIN LATERAL ${rights("t.attacl", "", "")} a
            GROUP BY c.relname, c.relnamespace, a.grantee, a.is_grantable, a.privilege_type) g
          JOIN pg_catalog.pg_namespace n ON n.oid = g.relnamespace
        WHERE g.grantee = me.oid AND NOT me.rolsuper
          AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        GROUP BY n.nspname, g.relname, me.rolname, g.is_grantable
      UNION ALL
      SELECT 2, 'GRANT ' || pg_catalog.string_agg(${
      shown("o.rolname")
    }, ',' ORDER BY o.rolname) || ' TO ' || ${shown("me.rolname")}
          || CASE WHEN m.admin_option THEN ' WITH ADMIN OPTION' ELSE '' END
        FROM me JOIN pg_catalog.pg_auth_members m ON m.member = me.oid JOIN pg_catalog.pg_roles o ON o.oid = m.roleid
        GROUP BY me.rolname, m.admin_option) l
      ORDER BY l.part, l.line`,
    {
      errno: 1141,
      sqlState: "42000",
      message: `There is no such grant defined for user '${name}' on host '%'`,
    },
  );
}

/** After SHOW CREATE USER: no secret is shown, so that one is made again with a new password. */
export function showCreateUser(p: Parser): MysqlStatement {
  const name = roleOf(account(p));
  const who = name === "" ? "current_user::text" : quote(name);
  const title = `CREATE USER for ${
    name === "" ? "current user" : name === "postgres" ? "root@%" : `${name}@%`
  }`;
  return catalog(
    `SELECT 'CREATE USER ' || ${
      shown("r.rolname")
    } || ' IDENTIFIED WITH ''caching_sha2_password'' REQUIRE NONE PASSWORD EXPIRE DEFAULT ACCOUNT '
        || CASE WHEN r.rolcanlogin THEN 'UNLOCK' ELSE 'LOCK' END AS "${
      title.replaceAll('"', '""')
    }"
      FROM pg_catalog.pg_roles r WHERE r.rolname = ${who} AND (r.rolname = current_user OR EXISTS (
        SELECT FROM pg_catalog.pg_roles me WHERE me.rolname = current_user AND (me.rolsuper OR me.rolcreaterole)))`,
    {
      errno: 1396,
      sqlState: "HY000",
      message: `Operation SHOW CREATE USER failed for '${name}'@'%'`,
    },
  );
}
