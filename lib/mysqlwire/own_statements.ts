/**
 * Statements that a connection carries out by itself: the catalog's answers, SET, USE, SHOW WARNINGS,
 * KILL, PREPARE and EXECUTE by name.
 *
 * @module
 */

import type { Datum } from "../sql/datum.ts";
import type {
  CatalogStatement,
  MysqlStatement,
  QueryStatement,
  RowsStatement,
} from "../sql/mysql/dialect.ts";
import { MysqlError } from "../sql/mysql/error.ts";
import type { OutputColumn } from "../sql/plan.ts";
import { oid } from "../sql/types/type.ts";
import type { Answer } from "./answer.ts";
import { type Ending, nothing } from "./ending.ts";
import { evaluate, firstValue } from "./expression_value.ts";
import type { ClientValue } from "./parameters.ts";
import type { Processes } from "./processes.ts";
import type { Runner } from "./runner.ts";
import type { Workspace } from "./workspace.ts";

/** What {@linkcode OwnStatements} needs. */
export interface OwnStatementsOptions {
  readonly workspace: Workspace;
  readonly processes: Processes;
  /** Runs what a statement needs of the engine. */
  readonly runner: Runner;
}

/** See the top of the file. */
export class OwnStatements {
  readonly #workspace: Workspace;
  readonly #processes: Processes;
  readonly #runner: Runner;

  /**
   * @param options Whose statements.
   */
  constructor({ workspace, processes, runner }: OwnStatementsOptions) {
    this.#workspace = workspace;
    this.#processes = processes;
    this.#runner = runner;
  }

  /**
   * @param statement The statement.
   * @param answer Takes rows.
   * @param values Values of `?`.
   * @returns What it came to.
   * @throws {MysqlError} What it failed with.
   */
  async run(
    statement: Exclude<MysqlStatement, QueryStatement>,
    answer: Answer,
    values: readonly ClientValue[] = [],
  ): Promise<Ending> {
    const workspace = this.#workspace;
    switch (statement.kind) {
      case "catalog":
        return await this.#catalog(statement, answer);
      case "rows":
        return this.#rows(statement, answer);
      case "set": {
        const { statements, nodes, autocommit } = await workspace.mysql.assign(
          statement,
          (node) => evaluate(workspace.session, node, values),
        );
        for (const sql of statements) await workspace.run(sql);
        for (const node of nodes) await firstValue(workspace.session, node);
        if (autocommit === true && workspace.session.status !== "I") {
          await this.#runner.end("COMMIT");
        }
        workspace.forget();
        return nothing;
      }
      case "use":
        await workspace.use(statement.database);
        return nothing;
      case "ok":
        if (statement.verb === "lock" && workspace.session.status !== "I") {
          await this.#runner.end("COMMIT");
        }
        return nothing;
      case "warnings":
        return this.#rows(this.#warningRows(statement), answer);
      case "processlist":
        return this.#rows(
          this.#processes.rows(workspace, statement.full),
          answer,
        );
      case "kill": {
        const { value } = await evaluate(workspace.session, statement.id);
        this.#processes.kill(workspace, Number(value), statement.query);
        return nothing;
      }
      case "prepare":
        return this.#name(statement);
      case "execute":
        return await this.#executeNamed(statement, answer);
      case "deallocate":
        if (!workspace.named.delete(statement.name)) {
          throw unknownHandler(statement.name, "DEALLOCATE PREPARE");
        }
        return nothing;
      case "explain":
        return await this.#explain(statement.of, answer);
    }
  }

  async #catalog(
    { sql, values, whenEmpty }: CatalogStatement,
    answer: Answer,
  ): Promise<Ending> {
    const workspace = this.#workspace;
    const { columns, rows } = await workspace.run(sql, values);
    if (rows.length === 0 && whenEmpty !== undefined) {
      if ("kind" in whenEmpty) return await this.#catalog(whenEmpty, answer);
      const { errno, sqlState, message } = whenEmpty;
      throw new MysqlError(errno, sqlState, message);
    }
    return this.#send(columns, rows, answer);
  }

  #rows({ columns, rows }: RowsStatement, answer: Answer): Ending {
    return this.#send(
      columns.map(({ name, type }): OutputColumn => ({
        name,
        type: type === "int8" ? oid.int8 : oid.varchar,
        typmod: -1,
        table: 0,
        column: 0,
      })),
      rows,
      answer,
    );
  }

  #send(
    columns: readonly OutputColumn[],
    rows: readonly (readonly Datum[])[],
    answer: Answer,
  ): Ending {
    const workspace = this.#workspace;
    answer.begin(columns, {
      context: workspace.session.eval,
      outcome: { status: workspace.status },
    });
    for (const row of rows) answer.row(row);
    return { rows: true, outcome: { warnings: workspace.warnings.count } };
  }

  #warningRows(
    { errorsOnly, count, offset, limit }: Extract<
      MysqlStatement,
      { kind: "warnings" }
    >,
  ): RowsStatement {
    const { warnings } = this.#workspace;
    const list = warnings.list.filter(({ level }) =>
      !errorsOnly || level === "Error"
    );
    if (count) {
      const name = `@@session.${errorsOnly ? "error" : "warning"}_count`;
      return {
        kind: "rows",
        columns: [{ name, type: "int8" }],
        rows: [[errorsOnly ? list.length : warnings.count]],
      };
    }
    return {
      kind: "rows",
      columns: [
        { name: "Level", type: "text" },
        { name: "Code", type: "int8" },
        { name: "Message", type: "text" },
      ],
      rows: list.slice(offset, limit === undefined ? undefined : offset + limit)
        .map(({ level, code, message }) => [level, code, message]),
    };
  }

  #name(
    { name, from }: Extract<MysqlStatement, { kind: "prepare" }>,
  ): Ending {
    const { mysql, named } = this.#workspace;
    const text = "text" in from ? from.text : mysql.userValue(from.variable);
    named.delete(name);
    // Mistakes are told now.
    for (const statement of mysql.parse(text ?? "")) {
      if (statement.kind === "query") this.#runner.prepare(statement);
    }
    named.set(name, text ?? "");
    return { rows: false, outcome: { info: "Statement prepared" } };
  }

  async #executeNamed(
    { name, using }: Extract<MysqlStatement, { kind: "execute" }>,
    answer: Answer,
  ): Promise<Ending> {
    const { mysql, named } = this.#workspace;
    const text = named.get(name);
    if (text === undefined) throw unknownHandler(name, "EXECUTE");
    const [statement] = mysql.parse(text);
    if (statement === undefined) return nothing;
    const wanted = "params" in statement ? statement.params : 0;
    if (wanted !== using.length) {
      throw new MysqlError(1210, "HY000", "Incorrect arguments to EXECUTE");
    }
    const encoder = new TextEncoder();
    const values = using.map((variable): ClientValue => {
      const value = mysql.userValue(variable);
      if (value === null) return null;
      return mysql.userVariable(variable) === "int8"
        ? Number(value)
        : encoder.encode(value);
    });
    return statement.kind === "query"
      ? await this.#runner.query(statement, { statement, values }, answer)
      : await this.run(statement, answer, values);
  }

  async #explain(of: QueryStatement, answer: Answer): Promise<Ending> {
    const { session } = this.#workspace;
    const query = of.nodes[of.answer];
    if (query === undefined) return nothing;
    const prepared = session.prepareTree({ ExplainStmt: { query } }, []);
    const portal = session.bind(prepared, []);
    const rows: Datum[][] = [];
    try {
      await portal.fetch(0, {
        row: ([line]) => void rows.push([line ?? null]),
        full: () => undefined,
      }, false);
    } finally {
      portal.close();
    }
    const [first] = prepared.columns ?? [];
    return this.#send(
      first === undefined ? [] : [{ ...first, name: "EXPLAIN" }],
      rows,
      answer,
    );
  }
}

function unknownHandler(name: string, where: string): MysqlError {
  return new MysqlError(
    1243,
    "HY000",
    `Unknown prepared statement handler (${name}) given to ${where}`,
  );
}
