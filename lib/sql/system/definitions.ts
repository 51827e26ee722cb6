/**
 * Definitions as SQL, which `psql` and `pg_dump` show: constraints, indexes, functions.
 *
 * @module
 */

import type {
  Catalog,
  Constraint,
  Index,
  Relation,
  UserFunction,
} from "../catalog/catalog.ts";
import type { EvalContext } from "../eval_context.ts";
import { quoteIdentifier, quoteLiteral } from "../functions/quoting.ts";
import { isVisible, labelOf, relationFinder } from "./names.ts";
import { storedText } from "./stored_text.ts";
import { catalogOf } from "./system_table.ts";
import { formatTypeText } from "./type_text.ts";

const actions = {
  a: "",
  r: "RESTRICT",
  c: "CASCADE",
  n: "SET NULL",
  d: "SET DEFAULT",
} as const;

function columnNames(
  relation: Relation | undefined,
  numbers: readonly number[],
): string {
  return numbers.map((wanted) =>
    quoteIdentifier(
      relation?.columns.find(({ number }) => number === wanted)?.name ?? "?",
    )
  ).join(", ");
}

/** A domain's check is kept as text; one pair of parentheses holds the whole of most. */
function domainCheck(text: string, pretty: boolean): string {
  return pretty && /^\([^()]*\)$/.test(text) ? text.slice(1, -1) : text;
}

function relationName(context: EvalContext, relation: Relation): string {
  const find = relationFinder(catalogOf(context));
  return labelOf(context, relation, isVisible(context, relation, find));
}

/**
 * @param context Session.
 * @param relation Its table; nothing for a domain's.
 * @param constraint Constraint.
 * @param pretty Without parentheses that are not needed.
 * @returns What `pg_get_constraintdef` gives.
 */
export function constraintDefinition(
  context: EvalContext,
  relation: Relation | undefined,
  constraint: Constraint,
  pretty: boolean,
): string {
  const catalog = catalogOf(context);
  const { kind, columns, foreign, check } = constraint;
  let text: string;
  if (kind === "c") {
    const expression = check === undefined
      ? ""
      : relation === undefined
      ? domainCheck(check.text, pretty)
      : storedText(context, relation, check, pretty);
    text = `CHECK (${expression})`;
  } else if (kind === "f" && foreign !== undefined) {
    const other = catalog.relation(foreign.table);
    text = `FOREIGN KEY (${columnNames(relation, columns)}) REFERENCES ${
      other === undefined ? "?" : relationName(context, other)
    }(${columnNames(other, foreign.columns)})`;
    if (foreign.match === "f") text += " MATCH FULL";
    if (foreign.onUpdate !== "a") {
      text += ` ON UPDATE ${actions[foreign.onUpdate]}`;
    }
    if (foreign.onDelete !== "a") {
      text += ` ON DELETE ${actions[foreign.onDelete]}`;
    }
  } else {
    const index = relation?.indexes.find(({ oid }) => oid === constraint.index);
    text = kind === "p" ? "PRIMARY KEY" : "UNIQUE";
    if (index?.nullsNotDistinct) text += " NULLS NOT DISTINCT";
    text += ` (${columnNames(relation, columns)})`;
    if (index !== undefined && index.include.length > 0) {
      text += ` INCLUDE (${columnNames(relation, index.include)})`;
    }
  }
  if (constraint.deferrable) text += " DEFERRABLE";
  if (constraint.initiallyDeferred) text += " INITIALLY DEFERRED";
  if (!constraint.validated) text += " NOT VALID";
  return text;
}

function keyText(
  context: EvalContext,
  relation: Relation,
  key: Index["keys"][number],
  pretty: boolean,
): string {
  if (key.expression === undefined) return columnNames(relation, [key.column]);
  const text = storedText(context, relation, key.expression, pretty);
  // A call stands alone, everything else in parentheses.
  return "FuncCall" in key.expression.node ? text : `(${text})`;
}

/**
 * @param context Session.
 * @param table Table of the index.
 * @param index Index.
 * @param pretty Without parentheses and schema where they are not needed.
 * @returns What `pg_get_indexdef` gives.
 */
export function indexDefinition(
  context: EvalContext,
  table: Relation,
  index: Index,
  pretty: boolean,
): string {
  const keys = index.keys.map((key) => {
    const order = key.descending
      ? key.nullsFirst ? " DESC" : " DESC NULLS LAST"
      : key.nullsFirst
      ? " NULLS FIRST"
      : "";
    return `${keyText(context, table, key, pretty)}${order}`;
  });
  const name = labelOf(
    context,
    table,
    pretty && isVisible(context, table, relationFinder(catalogOf(context))),
  );
  let text = `CREATE ${index.unique ? "UNIQUE " : ""}INDEX ${
    quoteIdentifier(index.name)
  } ON ${name} USING ${index.method} (${keys.join(", ")})`;
  if (index.include.length > 0) {
    text += ` INCLUDE (${columnNames(table, index.include)})`;
  }
  if (index.nullsNotDistinct) text += " NULLS NOT DISTINCT";
  if (index.predicate !== undefined) {
    text += ` WHERE ${storedText(context, table, index.predicate, pretty)}`;
  }
  return text;
}

/**
 * @param context Session.
 * @param table Table of the index.
 * @param index Index.
 * @param options Which of its columns, from 1, and whether without parentheses that are not needed.
 * @returns Name or expression of that column; empty if there is none.
 */
export function indexColumnDefinition(
  context: EvalContext,
  table: Relation,
  index: Index,
  { at, pretty }: { readonly at: number; readonly pretty: boolean },
): string {
  const key = index.keys[at - 1];
  if (key !== undefined) return keyText(context, table, key, pretty);
  const included = index.include[at - 1 - index.keys.length];
  return included === undefined ? "" : columnNames(table, [included]);
}

const argumentModes = {
  i: "",
  o: "OUT ",
  b: "INOUT ",
  v: "VARIADIC ",
  t: "",
} as const;

/**
 * @param context Session.
 * @param each Function.
 * @param defaults Whether to show default values.
 * @returns What `pg_get_function_arguments` gives.
 */
export function functionArguments(
  context: EvalContext,
  each: UserFunction,
  defaults: boolean,
): string {
  return each.args.filter(({ mode }) => mode !== "t").map((arg) => {
    const name = arg.name === "" ? "" : `${quoteIdentifier(arg.name)} `;
    const value = defaults && arg.default !== undefined
      ? ` DEFAULT ${arg.default.text}`
      : "";
    const mode = each.kind === "p" && arg.mode === "i"
      ? "IN "
      : argumentModes[arg.mode];
    return `${mode}${name}${formatTypeText(context, arg.type, null)}${value}`;
  }).join(", ");
}

/**
 * @param context Session.
 * @param each Function.
 * @returns What `pg_get_function_result` gives; `null` for a procedure.
 */
export function functionResult(
  context: EvalContext,
  each: UserFunction,
): string | null {
  if (each.kind === "p") return null;
  const columns = each.args.filter(({ mode }) => mode === "t");
  if (columns.length > 0) {
    return `TABLE(${
      columns.map(({ name, type }) =>
        `${quoteIdentifier(name)} ${formatTypeText(context, type, null)}`
      ).join(", ")
    })`;
  }
  return `${each.returnsSet ? "SETOF " : ""}${
    formatTypeText(context, each.returns, null)
  }`;
}

const volatilities = { i: " IMMUTABLE", s: " STABLE", v: "" } as const;

/**
 * @param context Session.
 * @param each Function.
 * @returns What `pg_get_functiondef` gives.
 */
export function functionDefinition(
  context: EvalContext,
  each: UserFunction,
): string {
  const catalog: Catalog = catalogOf(context);
  const schema = quoteIdentifier(catalog.schema(each.schema)?.name ?? "");
  const word = each.kind === "p" ? "PROCEDURE" : "FUNCTION";
  const lines = [
    `CREATE OR REPLACE ${word} ${schema}.${quoteIdentifier(each.name)}(${
      functionArguments(context, each, true)
    })`,
  ];
  const result = functionResult(context, each);
  if (result !== null) lines.push(` RETURNS ${result}`);
  lines.push(" LANGUAGE sql");
  const properties = `${volatilities[each.volatility]}${
    each.strict ? " STRICT" : ""
  }${each.securityDefiner ? " SECURITY DEFINER" : ""}${
    each.leakproof ? " LEAKPROOF" : ""
  }${
    each.returnsSet && (each.rows ?? 1000) !== 1000 ? ` ROWS ${each.rows}` : ""
  }`;
  if (properties !== "") lines.push(properties);
  for (const [name, value] of Object.entries(each.settings)) {
    lines.push(` SET ${quoteIdentifier(name)} TO ${quoteLiteral(value)}`);
  }
  const tag = each.kind === "p" ? "$procedure$" : "$function$";
  lines.push(`AS ${tag}${each.body}${tag}`, "");
  return lines.join("\n");
}
