/**
 * ALTER TABLE and its relatives for views, sequences, indexes and composite types.
 *
 * @module
 */

import type {
  AlterTableCmd,
  AlterTableStmt,
  AlterTableType,
  ObjectType,
} from "@pgsql/types";
import type { Relation } from "../catalog/catalog.ts";
import { notSupported, SqlError } from "../error.ts";
import { addColumn } from "./add_column.ts";
import {
  addIdentity,
  dropExpression,
  dropIdentity,
  dropNotNull,
  setDefault,
  setIdentity,
  setNotNull,
} from "./alter_column.ts";
import { alterColumnType } from "./alter_column_type.ts";
import {
  addConstraint,
  alterConstraint,
  dropConstraint,
  validateConstraint,
} from "./alter_constraint.ts";
import { placeColumn } from "./column_place.ts";
import { rangeLabel } from "./context.ts";
import { dropColumn } from "./drop_column.ts";
import { lookUpIndex, lookUpRelation, requireRelationOwner } from "./lookup.ts";
import { changeRelationOwner } from "./owner.ts";
import { setViewOptions } from "./view_options.ts";
import { withOwnName } from "./mysql_names.ts";
import type { Work } from "./work.ts";

/** Runs one command of ALTER TABLE. */
type Command = (
  work: Work,
  relation: Relation,
  command: AlterTableCmd,
) => void | Promise<void>;

function setRowSecurity(
  change: Pick<Relation, "rowSecurity"> | Pick<Relation, "forceRowSecurity">,
): Command {
  return (work, relation) => {
    work.putRelation({ ...relation, ...change });
  };
}

/** Which old values those are told who follow the table's changes. */
const setReplicaIdentity: Command = (work, relation, { def }) => {
  const { replicaIdentity: _, ...others } = relation;
  const kind = def !== undefined && "ReplicaIdentityStmt" in def
    ? def.ReplicaIdentityStmt.identity_type
    : undefined;
  work.putRelation(
    kind === "f" || kind === "n"
      ? { ...others, replicaIdentity: kind }
      : others,
  );
};

/** What changes nothing that can be seen here: where and how values are kept. */
const nothing: Command = () => {};

const commands: ReadonlyMap<AlterTableType, Command> = new Map<
  AlterTableType,
  Command
>([
  ["AT_AddColumn", addColumn],
  ["AT_DropColumn", dropColumn],
  ["AT_ColumnDefault", setDefault],
  ["AT_SetNotNull", setNotNull],
  ["AT_DropNotNull", dropNotNull],
  ["AT_DropExpression", dropExpression],
  ["AT_AddIdentity", addIdentity],
  ["AT_SetIdentity", setIdentity],
  ["AT_DropIdentity", dropIdentity],
  ["AT_AlterColumnType", alterColumnType],
  ["AT_AddConstraint", addConstraint],
  ["AT_DropConstraint", dropConstraint],
  ["AT_AlterConstraint", alterConstraint],
  ["AT_ValidateConstraint", validateConstraint],
  ["AT_EnableRowSecurity", setRowSecurity({ rowSecurity: true })],
  ["AT_DisableRowSecurity", setRowSecurity({ rowSecurity: false })],
  ["AT_ForceRowSecurity", setRowSecurity({ forceRowSecurity: true })],
  ["AT_NoForceRowSecurity", setRowSecurity({ forceRowSecurity: false })],
  [
    "AT_ChangeOwner",
    (work, relation, { newowner }) =>
      changeRelationOwner(work, relation, newowner),
  ],
  ["AT_SetRelOptions", setViewOptions],
  ["AT_ResetRelOptions", setViewOptions],
  ["AT_SetStatistics", nothing],
  ["AT_SetStorage", nothing],
  ["AT_SetCompression", nothing],
  ["AT_SetOptions", nothing],
  ["AT_ResetOptions", nothing],
  ["AT_ClusterOn", nothing],
  ["AT_DropCluster", nothing],
  ["AT_SetLogged", nothing],
  ["AT_SetUnLogged", nothing],
  ["AT_ReplicaIdentity", setReplicaIdentity],
  ["AT_AlterColumnGenericOptions", placeColumn],
]);

const refusedWords: ReadonlyMap<AlterTableType, string> = new Map<
  AlterTableType,
  string
>([
  ["AT_AttachPartition", "ATTACH PARTITION"],
  ["AT_DetachPartition", "DETACH PARTITION"],
  ["AT_AddInherit", "INHERIT"],
  ["AT_DropInherit", "NO INHERIT"],
  ["AT_AddOf", "OF type"],
  ["AT_DropOf", "NOT OF"],
  ["AT_SetTableSpace", "SET TABLESPACE"],
  ["AT_SetAccessMethod", "SET ACCESS METHOD"],
  ["AT_SetExpression", "SET EXPRESSION"],
]);

/** Commands that views, sequences, indexes and types know. */
const others: Partial<
  Record<Relation["kind"], ReadonlySet<AlterTableType>>
> = {
  v: new Set([
    "AT_ColumnDefault",
    "AT_ChangeOwner",
    "AT_SetRelOptions",
    "AT_ResetRelOptions",
  ]),
  m: new Set([
    "AT_ChangeOwner",
    "AT_SetStatistics",
    "AT_SetStorage",
    "AT_SetOptions",
    "AT_SetRelOptions",
    "AT_ResetRelOptions",
    "AT_ClusterOn",
    "AT_DropCluster",
  ]),
  S: new Set(["AT_ChangeOwner", "AT_SetLogged", "AT_SetUnLogged"]),
  c: new Set([
    "AT_AddColumn",
    "AT_DropColumn",
    "AT_AlterColumnType",
    "AT_ChangeOwner",
  ]),
};

/** PostgreSQL's order: what makes room first, what needs columns last. */
function pass({ subtype }: AlterTableCmd): number {
  switch (subtype) {
    case "AT_DropColumn":
    case "AT_DropConstraint":
    case "AT_DropExpression":
      return 0;
    case "AT_AlterColumnType":
      return 1;
    case "AT_AddColumn":
      return 2;
    case "AT_ColumnDefault":
    case "AT_SetNotNull":
    case "AT_DropNotNull":
    case "AT_AddIdentity":
    case "AT_SetIdentity":
    case "AT_DropIdentity":
      return 3;
    case "AT_AddConstraint":
      return 4;
    default:
      return 5;
  }
}

/** Keys before the foreign keys that may refer to them. */
function constraintRank({ def }: AlterTableCmd): number {
  if (def === undefined || !("Constraint" in def)) return 0;
  return def.Constraint.contype === "CONSTR_FOREIGN" ? 1 : 0;
}

const tags: ReadonlyMap<ObjectType, string> = new Map<ObjectType, string>([
  ["OBJECT_TABLE", "ALTER TABLE"],
  ["OBJECT_VIEW", "ALTER VIEW"],
  ["OBJECT_MATVIEW", "ALTER MATERIALIZED VIEW"],
  ["OBJECT_SEQUENCE", "ALTER SEQUENCE"],
  ["OBJECT_INDEX", "ALTER INDEX"],
  ["OBJECT_TYPE", "ALTER TYPE"],
]);

/** What a statement for one kind says of another. */
const expected: ReadonlyMap<ObjectType, readonly [Relation["kind"], string]> =
  new Map<ObjectType, readonly [Relation["kind"], string]>([
    ["OBJECT_VIEW", ["v", "is not a view"]],
    ["OBJECT_MATVIEW", ["m", "is not a materialized view"]],
    ["OBJECT_SEQUENCE", ["S", "is not a sequence"]],
    ["OBJECT_TYPE", ["c", "is not a composite type"]],
  ]);

/**
 * @param work Statement.
 * @param statement ALTER TABLE.
 * @returns Command tag.
 */
export async function alterTable(
  work: Work,
  statement: AlterTableStmt,
): Promise<string> {
  const { relation: range = {}, objtype = "OBJECT_TABLE" } = statement;
  const tag = tags.get(objtype);
  if (tag === undefined) {
    throw notSupported(
      `ALTER ${objtype.replace("OBJECT_", "").replaceAll("_", " ")}`,
    );
  }
  const found = lookUpRelation(work, range);
  if (found === undefined) {
    const index = lookUpIndex(work, range.schemaname, range.relname ?? "");
    // Where an index is kept, and how, makes no difference here.
    if (index !== undefined && objtype === "OBJECT_INDEX") {
      requireRelationOwner(work, index.table);
      return tag;
    }
    if (index !== undefined) {
      throw new SqlError("42809", `"${range.relname}" is not a table`);
    }
    const message = `relation "${rangeLabel(range)}" does not exist`;
    if (!statement.missing_ok) throw new SqlError("42P01", message);
    work.notice("00000", `${message}, skipping`);
    return tag;
  }
  requireRelationOwner(work, found);
  const kind = expected.get(objtype);
  if (kind !== undefined && found.kind !== kind[0]) {
    throw new SqlError("42809", `"${found.name}" ${kind[1]}`);
  }
  const list = (statement.cmds ?? []).flatMap((node) =>
    "AlterTableCmd" in node ? [node.AlterTableCmd] : []
  );
  for (const command of list) checkSupported(found, command);
  const ordered = list.toSorted((a, b) =>
    pass(a) - pass(b) || constraintRank(a) - constraintRank(b)
  );
  for (const command of ordered) {
    const run = commands.get(command.subtype ?? "AT_AddColumn") ?? nothing;
    const relation = work.relation(found.oid);
    await run(work, relation, withOwnName(work, relation, command));
  }
  return tag;
}

const commandWords: ReadonlyMap<AlterTableType, string> = new Map<
  AlterTableType,
  string
>([
  ["AT_AddColumn", "ADD COLUMN"],
  ["AT_DropColumn", "DROP COLUMN"],
  ["AT_ColumnDefault", "ALTER COLUMN ... SET DEFAULT"],
  ["AT_SetNotNull", "ALTER COLUMN ... SET NOT NULL"],
  ["AT_DropNotNull", "ALTER COLUMN ... DROP NOT NULL"],
  ["AT_DropExpression", "ALTER COLUMN ... DROP EXPRESSION"],
  ["AT_AddIdentity", "ALTER COLUMN ... ADD IDENTITY"],
  ["AT_SetIdentity", "ALTER COLUMN ... SET"],
  ["AT_DropIdentity", "ALTER COLUMN ... DROP IDENTITY"],
  ["AT_AlterColumnType", "ALTER COLUMN ... SET DATA TYPE"],
  ["AT_AddConstraint", "ADD CONSTRAINT"],
  ["AT_DropConstraint", "DROP CONSTRAINT"],
  ["AT_AlterConstraint", "ALTER CONSTRAINT"],
  ["AT_ValidateConstraint", "VALIDATE CONSTRAINT"],
  ["AT_EnableRowSecurity", "ENABLE ROW SECURITY"],
  ["AT_DisableRowSecurity", "DISABLE ROW SECURITY"],
  ["AT_ForceRowSecurity", "FORCE ROW SECURITY"],
  ["AT_NoForceRowSecurity", "NO FORCE ROW SECURITY"],
]);

const kindWords: Partial<Record<Relation["kind"], string>> = {
  v: "views",
  m: "materialized views",
  S: "sequences",
  c: "composite types",
};

function checkSupported(
  relation: Relation,
  { subtype = "AT_AddColumn" }: AlterTableCmd,
): void {
  if (!commands.has(subtype)) {
    throw notSupported(
      refusedWords.get(subtype) ??
        (/Trig|Rule/.test(subtype)
          ? "ENABLE and DISABLE of triggers and rules"
          : subtype.replace("AT_", "")),
    );
  }
  const known = others[relation.kind];
  if (known === undefined || known.has(subtype)) return;
  throw new SqlError(
    "42809",
    `ALTER action ${
      commandWords.get(subtype) ?? subtype.replace("AT_", "")
    } cannot be performed on relation "${relation.name}"`,
    {
      detail: `This operation is not supported for ${
        kindWords[relation.kind] ?? "it"
      }.`,
    },
  );
}
