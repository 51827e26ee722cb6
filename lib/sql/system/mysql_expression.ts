/**
 * Writes resolved expressions in MySQL's words, for views that PostgreSQL's clients made.
 *
 * Only what means the same in MySQL is written; anything else throws {@linkcode NoMysqlText} with its name.
 *
 * @module
 */

import type { Environment } from "../environment.ts";
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
import { fixedOid } from "../catalog/catalog.ts";
import { windowFunctions } from "../mysql/window_functions.ts";
import { oid } from "../types/type.ts";
import {
  kindOf,
  mysqlFunctions,
  mysqlLiteral,
  mysqlName,
  NoMysqlText,
} from "./mysql_words.ts";

const comparisons: ReadonlySet<string> = new Set([
  "=",
  "<>",
  "<",
  "<=",
  ">",
  ">=",
]);

/** Aggregates and window functions of the same name and meaning. */
const shared: ReadonlySet<string> = new Set([
  "count",
  "sum",
  "avg",
  "min",
  "max",
  ...windowFunctions,
]);

/** See the top of the file. */
export abstract class MysqlExpressions {
  protected readonly env: Environment;

  /** @param env Where types are looked up. */
  constructor(env: Environment) {
    this.env = env;
  }

  /** @returns Text of a query. */
  protected abstract query(query: Query): string;

  /**
   * @param expr Expression.
   * @returns Its text, in parentheses where it has operators.
   * @throws {NoMysqlText} For what MySQL has not.
   */
  expression(expr: Expr): string {
    switch (expr.kind) {
      case "constant":
        return this.#constant(expr);
      case "session":
        return session(expr);
      case "column": {
        const name = mysqlName(expr.entry.columns[expr.index]?.name ?? "");
        return expr.entry.alias === ""
          ? name
          : `${mysqlName(expr.entry.alias)}.${name}`;
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
        return expr.operator === "not"
          ? `(NOT ${this.list(expr.args)})`
          : `(${
            expr.args.map((each) => this.expression(each)).join(
              ` ${expr.operator.toUpperCase()} `,
            )
          })`;
      case "isNull":
        return `(${this.expression(expr.arg)} IS ${
          expr.not ? "NOT " : ""
        }NULL)`;
      case "isBoolean":
        return `(${this.expression(expr.arg)} IS ${expr.not ? "NOT " : ""}${
          expr.value === null ? "UNKNOWN" : String(expr.value).toUpperCase()
        })`;
      case "isDistinct": {
        const same = `(${this.expression(expr.left)} <=> ${
          this.expression(expr.right)
        })`;
        return expr.not ? same : `(NOT ${same})`;
      }
      case "case": {
        const whens = expr.whens.map(({ when, then }) =>
          ` WHEN ${this.expression(when)} THEN ${this.expression(then)}`
        );
        return `CASE${whens.join("")}${
          expr.otherwise === undefined
            ? ""
            : ` ELSE ${this.expression(expr.otherwise)}`
        } END`;
      }
      case "coalesce":
        return `COALESCE(${this.list(expr.args)})`;
      case "rowCompare":
        return `((${this.list(expr.left)}) ${expr.operator} (${
          this.list(expr.right)
        }))`;
      case "in":
        return `(${this.expression(expr.arg)} ${expr.not ? "NOT " : ""}IN (${
          this.list(expr.list)
        }))`;
      case "arrayCompare": {
        const { left, right, all, function: { name } } = expr;
        const negated = all && name === "<>";
        if (right.kind !== "array" || !(negated || (!all && name === "="))) {
          throw new NoMysqlText(`${name} ${all ? "ALL" : "ANY"} (array)`);
        }
        return `(${this.expression(left)} ${negated ? "NOT " : ""}IN (${
          this.list(right.elements)
        }))`;
      }
      case "subQuery":
        return this.#subQuery(expr);
      case "extreme":
        // MySQL's give NULL as soon as one argument is.
        throw new NoMysqlText(expr.which.toUpperCase());
      case "array":
      case "subscript":
        throw new NoMysqlText("an array");
      case "row":
      case "field":
        throw new NoMysqlText("a row as a value");
      default:
        throw new NoMysqlText("such an expression");
    }
  }

  /** Expressions with commas between them. */
  protected list(exprs: readonly Expr[]): string {
    return exprs.map((each) => this.expression(each)).join(", ");
  }

  #constant({ value, type }: Constant): string {
    if (value === null) return "NULL";
    const kind = kindOf(type);
    if (kind === "bool") {
      return value === 0 || value === 0n ? "FALSE" : "TRUE";
    }
    const text = this.env.catalog.type(type)?.output(value, this.env.eval) ??
      String(value);
    switch (kind) {
      case "integer":
      case "decimal":
      case "float":
        if (!/^-?\d/.test(text)) throw new NoMysqlText(`the number ${text}`);
        return text.startsWith("-") ? `(${text})` : text;
      case "text":
        return mysqlLiteral(text);
      case "date":
        return `DATE ${mysqlLiteral(text)}`;
      case "timestamp":
        return `TIMESTAMP ${mysqlLiteral(text)}`;
      default:
        if (type === oid.unknown || type === oid.uuid) {
          return mysqlLiteral(text);
        }
        throw new NoMysqlText(`a value of type ${this.#typeName(type)}`);
    }
  }

  #typeName(type: number): string {
    return this.env.catalog.type(type)?.name ?? String(type);
  }

  #call(expr: Call): string {
    const { function: entry, args } = expr;
    const [first, second] = args;
    if (entry.kind === "operator") {
      if (first === undefined) throw new NoMysqlText(entry.name);
      if (second === undefined) {
        if (entry.name !== "-" && entry.name !== "+") {
          throw new NoMysqlText(`operator ${entry.name}`);
        }
        return `(${entry.name} ${this.expression(first)})`;
      }
      return this.#operator(entry.name, first, second);
    }
    if (entry.schema !== fixedOid.pgCatalog || expr.variadicArray === true) {
      throw new NoMysqlText(`function ${entry.name}`);
    }
    const make = mysqlFunctions[entry.name];
    const made = make?.(args.map((each) => this.expression(each)), args);
    if (made === undefined) throw new NoMysqlText(`function ${entry.name}`);
    return made;
  }

  #operator(name: string, left: Expr, right: Expr): string {
    const a = this.expression(left);
    const b = this.expression(right);
    const kinds = [kindOf(left.type), kindOf(right.type)];
    const numbers = kinds.every((kind) =>
      kind === "integer" || kind === "decimal" || kind === "float"
    );
    const known = !kinds.includes(undefined);
    if (comparisons.has(name) && known) return `(${a} ${name} ${b})`;
    if (["+", "-", "*", "%"].includes(name) && numbers) {
      return `(${a} ${name} ${b})`;
    }
    if (name === "/" && numbers) {
      const whole = kinds.every((kind) => kind === "integer");
      return `(${a} ${whole ? "DIV" : "/"} ${b})`;
    }
    const texts = kinds.every((kind) => kind === "text");
    const joins = kinds.every((kind) =>
      kind === "text" || kind === "integer" || kind === "date"
    );
    if (name === "||" && joins) return `CONCAT(${a}, ${b})`;
    const like = { "~~": "LIKE", "!~~": "NOT LIKE" }[name];
    if (like !== undefined && texts) return `(${a} ${like} ${b})`;
    throw new NoMysqlText(
      `operator ${name} of ${this.#typeName(left.type)} and ${
        this.#typeName(right.type)
      }`,
    );
  }

  /** With FILTER, what is left out is NULL. */
  #arguments(
    name: string,
    args: readonly Expr[],
    filter: Expr | undefined,
  ): string {
    if (filter === undefined) {
      return args.length === 0 && name === "count" ? "*" : this.list(args);
    }
    const [value] = args;
    return `CASE WHEN ${this.expression(filter)} THEN ${
      value === undefined ? "1" : this.expression(value)
    } END`;
  }

  #aggregate(expr: AggregateCall): string {
    const { function: { name, schema }, args, filter } = expr;
    const distinct = expr.distinct ? "DISTINCT " : "";
    if (schema !== fixedOid.pgCatalog || expr.direct !== undefined) {
      throw new NoMysqlText(`aggregate ${name}`);
    }
    if (name === "string_agg") {
      const [value, separator] = args;
      if (
        value === undefined || separator?.kind !== "constant" ||
        separator.value === null
      ) throw new NoMysqlText("string_agg with a separator that varies");
      const order = expr.order.length === 0
        ? ""
        : ` ORDER BY ${this.sortKeys(expr.order)}`;
      return `GROUP_CONCAT(${distinct}${
        this.#arguments(name, [value], filter)
      }${order} SEPARATOR ${mysqlLiteral(String(separator.value))})`;
    }
    const same = name === "bool_and"
      ? "min"
      : name === "bool_or"
      ? "max"
      : name;
    if (!shared.has(same)) throw new NoMysqlText(`aggregate ${name}`);
    return `${same.toUpperCase()}(${distinct}${
      this.#arguments(name, args, filter)
    })`;
  }

  #window(expr: WindowCall): string {
    const { function: { name, schema }, args, filter, window } = expr;
    if (!shared.has(name) || schema !== fixedOid.pgCatalog) {
      throw new NoMysqlText(`window function ${name}`);
    }
    const parts: string[] = [];
    if (window.partition.length > 0) {
      parts.push(`PARTITION BY ${this.list(window.partition)}`);
    }
    if (window.order.length > 0) {
      parts.push(`ORDER BY ${this.sortKeys(window.order)}`);
    }
    if (window.frame !== undefined) {
      const { mode, start, end, exclude } = window.frame;
      if (mode === "GROUPS" || exclude !== "") {
        throw new NoMysqlText("a window frame with GROUPS or EXCLUDE");
      }
      const bound = (each: typeof start) =>
        "offset" in each
          ? `${this.expression(each.offset)} ${each.at}`
          : each.at;
      parts.push(`${mode} BETWEEN ${bound(start)} AND ${bound(end)}`);
    }
    return `${name.toUpperCase()}(${
      this.#arguments(name, args, filter)
    }) OVER (${parts.join(" ")})`;
  }

  /** MySQL puts NULL first, and last with DESC. */
  protected sortKeys(keys: readonly SortKey[]): string {
    return keys.map(({ expr, descending, nullsFirst }) => {
      const text = this.expression(expr);
      const key = descending ? `${text} DESC` : text;
      if (nullsFirst !== descending || expr.kind === "constant") return key;
      return `${text} IS ${nullsFirst ? "NOT " : ""}NULL, ${key}`;
    }).join(", ");
  }

  #cast(expr: Cast): string {
    const { arg, how, type, typmod, explicit } = expr;
    const text = this.expression(arg);
    const from = kindOf(arg.type);
    const to = kindOf(type);
    if (from === to && to !== undefined && typmod < 0) return text;
    if (how.by === "relabel" && (arg.type === oid.unknown || !explicit)) {
      return text;
    }
    const number = from === "integer" || from === "decimal" || from === "float";
    if (!explicit && number && (to === "decimal" || to === "float")) {
      return text;
    }
    if (!explicit && from === "text" && to === "text") return text;
    const as = (target: string) => `CAST(${text} AS ${target})`;
    switch (to) {
      case "integer":
        if (number || from === "text" || from === "bool") return as("SIGNED");
        break;
      case "decimal":
        if (typmod >= 0 && (number || from === "text")) {
          const bits = typmod - 4;
          return as(`DECIMAL(${bits >> 16}, ${bits & 0x7ff})`);
        }
        if (from === "integer") return text;
        break;
      case "float":
        if (number || from === "text") return as("DOUBLE");
        break;
      case "text":
        if (from === "text" || from === "integer" || from === "date") {
          return as(typmod >= 4 ? `CHAR(${typmod - 4})` : "CHAR");
        }
        if (from === "bool") {
          return `CASE WHEN ${text} THEN 'true' WHEN NOT ${text} THEN 'false' END`;
        }
        break;
      case "date":
        if (from === "text" || from === "timestamp") return as("DATE");
        break;
      case "timestamp":
        if (from === "text" || from === "date" || from === "timestamp") {
          return as(`DATETIME(${typmod >= 0 ? typmod : 6})`);
        }
        break;
      case "bool":
        if (number) return `(${text} <> 0)`;
        break;
    }
    throw new NoMysqlText(
      `a cast of ${this.#typeName(arg.type)} to ${this.#typeName(type)}`,
    );
  }

  #subQuery({ form, query, left, functions }: SubQuery): string {
    const inner = `(${this.query(query)})`;
    if (form === "exists") return `EXISTS ${inner}`;
    if (form === "scalar") return inner;
    if (form === "array") throw new NoMysqlText("an array");
    const operator = functions?.[0]?.name ?? "=";
    const row = left ?? [];
    const [only] = row;
    const side = row.length === 1 && only !== undefined
      ? this.expression(only)
      : `(${this.list(row)})`;
    if (form === "any" && operator === "=") return `(${side} IN ${inner})`;
    if (form === "all" && operator === "<>") {
      return `(${side} NOT IN ${inner})`;
    }
    if (row.length > 1 || !comparisons.has(operator)) {
      throw new NoMysqlText(`${operator} ${form.toUpperCase()} of rows`);
    }
    return `(${side} ${operator} ${form.toUpperCase()} ${inner})`;
  }
}

function session({ value }: SessionValue): string {
  switch (value.name) {
    case "current_date":
      return "CURRENT_DATE";
    case "transaction_timestamp":
    case "statement_timestamp":
      return "CURRENT_TIMESTAMP(6)";
    case "localtimestamp":
      return "LOCALTIMESTAMP(6)";
    default:
      throw new NoMysqlText(
        value.name === "setting" ? "current_setting" : value.name,
      );
  }
}
