/**
 * CREATE SEQUENCE and ALTER SEQUENCE.
 *
 * Properties are in the catalog, where a sequence stands is in `heliosdb_sequences`.
 *
 * @module
 */

import type { AlterSeqStmt, CreateSeqStmt, DefElem } from "@pgsql/types";
import type { Column, Relation } from "../catalog/catalog.ts";
import { SqlError } from "../error.ts";
import { oid } from "../types/type.ts";
import { chooseName, isRelationName } from "./choose_name.ts";
import { rangeLabel } from "./context.ts";
import {
  creationSchema,
  findRelation,
  lookUpRelation,
  requireRelationOwner,
  temporarySchema,
} from "./lookup.ts";
import { newAcl } from "./new_acl.ts";
import { isIdentity } from "./owned_sequences.ts";
import { defElems, option, qualifiedName } from "./nodes.ts";
import {
  readSequenceOptions,
  type SequenceProperties,
} from "./sequence_options.ts";
import type { Work } from "./work.ts";

/** Columns that a sequence shows when it is read like a table. */
const sequenceColumns: readonly Column[] = ([
  ["last_value", oid.int8],
  ["log_cnt", oid.int8],
  ["is_called", oid.bool],
] as const).map(([name, type], i) => ({
  number: i + 1,
  name,
  storage: name,
  type,
  typmod: -1,
  notNull: true,
  generated: "",
  identity: "",
  acl: null,
}));

/** A new sequence. */
export interface NewSequence {
  readonly name: string;
  readonly schema: number;
  readonly owner: number;
  readonly persistence: Relation["persistence"];
  readonly properties: SequenceProperties;
}

/**
 * Makes a sequence.
 *
 * @param work Statement.
 * @param sequence What to make.
 * @returns The sequence.
 */
export async function makeSequence(
  work: Work,
  { name, schema, owner, persistence, properties }: NewSequence,
): Promise<Relation> {
  const number = work.newOid();
  const sequence = work.putRelation({
    oid: number,
    name,
    schema,
    kind: "S",
    owner,
    persistence,
    columns: sequenceColumns,
    constraints: [],
    indexes: [],
    policies: [],
    rowSecurity: false,
    forceRowSecurity: false,
    acl: newAcl(work, "S", owner, schema),
    storage: "",
    rowType: 0,
    sequence: properties,
    system: work.system,
  });
  await work.run(
    "INSERT INTO heliosdb_sequences (oid, last_value, is_called) VALUES ($1, $2, 0) " +
      "ON CONFLICT (oid) DO UPDATE SET last_value = excluded.last_value, is_called = 0",
    [number, properties.start],
  );
  return sequence;
}

/** Options that belong to `GENERATED … AS IDENTITY (…)` alone. */
const identityOnly = new Set(["sequence_name", "logged", "unlogged"]);

/**
 * Makes the sequence of a serial or identity column.
 *
 * @param work Statement.
 * @param table The table, which is in the catalog.
 * @param column The column.
 * @param options Options in parentheses.
 * @param like Sequence whose properties it has where the options say nothing.
 * @returns The sequence.
 */
export async function makeColumnSequence(
  work: Work,
  table: Relation,
  column: Pick<Column, "name" | "number" | "type">,
  options: readonly DefElem[] = [],
  like?: SequenceProperties,
): Promise<Relation> {
  const named = option(options, "sequence_name");
  const wanted = qualifiedName(named?.arg).at(-1);
  const name = wanted ??
    chooseName(
      table.name,
      column.name,
      "seq",
      (each) => isRelationName(work.catalog, table.schema, each),
    );
  if (wanted !== undefined) checkFree(work, table.schema, wanted);
  const { properties } = readSequenceOptions(
    work,
    options.filter(({ defname = "" }) => !identityOnly.has(defname)),
    like,
    column.type,
  );
  return await makeSequence(work, {
    name,
    schema: table.schema,
    owner: table.owner,
    persistence: table.persistence,
    properties: {
      ...properties,
      ownedBy: { table: table.oid, column: column.number },
    },
  });
}

/**
 * @param work Statement.
 * @param schema Oid of the schema.
 * @param name Name of what is to be made.
 * @throws {SqlError} 42P07 when it is taken.
 */
export function checkFree(work: Work, schema: number, name: string): void {
  if (isRelationName(work.catalog, schema, name)) {
    throw new SqlError("42P07", `relation "${name}" already exists`);
  }
}

/**
 * @param work Statement.
 * @param statement CREATE SEQUENCE.
 * @returns Command tag.
 */
export async function createSequence(
  work: Work,
  statement: CreateSeqStmt,
): Promise<string> {
  const { sequence: range = {}, if_not_exists: ifNotExists = false } =
    statement;
  const name = range.relname ?? "";
  const temporary = range.relpersistence === "t";
  const schema = temporary
    ? temporarySchema(work)
    : creationSchema(work, range.schemaname, name);
  if (ifNotExists && isRelationName(work.catalog, schema.oid, name)) {
    work.notice("42P07", `relation "${name}" already exists, skipping`);
    return "CREATE SEQUENCE";
  }
  checkFree(work, schema.oid, name);
  const options = defElems(statement.options);
  const { properties } = readSequenceOptions(work, options);
  await makeSequence(work, {
    name,
    schema: schema.oid,
    owner: work.role,
    persistence: temporary ? "t" : "p",
    properties: {
      ...properties,
      ownedBy: ownerColumn(work, options, schema.oid),
    },
  });
  return "CREATE SEQUENCE";
}

/** Reads `OWNED BY table.column`. */
function ownerColumn(
  work: Work,
  options: readonly DefElem[],
  schema: number,
): SequenceProperties["ownedBy"] {
  const owned = option(options, "owned_by");
  if (owned === undefined) return undefined;
  const parts = qualifiedName(owned.arg);
  if (parts.length === 1) {
    if (parts[0] === "none") return undefined;
    throw new SqlError("42601", "invalid OWNED BY option", {
      hint: "Specify OWNED BY table.column or OWNED BY NONE.",
    });
  }
  const schemaname = parts.at(-3);
  const table = findRelation(work, {
    relname: parts.at(-2) ?? "",
    ...(schemaname === undefined ? {} : { schemaname }),
  });
  if (table.kind !== "r" && table.kind !== "v") {
    throw new SqlError(
      "42809",
      `sequence cannot be owned by relation "${table.name}"`,
    );
  }
  requireRelationOwner(work, table);
  if (table.schema !== schema) {
    throw new SqlError(
      "55000",
      "sequence must be in same schema as table it is linked to",
    );
  }
  const column = table.columns.find(({ name }) => name === parts.at(-1));
  if (column === undefined) {
    throw new SqlError(
      "42703",
      `column "${parts.at(-1)}" of relation "${table.name}" does not exist`,
    );
  }
  return { table: table.oid, column: column.number };
}

/**
 * @param work Statement.
 * @param statement ALTER SEQUENCE.
 * @returns Command tag.
 */
export async function alterSequence(
  work: Work,
  statement: AlterSeqStmt,
): Promise<string> {
  const { sequence: range = {}, missing_ok: missingOk = false } = statement;
  const relation = lookUpRelation(work, range);
  if (relation === undefined && missingOk) {
    work.notice(
      "42P01",
      `relation "${rangeLabel(range)}" does not exist, skipping`,
    );
    return "ALTER SEQUENCE";
  }
  const found = relation ?? findRelation(work, range);
  if (found.kind !== "S") {
    throw new SqlError("42809", `"${found.name}" is not a sequence`);
  }
  requireRelationOwner(work, found);
  const options = defElems(statement.options);
  if (option(options, "owned_by") !== undefined && isIdentity(work, found)) {
    throw new SqlError(
      "0A000",
      "cannot change ownership of identity sequence",
      {
        detail: `Sequence "${found.name}" is linked to table "${
          work.relation(found.sequence?.ownedBy?.table ?? 0).name
        }".`,
      },
    );
  }
  await changeSequence(work, found, options);
  return "ALTER SEQUENCE";
}

/**
 * Changes properties of a sequence and where it stands.
 *
 * @param work Statement.
 * @param found The sequence.
 * @param options What to change.
 */
export async function changeSequence(
  work: Work,
  found: Relation,
  options: readonly DefElem[],
): Promise<void> {
  const { properties, restart } = readSequenceOptions(
    work,
    options,
    found.sequence,
  );
  if (restart === undefined) {
    const [[last] = []] = await work.run(
      "SELECT last_value FROM heliosdb_sequences WHERE oid = $1",
      [found.oid],
    );
    const value = BigInt(String(last ?? properties.start));
    const { min, max } = properties;
    if (value < min) {
      throw new SqlError(
        "22023",
        `RESTART value (${value}) cannot be less than MINVALUE (${min})`,
      );
    }
    if (value > max) {
      throw new SqlError(
        "22023",
        `RESTART value (${value}) cannot be greater than MAXVALUE (${max})`,
      );
    }
  } else {
    await restartSequence(work, found.oid, restart);
  }
  const ownedBy = option(options, "owned_by") === undefined
    ? found.sequence?.ownedBy
    : ownerColumn(work, options, found.schema);
  work.putRelation({ ...found, sequence: { ...properties, ownedBy } });
}

/**
 * @param work Statement.
 * @param sequence Oid of a sequence.
 * @param value Where it starts again.
 */
export async function restartSequence(
  work: Work,
  sequence: number,
  value: bigint,
): Promise<void> {
  await work.run(
    "UPDATE heliosdb_sequences SET last_value = $1, is_called = 0 WHERE oid = $2",
    [value, sequence],
  );
}
