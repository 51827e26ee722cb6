/**
 * CREATE DOMAIN and ALTER DOMAIN.
 *
 * @module
 */

import type {
  AlterDomainStmt,
  Constraint as ConstraintNode,
  CreateDomainStmt,
  Node,
} from "@pgsql/types";
import { withPosition } from "../analyze/located.ts";
import { resolveTypeName } from "../analyze/type_name.ts";
import type {
  DomainType,
  Relation,
  StoredExpression,
} from "../catalog/catalog.ts";
import type { UserType } from "../catalog/objects.ts";
import { notSupported, SqlError } from "../error.ts";
import type { Typed } from "../tree.ts";
import { oid } from "../types/type.ts";
import { chooseName } from "./choose_name.ts";
import { checkCollation, checkTypeUsage } from "./columns.ts";
import { columnDefault } from "./column_value.ts";
import { checkFreeOfRelations } from "./composite_type.ts";
import { dropObjects } from "./drop_objects.ts";
import { expressionText } from "./expression_text.ts";
import { printContext, resolveOver } from "./expressions.ts";
import { creationSchema, requireOpenSchema, requireOwner } from "./lookup.ts";
import { newAcl } from "./new_acl.ts";
import { strings } from "./nodes.ts";
import { plainColumn } from "./stored_query.ts";
import { qualify } from "./qualify.ts";
import { printExpression } from "../print/expression.ts";
import { quoteName } from "./sqlite_text.ts";
import { checkTypeFree, findNamedType } from "./type_names.ts";
import type { Work } from "./work.ts";

type Domain = UserType & { readonly domain: DomainType };

/**
 * @param work Statement.
 * @param statement CREATE DOMAIN.
 * @returns Command tag.
 */
export function createDomain(work: Work, statement: CreateDomainStmt): string {
  const parts = strings(statement.domainname);
  const name = parts.at(-1) ?? "";
  const schema = creationSchema(work, parts.at(-2), name);
  checkTypeFree(work, schema.oid, name);
  checkFreeOfRelations(work, schema.oid, name);
  const base = baseType(work, statement);
  const number = work.newOid();
  const array = work.newOid();
  let domain: DomainType = { type: number, notNull: false, checks: [] };
  let nullability: boolean | undefined;
  let hasDefault = false;
  const constraints = (statement.constraints ?? []).flatMap((node) =>
    "Constraint" in node ? [node.Constraint] : []
  );
  for (const node of constraints) {
    switch (node.contype) {
      case "CONSTR_DEFAULT":
        if (hasDefault) {
          throw new SqlError("42601", "multiple default expressions");
        }
        hasDefault = true;
        domain = { ...domain, default: domainDefault(work, name, base, node) };
        break;
      case "CONSTR_NOTNULL":
      case "CONSTR_NULL": {
        const notNull = node.contype === "CONSTR_NOTNULL";
        if (nullability !== undefined && nullability !== notNull) {
          throw new SqlError("42601", "conflicting NULL/NOT NULL constraints");
        }
        nullability = notNull;
        domain = { ...domain, notNull };
        break;
      }
      case "CONSTR_CHECK":
        domain = {
          ...domain,
          checks: [...domain.checks, makeCheck(work, name, domain, base, node)],
        };
        break;
      default:
        throw refusedConstraint(node);
    }
  }
  work.put("type", {
    oid: number,
    name,
    schema: schema.oid,
    owner: work.role,
    kind: "d",
    array,
    acl: newAcl(work, "T", work.role, schema.oid),
    baseType: base.type,
    baseTypmod: base.typmod,
    domain,
  });
  return "CREATE DOMAIN";
}

function refusedConstraint({ contype }: ConstraintNode): SqlError {
  const refused: Partial<Record<string, string>> = {
    "CONSTR_UNIQUE": "unique constraints",
    "CONSTR_PRIMARY": "primary key constraints",
    "CONSTR_EXCLUSION": "exclusion constraints",
    "CONSTR_FOREIGN": "foreign key constraints",
  };
  const words = refused[contype ?? ""];
  return words === undefined
    ? notSupported("such a constraint of a domain")
    : new SqlError("42601", `${words} not possible for domains`);
}

function baseType(work: Work, statement: CreateDomainStmt): Typed {
  const { typeName, collClause } = statement;
  if (typeName === undefined) throw new TypeError("Domain without type");
  try {
    const base = resolveTypeName(typeName, work.env);
    const found = work.catalog.type(base.type);
    if (found?.kind === "p") {
      throw new SqlError(
        "42804",
        `"${
          strings(typeName.names).at(-1)
        }" is not a valid base type for a domain`,
      );
    }
    checkTypeUsage(work, base.type);
    checkCollation(collClause, found);
    return base;
  } catch (error) {
    throw withPosition(error, work.context.text);
  }
}

function domainDefault(
  work: Work,
  name: string,
  base: Typed,
  node: ConstraintNode,
): StoredExpression | undefined {
  return node.raw_expr === undefined
    ? undefined
    : columnDefault(work, plainColumn(0, name, base), node.raw_expr);
}

/** VALUE is the one column of an imagined table. */
function valueRow(base: Typed): Relation {
  return {
    oid: 0,
    name: "",
    schema: 0,
    kind: "r",
    owner: 0,
    persistence: "p",
    columns: [plainColumn(1, "value", base)],
    constraints: [],
    indexes: [],
    policies: [],
    rowSecurity: false,
    forceRowSecurity: false,
    acl: null,
    storage: "",
    rowType: 0,
    system: false,
  };
}

function makeCheck(
  work: Work,
  domainName: string,
  domain: DomainType,
  base: Typed,
  node: ConstraintNode,
): DomainType["checks"][number] {
  if (node.raw_expr === undefined) {
    throw new TypeError("Check without condition");
  }
  const { conname } = node;
  const taken = (name: string) =>
    domain.checks.some((each) => each.name === name);
  if (conname !== undefined && taken(conname)) {
    throw new SqlError(
      "42710",
      `constraint "${conname}" for domain "${domainName}" already exists`,
    );
  }
  const row = valueRow(base);
  const use = {
    row,
    place: "check" as const,
    type: { type: oid.bool, typmod: -1 },
    what: "CHECK",
  };
  resolveOver(work.env, node.raw_expr, use, work.context.text);
  const qualified = qualify(work, node.raw_expr);
  const expr = resolveOver(work.env, qualified, use);
  return {
    oid: work.newOid(),
    name: conname ?? chooseName(domainName, "", "check", taken),
    check: {
      node: qualified,
      // The word is written in capitals, and stands for no column.
      text: expressionText(expr, qualified, work.env).replaceAll(
        /\bvalue\b/g,
        "VALUE",
      ),
    },
  };
}

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
  const check = makeCheck(work, found.name, found.domain, baseOf(found), node);
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
