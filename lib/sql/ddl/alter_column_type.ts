/**
 * ALTER TABLE … ALTER COLUMN … TYPE.
 *
 * The rows are changed in place; indexes of the column are made anew, for its order may be another.
 *
 * @module
 */

import type { AlterTableCmd, Node } from "@pgsql/types";
import { typeLabel } from "../analyze/type_facts.ts";
import { tryCoerce } from "../analyze/coercion.ts";
import type { Column, Relation } from "../catalog/catalog.ts";
import { SqlError } from "../error.ts";
import type { Expr, Typed } from "../tree.ts";
import { findColumn, withColumn } from "./alter_column.ts";
import { checkIdentityType, columnType, mysqlColumn } from "./columns.ts";
import { describe } from "./address.ts";
import { DependencyGraph } from "./dependents.ts";
import { printOver, resolveOver, rowScope } from "./expressions.ts";
import { expressionText } from "./expression_text.ts";
import { checkKeyTypes } from "./foreign_key.ts";
import { formatType } from "./format_type.ts";
import { ownedSequences } from "./owned_sequences.ts";
import { changeSequence } from "./sequence.ts";
import { retypeViews } from "./retype_views.ts";
import { createIndexStorage, replaceTableTexts } from "./sqlite_schema.ts";
import { quoteName } from "../sqlite_words.ts";
import { typeNameNode } from "./nodes.ts";
import { verifyCheck, verifyForeignKey, verifyUnique } from "./verify_rows.ts";
import type { Work } from "./work.ts";

/**
 * @param work Statement.
 * @param relation Table or composite type.
 * @param command The command.
 */
export async function alterColumnType(
  work: Work,
  relation: Relation,
  { name = "", def }: AlterTableCmd,
): Promise<void> {
  if (def === undefined || !("ColumnDef" in def)) return;
  const column = findColumn(relation, name);
  const typed = columnType(work, { ...def.ColumnDef, colname: name });
  // In MySQL whatever reads the column reads the new type, and MODIFY may leave the type as it is.
  const isMysql = work.env.dialect === "mysql";
  const isSameType = typed.type === column.type &&
    typed.typmod === column.typmod;
  if (!isMysql || !isSameType) checkUses(work, relation, column);
  if (relation.kind === "c") {
    work.putRelation(withColumn(relation, { ...column, ...typed }));
    return;
  }
  const using = def.ColumnDef.raw_default;
  if (using !== undefined && column.generated !== "") {
    throw new SqlError(
      "42611",
      "cannot specify USING when altering type of generated column",
      { detail: `Column "${name}" is a generated column.` },
    );
  }
  const value = column.generated === ""
    ? conversion(work, relation, column, typed, using)
    : undefined;
  const { mysql: _, ...rest } = column;
  const mysql = mysqlColumn(def.ColumnDef);
  const changed = withColumn(relation, {
    ...rest,
    ...typed,
    ...(mysql === undefined ? {} : { mysql }),
    default: convertedDefault(work, column, typed),
  });
  checkKeys(work, changed, column.number);
  await rewrite(work, relation, changed, column, value);
  if (isMysql && !isSameType) retypeViews(work, relation.oid);
  await followIdentity(work, relation, column, typed);
}

/** Views, policies and generated columns were resolved for the old type. */
function checkUses(work: Work, relation: Relation, column: Column): void {
  const graph = new DependencyGraph(work);
  const dependents = graph.of({
    kind: "column",
    oid: relation.oid,
    sub: column.number,
  });
  for (const { address } of dependents) {
    const on = `column "${column.name}"`;
    if (address.kind === "relation" && address.oid !== relation.oid) {
      const view = work.relation(address.oid);
      if (view.view === undefined || work.env.dialect === "mysql") continue;
      throw new SqlError(
        "0A000",
        "cannot alter type of a column used by a view or rule",
        {
          detail: `rule _RETURN on ${describe(work, address)} depends on ${on}`,
        },
      );
    }
    if (address.kind === "policy") {
      throw new SqlError(
        "0A000",
        "cannot alter type of a column used in a policy definition",
        { detail: `${describe(work, address)} depends on ${on}` },
      );
    }
    if (address.kind === "column") {
      const user = relation.columns.find(({ number }) =>
        number === address.sub
      );
      throw new SqlError(
        "0A000",
        "cannot alter type of a column used by a generated column",
        {
          detail:
            `Column "${column.name}" is used by generated column "${user?.name}".`,
        },
      );
    }
  }
}

/** Foreign keys that the column has a part in must still make sense. */
function checkKeys(work: Work, changed: Relation, number: number): void {
  const get = (relation: Relation, column: number | undefined) =>
    relation.columns.find((each) => each.number === column);
  for (const other of work.catalog.objects("relation").values()) {
    const from = other.oid === changed.oid ? changed : other;
    for (const { name, columns, foreign } of from.constraints) {
      if (foreign === undefined) continue;
      const isHere = from === changed && columns.includes(number);
      const isThere = foreign.table === changed.oid &&
        foreign.columns.includes(number);
      if (!isHere && !isThere) continue;
      const to = foreign.table === changed.oid
        ? changed
        : work.relation(foreign.table);
      columns.forEach((column, i) => {
        const one = get(from, column);
        const two = get(to, foreign.columns[i]);
        if (one !== undefined && two !== undefined) {
          checkKeyTypes(work, name, one, two);
        }
      });
    }
  }
}

/** Makes the old value, or what USING says, one of the new type. */
function conversion(
  work: Work,
  relation: Relation,
  column: Column,
  typed: Typed,
  using: Node | undefined,
): Expr {
  const node: Node = using ?? {
    ColumnRef: { fields: [{ String: { sval: column.name } }] },
  };
  const scope = rowScope(work.env, relation);
  const expr = resolveOver(work.env, node, {
    row: relation,
    place: "update",
    unsettled: true,
  }, work.context.text);
  const fitted = tryCoerce(expr, typed.type, typed.typmod, "assignment", scope);
  if (fitted !== undefined) return fitted;
  const type = formatType(work.env, typed.type, typed.typmod);
  if (using !== undefined) {
    throw new SqlError(
      "42804",
      `result of USING clause for column "${column.name}" cannot be cast automatically to type ${
        typeLabel(work.env, typed.type)
      }`,
      { hint: "You might need to add an explicit cast." },
    );
  }
  const explicit = tryCoerce(expr, typed.type, typed.typmod, "explicit", scope);
  throw new SqlError(
    "42804",
    `column "${column.name}" cannot be cast automatically to type ${
      typeLabel(work.env, typed.type)
    }`,
    explicit === undefined ? {} : {
      hint: `You might need to specify "USING ${column.name}::${type}".`,
    },
  );
}

function convertedDefault(
  work: Work,
  column: Column,
  typed: Typed,
): Column["default"] {
  const { default: before } = column;
  if (before === undefined || column.generated !== "") return before;
  const node = typedDefault(work, column, before.node);
  const expr = resolveOver(work.env, node, { place: "default" });
  const fitted = tryCoerce(
    expr,
    typed.type,
    typed.typmod,
    "assignment",
    rowScope(work.env, undefined),
  );
  if (fitted === undefined) {
    throw new SqlError(
      "42804",
      `default for column "${column.name}" cannot be cast automatically to type ${
        typeLabel(work.env, typed.type)
      }`,
    );
  }
  return { node, text: expressionText(fitted, node, work.env) };
}

/** A literal of no type was one of the column's; everything else has a type of its own. */
function typedDefault(work: Work, column: Column, node: Node): Node {
  const isText = "A_Const" in node && node.A_Const.sval !== undefined;
  const was = work.catalog.type(column.type);
  if (!isText || was === undefined) return node;
  const schema = work.catalog.schema(was.schema)?.name ?? "pg_catalog";
  return {
    TypeCast: { arg: node, typeName: typeNameNode([schema, was.name]) },
  };
}

async function rewrite(
  work: Work,
  before: Relation,
  after: Relation,
  column: Column,
  value: Expr | undefined,
): Promise<void> {
  const stored = before.indexes.filter(({ storage }) => storage !== "");
  const affected = stored.filter((index) =>
    index.keys.some(({ column: key, expression }) =>
      key === column.number || expression !== undefined
    ) || index.predicate !== undefined
  );
  for (const { storage } of affected) {
    await work.run(`DROP INDEX ${quoteName(storage)}`);
  }
  // While the rows change, nobody looks at them.
  const referring = [...work.catalog.objects("relation").values()].filter(
    ({ oid, constraints }) =>
      oid !== before.oid &&
      constraints.some(({ foreign }) =>
        foreign?.table === before.oid && foreign.columns.includes(column.number)
      ),
  );
  const options = { withoutChecks: true, withoutKeys: true };
  await replaceTableTexts(work, [before, ...referring], options);
  if (value !== undefined && !isSame(value)) {
    const text = printOver(value, {
      env: work.env,
      sessionValue: (each) => work.context.sessionValue(each),
    });
    await work.run(
      `UPDATE ${quoteName(before.storage)} SET ${
        quoteName(column.storage)
      } = ${text}`,
    );
  }
  work.putRelation(after);
  await replaceTableTexts(work, [after], options);
  for (const index of affected) {
    if (index.unique) await verifyUnique(work, after, index);
    await createIndexStorage(work, after, index);
  }
  for (const constraint of after.constraints) {
    if (!constraint.columns.includes(column.number)) continue;
    if (constraint.kind === "c") await verifyCheck(work, after, constraint);
    if (constraint.kind === "f") {
      await verifyForeignKey(work, after, constraint);
    }
  }
  await replaceTableTexts(work, [after, ...referring]);
}

/** Whether no row is another afterwards. */
function isSame(expr: Expr): boolean {
  if (expr.kind === "column") return true;
  return expr.kind === "cast" && expr.how.by === "relabel" && isSame(expr.arg);
}

async function followIdentity(
  work: Work,
  relation: Relation,
  column: Column,
  { type }: Typed,
): Promise<void> {
  if (column.identity === "") return;
  checkIdentityType(type);
  const [sequence] = ownedSequences(work, relation.oid, column.number);
  const found = work.catalog.type(type);
  if (sequence === undefined || found === undefined) return;
  await changeSequence(work, sequence, [{
    defname: "as",
    arg: { TypeName: typeNameNode(["pg_catalog", found.name]) },
  }]);
}
