/**
 * Makes random trees of requests.
 *
 * @module
 */

import fc from "fast-check";
import type {
  Condition,
  EmbedItem,
  Field,
  FieldItem,
  FilterNode,
  Level,
  LogicGroup,
  OrderTerm,
  RestQuery,
  SelectItem,
} from "../../../../lib/rest/request.ts";

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.string({
    unit: fc.constantFrom(..."ab \"\\,.()[]{}:*!->'%\t\n&=+é🎈"),
    maxLength: 8,
  }),
);

const name = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom("id", "name", "a-b", "$x", "_") },
  fc.constantFrom(
    ..."select columns on_conflict apikey order limit offset and or not in is eq count sum inner left asc any null __proto__ constructor"
      .split(" "),
  ),
  text.filter((each) => each !== ""),
);

const index = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const json = fc.array(
  fc.record({
    arrow: fc.constantFrom("->" as const, "->>" as const),
    key: fc.oneof(text, index),
  }),
  { maxLength: 3 },
);
const field: fc.Arbitrary<Field> = fc.record({
  column: name,
  json: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, json),
});
const type = fc.constantFrom("int", "text", "timestamp with time zone", "_x$1");

function maybe<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(arbitrary, { nil: undefined });
}

const fieldItem: fc.Arbitrary<FieldItem> = fc.record({
  kind: fc.constant("field" as const),
  field,
  alias: maybe(name),
  cast: maybe(type),
  aggregate: maybe(
    fc.constantFrom(...["sum", "avg", "count", "max", "min"] as const),
  ),
  aggregateCast: maybe(type),
}).map((item) =>
  item.aggregate === undefined ? { ...item, aggregateCast: undefined } : item
);
const countItem: fc.Arbitrary<FieldItem> = fc.record({
  kind: fc.constant("field" as const),
  alias: maybe(name),
  aggregate: fc.constant("count" as const),
  aggregateCast: maybe(type),
});

const { items } = fc.letrec<{ items: SelectItem[]; embed: EmbedItem }>((
  tie,
) => ({
  items: fc.array(
    fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constant({ kind: "star" as const }),
      fieldItem,
      countItem,
      tie("embed"),
    ),
    { maxLength: 4 },
  ),
  embed: fc.record({
    kind: fc.constant("embed" as const),
    target: name,
    alias: maybe(name),
    hint: maybe(name),
    join: maybe(fc.constantFrom("inner" as const, "left" as const)),
    spread: fc.boolean(),
    items: fc.oneof({ maxDepth: 3 }, fc.constant([]), tie("items")),
  }).map((embed) => embed.spread ? { ...embed, alias: undefined } : embed),
}));

const base = { kind: fc.constant("condition" as const), field };
const negated = fc.boolean();
const values = fc.array(text, { maxLength: 4 });

const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    ...base,
    negated,
    operator: fc.constantFrom(
      ...[
        "eq",
        "neq",
        "gt",
        "gte",
        "lt",
        "lte",
        "like",
        "ilike",
        "match",
        "imatch",
        "isdistinct",
        "fts",
        "cs",
        "cd",
        "ov",
        "sl",
        "sr",
        "nxr",
        "nxl",
        "adj",
      ] as const,
    ),
    value: text,
  }),
  fc.record({
    ...base,
    negated,
    operator: fc.constantFrom(...["fts", "plfts", "phfts", "wfts"] as const),
    language: maybe(fc.constantFrom("english", "my config_1")),
    value: text,
  }),
  fc.record({
    ...base,
    negated,
    operator: fc.constantFrom(
      ...[
        "eq",
        "gt",
        "gte",
        "lt",
        "lte",
        "like",
        "ilike",
        "match",
        "imatch",
      ] as const,
    ),
    quantifier: fc.constantFrom("any" as const, "all" as const),
    value: values,
    hasNull: fc.boolean(),
  }),
  fc.record({
    ...base,
    negated,
    operator: fc.constant("in" as const),
    value: values,
  }),
  fc.record({
    ...base,
    negated,
    operator: fc.constant("is" as const),
    value: fc.constantFrom("null", "not_null", "true", "false", "unknown"),
  }),
);

const { node } = fc.letrec<{ node: FilterNode; group: LogicGroup }>((tie) => ({
  node: fc.oneof({ maxDepth: 4 }, condition, tie("group")),
  group: fc.record({
    kind: fc.constant("group" as const),
    connective: fc.constantFrom("and" as const, "or" as const),
    negated,
    nodes: fc.array(tie("node"), { minLength: 1, maxLength: 4 }),
  }),
}));

const orderTerm: fc.Arbitrary<OrderTerm> = fc.record({
  field,
  relation: maybe(name),
  direction: maybe(fc.constantFrom("asc" as const, "desc" as const)),
  nulls: maybe(fc.constantFrom("first" as const, "last" as const)),
});

const number = fc.oneof(fc.nat(100), fc.maxSafeNat());

function level(path: fc.Arbitrary<string[]>): fc.Arbitrary<Level> {
  return fc.record({
    path,
    filters: fc.array(node, { maxLength: 4 }),
    order: fc.array(orderTerm, { maxLength: 3 }),
    limit: maybe(number),
    offset: maybe(number),
  });
}

/** Of levels that nobody mentions, nothing can be read. */
function isMentioned({ filters, order, limit, offset }: Level): boolean {
  return filters.length > 0 || order.length > 0 || limit !== undefined ||
    offset !== undefined;
}

const names = fc.uniqueArray(name, { minLength: 1, maxLength: 4 });

/** A request that can be written. */
export const arbitraryQuery: fc.Arbitrary<RestQuery> = fc.record({
  select: items.map((some): readonly SelectItem[] =>
    some.length === 0 ? [{ kind: "star" }] : some
  ),
  levels: fc.tuple(
    level(fc.constant([])),
    fc.uniqueArray(
      level(fc.array(name, { minLength: 1, maxLength: 3 })).filter(isMentioned),
      { maxLength: 3, selector: ({ path }) => JSON.stringify(path) },
    ),
  ).map(([root, rest]): [Level, ...Level[]] => [root, ...rest]),
  columns: maybe(names),
  onConflict: maybe(names),
});
