/**
 * A MySQL connection without the wire: texts go through the dialect to the engine, answers come back as
 * MySQL's text protocol would write them.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import type {
  ClientSession,
  PreparedStatement,
} from "../../lib/engine/client_session.ts";
import { EngineError } from "../../lib/engine/engine.ts";
import type { OpenEngine } from "../../lib/engine/session/open_engine.ts";
import type { Datum } from "../../lib/sql/datum.ts";
import type {
  MysqlStatement,
  QueryStatement,
} from "../../lib/sql/mysql/dialect.ts";
import { MysqlError } from "../../lib/sql/mysql/error.ts";
import { mysqlErrorOf } from "../../lib/sql/mysql/error_map.ts";
import { type Evaluated, MysqlSession } from "../../lib/sql/mysql/session.ts";
import { typeWord } from "../../lib/sql/mysql/resolve/variable_type.ts";
import { valueText } from "../../lib/sql/mysql/value_text.ts";

/** What a statement came to. */
export interface MysqlAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly (string | null)[][];
  readonly affected: number;
  readonly insertId: bigint;
}

/** A connection. */
export interface MysqlClient {
  readonly mysql: MysqlSession;
  readonly session: ClientSession;
  /** Runs a text; the last answer. */
  run(text: string, params?: readonly Datum[]): Promise<MysqlAnswer>;
  /** The rows of a text. */
  rows(text: string, params?: readonly Datum[]): Promise<(string | null)[][]>;
  /** The error that a text ends with, as `number message`. */
  error(text: string): Promise<string>;
}

const none: MysqlAnswer = { columns: [], rows: [], affected: 0, insertId: 0n };
const decoder = new TextDecoder();

/**
 * @param engine The engine.
 * @param options Who connects.
 */
export function mysqlClient(
  engine: OpenEngine,
  { user = "postgres", database = "postgres", processId = 1000 }: {
    readonly user?: string;
    readonly database?: string;
    readonly processId?: number;
  } = {},
): MysqlClient {
  const session = engine.connect({
    user,
    database: "postgres",
    settings: {},
    remote: { address: "127.0.0.1", port: 1 },
    processId,
    dialect: "mysql",
    events: { notice() {}, notification() {}, parameter() {}, terminated() {} },
  });
  const mysql = new MysqlSession({
    eval: session.eval,
    user,
    host: "localhost",
    connectionId: processId,
    database,
  });
  const prepared = new Map<string, string>();

  async function fetch(
    statement: PreparedStatement,
    params: readonly Datum[],
  ): Promise<MysqlAnswer> {
    const portal = session.bind(statement, params);
    const rows: (string | null)[][] = [];
    const result = await portal.fetch(0, {
      row(values) {
        rows.push(values.map((value, at) => {
          const text = valueText(
            value,
            statement.columns?.[at] ?? { type: 25, typmod: -1 },
            session.eval,
          );
          return text instanceof Uint8Array ? decoder.decode(text) : text;
        }));
      },
      full: () => undefined,
    }, false);
    portal.close();
    const affected = Number(/(\d+)$/.exec(result.tag ?? "")?.[1] ?? 0);
    return {
      columns: statement.columns?.map(({ name }) => name) ?? [],
      rows,
      affected,
      insertId: 0n,
    };
  }

  async function trees(
    nodes: readonly Node[],
    answer: number,
    params: readonly Datum[],
  ): Promise<MysqlAnswer> {
    let found = none;
    for (const [at, node] of nodes.entries()) {
      const done = await fetch(session.prepareTree(node, []), params);
      if (at === answer) found = done;
      else if (answer < 0) {
        found = { ...done, affected: found.affected + done.affected };
      }
    }
    return found;
  }

  const text = (sql: string, params: readonly Datum[] = []) =>
    fetch(session.prepare(sql, params.map(() => 25)), params);

  async function evaluate(node: Node): Promise<Evaluated> {
    const statement = session.prepareTree({
      SelectStmt: {
        targetList: [{ ResTarget: { val: node } }],
        op: "SETOP_NONE",
        limitOption: "LIMIT_OPTION_DEFAULT",
      },
    }, []);
    const { rows } = await fetch(statement, []);
    return {
      value: rows[0]?.[0] ?? null,
      type: typeWord(statement.columns?.[0]?.type ?? 25),
    };
  }

  async function query(
    statement: QueryStatement,
    params: readonly Datum[],
  ): Promise<MysqlAnswer> {
    if (statement.commits && session.status !== "I") await text("COMMIT");
    const own = ["begin", "commit", "rollback", "savepoint"].includes(
      statement.verb,
    );
    if (statement.verb === "begin" && session.status !== "I") {
      await text("COMMIT");
    }
    if (
      ["commit", "rollback"].includes(statement.verb) && session.status === "I"
    ) return none;
    if (!mysql.autocommit && session.status === "I" && !own) {
      await text("BEGIN");
    }
    const inside = session.status === "T" && !own;
    const { notes } = session.eval;
    notes?.begin();
    if (inside) await text("SAVEPOINT mysql_statement");
    try {
      const found = await trees(statement.nodes, statement.answer, params);
      if (inside) await text("RELEASE mysql_statement");
      if (statement.foundRows !== undefined) {
        const all = await trees([statement.foundRows], 0, []);
        mysql.end(-1, Number(all.rows[0]?.[0] ?? 0));
      } else if (statement.returns === "rows") mysql.end(-1, found.rows.length);
      else mysql.end(found.affected);
      await session.sync(false);
      mysql.postpone(statement.postponed);
      if (statement.discards) return none;
      const { first, asked } = notes?.counts ?? {};
      if (first !== undefined) mysql.inserted(first);
      return { ...found, insertId: BigInt(first ?? asked ?? 0) };
    } catch (error) {
      session.failed();
      await session.sync(true);
      if (inside) await text("ROLLBACK TO mysql_statement");
      throw error;
    }
  }

  async function one(
    statement: MysqlStatement,
    params: readonly Datum[],
  ): Promise<MysqlAnswer> {
    switch (statement.kind) {
      case "query":
        return await query(statement, params);
      case "catalog": {
        const found = await text(statement.sql, statement.values);
        await session.sync(false);
        if (found.rows.length === 0 && statement.whenEmpty !== undefined) {
          if ("kind" in statement.whenEmpty) {
            return await one(statement.whenEmpty, []);
          }
          const { errno, sqlState, message } = statement.whenEmpty;
          throw new MysqlError(errno, sqlState, message);
        }
        return found;
      }
      case "rows":
        return {
          ...none,
          columns: statement.columns.map(({ name }) => name),
          rows: statement.rows.map((row) =>
            row.map((value) => value === null ? null : String(value))
          ),
        };
      case "set": {
        const effects = await mysql.assign(statement, evaluate);
        for (const sql of effects.statements) await text(sql);
        await trees(effects.nodes, -1, []);
        if (effects.autocommit === true && session.status !== "I") {
          await text("COMMIT");
        }
        await session.sync(false);
        return none;
      }
      case "use": {
        const { exists, schema, then } = mysql.useStatement(statement.database);
        if ((await text(exists, [schema])).rows.length === 0) {
          throw new MysqlError(
            1049,
            "42000",
            `Unknown database '${statement.database}'`,
          );
        }
        await text(then);
        await session.sync(false);
        mysql.database = statement.database;
        return none;
      }
      case "prepare": {
        const source = "text" in statement.from
          ? statement.from.text
          : mysql.userValue(statement.from.variable) ?? "";
        prepared.set(statement.name, source);
        return none;
      }
      case "execute": {
        const source = prepared.get(statement.name);
        if (source === undefined) {
          throw new MysqlError(
            1243,
            "HY000",
            `Unknown prepared statement handler (${statement.name}) given to EXECUTE`,
          );
        }
        return await run(
          source,
          statement.using.map((name) => mysql.userValue(name)),
        );
      }
      case "deallocate":
        prepared.delete(statement.name);
        return none;
      default:
        return none;
    }
  }

  async function run(
    source: string,
    params: readonly Datum[] = [],
  ): Promise<MysqlAnswer> {
    let answer = none;
    let verb = "";
    try {
      for (const statement of mysql.parse(source, true)) {
        verb = statement.kind === "query" ? statement.verb : statement.kind;
        answer = await one(statement, params);
      }
      return answer;
    } catch (error) {
      if (session.status === "I") await session.sync(true);
      if (error instanceof MysqlError) throw error;
      if (error instanceof EngineError) {
        throw mysqlErrorOf(error, { database: mysql.database, user, verb });
      }
      throw error;
    }
  }

  return {
    mysql,
    session,
    run,
    rows: async (source, params) =>
      [...(await run(source, params)).rows] as (string | null)[][],
    async error(source) {
      try {
        await run(source);
      } catch (error) {
        if (error instanceof MysqlError) {
          return `${error.errno} ${error.message}`;
        }
        throw error;
      }
      throw new Error(`Statement did not fail: ${source}`);
    },
  };
}
