/**
 * Column definitions of CREATE TABLE and ADD COLUMN.
 *
 * @module
 */

import type {
  ColumnDef,
  Constraint as ConstraintNode,
  DefElem,
  Node,
} from "@pgsql/types";
import { quoteIdentifier } from "../functions/quoting.ts";
import { nameParts, resolveTypeName } from "../analyze/type_name.ts";
import { withPosition } from "../analyze/located.ts";
import type { Column } from "../catalog/catalog.ts";
import { hasPrivilege, permissionDenied } from "../catalog/privileges.ts";
import { notSupported, SqlError } from "../error.ts";
import { oid, type PgType } from "../types/type.ts";
import { defElems, strings } from "./nodes.ts";
import type { Work } from "./work.ts";

/** Types that are an integer with a sequence. */
const serials: Readonly<Record<string, number>> = {
  smallserial: oid.int2,
  serial2: oid.int2,
  serial: oid.int4,
  serial4: oid.int4,
  bigserial: oid.int8,
  serial8: oid.int8,
};

/** A column and what else its definition asks for. */
export interface ColumnPlan {
  readonly column: Column;
  /** Whether it is `serial`. */
  readonly serial: boolean;
  /** Options of the sequence of an identity column. */
  readonly identityOptions?: readonly DefElem[] | undefined;
  readonly defaultNode?: Node | undefined;
  readonly generatedNode?: Node | undefined;
  /** Constraints that are the table's as well as the column's. */
  readonly constraints: readonly ConstraintNode[];
}

/** Names of columns that every table of PostgreSQL has. */
const systemColumns = new Set([
  "ctid",
  "xmin",
  "cmin",
  "xmax",
  "cmax",
  "tableoid",
]);

/**
 * @param name Name for a column.
 * @throws {SqlError} 42701 when PostgreSQL keeps it for itself.
 */
export function checkColumnName(name: string): void {
  if (systemColumns.has(name)) {
    throw new SqlError(
      "42701",
      `column name "${name}" conflicts with a system column name`,
    );
  }
}

/**
 * Resolves the type of a column.
 *
 * @param work Statement.
 * @param definition Definition.
 * @returns Type and modifier.
 * @throws {SqlError} 42704, 42501, 42P16.
 */
export function columnType(
  work: Work,
  { colname = "", typeName, collClause }: ColumnDef,
): { readonly type: number; readonly typmod: number } {
  if (typeName === undefined) throw new TypeError("Column without type");
  try {
    const resolved = resolveTypeName(typeName, work.env);
    const found = work.catalog.type(resolved.type);
    if (found !== undefined) {
      checkColumnType(work, colname, found);
      checkTypeUsage(work, found.oid);
    }
    checkCollation(collClause, found);
    return resolved;
  } catch (error) {
    throw withPosition(error, work.context.text);
  }
}

function checkColumnType(work: Work, column: string, type: PgType): void {
  if (type.kind !== "p") return;
  throw new SqlError(
    "42P16",
    `column "${column}" has pseudo-type ${
      quoteIdentifier(work.catalog.type(type.oid)?.name ?? "")
    }`,
  );
}

/**
 * @param work Statement.
 * @param type Oid of a type.
 * @throws {SqlError} 42501 when the role may not use it.
 */
export function checkTypeUsage(work: Work, type: number): void {
  const found = work.catalog.type(type);
  const user = work.catalog.userType(
    found?.category === "A" ? found.element : type,
  );
  if (user === undefined || work.system) return;
  const allowed = hasPrivilege(work.catalog, work.role, {
    kind: "type",
    owner: user.owner,
    acl: user.acl,
  }, "U");
  if (!allowed) throw permissionDenied(`type ${user.name}`);
}

/**
 * @param definition Definition of a column.
 * @returns What MySQL's clients see of it, if one of them wrote it.
 */
export function mysqlColumn(
  { fdwoptions }: ColumnDef,
): Column["mysql"] {
  const options = new Map(
    (fdwoptions ?? []).flatMap((node) => {
      if (!("DefElem" in node)) return [];
      const { defname = "", arg } = node.DefElem;
      return [[
        defname,
        arg !== undefined && "String" in arg ? arg.String.sval ?? "" : "",
      ]];
    }),
  );
  const type = options.get("mysql_type");
  if (type === undefined) return undefined;
  const collation = options.get("mysql_collation");
  return {
    type,
    ...(collation === undefined ? {} : { collation }),
    ...(options.has("mysql_on_update") ? { onUpdate: true } : {}),
  };
}

const collations = new Set(["C", "POSIX", "default", "ucs_basic"]);

/**
 * @param clause `COLLATE …`.
 * @param type Type that it is for.
 * @throws {SqlError} 42704 for other collations than those that sort by bytes, 42804 for types without.
 */
export function checkCollation(
  clause: ColumnDef["collClause"],
  type: PgType | undefined,
): void {
  if (clause === undefined) return;
  const parts = nameParts(clause.collname);
  if (!collations.has(parts.at(-1) ?? "")) {
    throw new SqlError(
      "42704",
      `collation "${parts.join(".")}" for encoding "UTF8" does not exist`,
    );
  }
  if (
    type !== undefined && type.category !== "S" && type.category !== "A"
  ) {
    throw new SqlError(
      "42804",
      `collations are not supported by type ${type.name}`,
    );
  }
}

/**
 * Reads a column definition.
 *
 * @param work Statement.
 * @param table Name of the table.
 * @param definition Definition.
 * @param place Number and name in SQLite.
 * @returns The column and what else is asked for.
 */
export function planColumn(
  work: Work,
  table: string,
  definition: ColumnDef,
  place: Pick<Column, "number" | "storage">,
): ColumnPlan {
  const { colname: name = "", typeName } = definition;
  checkColumnName(name);
  const parts = strings(typeName?.names);
  const serialType = parts.length === 1 ? serials[parts[0] ?? ""] : undefined;
  if (serialType !== undefined && (typeName?.arrayBounds ?? []).length > 0) {
    throw new SqlError("0A000", "array of serial is not implemented");
  }
  const { type, typmod } = serialType === undefined
    ? columnType(work, definition)
    : { type: serialType, typmod: -1 };
  const label = `column "${name}" of table "${table}"`;

  let notNull: boolean | undefined = serialType === undefined
    ? undefined
    : true;
  let defaultNode: Node | undefined;
  let generatedNode: Node | undefined;
  let identity: Column["identity"] = "";
  let identityOptions: readonly DefElem[] | undefined;
  const constraints: ConstraintNode[] = [];
  for (const constraint of applyAttributes(definition.constraints ?? [])) {
    switch (constraint.contype) {
      case "CONSTR_NULL":
      case "CONSTR_NOTNULL": {
        const wanted = constraint.contype === "CONSTR_NOTNULL";
        if (notNull !== undefined && notNull !== wanted) {
          throw new SqlError(
            "42601",
            `conflicting NULL/NOT NULL declarations for ${label}`,
          );
        }
        notNull = wanted;
        break;
      }
      case "CONSTR_DEFAULT":
        if (defaultNode !== undefined || serialType !== undefined) {
          throw new SqlError(
            "42601",
            `multiple default values specified for ${label}`,
          );
        }
        defaultNode = constraint.raw_expr;
        break;
      case "CONSTR_IDENTITY":
        if (identity !== "") {
          throw new SqlError(
            "42601",
            `multiple identity specifications for ${label}`,
          );
        }
        if (notNull === false) {
          throw new SqlError(
            "42601",
            `conflicting NULL/NOT NULL declarations for ${label}`,
          );
        }
        checkIdentityType(type);
        identity = constraint.generated_when === "a" ? "a" : "d";
        identityOptions = defElems(constraint.options);
        notNull = true;
        break;
      case "CONSTR_GENERATED":
        if (constraint.generated_kind === "v") {
          throw notSupported("VIRTUAL generated column");
        }
        if (generatedNode !== undefined) {
          throw new SqlError(
            "42601",
            `multiple generation clauses specified for ${label}`,
          );
        }
        generatedNode = constraint.raw_expr;
        break;
      default:
        constraints.push(constraint);
    }
  }
  if (
    (defaultNode !== undefined || serialType !== undefined) && identity !== ""
  ) {
    throw new SqlError(
      "42601",
      `both default and identity specified for ${label}`,
    );
  }
  if (defaultNode !== undefined && generatedNode !== undefined) {
    throw new SqlError(
      "42601",
      `both default and generation expression specified for ${label}`,
    );
  }
  if (identity !== "" && generatedNode !== undefined) {
    throw new SqlError(
      "42601",
      `both identity and generation expression specified for ${label}`,
    );
  }
  const mysql = mysqlColumn(definition);
  return {
    column: {
      ...place,
      name,
      type,
      typmod,
      notNull: notNull ?? false,
      generated: generatedNode === undefined ? "" : "s",
      identity,
      acl: null,
      ...(mysql === undefined ? {} : { mysql }),
    },
    serial: serialType !== undefined,
    identityOptions,
    defaultNode,
    generatedNode,
    constraints,
  };
}

/**
 * @param type Oid of a type.
 * @throws {SqlError} 22023 when an identity column cannot be of it.
 */
export function checkIdentityType(type: number): void {
  if (type === oid.int2 || type === oid.int4 || type === oid.int8) return;
  throw new SqlError(
    "22023",
    "identity column type must be smallint, integer, or bigint",
  );
}

/** `DEFERRABLE` and its like come as constraints of their own after the one that they are about. */
function applyAttributes(nodes: readonly Node[]): ConstraintNode[] {
  const found: ConstraintNode[] = [];
  const amend = (attributes: Partial<ConstraintNode>, words: string) => {
    const last = found.at(-1);
    const takes = last?.contype === "CONSTR_FOREIGN" ||
      last?.contype === "CONSTR_PRIMARY" || last?.contype === "CONSTR_UNIQUE" ||
      last?.contype === "CONSTR_EXCLUSION";
    if (last === undefined || !takes) {
      throw new SqlError("42601", `misplaced ${words} clause`);
    }
    found[found.length - 1] = { ...last, ...attributes };
  };
  for (const node of nodes) {
    if (!("Constraint" in node)) continue;
    const constraint = node.Constraint;
    switch (constraint.contype) {
      case "CONSTR_ATTR_DEFERRABLE":
        amend({ deferrable: true }, "DEFERRABLE");
        break;
      case "CONSTR_ATTR_NOT_DEFERRABLE":
        if (found.at(-1)?.initdeferred) {
          throw new SqlError(
            "42601",
            "constraint declared INITIALLY DEFERRED must be DEFERRABLE",
          );
        }
        amend({ deferrable: false }, "NOT DEFERRABLE");
        break;
      case "CONSTR_ATTR_DEFERRED":
        amend({ deferrable: true, initdeferred: true }, "INITIALLY DEFERRED");
        break;
      case "CONSTR_ATTR_IMMEDIATE":
        amend({ initdeferred: false }, "INITIALLY IMMEDIATE");
        break;
      case "CONSTR_ATTR_ENFORCED":
        break;
      case "CONSTR_ATTR_NOT_ENFORCED":
        throw notSupported("NOT ENFORCED");
      default:
        found.push(constraint);
    }
  }
  return found;
}
