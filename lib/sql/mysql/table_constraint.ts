/**
 * Reads keys and constraints of tables (MySQL manual, 15.1.20 and 15.1.15).
 *
 * @module
 */

import type { Constraint, Node, RangeVar } from "@pgsql/types";
import { conditionOf, valueOf } from "./expression.ts";
import {
  call,
  cast,
  column,
  integer,
  plainCall,
  rangeVar,
  string,
  text,
} from "./nodes.ts";
import type { Parser } from "./parser.ts";
import { tableParts } from "./table_name.ts";

/** A part of a key: a column or an expression. */
export interface KeyPart {
  readonly column?: string | undefined;
  readonly expression?: Node | undefined;
  /** `a(20)`: so many characters of it. */
  readonly prefix?: number | undefined;
  readonly descending?: boolean | undefined;
}

/** A key or constraint. */
export interface KeyRead {
  readonly kind:
    | "primary"
    | "unique"
    | "index"
    | "fulltext"
    | "foreign"
    | "check";
  readonly name?: string | undefined;
  readonly parts: readonly KeyPart[];
  readonly constraint?: Constraint | undefined;
}

/** At an element of CREATE TABLE or after ADD; nothing when it is a column. */
export function readConstraint(p: Parser): KeyRead | undefined {
  const mark = p.at;
  let name: string | undefined;
  if (
    p.accept("constraint") && !p.is("primary", "unique", "foreign", "check")
  ) name = p.name();
  if (p.accept("primary", "key")) {
    indexType(p);
    return { kind: "primary", parts: keyParts(p) };
  }
  if (p.accept("unique")) {
    p.acceptOne("key", "index");
    name = keyName(p) ?? name;
    return { kind: "unique", name, parts: keyParts(p) };
  }
  if (p.accept("foreign", "key")) {
    const own = p.isName() ? p.name() : undefined;
    return foreignKey(p, name ?? own);
  }
  if (p.is("check") && p.peek().word === "(") {
    p.take();
    const node = p.parenthesized(() => conditionOf(p));
    p.accept("not");
    p.accept("enforced");
    return {
      kind: "check",
      name,
      parts: [],
      constraint: {
        contype: "CONSTR_CHECK",
        raw_expr: node,
        initially_valid: true,
      },
    };
  }
  if (p.is("fulltext", "spatial")) {
    p.take();
    p.acceptOne("key", "index");
    return { kind: "fulltext", name: keyName(p), parts: keyParts(p) };
  }
  if (
    p.is("key", "index") &&
    (p.peek().word === "(" || p.peek(2).word === "(" ||
      p.peek(2).word === "using")
  ) {
    p.take();
    return { kind: "index", name: keyName(p), parts: keyParts(p) };
  }
  if (p.at !== mark) throw p.error();
  return undefined;
}

function keyName(p: Parser): string | undefined {
  const name = p.is("(", "using") ? undefined : p.name();
  indexType(p);
  return name;
}

/** `USING BTREE`. */
export function indexType(p: Parser): void {
  if (p.accept("using") || p.accept("type")) p.anyName();
}

/** `(a, b(10) DESC, (expression))`, and what may follow. */
export function keyParts(p: Parser): KeyPart[] {
  const parts = p.parenthesized(() =>
    p.list((): KeyPart => {
      const expression = p.is("(")
        ? p.parenthesized(() => valueOf(p))
        : undefined;
      const name = expression === undefined ? p.name() : undefined;
      const prefix = name !== undefined && p.is("(")
        ? p.parenthesized(() => p.whole())
        : undefined;
      return {
        column: name,
        expression,
        prefix,
        descending: p.acceptOne("asc", "desc") === "desc",
      };
    })
  );
  for (;;) {
    if (p.accept("key_block_size")) {
      p.accept("=");
      p.whole();
    } else if (p.accept("comment")) p.string();
    else if (p.accept("with", "parser")) p.name();
    else if (p.is("using")) indexType(p);
    else if (p.acceptOne("visible", "invisible") === undefined) return parts;
  }
}

const actions: Readonly<Record<string, string>> = {
  cascade: "c",
  restrict: "r",
  "set null": "n",
  "no action": "a",
  "set default": "d",
};

function foreignKey(p: Parser, name: string | undefined): KeyRead {
  const columns = p.parenthesized(() => p.list(() => p.name()));
  p.expect("references");
  const parts = tableParts(p);
  const others = p.is("(") ? p.parenthesized(() => p.list(() => p.name())) : [];
  let onDelete = "a";
  let onUpdate = "a";
  for (;;) {
    if (p.accept("match")) p.anyName();
    else if (p.accept("on")) {
      const which = p.acceptOne("delete", "update");
      if (which === undefined) throw p.error();
      const first = p.anyName().toLowerCase();
      const words = first === "set" || first === "no"
        ? `${first} ${p.anyName().toLowerCase()}`
        : first;
      const action = actions[words];
      if (action === undefined) throw p.error(p.peek(-1));
      if (which === "delete") onDelete = action;
      else onUpdate = action;
    } else break;
  }
  return {
    kind: "foreign",
    name,
    parts: columns.map((each) => ({ column: each })),
    constraint: {
      contype: "CONSTR_FOREIGN",
      pktable: rangeVar(parts),
      fk_attrs: columns.map(string),
      ...(others.length === 0 ? {} : { pk_attrs: others.map(string) }),
      fk_matchtype: "s",
      fk_upd_action: onUpdate,
      fk_del_action: onDelete,
      initially_valid: true,
    },
  };
}

/** Name of a table's key among the schema's indexes. */
export const indexName = (table: string, key: string): string =>
  `${table}.${key}`;

/**
 * @param relation Table.
 * @param key Key.
 * @param taken Names of keys so far; the new one is added.
 * @param ifNotExists Whether an index of that name may be there.
 * @returns CREATE INDEX.
 */
export function indexNode(
  relation: RangeVar,
  key: KeyRead,
  taken: Set<string>,
  ifNotExists: boolean,
): Node {
  const base = key.name ?? key.parts[0]?.column ?? "functional_index";
  let name = base;
  for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${base}_${n}`;
  taken.add(name.toLowerCase());
  const fulltext = key.kind === "fulltext";
  const indexParams = fulltext
    ? [indexElement({
      expression: plainCall(
        "to_tsvector",
        cast(text("simple"), "regconfig"),
        key.parts.map(({ column: each }): Node => ({
          CoalesceExpr: { args: [column(each ?? ""), text("")] },
        })).reduce((left, right) => ({
          A_Expr: {
            kind: "AEXPR_OP",
            name: [string("||")],
            lexpr: left,
            rexpr: right,
          },
        })),
      ),
    }, false)]
    : key.parts.map((part) => indexElement(part, true, key.kind === "unique"));
  return {
    IndexStmt: {
      idxname: indexName(relation.relname ?? "", name),
      relation: { ...relation, relpersistence: "p" },
      accessMethod: fulltext ? "gin" : "btree",
      indexParams,
      unique: key.kind === "unique",
      if_not_exists: ifNotExists,
    },
  };
}

/**
 * A prefix is what a unique key is unique over; other keys are of the whole column, which serves comparisons with
 * it, and remember the prefix.
 */
function indexElement(
  { column: name = "", expression, prefix, descending }: KeyPart,
  ordered = true,
  unique = false,
): Node {
  const key = expression ??
    (unique && prefix !== undefined
      ? call("key_prefix", column(name), integer(prefix))
      : undefined);
  return {
    IndexElem: {
      ...(key === undefined ? { name } : { expr: key }),
      ...(prefix === undefined ? {} : {
        opclassopts: [{
          DefElem: {
            defname: "mysql_prefix",
            arg: string(`${prefix} ${name}`),
            defaction: "DEFELEM_UNSPEC",
          },
        }],
      }),
      ordering: !ordered
        ? "SORTBY_DEFAULT"
        : descending
        ? "SORTBY_DESC"
        : "SORTBY_ASC",
      nulls_ordering: !ordered
        ? "SORTBY_NULLS_DEFAULT"
        : descending
        ? "SORTBY_NULLS_LAST"
        : "SORTBY_NULLS_FIRST",
    },
  };
}
