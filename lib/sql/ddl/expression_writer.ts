/**
 * Writes resolved expressions as `pg_get_expr` and `pg_get_viewdef` show them.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import { quoteIdentifier, quoteLiteral } from "../functions/quoting.ts";
import { fixedOid } from "../catalog/catalog.ts";
import type { Environment } from "../environment.ts";
import { SqlError } from "../error.ts";
import type { FunctionEntry } from "../functions/registry.ts";
import { mysqlSchema } from "../mysql/nodes.ts";
import type {
  AggregateCall,
  Call,
  Cast,
  Constant,
  Expr,
  Query,
  SessionValue,
  SortKey,
  SubQuery,
  WindowCall,
} from "../tree.ts";
import { oid } from "../types/type.ts";
import { formatType } from "./format_type.ts";
import { needsParentheses } from "./expression_parentheses.ts";
import { strings, walkTree } from "./nodes.ts";
import { relationText } from "./relation_text.ts";
import { indent, TextLayout } from "./text_layout.ts";

/** Thrown where the parse tree has to help. */
export class NoText extends Error {}

/** How to write. */
export interface WriterOptions {
  /** Where names are looked up; they are written with their schema unless the search path finds them. */
  readonly env: Environment;
  /** The tree that was resolved. */
  readonly node: Node;
  /** Leaves parentheses out that are not needed. */
  readonly pretty?: boolean | undefined;
}

/** See the top of the file. */
export abstract class ExpressionWriter {
  protected readonly env: Environment;
  protected readonly pretty: boolean;
  protected readonly text = new TextLayout();
  /** Whether columns are written with the name of their table. */
  protected prefixed = false;
  /** `now()` and CURRENT_TIMESTAMP are one and the same once resolved. */
  readonly #calledNow: boolean;

  constructor({ env, node, pretty = false }: WriterOptions) {
    this.env = env;
    this.pretty = pretty;
    let calledNow = false;
    walkTree({ node }, (kind, each) => {
      if (kind !== "FuncCall") return;
      const name = strings(each["funcname"] as Node[]).at(-1);
      if (name === "now" || name === "transaction_timestamp") calledNow = true;
    });
    this.#calledNow = calledNow;
  }

  /** Writes a query that stands in parentheses. */
  protected abstract query(query: Query, namesShown: boolean): void;

  /** Writes an operand, in parentheses if it must have them. */
  protected operand(expr: Expr, parent: Expr, implicitCasts = true): void {
    const shown = implicitCasts ? expr : withoutImplicitCasts(expr);
    const enclosed = this.pretty && needsParentheses(shown, parent);
    if (enclosed) this.text.add("(");
    this.write(shown);
    if (enclosed) this.text.add(")");
  }

  /** Writes an expression. */
  protected write(expr: Expr): void {
    const { text } = this;
    switch (expr.kind) {
      case "constant":
        return text.add(this.constant(expr));
      case "session":
        return text.add(this.#session(expr));
      case "column": {
        const name = quoteIdentifier(
          expr.entry.columns[expr.index]?.name ?? "",
        );
        const prefix = this.prefixed && expr.entry.alias !== ""
          ? `${quoteIdentifier(expr.entry.alias)}.`
          : "";
        return text.add(`${prefix}${name}`);
      }
      case "call":
        return this.#call(expr);
      case "aggregate":
        return this.#aggregate(expr);
      case "window":
        return this.#window(expr);
      case "cast":
        return this.#cast(expr);
      case "logic":
        return this.#logic(expr);
      case "isNull":
        return this.#enclosed(() => {
          this.operand(expr.arg, expr);
          text.add(` IS ${expr.not ? "NOT " : ""}NULL`);
        });
      case "isBoolean":
        return this.#enclosed(() => {
          this.operand(expr.arg, expr, false);
          text.add(
            ` IS ${expr.not ? "NOT " : ""}${
              expr.value === null ? "UNKNOWN" : String(expr.value).toUpperCase()
            }`,
          );
        });
      case "isDistinct":
        return this.#distinct(expr);
      case "case":
        return this.#case(expr);
      case "coalesce":
        return this.#function("COALESCE", expr.args);
      case "extreme":
        return this.#function(expr.which.toUpperCase(), expr.args);
      case "array":
        text.add("ARRAY[");
        this.list(expr.elements);
        return text.add(
          expr.elements.length === 0
            ? `]::${this.type(expr.type, expr.typmod)}`
            : "]",
        );
      case "row":
        return this.#function("ROW", expr.fields);
      case "rowCompare":
        return this.#enclosed(() => {
          this.#function("ROW", expr.left);
          text.add(` ${expr.operator} `);
          this.#function("ROW", expr.right);
        });
      case "in":
        return this.#in(expr);
      case "arrayCompare":
        return this.#enclosed(() => {
          this.operand(expr.left, expr);
          text.add(` ${expr.function.name} ${expr.all ? "ALL" : "ANY"} (`);
          this.operand(expr.right, expr);
          text.add(")");
        });
      case "subscript":
        return this.#subscript(expr);
      case "subQuery":
        return this.#subQuery(expr);
      default:
        throw new NoText();
    }
  }

  protected type(type: number, typmod: number): string {
    return formatType(this.env, type, typmod);
  }

  /** Writes expressions with commas between them. */
  protected list(exprs: readonly Expr[]): void {
    exprs.forEach((each, at) => {
      if (at > 0) this.text.add(", ");
      this.write(each);
    });
  }

  #enclosed(write: () => void): void {
    if (!this.pretty) this.text.add("(");
    write();
    if (!this.pretty) this.text.add(")");
  }

  #function(name: string, args: readonly Expr[]): void {
    this.text.add(`${name}(`);
    this.list(args);
    this.text.add(")");
  }

  #logic(expr: Extract<Expr, { kind: "logic" }>): void {
    const { operator, args } = expr;
    this.#enclosed(() => {
      if (operator === "not") this.text.add("NOT ");
      flat(operator, args).forEach((each, at) => {
        if (at > 0) this.text.add(` ${operator.toUpperCase()} `);
        this.operand(each, expr, false);
      });
    });
  }

  #distinct(expr: Extract<Expr, { kind: "isDistinct" }>): void {
    const { left, right, not } = expr;
    this.#enclosed(() => {
      if (not) this.text.add(this.pretty ? "NOT " : "NOT (");
      this.operand(left, expr);
      this.text.add(" IS DISTINCT FROM ");
      this.operand(right, expr);
      if (not && !this.pretty) this.text.add(")");
    });
  }

  /** @returns A literal with its type. */
  protected constant({ value, type, typmod }: Constant): string {
    if (value === null) return `NULL::${this.type(type, typmod)}`;
    if (type === oid.bool) {
      return value === 0 || value === 0n ? "false" : "true";
    }
    const text = this.#output(value, type);
    switch (type) {
      case oid.int2:
      case oid.int4:
      case oid.int8:
        // Operators take integers of any size, so that one that is written out stays what it is.
        return integerLiteral(text);
      case oid.numeric:
        if (/^\d.*[.eE]/.test(text)) return text;
        break;
      case oid.unknown:
        return quoteLiteral(text);
    }
    const written = asWritten({ kind: "constant", value, type, typmod });
    return written.type === type
      ? `${quoteLiteral(text)}::${this.type(type, -1)}`
      : `(${this.constant(written)})::${this.type(type, -1)}`;
  }

  #output(value: NonNullable<Constant["value"]>, type: number): string {
    if (type === oid.regclass) return relationText(this.env, Number(value));
    const found = this.env.catalog.type(type);
    try {
      return found?.output(value, this.env.eval) ?? String(value);
    } catch (error) {
      if (error instanceof SqlError) return String(value);
      throw error;
    }
  }

  #session({ value }: SessionValue): string {
    switch (value.name) {
      case "transaction_timestamp":
        return this.#calledNow ? "now()" : "CURRENT_TIMESTAMP";
      case "statement_timestamp":
        return "statement_timestamp()";
      case "current_date":
      case "localtimestamp":
      case "current_time":
      case "localtime":
      case "current_user":
      case "session_user":
        return value.name.toUpperCase();
      case "current_schema":
      case "current_database":
        return `${value.name}()`;
      case "setting":
        return `current_setting(${quoteLiteral(value.setting)}::text${
          value.missingOk ? ", true" : ""
        })`;
      default:
        throw new NoText();
    }
  }

  #call(expr: Call): void {
    const { function: entry, args } = expr;
    const [first, second] = args;
    if (entry.kind === "operator") {
      if (first === undefined) throw new NoText();
      this.#enclosed(() => {
        if (second === undefined) {
          this.text.add(`${entry.name} `);
          this.operand(first, expr);
          return;
        }
        this.operand(first, expr);
        this.text.add(` ${entry.name} `);
        this.operand(second, expr);
      });
      return;
    }
    if (
      entry.name === "extract" && first?.kind === "constant" &&
      second !== undefined
    ) {
      this.text.add(`EXTRACT(${String(first.value)} FROM `);
      this.write(second);
      this.text.add(")");
      return;
    }
    if (expr.variadicArray === true) throw new NoText();
    this.#function(this.#functionName(entry), args);
  }

  #functionName(entry: FunctionEntry): string {
    const name = quoteIdentifier(entry.name);
    const { catalog, searchPath } = this.env;
    if (entry.schema === fixedOid.pgCatalog) return name;
    if (entry.schema === fixedOid.mysql) return `${mysqlSchema}.${name}`;
    const visible = searchPath.find((schema) =>
      catalog.functionsNamed(schema, entry.name).length > 0
    );
    return visible === entry.schema
      ? name
      : `${quoteIdentifier(catalog.schema(entry.schema)?.name ?? "")}.${name}`;
  }

  #aggregate(expr: AggregateCall): void {
    const { text } = this;
    text.add(`${this.#functionName(expr.function)}(`);
    if (expr.distinct) text.add("DISTINCT ");
    const ordered = expr.direct ?? expr.args;
    if (expr.direct === undefined && expr.args.length === 0) text.add("*");
    this.list(ordered);
    if (expr.direct !== undefined) text.add(") WITHIN GROUP (ORDER BY ");
    else if (expr.order.length > 0) text.add(" ORDER BY ");
    this.sortKeys(expr.order);
    text.add(")");
    this.#filter(expr.filter);
  }

  #filter(filter: Expr | undefined): void {
    if (filter === undefined) return;
    this.text.add(" FILTER (WHERE ");
    this.write(withoutImplicitCasts(filter));
    this.text.add(")");
  }

  #window({ function: entry, args, filter, window }: WindowCall): void {
    const { text } = this;
    text.add(`${this.#functionName(entry)}(`);
    if (entry.kind === "aggregate" && args.length === 0) text.add("*");
    this.list(args);
    text.add(")");
    this.#filter(filter);
    if (window.frame !== undefined) throw new NoText();
    text.add(" OVER (");
    if (window.partition.length > 0) {
      text.add("PARTITION BY ");
      window.partition.forEach((each, at) => {
        if (at > 0) text.add(", ");
        this.sortExpression(each);
      });
      if (window.order.length > 0) text.add(" ");
    }
    if (window.order.length > 0) {
      text.add("ORDER BY ");
      this.sortKeys(window.order);
    }
    text.add(")");
  }

  /** Writes keys of an ORDER BY. */
  protected sortKeys(keys: readonly SortKey[]): void {
    keys.forEach(({ expr, descending, nullsFirst }, at) => {
      if (at > 0) this.text.add(", ");
      this.sortExpression(expr);
      if (descending) this.text.add(nullsFirst ? " DESC" : " DESC NULLS LAST");
      else if (nullsFirst) this.text.add(" NULLS FIRST");
    });
  }

  /** Writes what is sorted or grouped by. */
  protected sortExpression(expr: Expr): void {
    const plain = expr.kind === "column" || expr.kind === "constant" ||
      (!this.pretty && !isFunction(expr));
    if (!plain) this.text.add("(");
    this.write(expr);
    if (!plain) this.text.add(")");
  }

  #cast(expr: Cast): void {
    const { how, type, typmod } = expr;
    let { arg } = expr;
    if (arg.kind === "constant" && how.by === "relabel" && arg.value !== null) {
      if (arg.type === oid.unknown) {
        return this.text.add(this.constant({ ...arg, type }));
      }
    }
    if (how.by === "typmod" && arg.kind === "cast" && arg.type === type) {
      arg = arg.arg;
    }
    if (arg.kind === "constant" && arg.type === type && how.by === "typmod") {
      const bare = quoteLiteral(this.#output(arg.value ?? "", type));
      return this.text.add(`${bare}::${this.type(type, typmod)}`);
    }
    this.#enclosed(() => this.operand(arg, expr, false));
    this.text.add(`::${this.type(type, typmod)}`);
  }

  #case(expr: Extract<Expr, { kind: "case" }>): void {
    const { text } = this;
    text.line("CASE", text.level);
    text.level += indent.list;
    for (const { when, then } of expr.whens) {
      text.line("WHEN ", text.level);
      this.write(withoutImplicitCasts(when));
      text.add(" THEN ");
      this.write(then);
    }
    text.line("ELSE ", text.level);
    if (expr.otherwise === undefined) {
      text.add(`NULL::${this.type(expr.type, -1)}`);
    } else this.write(expr.otherwise);
    text.level -= indent.list;
    text.line("END", text.level);
  }

  #in(expr: Extract<Expr, { kind: "in" }>): void {
    const { arg, list, not } = expr;
    const [only] = list;
    this.#enclosed(() => {
      this.operand(arg, expr);
      if (only !== undefined && list.length === 1) {
        this.text.add(not ? " <> " : " = ");
        this.operand(only, expr);
        return;
      }
      this.text.add(not ? " <> ALL (ARRAY[" : " = ANY (ARRAY[");
      this.list(list);
      this.text.add("])");
    });
  }

  #subscript(expr: Extract<Expr, { kind: "subscript" }>): void {
    const { array, indexes } = expr;
    const bare = array.kind === "column";
    if (!bare) this.text.add("(");
    this.write(array);
    if (!bare) this.text.add(")");
    for (const { lower, upper, slice } of indexes) {
      this.text.add("[");
      if (slice && lower !== undefined) this.write(lower);
      if (slice) this.text.add(":");
      const last = slice ? upper : upper ?? lower;
      if (last !== undefined) this.write(last);
      this.text.add("]");
    }
  }

  #subQuery({ form, query, left, functions }: SubQuery): void {
    const { text } = this;
    if (form === "array") {
      text.add("ARRAY(");
      this.query(query, false);
      return text.add(")");
    }
    text.add("(");
    if (form === "exists") text.add("EXISTS (");
    if (form === "any" || form === "all") {
      if (left?.length === 1 && left[0] !== undefined) this.write(left[0]);
      else {
        text.add("(");
        this.list(left ?? []);
        text.add(")");
      }
      const operator = functions?.[0]?.name ?? "=";
      text.add(
        form === "any" && operator === "="
          ? " IN ("
          : ` ${operator} ${form.toUpperCase()} (`,
      );
    }
    this.query(query, false);
    text.add(form === "scalar" ? ")" : "))");
  }
}

/**
 * @param expr Expression.
 * @returns It without casts at its top that nobody wrote.
 */
export function withoutImplicitCasts(expr: Expr): Expr {
  return expr.kind === "cast" && !expr.explicit && expr.how.by !== "text"
    ? withoutImplicitCasts(expr.arg)
    : expr.kind === "constant"
    ? asWritten(expr)
    : expr;
}

/** Types that a number which is written out is made into without a word. */
const numbers: ReadonlySet<number> = new Set([
  oid.numeric,
  oid.float4,
  oid.float8,
]);

/** A number that is written out as PostgreSQL takes it at first: an integer, or a numeric. */
function asWritten(expr: Constant): Constant {
  const text = String(expr.value);
  if (expr.value === null || !numbers.has(expr.type)) return expr;
  if (/^-?\d+$/.test(text)) {
    const value = BigInt(text);
    const type = BigInt.asIntN(32, value) === value ? oid.int4 : oid.int8;
    return { ...expr, type, typmod: -1, value };
  }
  return /^-?\d+\.\d+$/.test(text)
    ? { ...expr, type: oid.numeric, typmod: -1, value: text }
    : expr;
}

/** AND of AND is one AND. */
function flat(operator: string, args: readonly Expr[]): Expr[] {
  return args.flatMap((each) =>
    operator !== "not" && each.kind === "logic" && each.operator === operator
      ? flat(operator, each.args)
      : [each]
  );
}

function isFunction(expr: Expr): boolean {
  return expr.kind === "aggregate" || expr.kind === "window" ||
    (expr.kind === "cast" && expr.how.by === "function") ||
    (expr.kind === "call" && expr.function.kind !== "operator");
}

/** The type that PostgreSQL gives an integer is shown only with a sign, or when it is long. */
function integerLiteral(text: string): string {
  const value = BigInt(text);
  if (value < -(2n ** 31n) || value >= 2n ** 31n) {
    return `${quoteLiteral(text)}::bigint`;
  }
  return value < 0n ? `${quoteLiteral(text)}::integer` : text;
}
