/**
 * Writes resolved queries as `pg_get_viewdef` lays them out.
 *
 * What it does not know throws {@linkcode NoText}; the parse tree is written then.
 *
 * @module
 */

import { quoteIdentifier } from "../functions/quoting.ts";
import type {
  Cte,
  Expr,
  FromItem,
  Query,
  RangeEntry,
  Select,
  SetOperation,
  SortKey,
  Target,
} from "../tree.ts";
import {
  ExpressionWriter,
  NoText,
  withoutImplicitCasts,
} from "./expression_writer.ts";
import { relationText } from "./relation_text.ts";
import { indent } from "./text_layout.ts";

const joins = {
  inner: " JOIN ",
  left: " LEFT JOIN ",
  right: " RIGHT JOIN ",
  full: " FULL JOIN ",
  cross: " CROSS JOIN ",
} as const;

/** See the top of the file. */
export class QueryWriter extends ExpressionWriter {
  /**
   * @param expr Expression.
   * @returns Its text; casts that nobody wrote are not shown around the whole.
   */
  expressionText(expr: Expr): string {
    this.write(withoutImplicitCasts(expr));
    return this.text.toString();
  }

  /**
   * @param query Query of a view.
   * @returns Its text.
   */
  viewText(query: Query): string {
    this.query(query, true);
    return `${this.text.toString()};`;
  }

  protected override query(
    query: Query,
    namesShown: boolean,
    outer?: readonly Target[],
  ): void {
    const { prefixed } = this;
    const { level } = this.text;
    this.prefixed = true;
    this.#with(query.ctes);
    if (query.kind === "set") {
      this.#setOperation(query, namesShown, outer ?? query.targets);
      this.#tail(query, query.orderBy);
    } else {
      this.#select(query, namesShown, outer);
      this.#tail(query, query.orderBy);
    }
    this.prefixed = prefixed;
    this.text.level = level;
  }

  #with(ctes: readonly Cte[]): void {
    if (ctes.length === 0) return;
    const { text } = this;
    text.level += indent.query;
    text.add(" WITH ");
    if (ctes.some(({ recursive }) => recursive)) text.add("RECURSIVE ");
    ctes.forEach(({ name, materialized, columns, query }, at) => {
      if (at > 0) text.add(", ");
      if (!("targets" in query)) throw new NoText();
      text.add(quoteIdentifier(name));
      const renamed = columns.some((column, i) =>
        column.name !== query.targets[i]?.name
      );
      if (renamed) text.add(`(${names(columns)})`);
      text.add(" AS ");
      if (materialized !== undefined) {
        text.add(materialized ? "MATERIALIZED " : "NOT MATERIALIZED ");
      }
      text.add("(");
      text.line("", text.level);
      this.query(query, true);
      text.line(")", text.level);
    });
    text.level -= indent.query;
    text.line("", text.level);
  }

  #tail(query: Query, orderBy: readonly SortKey[]): void {
    const { text } = this;
    if (orderBy.length > 0) {
      text.clause(" ORDER BY ", 1);
      if (query.kind === "set") this.#positions(orderBy);
      else this.sortKeys(orderBy);
    }
    if (query.offset !== undefined) {
      text.clause(" OFFSET ", 0);
      this.write(withoutImplicitCasts(query.offset));
    }
    if (query.limit !== undefined) {
      if (query.kind === "select" && query.withTies) throw new NoText();
      text.clause(" LIMIT ", 0);
      this.write(withoutImplicitCasts(query.limit));
    }
  }

  #positions(keys: readonly SortKey[]): void {
    keys.forEach(({ expr, descending, nullsFirst }, at) => {
      if (expr.kind !== "column") throw new NoText();
      if (at > 0) this.text.add(", ");
      this.text.add(String(expr.index + 1));
      if (descending) this.text.add(nullsFirst ? " DESC" : " DESC NULLS LAST");
      else if (nullsFirst) this.text.add(" NULLS FIRST");
    });
  }

  #select(
    select: Select,
    namesShown: boolean,
    outer: readonly Target[] | undefined,
  ): void {
    if (select.groupingSets !== undefined || select.locking) throw new NoText();
    const { text } = this;
    const values = onlyValues(select);
    text.level += indent.query;
    text.add(" ");
    if (values !== undefined) return this.#values(values);
    text.add("SELECT");
    if (select.distinct === "all") text.add(" DISTINCT");
    else if (select.distinct !== "no") {
      text.add(" DISTINCT ON (");
      select.distinct.on.forEach((each, at) => {
        if (at > 0) text.add(", ");
        this.sortExpression(each);
      });
      text.add(")");
    }
    this.#targets(select, namesShown, outer);
    this.#from(select.from);
    if (select.where !== undefined) {
      text.clause(" WHERE ", 1);
      this.write(withoutImplicitCasts(select.where));
    }
    if (select.groupBy.length > 0) {
      text.clause(" GROUP BY ", 1);
      select.groupBy.forEach((each, at) => {
        if (at > 0) text.add(", ");
        this.sortExpression(each);
      });
    }
    if (select.having !== undefined) {
      text.clause(" HAVING ", 0);
      this.write(withoutImplicitCasts(select.having));
    }
  }

  /** A side of a set operation has the names of the whole, and casts to its types are not shown. */
  #targets(
    { targets }: Select,
    namesShown: boolean,
    outer: readonly Target[] | undefined,
  ): void {
    const { text } = this;
    targets.forEach((target, at) => {
      const expr = outer === undefined
        ? target.expr
        : withoutImplicitCasts(target.expr);
      const name = outer?.[at]?.name ?? target.name;
      text.add(at === 0 ? " " : ", ");
      const written = text.apart(() => {
        this.write(expr);
        const own = expr.kind === "column"
          ? expr.entry.columns[expr.index]?.name
          : namesShown
          ? undefined
          : "?column?";
        if (own !== name) text.add(` AS ${quoteIdentifier(name)}`);
      });
      if (written.startsWith("\n")) text.trimEnd();
      else if (at > 0) text.clause("", indent.list);
      text.add(written);
    });
  }

  #from(items: readonly FromItem[]): void {
    items.forEach((item, at) => {
      if (at === 0) this.text.clause(" FROM ", 2);
      else {
        this.text.add(", ");
        this.text.clause("", indent.list);
      }
      this.#item(item);
    });
  }

  #item(item: FromItem): void {
    if (item.kind === "entry") return this.#entry(item.entry);
    const { text } = this;
    if (!this.pretty) text.add("(");
    this.#item(item.left);
    text.clause(joins[item.type], indent.join);
    const enclosed = this.pretty && item.right.kind === "join";
    if (enclosed) text.add("(");
    this.#item(item.right);
    if (enclosed) text.add(")");
    if (item.using !== undefined) {
      text.add(` USING (${item.using.map(quoteIdentifier).join(", ")})`);
    } else if (item.on !== undefined) {
      text.add(this.pretty ? " ON " : " ON (");
      this.write(withoutImplicitCasts(item.on));
      if (!this.pretty) text.add(")");
    }
    if (!this.pretty) text.add(")");
  }

  #entry({ alias, columns, source }: RangeEntry): void {
    const { text } = this;
    const renamed = `(${names(columns.filter(({ number }) => number >= 0))})`;
    const named = quoteIdentifier(alias);
    if (alias === "") throw new NoText();
    switch (source.kind) {
      case "table": {
        const { relation } = source;
        text.add(relationText(this.env, relation.oid));
        const same = relation.columns.every(({ name }, i) =>
          name === columns[i]?.name
        );
        if (!same) text.add(` ${named}${renamed}`);
        else if (alias !== relation.name) text.add(` ${named}`);
        return;
      }
      case "cte": {
        text.add(quoteIdentifier(source.cte.name));
        if (alias !== source.cte.name) text.add(` ${named}`);
        const same = source.cte.columns.every(({ name }, i) =>
          name === columns[i]?.name
        );
        if (!same) throw new NoText();
        return;
      }
      case "query": {
        if (source.lateral) text.add("LATERAL ");
        text.add("(");
        this.query(source.query, true);
        text.add(`) ${named}`);
        const same = source.query.targets.every(({ name }, i) =>
          name === columns[i]?.name
        );
        const values = source.query.kind === "select" &&
          onlyValues(source.query) !== undefined;
        if (!same || values) text.add(renamed);
        return;
      }
      case "function": {
        const [call, second] = source.calls;
        if (call === undefined || second !== undefined) throw new NoText();
        if (source.lateral && usesColumns(call)) text.add("LATERAL ");
        this.write(call);
        if (source.ordinality) text.add(" WITH ORDINALITY");
        return text.add(` ${named}${renamed}`);
      }
      default:
        throw new NoText();
    }
  }

  #values(rows: readonly (readonly Expr[])[]): void {
    const { text } = this;
    text.add("VALUES ");
    rows.forEach((row, at) => {
      text.add(at === 0 ? "(" : ", (");
      row.forEach((each, i) => {
        if (i > 0) text.add(",");
        this.write(each);
      });
      text.add(")");
    });
  }

  #setOperation(
    query: SetOperation,
    namesShown: boolean,
    outer: readonly Target[],
  ): void {
    const { text } = this;
    const { operator, all, left, right } = query;
    const plain = (side: Query) => side.kind === "set" && isBare(side);
    const chained = left.kind === "set" && left.operator === operator &&
      left.all === all;
    this.#side(left, { enclosed: plain(left) && !chained, namesShown, outer });
    text.line(`${operator.toUpperCase()} ${all ? "ALL " : ""}`, text.level);
    if (!plain(right)) text.line("", text.level);
    this.#side(right, { enclosed: plain(right), namesShown, outer });
  }

  #side(
    side: Query,
    { enclosed, namesShown, outer }: {
      readonly enclosed: boolean;
      readonly namesShown: boolean;
      readonly outer: readonly Target[];
    },
  ): void {
    const { text } = this;
    if (side.kind === "set" && isBare(side)) {
      const { level } = text;
      if (enclosed) {
        text.add("(");
        text.level += indent.query;
        text.line("", text.level);
      }
      this.#setOperation(side, namesShown, outer);
      text.level = level;
      if (enclosed) text.line(")", level);
      return;
    }
    const own = !isBare(side);
    if (own) text.add("(");
    this.query(side, namesShown, outer);
    if (own) text.add(")");
  }
}

/** Whether nothing of a query would be taken for the whole's. */
function isBare(query: Query): boolean {
  return query.ctes.length === 0 && query.orderBy.length === 0 &&
    query.limit === undefined && query.offset === undefined;
}

function names(columns: readonly { readonly name: string }[]): string {
  return columns.map(({ name }) => quoteIdentifier(name)).join(", ");
}

function onlyValues(
  { from, where, targets }: Select,
): readonly (readonly Expr[])[] | undefined {
  const [item, second] = from;
  if (item?.kind !== "entry" || second !== undefined || where !== undefined) {
    return undefined;
  }
  const { source, columns } = item.entry;
  return source.kind !== "values" || targets.length !== columns.length ||
      !targets.every(({ expr }, i) =>
        expr.kind === "column" && expr.entry === item.entry && expr.index === i
      )
    ? undefined
    : source.rows;
}

function usesColumns(expr: unknown): boolean {
  if (typeof expr !== "object" || expr === null) return false;
  if ("kind" in expr && expr.kind === "column") return true;
  return "args" in expr && Array.isArray(expr.args) &&
    expr.args.some(usesColumns);
}
