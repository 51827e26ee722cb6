/**
 * Makes PostgreSQL's parse nodes.
 *
 * What MySQL means by an operator or a function is told by functions of the schema `pg_mysql`, which the
 * resolver knows (`lib/sql/mysql/resolve`): the tree stays one that PostgreSQL's grammar could have made.
 *
 * @module
 */

import type { Node, RangeVar, SelectStmt, TypeName } from "@pgsql/types";

/** Schema of what MySQL's semantics need; no schema of users can have its name. */
export const mysqlSchema = "pg_mysql";

/** A statement that makes values fit that do not: it says so itself, or strict mode is off. */
export type Lenient<Statement> = Statement & {
  readonly leniency?: "ignore" | "lax" | undefined;
};

/** An expression, and whether it is a condition (`a = b`) or a value (MySQL's 0 and 1). */
export interface Term {
  readonly node: Node;
  readonly condition: boolean;
}

/** @param text Characters. */
export const string = (text: string): Node => ({ String: { sval: text } });

/** @param text Characters of a literal, of unknown type. */
export const text = (text: string): Node => ({
  A_Const: { sval: { sval: text } },
});

/** @param value Number. */
export const integer = (value: number): Node => ({
  A_Const: { ival: value === 0 ? {} : { ival: value } },
});

/** @param value Digits. */
export function number(value: string): Node {
  return /^\d{1,9}$/.test(value)
    ? integer(Number(value))
    : { A_Const: { fval: { fval: value } } };
}

/** NULL. */
export const nothing = (): Node => ({ A_Const: { isnull: true } });

/** @param parts Name of a column, maybe after its table. */
export const column = (...parts: string[]): Node => ({
  ColumnRef: { fields: parts.map(string) },
});

/** `*`, `t.*`. */
export const star = (...parts: string[]): Node => ({
  ColumnRef: { fields: [...parts.map(string), { A_Star: {} }] },
});

/**
 * @param name Name in `pg_catalog`.
 * @param modifiers In parentheses.
 */
export const typeName = (name: string, ...modifiers: number[]): TypeName => ({
  names: [string("pg_catalog"), string(name)],
  typemod: -1,
  ...(modifiers.length === 0 ? {} : { typmods: modifiers.map(integer) }),
});

/** `CAST(node AS name)`. */
export const cast = (
  node: Node,
  name: string,
  ...modifiers: number[]
): Node => ({
  TypeCast: { arg: node, typeName: typeName(name, ...modifiers) },
});

/** A function of `pg_mysql`. */
export const call = (name: string, ...args: Node[]): Node => ({
  FuncCall: {
    funcname: [string(mysqlSchema), string(name)],
    ...(args.length === 0 ? {} : { args }),
    funcformat: "COERCE_EXPLICIT_CALL",
  },
});

/** A function of `pg_catalog`. */
export const plainCall = (name: string, ...args: Node[]): Node => ({
  FuncCall: {
    funcname: [string("pg_catalog"), string(name)],
    ...(args.length === 0 ? {} : { args }),
    funcformat: "COERCE_EXPLICIT_CALL",
  },
});

/** PostgreSQL's own operator. */
export const operator = (name: string, left: Node, right: Node): Node => ({
  A_Expr: { kind: "AEXPR_OP", name: [string(name)], lexpr: left, rexpr: right },
});

/** AND, OR. */
export const logic = (
  boolop: "AND_EXPR" | "OR_EXPR" | "NOT_EXPR",
  ...args: Node[]
): Node => ({
  BoolExpr: { boolop, args },
});

/** IS NULL, IS NOT NULL. */
export const nullTest = (node: Node, not: boolean): Node => ({
  NullTest: { arg: node, nulltesttype: not ? "IS_NOT_NULL" : "IS_NULL" },
});

/** @param node A value. */
export const value = (node: Node): Term => ({ node, condition: false });

/** @param node A condition. */
export const condition = (node: Node): Term => ({ node, condition: true });

/** A term where a value is wanted. */
export const asValue = ({ node, condition }: Term): Node =>
  condition ? call("int", node) : node;

/** A term where a condition is wanted. */
export const asCondition = ({ node, condition }: Term): Node =>
  condition ? node : call("truth", node);

/** `CASE WHEN … THEN … ELSE … END`. */
export const caseWhen = (
  whens: readonly { readonly when: Node; readonly then: Node }[],
  otherwise?: Node,
): Node => ({
  CaseExpr: {
    args: whens.map(({ when, then }) => ({
      CaseWhen: { expr: when, result: then },
    })),
    ...(otherwise === undefined ? {} : { defresult: otherwise }),
  },
});

/** `(SELECT …)` as a value. */
export const scalarQuery = (select: Node): Node => ({
  SubLink: { subLinkType: "EXPR_SUBLINK", subselect: select },
});

/** SELECT with what PostgreSQL's parser fills in. */
export const selectStmt = (parts: Partial<SelectStmt>): Node => ({
  SelectStmt: {
    limitOption: "LIMIT_OPTION_DEFAULT",
    op: "SETOP_NONE",
    ...parts,
  },
});

/** One column of a SELECT list. */
export const target = (node: Node, name?: string): Node => ({
  ResTarget: { val: node, ...(name === undefined ? {} : { name }) },
});

/** A table. */
export const rangeVar = (
  parts: readonly string[],
  alias?: string,
): RangeVar => ({
  ...(parts.length > 1 ? { schemaname: parts[0] as string } : {}),
  relname: parts.at(-1) as string,
  inh: true,
  relpersistence: "p",
  ...(alias === undefined ? {} : { alias: { aliasname: alias } }),
});
