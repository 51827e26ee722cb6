/**
 * CREATE EXTENSION: a few whose functions are built in may be asked for.
 *
 * @module
 */

import type { CreateExtensionStmt } from "@pgsql/types";
import { hasPrivilege } from "../catalog/privileges.ts";
import { fixedOid } from "../catalog/catalog.ts";
import { SqlError } from "../error.ts";
import { findSchema } from "./lookup.ts";
import { defElems, option, optionText } from "./nodes.ts";
import type { Work } from "./work.ts";

const available: Readonly<
  Record<string, { readonly version: string; readonly comment: string }>
> = {
  "pgcrypto": { version: "1.3", comment: "cryptographic functions" },
  "uuid-ossp": {
    version: "1.1",
    comment: "generate universally unique identifiers (UUIDs)",
  },
  "plpgsql": { version: "1.0", comment: "PL/pgSQL procedural language" },
};

/**
 * @param work Statement.
 * @param statement CREATE EXTENSION.
 * @returns Command tag.
 */
export function createExtension(
  work: Work,
  statement: CreateExtensionStmt,
): string {
  const { extname: name = "", if_not_exists: ifNotExists } = statement;
  const { database } = work.catalog;
  if (database.extensions.some((each) => each.name === name)) {
    const message = `extension "${name}" already exists`;
    if (!ifNotExists) throw new SqlError("42710", message);
    work.notice("42710", `${message}, skipping`);
    return "CREATE EXTENSION";
  }
  const found = available[name];
  if (found === undefined) {
    throw new SqlError("0A000", `extension "${name}" is not available`, {
      hint:
        "The extension must first be installed on the system where PostgreSQL is running.",
    });
  }
  const mayCreate = hasPrivilege(work.catalog, work.role, {
    kind: "database",
    owner: database.owner,
    acl: database.acl,
  }, "C");
  if (!mayCreate) {
    throw new SqlError(
      "42501",
      `permission denied to create extension "${name}"`,
      {
        hint:
          "Must have CREATE privilege on current database to create this extension.",
      },
    );
  }
  const where = option(defElems(statement.options), "schema");
  work.put("database", {
    ...database,
    extensions: [...database.extensions, {
      oid: work.newOid(),
      name,
      schema: where === undefined
        ? fixedOid.public
        : findSchema(work, optionText(where)).oid,
      ...found,
    }],
  });
  return "CREATE EXTENSION";
}
