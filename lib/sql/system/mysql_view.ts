/**
 * `pg_mysql.view_text`: the query of a view in MySQL's words, which load into another server.
 *
 * A view that a MySQL client made has the text it was written in. Of any other the resolved query is
 * written, if every part of it has a form in MySQL.
 *
 * @module
 */

import type { Relation } from "../catalog/catalog.ts";
import { analyzeQuery } from "../compile.ts";
import type { Environment } from "../environment.ts";
import { notSupported, SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import { type Definition, fn } from "../functions/define.ts";
import type {
  Cte,
  FromItem,
  Query,
  RangeEntry,
  Select,
  SetOperation,
  SortKey,
} from "../tree.ts";
import { MysqlExpressions } from "./mysql_expression.ts";
import { mysqlName, NoMysqlText } from "./mysql_words.ts";
import { catalogOf } from "./system_table.ts";
import { environmentOf } from "./type_text.ts";

const joins = {
  inner: "JOIN",
  left: "LEFT JOIN",
  right: "RIGHT JOIN",
  cross: "CROSS JOIN",
} as const;

/** As much as LIMIT takes, where there is an OFFSET alone. */
const allRows = "18446744073709551615";

class MysqlQueries extends MysqlExpressions {
  readonly #schema: number;

  constructor(env: Environment, schema: number) {
    super(env);
    this.#schema = schema;
  }

  /** @returns Text of a query. */
  query(query: Query): string {
    const body = query.kind === "set" ? this.#set(query) : this.#select(query);
    return `${this.#with(query.ctes)}${body}`;
  }

  #with(ctes: readonly Cte[]): string {
    if (ctes.length === 0) return "";
    const items = ctes.map(({ name, columns, query }) => {
      if (query.kind !== "select" && query.kind !== "set") {
        throw new NoMysqlText("a modification in WITH");
      }
      return `${mysqlName(name)} (${names(columns)}) AS (${this.query(query)})`;
    });
    const recursive = ctes.some((each) => each.recursive) ? "RECURSIVE " : "";
    return `WITH ${recursive}${items.join(", ")} `;
  }

  #select(select: Select): string {
    if (select.groupingSets !== undefined) {
      throw new NoMysqlText("GROUPING SETS");
    }
    if (select.withTies) throw new NoMysqlText("WITH TIES");
    if (typeof select.distinct === "object") {
      throw new NoMysqlText("DISTINCT ON");
    }
    const targets = select.targets.map(({ expr, name }) =>
      `${this.expression(expr)} AS ${mysqlName(name)}`
    );
    const clause = (word: string, text: string) =>
      text === "" ? "" : ` ${word} ${text}`;
    const one = (expr: Select["where"]) =>
      expr === undefined ? "" : this.expression(expr);
    return `SELECT ${select.distinct === "all" ? "DISTINCT " : ""}${
      // PostgreSQL's EXISTS takes a query without columns.
      targets.length === 0 ? "1" : targets.join(", ")}${
      clause("FROM", select.from.map((each) => this.#item(each)).join(", "))
    }${clause("WHERE", one(select.where))}${
      clause("GROUP BY", this.list(select.groupBy))
    }${clause("HAVING", one(select.having))}${
      clause("ORDER BY", this.sortKeys(select.orderBy))
    }${this.#limit(select)}`;
  }

  #limit({ limit, offset }: Query): string {
    const count = (expr: Query["limit"]) => {
      if (expr === undefined) return undefined;
      const text = this.expression(expr);
      if (text === "NULL") return undefined;
      if (!/^\d+$/.test(text)) throw new NoMysqlText("LIMIT that varies");
      return text;
    };
    const most = count(limit);
    const first = count(offset);
    if (most === undefined && first === undefined) return "";
    return ` LIMIT ${most ?? allRows}${
      first === undefined ? "" : ` OFFSET ${first}`
    }`;
  }

  #set(query: SetOperation): string {
    const { operator, all, left, right, orderBy } = query;
    const text = `${this.#side(left)} ${operator.toUpperCase()} ${
      all ? "ALL " : ""
    }${this.#side(right)}`;
    if (orderBy.length === 0) return `${text}${this.#limit(query)}`;
    // A union sorts by its columns alone, not by whether they are NULL.
    return `SELECT * FROM (${text}) ${mysqlName("rows")} ORDER BY ${
      this.sortKeys(orderBy.map((key) => this.#outer(key)))
    }${this.#limit(query)}`;
  }

  #outer(key: SortKey): SortKey {
    if (key.expr.kind !== "column") throw new NoMysqlText("such an ORDER BY");
    return {
      ...key,
      expr: { ...key.expr, entry: { ...key.expr.entry, alias: "rows" } },
    };
  }

  #side(side: Query): string {
    const bare = side.kind === "select" && side.ctes.length === 0 &&
      side.orderBy.length === 0 && side.limit === undefined &&
      side.offset === undefined;
    return bare ? this.query(side) : `(${this.query(side)})`;
  }

  #item(item: FromItem): string {
    if (item.kind === "entry") return this.#entry(item.entry);
    if (item.type === "full") throw new NoMysqlText("FULL JOIN");
    const on = item.on === undefined ? "" : ` ON ${this.expression(item.on)}`;
    return `(${this.#item(item.left)} ${joins[item.type]} ${
      this.#item(item.right)
    }${on})`;
  }

  #entry({ alias, columns, source }: RangeEntry): string {
    const as = mysqlName(alias);
    switch (source.kind) {
      case "table": {
        const { relation } = source;
        const name = this.#relation(relation);
        const same = relation.columns.every((each, i) =>
          each.name === columns[i]?.name
        );
        if (same) return alias === relation.name ? name : `${name} ${as}`;
        const renamed = relation.columns.map((each, i) =>
          `${mysqlName(each.name)} AS ${
            mysqlName(columns[i]?.name ?? each.name)
          }`
        );
        return `(SELECT ${renamed.join(", ")} FROM ${name}) ${as}`;
      }
      case "cte":
        return `${mysqlName(source.cte.name)} ${as}`;
      case "query": {
        if (source.lateral) throw new NoMysqlText("LATERAL");
        const renamed = source.query.targets.some(({ name }, i) =>
          name !== columns[i]?.name
        );
        const inner = `(${this.query(source.query)}) ${as}`;
        if (!renamed) return inner;
        const list = source.query.targets.map(({ name }, i) =>
          `${mysqlName(name)} AS ${mysqlName(columns[i]?.name ?? name)}`
        );
        return `(SELECT ${list.join(", ")} FROM ${inner}) ${as}`;
      }
      case "values": {
        const rows = source.rows.map((row) =>
          `SELECT ${
            row.map((each, i) =>
              `${this.expression(each)} AS ${mysqlName(columns[i]?.name ?? "")}`
            ).join(", ")
          }`
        );
        return `(${rows.join(" UNION ALL ")}) ${as}`;
      }
      case "function":
        throw new NoMysqlText(
          `function ${source.calls[0]?.function.name ?? ""} in FROM`,
        );
    }
  }

  #relation({ name, schema }: Relation): string {
    if (schema === this.#schema) return mysqlName(name);
    const database = this.env.catalog.schema(schema)?.name ?? "";
    return `${mysqlName(database === "public" ? "postgres" : database)}.${
      mysqlName(name)
    }`;
  }
}

const names = (columns: readonly { readonly name: string }[]) =>
  columns.map(({ name }) => mysqlName(name)).join(", ");

/**
 * @param context Session.
 * @param relation View.
 * @returns Its query.
 * @throws {NoMysqlText} When a part of it has no form in MySQL.
 */
function mysqlText(context: EvalContext, relation: Relation): string {
  const { view } = relation;
  if (view === undefined) throw new NoMysqlText("a table");
  if (view.mysql !== undefined) return view.mysql.text;
  const env = { ...environmentOf(context), asWritten: true };
  const query = analyzeQuery(view.node, env, "");
  if (query.kind !== "select" && query.kind !== "set") {
    throw new NoMysqlText("a modification");
  }
  return new MysqlQueries(env, relation.schema).query(query);
}

/** CREATE VIEW as SHOW CREATE VIEW gives it. */
function createText(
  context: EvalContext,
  relation: Relation,
  text: string,
): string {
  const catalog = catalogOf(context);
  const { view } = relation;
  const owner = catalog.role(relation.owner)?.name ?? "";
  // Every server has that account; ours keeps no hosts.
  const definer = owner === "postgres"
    ? "`root`@`localhost`"
    : `${mysqlName(owner)}@\`%\``;
  const list = view?.mysql?.named ? ` (${names(relation.columns)})` : "";
  const check = view === undefined || view.checkOption === ""
    ? ""
    : ` WITH ${view.checkOption.toUpperCase()} CHECK OPTION`;
  return `CREATE ALGORITHM=UNDEFINED DEFINER=${definer} SQL SECURITY ${
    view?.securityInvoker ? "INVOKER" : "DEFINER"
  } VIEW ${mysqlName(relation.name)}${list} AS ${text}${check}`;
}

const stable = { volatility: "s" } as const;

/** See the top of the file. */
export const mysqlViewFunctions: readonly Definition[] = [
  // NULL when it cannot be: a listing goes on.
  fn("pg_mysql.view_text(oid) text", {
    ...stable,
    call: ([oid], context) => {
      const relation = catalogOf(context).relation(Number(oid));
      if (relation?.view === undefined) return null;
      try {
        return mysqlText(context, relation);
      } catch (error) {
        if (error instanceof NoMysqlText) return null;
        throw error;
      }
    },
  }),
  fn("pg_mysql.create_view_text(oid) text", {
    ...stable,
    call: ([oid], context) => {
      const catalog = catalogOf(context);
      const relation = catalog.relation(Number(oid));
      if (relation === undefined) return null;
      if (relation.kind !== "v") {
        const schema = catalog.schema(relation.schema)?.name;
        const database = schema === "public" ? "postgres" : schema;
        throw new SqlError(
          "42809",
          `'${database}.${relation.name}' is not VIEW`,
        );
      }
      try {
        return createText(context, relation, mysqlText(context, relation));
      } catch (error) {
        if (!(error instanceof NoMysqlText)) throw error;
        throw notSupported(
          `SHOW CREATE VIEW \`${relation.name}\`, which a PostgreSQL client made with ${error.what}`,
        );
      }
    },
  }),
];
