/**
 * ALTER TABLE … ALTER COLUMN: defaults, NOT NULL, identities, generation.
 *
 * @module
 */

import type { AlterTableCmd } from "@pgsql/types";
import type { Column, Relation } from "../catalog/catalog.ts";
import { SqlError } from "../error.ts";
import { checkIdentityType } from "./columns.ts";
import { columnDefault } from "./column_value.ts";
import { defElems, option, optionText } from "./nodes.ts";
import { removeObjects } from "./remove_objects.ts";
import { ownedSequences } from "./owned_sequences.ts";
import { changeSequence, makeColumnSequence } from "./sequence.ts";
import { replaceTableTexts } from "./sqlite_schema.ts";
import { columnsSetToDefault } from "./sqlite_table.ts";
import { quoteName } from "../sqlite_words.ts";
import { verifyNotNull } from "./verify_rows.ts";
import type { Work } from "./work.ts";

/**
 * @param relation Table.
 * @param name Name of a column.
 * @returns The column.
 * @throws {SqlError} 42703 when there is none.
 */
export function findColumn(relation: Relation, name: string): Column {
  const found = relation.columns.find((each) => each.name === name);
  if (found !== undefined) return found;
  throw new SqlError(
    "42703",
    `column "${name}" of relation "${relation.name}" does not exist`,
  );
}

/**
 * @param relation Table.
 * @param column A column, changed.
 * @returns The table with it.
 */
export function withColumn(relation: Relation, column: Column): Relation {
  return {
    ...relation,
    columns: relation.columns.map((each) =>
      each.number === column.number ? column : each
    ),
  };
}

const label = (relation: Relation, { name }: Column) =>
  `column "${name}" of relation "${relation.name}"`;

/**
 * SET DEFAULT, DROP DEFAULT.
 *
 * @param work Statement.
 * @param relation Table or view.
 * @param command The command.
 */
export async function setDefault(
  work: Work,
  relation: Relation,
  { name = "", def }: AlterTableCmd,
): Promise<void> {
  const column = findColumn(relation, name);
  if (column.identity !== "") {
    throw new SqlError(
      "42601",
      `${label(relation, column)} is an identity column`,
      {
        hint: def === undefined
          ? "Use ALTER TABLE ... ALTER COLUMN ... DROP IDENTITY instead."
          : undefined,
      },
    );
  }
  if (column.generated !== "") {
    throw new SqlError(
      "42601",
      `${label(relation, column)} is a generated column`,
      {
        hint: def === undefined
          ? "Use ALTER TABLE ... ALTER COLUMN ... DROP EXPRESSION instead."
          : undefined,
      },
    );
  }
  const value = def === undefined
    ? undefined
    : columnDefault(work, column, def);
  const changed = work.putRelation(
    withColumn(relation, { ...column, default: value }),
  );
  if (!columnsSetToDefault(relation).has(column.number)) return;
  // Rows that end before the column would read as the new default, so they are written out first.
  const storage = quoteName(column.storage);
  await work.run(
    `UPDATE ${quoteName(relation.storage)} SET ${storage} = ${storage}`,
  );
  await replaceTableTexts(work, [changed]);
}

/**
 * SET NOT NULL.
 *
 * @param work Statement.
 * @param relation Table.
 * @param command The command.
 */
export async function setNotNull(
  work: Work,
  relation: Relation,
  { name = "" }: AlterTableCmd,
): Promise<void> {
  const column = findColumn(relation, name);
  if (column.notNull) return;
  await verifyNotNull(work, relation, column);
  const changed = withColumn(relation, { ...column, notNull: true });
  await replaceTableTexts(work, [work.putRelation(changed)]);
}

/**
 * DROP NOT NULL.
 *
 * @param work Statement.
 * @param relation Table.
 * @param command The command.
 */
export async function dropNotNull(
  work: Work,
  relation: Relation,
  { name = "" }: AlterTableCmd,
): Promise<void> {
  const column = findColumn(relation, name);
  if (column.identity !== "") {
    throw new SqlError(
      "42601",
      `${label(relation, column)} is an identity column`,
    );
  }
  const inPrimary = relation.constraints.some(({ kind, columns }) =>
    kind === "p" && columns.includes(column.number)
  );
  if (inPrimary) {
    throw new SqlError("42P16", `column "${name}" is in a primary key`);
  }
  if (!column.notNull) return;
  const changed = withColumn(relation, { ...column, notNull: false });
  await replaceTableTexts(work, [work.putRelation(changed)]);
}

/**
 * DROP EXPRESSION: a generated column becomes a plain one.
 *
 * @param work Statement.
 * @param relation Table.
 * @param command The command.
 */
export function dropExpression(
  work: Work,
  relation: Relation,
  { name = "", missing_ok: ifExists = false }: AlterTableCmd,
): void {
  const column = findColumn(relation, name);
  if (column.generated === "") {
    const message = `${
      label(relation, column)
    } is not a stored generated column`;
    if (!ifExists) throw new SqlError("55000", message);
    work.notice("00000", `${message}, skipping`);
    return;
  }
  work.putRelation(
    withColumn(relation, { ...column, generated: "", default: undefined }),
  );
}

/**
 * ADD GENERATED … AS IDENTITY.
 *
 * @param work Statement.
 * @param relation Table.
 * @param command The command.
 */
export async function addIdentity(
  work: Work,
  relation: Relation,
  { name = "", def, missing_ok: keeps = false }: AlterTableCmd,
): Promise<void> {
  const column = findColumn(relation, name);
  // MODIFY … AUTO_INCREMENT of MySQL says again what the column is.
  if (keeps && column.identity !== "") return;
  checkIdentityType(column.type);
  if (!column.notNull) {
    throw new SqlError(
      "55000",
      `${
        label(relation, column)
      } must be declared NOT NULL before identity can be added`,
    );
  }
  if (column.identity !== "") {
    throw new SqlError(
      "55000",
      `${label(relation, column)} is already an identity column`,
    );
  }
  if (column.default !== undefined) {
    throw new SqlError(
      "55000",
      `${label(relation, column)} already has a default value`,
    );
  }
  const constraint = def !== undefined && "Constraint" in def
    ? def.Constraint
    : undefined;
  work.putRelation(
    withColumn(relation, {
      ...column,
      identity: constraint?.generated_when === "a" ? "a" : "d",
    }),
  );
  await makeColumnSequence(
    work,
    relation,
    column,
    defElems(constraint?.options),
  );
}

/**
 * SET GENERATED, SET sequence option, RESTART.
 *
 * @param work Statement.
 * @param relation Table.
 * @param command The command.
 */
export async function setIdentity(
  work: Work,
  relation: Relation,
  { name = "", def }: AlterTableCmd,
): Promise<void> {
  const column = findColumn(relation, name);
  if (column.identity === "") {
    throw new SqlError(
      "55000",
      `${label(relation, column)} is not an identity column`,
    );
  }
  const options = def !== undefined && "List" in def
    ? defElems(def.List.items)
    : [];
  const generated = option(options, "generated");
  if (generated !== undefined) {
    // The parser gives the letter as its character code.
    const text = optionText(generated);
    work.putRelation(
      withColumn(relation, {
        ...column,
        identity: text === "a" || text === "97" ? "a" : "d",
      }),
    );
  }
  const rest = options.filter((each) => each !== generated);
  const [sequence] = ownedSequences(work, relation.oid, column.number);
  if (rest.length > 0 && sequence !== undefined) {
    await changeSequence(work, sequence, rest);
  }
}

/**
 * DROP IDENTITY.
 *
 * @param work Statement.
 * @param relation Table.
 * @param command The command.
 */
export async function dropIdentity(
  work: Work,
  relation: Relation,
  { name = "", missing_ok: ifExists = false }: AlterTableCmd,
): Promise<void> {
  const column = findColumn(relation, name);
  if (column.identity === "") {
    const message = `${label(relation, column)} is not an identity column`;
    if (!ifExists) throw new SqlError("55000", message);
    work.notice("00000", `${message}, skipping`);
    return;
  }
  const sequences = ownedSequences(work, relation.oid, column.number);
  work.putRelation(withColumn(relation, { ...column, identity: "" }));
  await removeObjects(
    work,
    sequences.map(({ oid }) => ({ kind: "relation", oid })),
  );
}
