/**
 * What a new row is made of: values, defaults, identities and generated columns.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import type { Column, Relation } from "../catalog/catalog.ts";
import type { Environment } from "../environment.ts";
import { domainDefault } from "../catalog/domain_default.ts";
import type { Expr, RangeEntry } from "../tree.ts";
import { oid } from "../types/type.ts";
import { convertAssigned } from "../mysql/resolve/assign.ts";
import { invoke } from "../mysql/resolve/convert.ts";
import { isWide, isWideColumn } from "../mysql/unsigned.ts";
import { fitWhole } from "../mysql/resolve/fit_integer.ts";
import { fitYear } from "../mysql/resolve/fit_year.ts";
import { fitListed } from "../mysql/resolve/list_forms.ts";
import { tryCoerce } from "./coercion.ts";
import { errorAt, inOtherText } from "./located.ts";
import { locationOf } from "./locations.ts";
import type { ModifyTarget } from "./modify_target.ts";
import { emptyScope } from "./new_scope.ts";
import { relationColumns } from "./range.ts";
import { resolver } from "./resolver.ts";
import type { Scope } from "./scope.ts";
import { typeLabel } from "./type_facts.ts";
import { mapChildren } from "./walk.ts";

/**
 * Fits a value to the column it is for.
 *
 * @param expr Value.
 * @param column Column.
 * @param scope Where.
 * @returns It in the column's type.
 * @throws {SqlError} 42804 when it does not go.
 */
export function fitColumn(
  expr: Expr,
  column: Pick<Column, "name" | "type" | "typmod" | "mysql">,
  scope: Scope,
): Expr {
  const converted = scope.env.dialect === "mysql"
    ? fitListed(expr, column, scope) ?? fitYear(expr, column, scope) ??
      fitWhole(expr, column, scope) ??
      convertAssigned(expr, column.type, column.typmod, scope)
    : undefined;
  if (converted !== undefined) return converted;
  const fitted = tryCoerce(
    expr,
    column.type,
    column.typmod,
    "assignment",
    scope,
  );
  if (fitted !== undefined) {
    return column.type === oid.int8 && isWide(fitted) && !isWideColumn(column)
      ? invoke("signed_of", [fitted], scope)
      : fitted;
  }
  throw errorAt(
    "42804",
    `column "${column.name}" is of type ${
      typeLabel(scope.env, column.type)
    } but expression is of type ${typeLabel(scope.env, expr.type)}`,
    locationOf(expr),
    { hint: "You will need to rewrite or cast the expression." },
  );
}

/**
 * @param target Target.
 * @param index Which column of the table.
 * @returns Its default.
 */
export function defaultValue(target: ModifyTarget, index: number): Expr {
  const column = target.defaults.get(index);
  if (column === undefined) throw new RangeError(`No column ${index}`);
  const { scope } = target;
  const inner = emptyScope(envOf(column, scope.env), scope.statement);
  return inOtherText(scope.statement, () => {
    if (column.identity !== "") {
      const next = resolver.expression(
        nextValue(target.relation, column, scope),
        inner,
        "default",
      );
      scope.statement.writes = true;
      return fitDefault(next, column, inner);
    }
    const value = column.default ??
      domainDefault(scope.env.catalog, column.type);
    if (value === undefined || column.generated !== "") {
      return fitColumn(
        {
          kind: "constant",
          type: column.type,
          typmod: column.typmod,
          value: null,
        },
        column,
        inner,
      );
    }
    return fitDefault(
      resolver.expression(value.node, inner, "default"),
      column,
      inner,
    );
  });
}

/** Whole numbers that go into a column narrower than `bigint`. */
const narrow: ReadonlyMap<number, bigint> = new Map([
  [oid.int2, 2n ** 15n],
  [oid.int4, 2n ** 31n],
]);

/** The next value of a sequence that cannot leave the column's range needs no look at each row. */
function fitDefault(expr: Expr, column: Column, scope: Scope): Expr {
  const limit = narrow.get(column.type);
  if (
    limit !== undefined && expr.kind === "call" &&
    expr.function.sqliteName === "nextval(regclass)"
  ) {
    const [which] = expr.args;
    const sequence = which?.kind === "constant"
      ? scope.env.catalog.relation(Number(which.value))?.sequence
      : undefined;
    if (
      sequence !== undefined && sequence.min >= -limit && sequence.max < limit
    ) return { ...expr, type: column.type };
  }
  return fitColumn(expr, column, scope);
}

/** What a column's stored expression is read in: the dialect of whoever wrote it, not of whoever inserts. */
function envOf(column: Column, env: Environment): Environment {
  return env.dialect === "mysql" && column.mysql === undefined
    ? { ...env, dialect: "postgresql" }
    : env;
}

/**
 * @param relation Table.
 * @param column Column that counts by itself.
 * @param env Where to look.
 * @returns Oid of the sequence that it owns.
 */
export function ownedSequence(
  relation: Relation,
  column: Column,
  env: Environment,
): number | undefined {
  for (const each of env.catalog.relations()) {
    const owner = each.sequence?.ownedBy;
    if (owner?.table === relation.oid && owner.column === column.number) {
      return each.oid;
    }
  }
  return undefined;
}

function nextValue(relation: Relation, column: Column, scope: Scope): Node {
  const name = (text: string): Node => ({ String: { sval: text } });
  for (const each of scope.env.catalog.relations()) {
    const owner = each.sequence?.ownedBy;
    if (owner?.table !== relation.oid || owner.column !== column.number) {
      continue;
    }
    return {
      FuncCall: {
        funcname: [name("pg_catalog"), name("nextval")],
        args: [{
          TypeCast: {
            arg: { A_Const: { sval: { sval: String(each.oid) } } },
            typeName: {
              names: [name("pg_catalog"), name("regclass")],
              typemod: -1,
            },
          },
        }],
        funcformat: "COERCE_EXPLICIT_CALL",
      },
    };
  }
  throw errorAt(
    "XX000",
    `no owned sequence found for column "${column.name}" of relation "${relation.name}"`,
  );
}

/**
 * @param target Target.
 * @param index Which generated column of the table.
 * @param valueOf What the other columns of the new row are.
 * @returns Its value.
 */
export function generatedValue(
  target: ModifyTarget,
  index: number,
  valueOf: (index: number) => Expr,
): Expr {
  const { relation, scope } = target;
  const column = relation.columns[index];
  if (column?.default === undefined) throw new RangeError(`No column ${index}`);
  const { node } = column.default;
  const row: RangeEntry = {
    id: scope.statement.nextId(),
    alias: relation.name,
    columns: relationColumns(relation),
    source: { kind: "table", relation },
  };
  const inner: Scope = {
    ...emptyScope(envOf(column, scope.env), scope.statement),
    entries: [{ entry: row, visible: true, schema: relation.schema }],
  };
  const expr = inOtherText(
    scope.statement,
    () =>
      fitColumn(resolver.expression(node, inner, "generated"), column, inner),
  );
  const move = (each: Expr): Expr =>
    each.kind === "column" && each.entry === row
      ? valueOf(each.index)
      : mapChildren(each, move);
  return move(expr);
}
