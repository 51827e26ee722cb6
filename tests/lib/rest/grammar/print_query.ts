/**
 * Writes trees as parameters, for tests only: what the grammar reads back must be the same.
 *
 * @module
 */

import type {
  Condition,
  Field,
  FilterNode,
  Level,
  OrderTerm,
  RestQuery,
  SelectItem,
} from "../../../../lib/rest/request.ts";

/** Names that mean something else somewhere when they are not quoted. */
const words = new Set(
  "select columns on_conflict apikey order limit offset and or not count inner left"
    .split(" "),
);

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

function name(text: string): string {
  return /^[a-z_$][\w$]*(?:-\w+)*$/i.test(text) && !words.has(text)
    ? text
    : quoted(text);
}

function place({ column, json }: Field): string {
  return name(column) + json.map(({ arrow, key }) =>
    arrow +
    (typeof key === "number" || /^[!#$%&*@^a-z]+$/.test(key)
      ? String(key)
      : quoted(key))
  ).join("");
}

function cast(type: string | undefined): string {
  return type === undefined ? "" : `::${type}`;
}

function item(of: SelectItem): string {
  if (of.kind === "star") return "*";
  const alias = of.alias === undefined ? "" : `${name(of.alias)}:`;
  if (of.kind === "field") {
    if (of.field === undefined) {
      return `${alias}count()${cast(of.aggregateCast)}`;
    }
    const aggregate = of.aggregate === undefined
      ? ""
      : `.${of.aggregate}()${cast(of.aggregateCast)}`;
    return alias + place(of.field) + cast(of.cast) + aggregate;
  }
  const hint = of.hint === undefined ? "" : `!${name(of.hint)}`;
  const join = of.join === undefined ? "" : `!${of.join}`;
  const start = of.spread ? "..." : alias;
  return `${start}${name(of.target)}${hint}${join}(${
    of.items.map(item).join(",")
  })`;
}

/** How a single value is written: as it is in a parameter, quoted in a tree. */
type WriteValue = (value: string) => string;

function array({ value, hasNull = false }: Condition): string {
  const items = (value as readonly string[]).map(quoted);
  return `{${[...items, ...(hasNull ? ["NULL"] : [])].join(",")}}`;
}

function operation(of: Condition, write: WriteValue): string {
  const { negated, operator, quantifier, language, value } = of;
  const option = quantifier ?? language;
  const head = (negated ? "not." : "") + operator +
    (option === undefined ? "." : `(${option}).`);
  if (quantifier !== undefined) return head + write(array(of));
  if (typeof value !== "string") return `${head}(${value.map(quoted).join()})`;
  return head + (operator === "is" ? value : write(value));
}

function node(of: FilterNode): string {
  if (of.kind === "condition") {
    return `${place(of.field)}.${operation(of, quoted)}`;
  }
  return (of.negated ? "not." : "") + of.connective + nodes(of.nodes);
}

function nodes(of: readonly FilterNode[]): string {
  return `(${of.map(node).join(",")})`;
}

function term({ field, relation, direction, nulls }: OrderTerm): string {
  const of = relation === undefined
    ? place(field)
    : `${name(relation)}(${place(field)})`;
  return of + (direction === undefined ? "" : `.${direction}`) +
    (nulls === undefined ? "" : `.nulls${nulls}`);
}

function level({ path, filters, order, limit, offset }: Level) {
  const start = path.map((each) => `${name(each)}.`).join("");
  const pairs: [string, string][] = [];
  for (const filter of filters) {
    if (filter.kind === "condition") {
      const value = operation(filter, (text) => text);
      pairs.push([start + place(filter.field), value]);
    } else {
      const not = filter.negated ? "not." : "";
      pairs.push([start + not + filter.connective, nodes(filter.nodes)]);
    }
  }
  if (order.length > 0) {
    pairs.push([`${start}order`, order.map(term).join(",")]);
  }
  if (limit !== undefined) pairs.push([`${start}limit`, String(limit)]);
  if (offset !== undefined) pairs.push([`${start}offset`, String(offset)]);
  return pairs;
}

/**
 * @param query A tree.
 * @returns Parameters that mean it, not encoded.
 */
export function printQuery(query: RestQuery): [string, string][] {
  const pairs = query.levels.flatMap(level);
  pairs.push(["select", query.select.map(item).join(",")]);
  if (query.columns !== undefined) {
    pairs.push(["columns", query.columns.map(name).join(",")]);
  }
  if (query.onConflict !== undefined) {
    pairs.push(["on_conflict", query.onConflict.map(name).join(",")]);
  }
  return pairs;
}
