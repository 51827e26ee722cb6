/**
 * CREATE DOMAIN.
 *
 * @module
 */

import type {
  Constraint as ConstraintNode,
  CreateDomainStmt,
} from "@pgsql/types";
import { withPosition } from "../analyze/located.ts";
import { resolveTypeName } from "../analyze/type_name.ts";
import type {
  DomainType,
  Relation,
  StoredExpression,
} from "../catalog/catalog.ts";
import { notSupported, SqlError } from "../error.ts";
import type { Typed } from "../tree.ts";
import { oid } from "../types/type.ts";
import { chooseName } from "./choose_name.ts";
import { checkCollation, checkTypeUsage } from "./columns.ts";
import { columnDefault } from "./column_value.ts";
import { checkFreeOfRelations } from "./composite_type.ts";
import { expressionText } from "./expression_text.ts";
import { resolveOver } from "./expressions.ts";
import { creationSchema } from "./lookup.ts";
import { newAcl } from "./new_acl.ts";
import { strings } from "./nodes.ts";
import { plainColumn } from "./stored_query.ts";
import { qualify } from "./qualify.ts";
import { checkTypeFree } from "./type_names.ts";
import type { Work } from "./work.ts";

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
  let domain: DomainType = {
    type: number,
    notNull: false,
    default: work.catalog.domain(base.type)?.default,
    checks: [],
  };
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
          checks: [
            ...domain.checks,
            makeDomainCheck(work, name, domain, base, node),
          ],
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

/**
 * @param constraint A constraint that domains do not have.
 * @returns Its error.
 */
export function refusedConstraint({ contype }: ConstraintNode): SqlError {
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

/**
 * VALUE is the one column of an imagined table.
 *
 * @param base Type below the domain.
 * @returns The table.
 */
export function valueRow(base: Typed): Relation {
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

/**
 * @param work Statement.
 * @param domainName Name of the domain.
 * @param domain What it has so far.
 * @param base Type below it.
 * @param node Constraint as it was written.
 * @returns The check.
 * @throws {SqlError} 42710 and whatever the expression throws.
 */
export function makeDomainCheck(
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
