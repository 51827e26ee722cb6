/**
 * Looks up every name of a request: columns in the picture of the schema, embeds among relationships.
 *
 * @module
 */

import { EngineError } from "../../engine/engine.ts";
import { RestError } from "../error.ts";
import type {
  EmbedItem,
  Field,
  FieldItem,
  FilterNode,
  Level,
  OrderTerm,
  RestQuery,
  SelectItem,
} from "../request.ts";
import type { Relation, Relationship, RestColumn } from "../schema/picture.ts";
import {
  type Embed,
  type FieldOutput,
  type FieldRef,
  isGrouped,
  type Ordering,
  type Output,
  type RowsNode,
  type RowsSource,
  type Test,
} from "./tree.ts";

/** What names are looked up with. */
export interface ResolveOptions {
  /** Finds how two relations belong together (PGRST200, PGRST201). */
  readonly findRelationship: (
    from: Relation,
    target: string,
    hint: string | undefined,
  ) => Relationship;
  /** Whether `sum()` and the like may be asked for. */
  readonly aggregates: boolean;
}

/** Resolves one request. */
class Resolution {
  readonly #options: ResolveOptions;
  readonly #levels: ReadonlyMap<string, Level>;
  readonly #used = new Set<Level>();
  /** The first embed that was called by its relation's name although it has an alias. */
  calledByTarget: Pick<Embed, "name" | "target"> | undefined;

  constructor(levels: readonly Level[], options: ResolveOptions) {
    this.#options = options;
    this.#levels = new Map(levels.map((level) => [pathKey(level.path), level]));
  }

  /** A parameter for an embed that is not there is an error, not nothing. */
  checkAllUsed(): void {
    for (const [, level] of this.#levels) {
      if (!this.#used.has(level)) throw notEmbedded(level.path.at(-1) ?? "");
    }
  }

  node(
    source: RowsSource,
    items: readonly SelectItem[],
    level: Level | undefined,
    path: readonly string[],
  ): RowsNode {
    if (level !== undefined) this.#used.add(level);
    const embeds: Embed[] = [];
    const outputs: Output[] = [];
    for (const item of items) {
      switch (item.kind) {
        case "star":
          outputs.push(...allOf(source));
          break;
        case "field":
          outputs.push(this.#field(source, item));
          break;
        case "embed": {
          const embed = this.#embed(source, item, path);
          embeds.push(embed);
          if (item.items.length > 0) outputs.push({ kind: "embed", embed });
        }
      }
    }
    const { filters = [], order = [], limit, offset } = level ?? {};
    return {
      source,
      outputs,
      embeds,
      tests: filters.map((filter) => test(source, embeds, filter)),
      order: order.map((term) => ordering(source, embeds, term)),
      limit,
      offset,
    };
  }

  #field(source: RowsSource, item: FieldItem): FieldOutput {
    const { field, alias, cast, aggregateCast } = item;
    let { aggregate } = item;
    if (aggregate !== undefined && !this.#options.aggregates) {
      throw new RestError(
        "PGRST123",
        "Use of aggregate functions is not allowed",
      );
    }
    if (
      field?.column === "count" && field.json.length === 0 &&
      aggregate === undefined && !source.columns.has("count")
    ) {
      // The old way to count rows, `rel(count)`, is PostgreSQL's functional notation and always allowed.
      aggregate = "count";
      return {
        kind: "field",
        name: alias ?? "count",
        aggregate,
        aggregateCast: cast,
      };
    }
    return {
      kind: "field",
      name: alias ?? aggregate ??
        (field === undefined ? "count" : nameOf(field)),
      field: field && fieldRef(source, field),
      cast,
      aggregate,
      aggregateCast,
    };
  }

  #embed(
    source: RowsSource,
    { target, alias, hint, join, spread, items }: EmbedItem,
    path: readonly string[],
  ): Embed {
    if (source.relation === undefined) {
      throw new RestError(
        "PGRST200",
        `Could not find a relationship between '${source.name}' and '${target}' in the schema cache`,
        {
          details:
            `'${source.name}' gives no rows of a table, so nothing is related to it.`,
        },
      );
    }
    const relationship = this.#options.findRelationship(
      source.relation,
      target,
      hint,
    );
    const { to, cardinality } = relationship;
    const name = alias ?? target;
    const own = [...path, name];
    let level = this.#levels.get(pathKey(own));
    if (level === undefined && alias !== undefined) {
      // Beside an alias the target's name still serves, as it did upstream before 16.
      level = this.#levels.get(pathKey([...path, target]));
      if (level !== undefined) this.calledByTarget ??= { name, target };
    }
    const node = this.node(
      { name: to.name, columns: to.columns, relation: to },
      items,
      level,
      own,
    );
    const toOne = cardinality === "many-to-one" || cardinality === "one-to-one";
    if (spread && !toOne && isGrouped(node)) {
      throw new RestError("PGRST127", "Feature not implemented", {
        details:
          "Aggregates are not implemented for one-to-many or many-to-many spreads.",
      });
    }
    return {
      name,
      target,
      relationship,
      toOne,
      inner: join === "inner",
      spread,
      node,
    };
  }
}

/**
 * Looks up a request for rows.
 *
 * @param source Where the rows come from.
 * @param query What was asked.
 * @param options How embeds are found.
 * @returns The tree that is printed.
 * @throws {RestError} PGRST108, 118, 120, 123, 127, 200, 201.
 * @throws {EngineError} 42703 for a column that is not there.
 */
export function resolveRows(
  source: RowsSource,
  query: RestQuery,
  options: ResolveOptions,
): RowsNode {
  const resolution = new Resolution(query.levels, options);
  const node = resolution.node(source, query.select, query.levels[0], []);
  resolution.checkAllUsed();
  const { calledByTarget } = resolution;
  return calledByTarget === undefined ? node : { ...node, calledByTarget };
}

/**
 * @param source A relation, or a function's rows.
 * @param name Name of a column.
 * @returns The column.
 * @throws {EngineError} 42703.
 */
export function columnOf(source: RowsSource, name: string): RestColumn {
  const column = source.columns.get(name) ??
    source.relation?.computed.get(name);
  if (column === undefined) {
    throw new EngineError(
      "42703",
      `column ${source.name}.${name} does not exist`,
    );
  }
  return column;
}

function fieldRef(source: RowsSource, { column, json }: Field): FieldRef {
  return { column: columnOf(source, column), json };
}

function allOf(source: RowsSource): FieldOutput[] {
  return [...source.columns.values()].map((column) => ({
    kind: "field",
    name: column.name,
    field: { column, json: [] },
  }));
}

/** The last key of a JSON path names the value; an index does not. */
function nameOf({ column, json }: Field): string {
  const key = json.findLast(({ key }) => typeof key === "string")?.key;
  return typeof key === "string" ? key : column;
}

function pathKey(path: readonly string[]): string {
  return JSON.stringify(path);
}

function test(
  source: RowsSource,
  embeds: readonly Embed[],
  node: FilterNode,
): Test {
  if (node.kind === "group") {
    return {
      kind: "group",
      connective: node.connective,
      negated: node.negated,
      tests: node.nodes.map((part) => test(source, embeds, part)),
    };
  }
  const { field, negated, operator, value } = node;
  const embed = field.json.length === 0
    ? embeds.find(({ name }) => name === field.column)
    : undefined;
  if (embed !== undefined) {
    if (operator !== "is" || (value !== "null" && value !== "not_null")) {
      throw new RestError(
        "PGRST120",
        `Bad operator on the '${embed.name}' embedded resource`,
        {
          details:
            "Only is null or not is null filters are allowed on embedded resources",
        },
      );
    }
    return {
      kind: "embed",
      embed,
      present: (value === "not_null") !== negated,
    };
  }
  return {
    kind: "comparison",
    field: fieldRef(source, field),
    negated,
    operator,
    quantifier: node.quantifier,
    language: node.language,
    value,
    hasNull: node.hasNull,
    slot: node.slot,
  };
}

function ordering(
  source: RowsSource,
  embeds: readonly Embed[],
  { field, relation, direction, nulls }: OrderTerm,
): Ordering {
  if (relation === undefined) {
    return { field: fieldRef(source, field), direction, nulls };
  }
  const embed = embeds.find(({ name }) => name === relation) ??
    embeds.find(({ target }) => target === relation);
  if (embed === undefined) throw notEmbedded(relation);
  if (!embed.toOne) {
    throw new RestError(
      "PGRST118",
      `A related order on '${relation}' is not possible`,
      {
        details:
          `'${source.name}' and '${relation}' do not form a many-to-one or one-to-one relationship`,
      },
    );
  }
  return {
    field: fieldRef(embed.node.source, field),
    embed,
    direction,
    nulls,
  };
}

function notEmbedded(name: string): RestError {
  return new RestError(
    "PGRST108",
    `'${name}' is not an embedded resource in this request`,
    {
      hint:
        `Verify that '${name}' is included in the 'select' query parameter.`,
    },
  );
}
