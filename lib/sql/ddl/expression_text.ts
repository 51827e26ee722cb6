/**
 * Writes a resolved expression as `pg_get_expr` shows it: operators in parentheses, literals with
 * their types.
 *
 * What cannot be written from the resolved tree (a sub-query) is written from the parse tree instead.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import { Deparser } from "pgsql-deparser";
import { quoteIdentifier } from "../analyze/type_facts.ts";
import { fixedOid } from "../catalog/catalog.ts";
import type { Environment } from "../environment.ts";
import { SqlError } from "../error.ts";
import type { FunctionEntry } from "../functions/registry.ts";
import type { Call, Cast, Constant, Expr, SessionValue } from "../tree.ts";
import { oid } from "../types/type.ts";
import { formatType } from "./format_type.ts";
import { strings, walkTree } from "./nodes.ts";

/** Thrown where the parse tree has to help. */
class NoText extends Error {}

/**
 * @param expr Resolved expression.
 * @param node The tree that it came from.
 * @param env Where names are looked up; they are written with their schema unless the search path finds them.
 * @returns PostgreSQL text.
 */
export function expressionText(
  expr: Expr,
  node: Node,
  env: Environment,
): string {
  try {
    return new Writer(env, node).top(expr);
  } catch (error) {
    if (!(error instanceof NoText)) throw error;
    return deparse(node);
  }
}

/**
 * @param node Parse tree.
 * @returns PostgreSQL text of it.
 */
export function deparse(node: Node): string {
  return Deparser.deparse(node, { pretty: false });
}

class Writer {
  readonly #env: Environment;
  /** `now()` and CURRENT_TIMESTAMP are one and the same once resolved. */
  readonly #calledNow: boolean;

  constructor(env: Environment, node: Node) {
    this.#env = env;
    let calledNow = false;
    walkTree({ node }, (kind, each) => {
      if (kind !== "FuncCall") return;
      const name = strings(each["funcname"] as Node[]).at(-1);
      if (name === "now" || name === "transaction_timestamp") calledNow = true;
    });
    this.#calledNow = calledNow;
  }

  /** Writes the whole: implicit casts there are not shown. */
  top(expr: Expr): string {
    return expr.kind === "cast" && !expr.explicit && expr.how.by !== "text"
      ? this.top(expr.arg)
      : this.#write(expr);
  }

  #type(type: number, typmod: number): string {
    return formatType(this.#env, type, typmod);
  }

  #list(exprs: readonly Expr[]): string {
    return exprs.map((each) => this.#write(each)).join(", ");
  }

  #write(expr: Expr): string {
    switch (expr.kind) {
      case "constant":
        return this.#constant(expr);
      case "session":
        return this.#session(expr);
      case "column":
        return quoteIdentifier(expr.entry.columns[expr.index]?.name ?? "");
      case "call":
        return this.#call(expr);
      case "cast":
        return this.#cast(expr);
      case "logic":
        return expr.operator === "not"
          ? `(NOT ${this.#list(expr.args)})`
          : `(${
            this.#flat(expr.operator, expr.args)
              .join(` ${expr.operator.toUpperCase()} `)
          })`;
      case "isNull":
        return `(${this.#write(expr.arg)} IS ${expr.not ? "NOT " : ""}NULL)`;
      case "isBoolean":
        return `(${this.#write(expr.arg)} IS ${expr.not ? "NOT " : ""}${
          expr.value === null ? "UNKNOWN" : String(expr.value).toUpperCase()
        })`;
      case "isDistinct": {
        const text = `(${this.#write(expr.left)} IS DISTINCT FROM ${
          this.#write(expr.right)
        })`;
        return expr.not ? `(NOT ${text})` : text;
      }
      case "case":
        return this.#case(expr);
      case "coalesce":
        return `COALESCE(${this.#list(expr.args)})`;
      case "extreme":
        return `${expr.which.toUpperCase()}(${this.#list(expr.args)})`;
      case "array":
        return expr.elements.length === 0
          ? `ARRAY[]::${this.#type(expr.type, expr.typmod)}`
          : `ARRAY[${this.#list(expr.elements)}]`;
      case "row":
        return `ROW(${this.#list(expr.fields)})`;
      case "in":
        return this.#in(expr);
      case "arrayCompare":
        return `(${this.#write(expr.left)} ${expr.function.name} ${
          expr.all ? "ALL" : "ANY"
        } (${this.#write(expr.right)}))`;
      default:
        throw new NoText();
    }
  }

  /** AND of AND is one AND. */
  #flat(operator: "and" | "or", args: readonly Expr[]): string[] {
    return args.flatMap((each) =>
      each.kind === "logic" && each.operator === operator && args.length > 0
        ? this.#flat(operator, each.args)
        : [this.#write(each)]
    );
  }

  #constant({ value, type, typmod }: Constant): string {
    if (value === null) return `NULL::${this.#type(type, typmod)}`;
    if (type === oid.bool) {
      return value === 0 || value === 0n ? "false" : "true";
    }
    const text = this.#output(value, type);
    switch (type) {
      case oid.int4:
        if (/^\d+$/.test(text)) return text;
        break;
      case oid.numeric:
        if (/^\d.*[.eE]/.test(text) && typmod < 0) return text;
        break;
      case oid.unknown:
        return quote(text);
    }
    return `${quote(text)}::${this.#type(type, typmod)}`;
  }

  #output(value: NonNullable<Constant["value"]>, type: number): string {
    if (type === oid.regclass) return relationText(this.#env, Number(value));
    const found = this.#env.catalog.type(type);
    try {
      return found?.output(value, this.#env.eval) ?? String(value);
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
        return `current_setting(${quote(value.setting)}::text${
          value.missingOk ? ", true" : ""
        })`;
      default:
        throw new NoText();
    }
  }

  #call({ function: entry, args }: Call): string {
    if (entry.kind === "operator") {
      const [left, right] = args;
      if (left === undefined) throw new NoText();
      return right === undefined
        ? `(${entry.name} ${this.#write(left)})`
        : `(${this.#write(left)} ${entry.name} ${this.#write(right)})`;
    }
    const [first, second] = args;
    if (
      entry.name === "extract" && first?.kind === "constant" &&
      second !== undefined
    ) {
      return `EXTRACT(${String(first.value)} FROM ${this.#write(second)})`;
    }
    return `${this.#functionName(entry)}(${this.#list(args)})`;
  }

  #functionName(entry: FunctionEntry): string {
    const name = quoteIdentifier(entry.name);
    const { catalog, searchPath } = this.#env;
    if (entry.schema === fixedOid.pgCatalog) return name;
    const visible = searchPath.find((schema) =>
      catalog.functionsNamed(schema, entry.name).length > 0
    );
    return visible === entry.schema
      ? name
      : `${quoteIdentifier(catalog.schema(entry.schema)?.name ?? "")}.${name}`;
  }

  #cast(expr: Cast): string {
    const { arg, how, type, typmod } = expr;
    if (arg.kind === "constant" && arg.type === type && how.by === "typmod") {
      return `${this.#constant(arg)}`;
    }
    if (arg.kind === "constant" && how.by === "relabel") {
      return this.#constant({ ...arg, type, typmod });
    }
    return `(${this.#write(arg)})::${this.#type(type, typmod)}`;
  }

  #case(expr: Extract<Expr, { kind: "case" }>): string {
    const whens = expr.whens.map(({ when, then }) =>
      `    WHEN ${this.#write(when)} THEN ${this.#write(then)}`
    );
    const otherwise = expr.otherwise === undefined
      ? "NULL::" + this.#type(expr.type, -1)
      : this.#write(expr.otherwise);
    return ["CASE", ...whens, `    ELSE ${otherwise}`, "END"].join("\n");
  }

  #in({ arg, list, not }: Extract<Expr, { kind: "in" }>): string {
    const [only] = list;
    const left = this.#write(arg);
    if (only !== undefined && list.length === 1) {
      return `(${left} ${not ? "<>" : "="} ${this.#write(only)})`;
    }
    return `(${left} ${not ? "<> ALL" : "= ANY"} (ARRAY[${this.#list(list)}]))`;
  }
}

/**
 * @param env Where to look.
 * @param oid Oid of a relation.
 * @returns Its name as `regclass` shows it, with the schema unless the search path finds it.
 */
export function relationText(env: Environment, oid: number): string {
  const { catalog, searchPath } = env;
  const relation = catalog.relation(oid);
  if (relation === undefined) return String(oid);
  const name = quoteIdentifier(relation.name);
  for (const schema of searchPath) {
    const found = catalog.relationNamed(schema, relation.name);
    if (found?.oid === oid) return name;
    if (found !== undefined) break;
  }
  return `${
    quoteIdentifier(catalog.schema(relation.schema)?.name ?? "")
  }.${name}`;
}

function quote(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes("\\") ? `E${quoted.replaceAll("\\", "\\\\")}` : quoted;
}
