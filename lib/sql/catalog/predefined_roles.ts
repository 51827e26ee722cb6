/**
 * The roles that every database has: PostgreSQL's own and the four of the API.
 *
 * @module
 */

import { fixedOid, type Role } from "./catalog.ts";

/** Roles of PostgreSQL that mean something here. */
export const predefinedRole = {
  databaseOwner: 6171,
  readAllData: 6181,
  writeAllData: 6182,
} as const;

const others: readonly (readonly [number, string])[] = [
  [predefinedRole.databaseOwner, "pg_database_owner"],
  [predefinedRole.readAllData, "pg_read_all_data"],
  [predefinedRole.writeAllData, "pg_write_all_data"],
  [3373, "pg_monitor"],
  [3374, "pg_read_all_settings"],
  [3375, "pg_read_all_stats"],
  [3377, "pg_stat_scan_tables"],
  [4569, "pg_read_server_files"],
  [4570, "pg_write_server_files"],
  [4571, "pg_execute_server_program"],
  [4200, "pg_signal_backend"],
  [4544, "pg_checkpoint"],
];

/** A role that may nothing. */
export const plainRole: Omit<Role, "oid" | "name"> = {
  superuser: false,
  inherit: true,
  createRole: false,
  createDb: false,
  login: false,
  replication: false,
  bypassRls: false,
  connectionLimit: -1,
  password: null,
  validUntil: null,
  memberOf: [],
  settings: {},
};

/** See the top of the file. */
export const predefinedRoles: readonly Role[] = [
  {
    ...plainRole,
    oid: fixedOid.postgres,
    name: "postgres",
    superuser: true,
    createRole: true,
    createDb: true,
    login: true,
    replication: true,
    bypassRls: true,
  },
  { ...plainRole, oid: fixedOid.anon, name: "anon" },
  { ...plainRole, oid: fixedOid.authenticated, name: "authenticated" },
  {
    ...plainRole,
    oid: fixedOid.serviceRole,
    name: "service_role",
    bypassRls: true,
  },
  ...others.map(([oid, name]) => ({
    ...plainRole,
    oid,
    name,
    memberOf: name === "pg_monitor"
      ? [3374, 3375, 3377].map((role) => ({ role, admin: false }))
      : [],
  })),
];
