/**
 * The objects that GRANT and REVOKE name.
 *
 * @module
 */

import type { GrantStmt, Node } from "@pgsql/types";
import type { AclKind } from "../../catalog/acl.ts";
import { type Acl, fixedOid } from "../../catalog/catalog.ts";
import { findType } from "../../analyze/type_name.ts";
import { notSupported, SqlError } from "../../error.ts";
import { findFunction } from "../find_function.ts";
import { findRelation, findSchema, isClosed } from "../lookup.ts";
import { qualifiedName, strings } from "../nodes.ts";
import type { Work } from "../work.ts";

/** An object with rights. */
export interface GrantTarget {
  readonly kind: AclKind;
  /** For error texts, for example `table t`. */
  readonly label: string;
  readonly name: string;
  readonly owner: number;
  readonly acl: Acl;
  /** Whether nobody but the program may change its rights. */
  readonly closed: boolean;
  /** The relation, for rights on columns. */
  readonly relation?: number | undefined;
  /** Stores its new list. */
  put(acl: Acl): void;
}

function relationTarget(work: Work, oid: number): GrantTarget {
  const relation = work.relation(oid);
  const sequence = relation.kind === "S";
  return {
    kind: sequence ? "sequence" : "table",
    label: `${
      sequence ? "sequence" : relation.kind === "v" ? "view" : "table"
    } ${relation.name}`,
    name: relation.name,
    owner: relation.owner,
    acl: relation.acl,
    closed: isClosed(work, relation.schema) ||
      (relation.system && !work.system),
    relation: oid,
    put: (acl) => work.putRelation({ ...work.relation(oid), acl }),
  };
}

function schemaTarget(work: Work, name: string): GrantTarget {
  const schema = findSchema(work, name);
  return {
    kind: "schema",
    label: `schema ${name}`,
    name,
    owner: schema.owner,
    acl: schema.acl,
    closed: isClosed(work, schema.oid),
    put: (acl) => work.put("schema", { ...schema, acl }),
  };
}

function functionTarget(work: Work, oid: number): GrantTarget {
  const found = work.catalog.userFunction(oid);
  if (found === undefined) throw new TypeError(`No function ${oid}`);
  return {
    kind: "function",
    label: `function ${found.name}`,
    name: found.name,
    owner: found.owner,
    acl: found.acl,
    closed: isClosed(work, found.schema),
    put: (acl) => work.put("function", { ...found, acl }),
  };
}

function typeTarget(work: Work, node: Node): GrantTarget {
  const parts = qualifiedName(node);
  const type = findType(work.env, parts);
  if (type === undefined) {
    throw new SqlError("42704", `type "${parts.join(".")}" does not exist`);
  }
  const user = work.catalog.userType(type.oid);
  if (user === undefined) {
    throw notSupported(`GRANT on type ${type.name}`);
  }
  return {
    kind: "type",
    label: `type ${user.name}`,
    name: user.name,
    owner: user.owner,
    acl: user.acl,
    closed: isClosed(work, user.schema),
    put: (acl) => work.put("type", { ...user, acl }),
  };
}

function databaseTarget(work: Work, name: string): GrantTarget {
  const { database } = work.catalog;
  if (name !== "postgres") {
    throw new SqlError("3D000", `database "${name}" does not exist`);
  }
  return {
    kind: "database",
    label: `database ${name}`,
    name,
    owner: database.owner,
    acl: database.acl,
    closed: false,
    put: (acl) => work.put("database", { ...work.catalog.database, acl }),
  };
}

/** Schemas that are named; all that are open to users for none, which MySQL's `*.*` asks for. */
function schemasOf(work: Work, { objects = [] }: GrantStmt): number[] {
  if (objects.length > 0) {
    return strings(objects).map((name) => findSchema(work, name).oid);
  }
  return [...work.catalog.schemas()]
    .filter(({ oid, name }) =>
      !isClosed(work, oid) && !isHidden(oid) && !name.startsWith("pg_")
    )
    .map(({ oid }) => oid);
}

const isHidden = (oid: number) =>
  oid === fixedOid.pgCatalog || oid === fixedOid.informationSchema ||
  oid === fixedOid.mysql || oid === fixedOid.auth;

function allIn(work: Work, statement: GrantStmt): GrantTarget[] {
  const schemas = schemasOf(work, statement);
  switch (statement.objtype) {
    case "OBJECT_TABLE":
    case "OBJECT_SEQUENCE": {
      const sequences = statement.objtype === "OBJECT_SEQUENCE";
      return [...work.catalog.relations()].filter(({ schema, kind, system }) =>
        schemas.includes(schema) && kind !== "c" &&
        (!system || (statement.objects ?? []).length > 0) &&
        (kind === "S") === sequences
      ).map(({ oid }) => relationTarget(work, oid));
    }
    case "OBJECT_FUNCTION":
    case "OBJECT_PROCEDURE":
    case "OBJECT_ROUTINE":
      return [...work.catalog.functions()].filter(({ schema, kind }) =>
        schemas.includes(schema) &&
        (statement.objtype === "OBJECT_ROUTINE" ||
          (kind === "p") === (statement.objtype === "OBJECT_PROCEDURE"))
      ).map(({ oid }) => functionTarget(work, oid));
    case "OBJECT_SCHEMA":
      return schemas.map((oid) =>
        schemaTarget(work, work.catalog.schema(oid)?.name ?? "")
      );
    default:
      throw notSupported("GRANT ON ALL of this kind");
  }
}

/**
 * @param work Statement.
 * @param statement GRANT or REVOKE.
 * @returns What it names.
 */
export function grantTargets(work: Work, statement: GrantStmt): GrantTarget[] {
  if (statement.targtype === "ACL_TARGET_ALL_IN_SCHEMA") {
    return allIn(work, statement);
  }
  return (statement.objects ?? []).map((node) => {
    switch (statement.objtype) {
      case "OBJECT_TABLE":
      case "OBJECT_SEQUENCE": {
        const relation = findRelation(
          work,
          "RangeVar" in node ? node.RangeVar : {},
        );
        if (statement.objtype === "OBJECT_SEQUENCE" && relation.kind !== "S") {
          throw new SqlError("42809", `"${relation.name}" is not a sequence`);
        }
        return relationTarget(work, relation.oid);
      }
      case "OBJECT_SCHEMA":
        return schemaTarget(work, qualifiedName(node)[0] ?? "");
      case "OBJECT_DATABASE":
        return databaseTarget(work, qualifiedName(node)[0] ?? "");
      case "OBJECT_FUNCTION":
      case "OBJECT_PROCEDURE":
      case "OBJECT_ROUTINE": {
        const word = statement.objtype === "OBJECT_FUNCTION"
          ? "function"
          : statement.objtype === "OBJECT_PROCEDURE"
          ? "procedure"
          : "routine";
        const name = "ObjectWithArgs" in node ? node.ObjectWithArgs : {};
        return functionTarget(work, findFunction(work, name, word).oid);
      }
      case "OBJECT_TYPE":
      case "OBJECT_DOMAIN":
        return typeTarget(work, node);
      case "OBJECT_LANGUAGE":
        throw notSupported("GRANT ON LANGUAGE");
      default:
        throw notSupported("GRANT on this kind of object");
    }
  });
}
