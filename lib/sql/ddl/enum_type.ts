/**
 * CREATE TYPE … AS ENUM, and its ALTER TYPE.
 *
 * @module
 */

import type { AlterEnumStmt, CreateEnumStmt } from "@pgsql/types";
import type { Relation } from "../catalog/catalog.ts";
import type { UserType } from "../catalog/objects.ts";
import { notSupported, SqlError } from "../error.ts";
import { storedIn, storedNames, usesOf } from "../catalog/dependencies.ts";
import { longestName } from "./choose_name.ts";
import { creationSchema, requireOpenSchema, requireOwner } from "./lookup.ts";
import { newAcl } from "./new_acl.ts";
import { constantText, strings, walkTree } from "./nodes.ts";
import { replaceTableTexts } from "./sqlite_schema.ts";
import { quoteName } from "../sqlite_words.ts";
import { checkTypeFree, findNamedType } from "./type_names.ts";
import { checkFreeOfRelations } from "./composite_type.ts";
import type { Work } from "./work.ts";

function checkLabel(label: string): void {
  if (label === "" || new TextEncoder().encode(label).length > longestName) {
    throw new SqlError("42602", `invalid enum label "${label}"`, {
      detail: `Labels must be ${longestName} bytes or less.`,
    });
  }
}

/**
 * @param work Statement.
 * @param statement CREATE TYPE … AS ENUM.
 * @returns Command tag.
 */
export function createEnum(work: Work, statement: CreateEnumStmt): string {
  const parts = strings(statement.typeName);
  const name = parts.at(-1) ?? "";
  const schema = creationSchema(work, parts.at(-2), name);
  checkTypeFree(work, schema.oid, name);
  checkFreeOfRelations(work, schema.oid, name);
  const labels = strings(statement.vals);
  const seen = new Set<string>();
  for (const label of labels) {
    checkLabel(label);
    if (seen.has(label)) {
      throw new SqlError(
        "23505",
        'duplicate key value violates unique constraint "pg_enum_typid_label_index"',
        {
          detail:
            `Key (enumtypid, enumlabel)=(${work.catalog.nextOid}, ${label}) already exists.`,
        },
      );
    }
    seen.add(label);
  }
  const number = work.newOid();
  const array = work.newOid();
  work.put("type", {
    oid: number,
    name,
    schema: schema.oid,
    owner: work.role,
    kind: "e",
    array,
    acl: newAcl(work, "T", work.role, schema.oid),
    enum: {
      type: number,
      labels: labels.map((label, i) => ({
        oid: work.newOid(),
        label,
        order: i + 1,
      })),
    },
  });
  return "CREATE TYPE";
}

type Enum = UserType & { readonly enum: NonNullable<UserType["enum"]> };

function findEnum(work: Work, parts: readonly string[]): Enum {
  const type = findNamedType(work, parts);
  const user = work.catalog.userType(type.oid);
  if (user?.enum === undefined) {
    throw new SqlError("42809", `${parts.join(".")} is not an enum`);
  }
  requireOpenSchema(work, user.schema, `type ${user.name}`);
  requireOwner(work, user.owner, `type ${user.name}`);
  return user as Enum;
}

/**
 * @param work Statement.
 * @param statement ALTER TYPE … ADD VALUE or RENAME VALUE.
 * @returns Command tag.
 */
export async function alterEnum(
  work: Work,
  statement: AlterEnumStmt,
): Promise<string> {
  const type = findEnum(work, strings(statement.typeName));
  const { oldVal, newVal = "" } = statement;
  checkLabel(newVal);
  if (oldVal === undefined) addValue(work, type, statement);
  else await renameValue(work, type, oldVal, newVal);
  return "ALTER TYPE";
}

function addValue(
  work: Work,
  type: Enum,
  { newVal = "", newValNeighbor, newValIsAfter, skipIfNewValExists }:
    AlterEnumStmt,
): void {
  const { labels } = type.enum;
  if (labels.some(({ label }) => label === newVal)) {
    const message = `enum label "${newVal}" already exists`;
    if (!skipIfNewValExists) throw new SqlError("42710", message);
    work.notice("42710", `${message}, skipping`);
    return;
  }
  const sorted = labels.toSorted((a, b) => a.order - b.order);
  let order = (sorted.at(-1)?.order ?? 0) + 1;
  if (newValNeighbor !== undefined) {
    const at = sorted.findIndex(({ label }) => label === newValNeighbor);
    const neighbour = sorted[at];
    if (neighbour === undefined) {
      throw new SqlError(
        "22023",
        `"${newValNeighbor}" is not an existing enum label`,
      );
    }
    const other = sorted[newValIsAfter ? at + 1 : at - 1];
    order = other === undefined
      ? neighbour.order + (newValIsAfter ? 1 : -1)
      : (neighbour.order + other.order) / 2;
  }
  const added = { oid: work.newOid(), label: newVal, order };
  work.put("type", {
    ...type,
    enum: {
      ...type.enum,
      labels: [...labels, added].sort((a, b) => a.order - b.order),
    },
  });
}

/** Rows hold the label itself, so they change with it. */
async function renameValue(
  work: Work,
  type: Enum,
  old: string,
  name: string,
): Promise<void> {
  const { labels } = type.enum;
  if (!labels.some(({ label }) => label === old)) {
    throw new SqlError("22023", `"${old}" is not an existing enum label`);
  }
  if (labels.some(({ label }) => label === name)) {
    throw new SqlError("42710", `enum label "${name}" already exists`);
  }
  const tables = [...work.catalog.objects("relation").values()];
  checkNotStored(work, type, old, tables);
  work.put("type", {
    ...type,
    enum: {
      ...type.enum,
      labels: labels.map((each) =>
        each.label === old ? { ...each, label: name } : each
      ),
    },
  });
  const touched = tables.flatMap((relation) => {
    const columns = relation.columns.filter((each) =>
      relation.storage !== "" && holds(work, each.type, type)
    );
    return columns.length === 0 ? [] : [{ relation, columns }];
  });
  for (const { relation, columns } of touched) {
    await replaceTableTexts(work, [relation], {
      withoutChecks: true,
      withoutKeys: true,
    });
    for (const { storage, type: columnType } of columns) {
      await renameStored(work, relation, quoteName(storage), {
        old,
        name,
        array: work.catalog.type(columnType)?.category === "A",
      });
    }
  }
  await replaceTableTexts(work, touched.map(({ relation }) => relation));
}

async function renameStored(
  work: Work,
  { storage }: Relation,
  column: string,
  { old, name, array }: { old: string; name: string; array: boolean },
): Promise<void> {
  const table = quoteName(storage);
  if (!array) {
    await work.run(
      `UPDATE ${table} SET ${column} = $1 WHERE ${column} = $2`,
      [name, old],
    );
    return;
  }
  // Texts of JSON are written one way only, so that a label stands in an array just so.
  await work.run(
    `UPDATE ${table} SET ${column} = replace(${column}, $1, $2) WHERE instr(${column}, $1) > 0`,
    [JSON.stringify(old), JSON.stringify(name)],
  );
}

/** Whether values of a type hold labels of the enum. */
function holds(work: Work, columnType: number, type: Enum): boolean {
  let found = work.catalog.type(columnType);
  while (found?.kind === "d" && found.baseType !== undefined) {
    found = work.catalog.type(found.baseType);
  }
  return found?.oid === type.oid || found?.oid === type.array;
}

/** Labels inside stored expressions and composite values are not followed. */
function checkNotStored(
  work: Work,
  type: Enum,
  label: string,
  tables: readonly Relation[],
): void {
  for (const relation of tables) {
    for (const { holder, node } of storedIn(relation)) {
      let names = false;
      walkTree({ node }, (kind, each) => {
        if (kind === "A_Const" && constantText({ A_Const: each }) === label) {
          names = true;
        }
      });
      if (!names) continue;
      const uses = usesOf(
        node,
        storedNames(
          work.catalog,
          holder.kind === "view" ? undefined : relation,
        ),
      );
      const about = uses.types.has(type.oid) ||
        relation.columns.some((each) => holds(work, each.type, type)) ||
        [...uses.relations.keys()].some((oid) =>
          work.catalog.relation(oid)?.columns.some((each) =>
            holds(work, each.type, type)
          )
        );
      if (about) {
        throw notSupported(
          `renaming an enum value that relation "${relation.name}" names in an expression`,
        );
      }
    }
    const isComposite = relation.kind === "c" &&
      relation.columns.some((each) => holds(work, each.type, type));
    if (isComposite) {
      throw notSupported("renaming a value of an enum in a composite type");
    }
  }
}
