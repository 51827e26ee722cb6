/**
 * ALTER DOMAIN.
 *
 * @module
 */

import type { AlterDomainStmt, Node } from "@pgsql/types";
import type { DomainType, Relation } from "../catalog/catalog.ts";
import type { UserType } from "../catalog/objects.ts";
import { notSupported, SqlError } from "../error.ts";
import { printExpression } from "../print/expression.ts";
import type { Typed } from "../tree.ts";
import { oid } from "../types/type.ts";
import { columnDefault } from "./column_value.ts";
import { makeDomainCheck, refusedConstraint, valueRow } from "./domain.ts";
import { dropObjects } from "./drop_objects.ts";
import { printContext, resolveOver } from "./expressions.ts";
import { requireOpenSchema, requireOwner } from "./lookup.ts";
import { strings } from "./nodes.ts";
import { quoteName } from "../sqlite_words.ts";
import { plainColumn } from "./stored_query.ts";
import { findNamedType } from "./type_names.ts";
import type { Work } from "./work.ts";

type Domain = UserType & { readonly domain: DomainType };

function findDomain(work: Work, parts: readonly string[]): Domain {
  const type = findNamedType(work, parts);
  const user = work.catalog.userType(type.oid);
  if (user?.domain === undefined) {
    throw new SqlError("42809", `${parts.join(".")} is not a domain`);
  }
  requireOpenSchema(work, user.schema, `type ${user.name}`);
  requireOwner(work, user.owner, `type ${user.name}`);
  return user as Domain;
}

/**
 * @param work Statement.
 * @param statement ALTER DOMAIN.
 * @returns Command tag.
 */
export async function alterDomain(
  work: Work,
  statement: AlterDomainStmt,
): Promise<string> {
  const found = findDomain(work, strings(statement.typeName));
  const { subtype, def } = statement;
  const set = (change: Partial<DomainType>) =>
    work.put("type", { ...found, domain: { ...found.domain, ...change } });
  switch (subtype) {
    case "T":
      set({
        default: def === undefined
          ? undefined
          : columnDefault(work, plainColumn(0, found.name, baseOf(found)), def),
      });
      break;
    case "N":
      set({ notNull: false });
      break;
    case "O":
      await verifyValues(
        work,
        found,
        (value) => `${value} IS NULL`,
        (column, table) =>
          new SqlError(
            "23502",
            `column "${column}" of table "${table.name}" contains null values`,
            {
              schema: work.catalog.schema(table.schema)?.name,
              table: table.name,
              column,
            },
          ),
      );
      set({ notNull: true });
      break;
    case "C":
      await addCheck(work, found, def, set);
      break;
    case "X":
      await dropCheck(work, found, statement);
      break;
    case "V":
      await validateCheck(work, found, statement.name ?? "");
      break;
    default:
      throw notSupported("ALTER DOMAIN");
  }
  return "ALTER DOMAIN";
}

function baseOf({ baseType: type = 0, baseTypmod = -1 }: Domain): Typed {
  return { type, typmod: baseTypmod };
}

async function addCheck(
  work: Work,
  found: Domain,
  def: Node | undefined,
  set: (change: Partial<DomainType>) => void,
): Promise<void> {
  if (def === undefined || !("Constraint" in def)) return;
  const node = def.Constraint;
  if (node.contype !== "CONSTR_CHECK") throw refusedConstraint(node);
  const check = makeDomainCheck(
    work,
    found.name,
    found.domain,
    baseOf(found),
    node,
  );
  if (!node.skip_validation) await verifyCheck(work, found, check);
  set({ checks: [...found.domain.checks, check] });
}

async function validateCheck(
  work: Work,
  found: Domain,
  name: string,
): Promise<void> {
  const check = found.domain.checks.find((each) => each.name === name);
  if (check === undefined) {
    throw new SqlError(
      "42704",
      `constraint "${name}" of domain "${found.name}" does not exist`,
    );
  }
  await verifyCheck(work, found, check);
}

async function verifyCheck(
  work: Work,
  found: Domain,
  check: DomainType["checks"][number],
): Promise<void> {
  const base = baseOf(found);
  const expr = resolveOver(work.env, check.check.node, {
    row: valueRow(base),
    place: "check",
    type: { type: oid.bool, typmod: -1 },
  });
  await verifyValues(
    work,
    found,
    (value) => {
      const context = printContext({ env: work.env });
      const text = printExpression(expr, { ...context, column: () => value });
      return `(${text.sql}) IS FALSE`;
    },
    (column, table) =>
      new SqlError(
        "23514",
        `column "${column}" of table "${table.name}" contains values that violate the new constraint`,
        {
          schema: work.catalog.schema(table.schema)?.name,
          table: table.name,
          column,
        },
      ),
  );
}

/** Looks through every column of the domain. */
async function verifyValues(
  work: Work,
  { oid: type }: Domain,
  condition: (value: string) => string,
  error: (column: string, table: Relation) => SqlError,
): Promise<void> {
  for (const table of work.catalog.objects("relation").values()) {
    if (table.storage === "") continue;
    for (const column of table.columns) {
      if (column.type !== type) continue;
      const found = await work.run(
        `SELECT 1 FROM ${quoteName(table.storage)} WHERE ${
          condition(quoteName(column.storage))
        } LIMIT 1`,
      );
      if (found.length > 0) throw error(column.name, table);
    }
  }
}

async function dropCheck(
  work: Work,
  found: Domain,
  { name = "", behavior, missing_ok: ifExists }: AlterDomainStmt,
): Promise<void> {
  const check = found.domain.checks.find((each) => each.name === name);
  if (check === undefined) {
    const message =
      `constraint "${name}" of domain "${found.name}" does not exist`;
    if (!ifExists) throw new SqlError("42704", message);
    work.notice("00000", `${message}, skipping`);
    return;
  }
  await dropObjects(work, [{
    kind: "domainConstraint",
    oid: found.oid,
    sub: check.oid,
  }], { behavior });
}
