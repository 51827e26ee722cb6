/**
 * One level of rows with everything embedded in it, as one SELECT.
 *
 * Embeds are scalar sub-selects that give JSON, so that each row finds its own by an index and nothing
 * multiplies rows; to-one spreads are joins, for their columns stand among the parent's and may be
 * grouped by. The text is PostgreSQL's; both engines run it.
 *
 * @module
 */

import type { Relationship } from "../schema/picture.ts";
import { castSql, fieldSql } from "./field.ts";
import { testSql } from "./filter.ts";
import { type Joined, joined } from "./joins.ts";
import { outputNames, parentColumns, rowAlias } from "./names.ts";
import { ident, type Params } from "./text.ts";
import {
  type Embed,
  type EmbedTest,
  type FieldOutput,
  isGrouped,
  type Ordering,
  type RowsNode,
} from "./tree.ts";

/** Where the rows of the outermost level come from. */
export interface OuterSource {
  /** What stands in FROM, for example `"public"."products"` or a call. */
  readonly from: string;
  /** Its column that holds the whole row of the relation, where its alias does not stand for that. */
  readonly whole?: string | undefined;
}

/** Makes the statements of one request. */
export class RowsWriter {
  readonly params: Params;
  readonly #maxRows: number;
  /** Whole rows of relations whose aliases do not stand for them, by alias. */
  readonly #wholes = new Map<string, string>();
  #aliases = 0;

  /**
   * @param params Takes what is bound.
   * @param maxRows Rows of each level at most; `Infinity` for no limit.
   */
  constructor(params: Params, maxRows: number) {
    this.params = params;
    this.#maxRows = maxRows;
  }

  /**
   * Rows of the outermost level.
   *
   * @param node What is asked for.
   * @param source Where from.
   * @returns A SELECT.
   */
  rows(node: RowsNode, { from, whole }: OuterSource): string {
    const alias = this.#alias();
    if (whole !== undefined) {
      this.#wholes.set(alias, `${alias}.${ident(whole)}`);
    }
    return this.#select(node, { alias, from: `${from} AS ${alias}` });
  }

  /**
   * One column `1` for each row that the outermost level has without its limits: for counting.
   *
   * @param node What is asked for.
   * @param source Where from.
   * @returns A SELECT.
   */
  all(node: RowsNode, { from }: OuterSource): string {
    const alias = this.#alias();
    const grouped = isGrouped(node);
    if (grouped) {
      return this.#select({
        ...node,
        order: [],
        limit: undefined,
        offset: undefined,
      }, {
        alias,
        from: `${from} AS ${alias}`,
        capped: false,
      });
    }
    const { conditions } = this.#where(node, alias, new Map());
    return `SELECT 1 FROM ${from} AS ${alias}${whereSql(conditions)}`;
  }

  /**
   * The conditions of a level without order, limits and outputs: what UPDATE and DELETE need.
   *
   * @param node What is asked for.
   * @param alias Of the relation that changes.
   * @returns ` WHERE …`, or nothing.
   */
  where(node: RowsNode, alias: string): string {
    return whereSql(this.#where(node, alias, new Map()).conditions);
  }

  /**
   * The rows of a page for which some embedded list is longer than `most`, where its own limit does not say
   * that it should be shorter.
   *
   * @param node What is asked for.
   * @param source Where from.
   * @param most Rows that the page and each list may have.
   * @returns A SELECT; nothing where no list can be too long.
   */
  cutEmbeds(
    node: RowsNode,
    { from }: OuterSource,
    most: number,
  ): string | undefined {
    const alias = this.#alias();
    const cuts = this.#cuts(node, alias, most);
    if (cuts.length === 0) return undefined;
    const { conditions } = this.#where(node, alias, new Map());
    const limit = Math.min(node.limit ?? Infinity, most);
    return `SELECT 1 FROM (SELECT ${
      cuts.join(" OR ")
    } AS cut FROM ${from} AS ${alias}${whereSql(conditions)}${
      this.#orderSql(node, alias, new Map())
    }${this.#limits({ ...node, limit }, false)}) AS _p WHERE _p.cut`;
  }

  #cuts(node: RowsNode, parent: string, most: number): string[] {
    return node.embeds.flatMap(({ relationship, node, toOne }) => {
      const alias = this.#alias();
      const { from, on } = this.#joined(relationship, parent, alias);
      const { conditions } = this.#where(node, alias, new Map());
      const exists = (more: readonly string[], rest: string) =>
        `EXISTS (SELECT 1 FROM ${from}${
          whereSql([...on, ...conditions, ...more])
        }${rest})`;
      const deeper = this.#cuts(node, alias, most).map((cut) =>
        exists([cut], "")
      );
      const long = !toOne && (node.limit ?? Infinity) > most;
      return long
        ? [exists([], ` LIMIT 1 OFFSET ${this.params.add(most)}`), ...deeper]
        : deeper;
    });
  }

  #alias(): string {
    return `t${this.#aliases++}`;
  }

  #whole(alias: string): string {
    return this.#wholes.get(alias) ?? alias;
  }

  #select(
    node: RowsNode,
    { alias, from, on = [], capped = true }: {
      alias: string;
      from: string;
      on?: readonly string[];
      capped?: boolean;
    },
  ): string {
    const spreads = new Map<Embed, string>();
    const columns: string[] = [];
    const groupBy: string[] = [];
    const grouped = isGrouped(node);
    const joins = this.#spreadJoins(node, alias, spreads);
    this.#outputs(node, { alias, spreads, columns, groupBy });
    const { conditions } = this.#where(node, alias, spreads);
    return `SELECT ${columns.join(", ")} FROM ${from}${joins}${
      whereSql([...on, ...conditions])
    }${grouped && groupBy.length > 0 ? ` GROUP BY ${groupBy.join(", ")}` : ""}${
      this.#orderSql(node, alias, spreads)
    }${this.#limits(node, capped)}`;
  }

  /** To-one embeds that are spread into the row become joins. */
  #spreadJoins(
    node: RowsNode,
    alias: string,
    spreads: Map<Embed, string>,
  ): string {
    let joins = "";
    for (const embed of node.embeds) {
      if (!embed.spread || !embed.toOne) continue;
      const inner = this.#alias();
      spreads.set(embed, inner);
      const { from, on } = this.#joined(embed.relationship, alias, inner);
      const { conditions } = this.#where(embed.node, inner, new Map());
      joins += ` ${embed.inner ? "JOIN" : "LEFT JOIN"} ${from} ON ${
        [...on, ...conditions].join(" AND ") || "true"
      }`;
      joins += this.#spreadJoins(embed.node, inner, spreads);
    }
    return joins;
  }

  #outputs(
    node: RowsNode,
    { alias, spreads, columns, groupBy }: {
      alias: string;
      spreads: ReadonlyMap<Embed, string>;
      columns: string[];
      groupBy: string[];
    },
  ): void {
    for (const output of node.outputs) {
      if (output.kind === "field") {
        const value = outputSql(output, alias, this.#whole(alias));
        columns.push(`${value} AS ${ident(output.name)}`);
        if (output.aggregate === undefined) {
          groupBy.push(String(columns.length));
        }
        continue;
      }
      const { embed } = output;
      const joined = spreads.get(embed);
      if (joined !== undefined) {
        this.#outputs(embed.node, { alias: joined, spreads, columns, groupBy });
        continue;
      }
      // What an embed shows depends on these columns only.
      for (const from of parentColumns(embed.relationship)) {
        groupBy.push(`${alias}.${ident(from)}`);
      }
      if (embed.spread) columns.push(...this.#spreadLists(embed, alias));
      else {columns.push(
          `${this.#embedSql(embed, alias)} AS ${ident(embed.name)}`,
        );}
    }
    if (columns.length === 0) columns.push("1");
  }

  /** An embed as one JSON value. */
  #embedSql(embed: Embed, alias: string): string {
    const rows = this.#embedRows(embed, alias);
    const row = rowAlias(outputNames(embed.node));
    const json = `row_to_json(${row})`;
    return `(SELECT ${
      embed.toOne ? json : `coalesce(json_agg(${json}), '[]')`
    } FROM (${rows}) AS ${row})`;
  }

  /** A to-many embed spread into its parent: a list for each of its columns, in the same order. */
  #spreadLists(embed: Embed, alias: string): string[] {
    return outputNames(embed.node).map((name) =>
      `(SELECT coalesce(json_agg(_e.${ident(name)}), '[]') FROM (${
        this.#embedRows(embed, alias)
      }) AS _e) AS ${ident(name)}`
    );
  }

  #embedRows({ relationship, node, toOne }: Embed, alias: string): string {
    const inner = this.#alias();
    const { from, on } = this.#joined(relationship, alias, inner);
    // A view's rows need not be one to one, whatever its base table's are.
    const one = toOne &&
      (relationship.computed !== undefined ||
        relationship.to.kind !== "table");
    return this.#select(
      one ? { ...node, limit: Math.min(1, node.limit ?? 1) } : node,
      { alias: inner, from, on, capped: !toOne },
    );
  }

  #joined(relationship: Relationship, parent: string, alias: string): Joined {
    return joined(relationship, {
      parent,
      row: this.#whole(parent),
      alias,
      next: () => this.#alias(),
    });
  }

  #where(
    node: RowsNode,
    alias: string,
    spreads: ReadonlyMap<Embed, string>,
  ): { conditions: string[] } {
    const embedTest = ({ embed, present }: EmbedTest) =>
      `${present ? "" : "NOT "}${this.#existsSql(embed, alias)}`;
    const conditions = node.tests.map((test) =>
      testSql(test, { alias, params: this.params, embedTest })
    );
    for (const embed of node.embeds) {
      if (embed.inner && !spreads.has(embed)) {
        conditions.push(this.#existsSql(embed, alias));
      }
    }
    return { conditions };
  }

  #existsSql({ relationship, node }: Embed, alias: string): string {
    const inner = this.#alias();
    const { from, on } = this.#joined(relationship, alias, inner);
    const { conditions } = this.#where(node, inner, new Map());
    const { limit, offset } = node;
    return `EXISTS (SELECT 1 FROM ${from}${whereSql([...on, ...conditions])}${
      limit === undefined && offset === undefined
        ? ""
        : this.#limits(node, false)
    })`;
  }

  #orderSql(
    { order }: RowsNode,
    alias: string,
    spreads: ReadonlyMap<Embed, string>,
  ): string {
    if (order.length === 0) return "";
    return ` ORDER BY ${
      order.map((term) =>
        `${this.#orderKey(term, alias, spreads)}${
          term.direction === undefined ? "" : ` ${term.direction.toUpperCase()}`
        }${
          term.nulls === undefined ? "" : ` NULLS ${term.nulls.toUpperCase()}`
        }`
      ).join(", ")
    }`;
  }

  #orderKey(
    { field, embed }: Ordering,
    alias: string,
    spreads: ReadonlyMap<Embed, string>,
  ): string {
    if (embed === undefined) {
      return fieldSql(field, alias, this.#whole(alias));
    }
    const joined = spreads.get(embed);
    if (joined !== undefined) return fieldSql(field, joined);
    const inner = this.#alias();
    const { from, on } = this.#joined(embed.relationship, alias, inner);
    const { conditions } = this.#where(embed.node, inner, new Map());
    return `(SELECT ${fieldSql(field, inner)} FROM ${from}${
      whereSql([...on, ...conditions])
    } LIMIT 1)`;
  }

  #limits({ limit, offset }: RowsNode, capped: boolean): string {
    const most = Math.min(limit ?? Infinity, capped ? this.#maxRows : Infinity);
    return `${most === Infinity ? "" : ` LIMIT ${this.params.add(most)}`}${
      offset === undefined || offset === 0
        ? ""
        : ` OFFSET ${this.params.add(offset)}`
    }`;
  }
}

function outputSql(
  { field, cast, aggregate, aggregateCast }: FieldOutput,
  alias: string,
  row: string,
): string {
  const value = field === undefined
    ? "*"
    : castSql(fieldSql(field, alias, row), cast);
  if (aggregate === undefined) return value;
  return castSql(`${aggregate}(${value})`, aggregateCast);
}

function whereSql(conditions: readonly string[]): string {
  return conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
}
