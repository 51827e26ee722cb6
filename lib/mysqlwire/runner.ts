/**
 * Runs statements of the dialect: what the engine does of them in its session, what the connection
 * does by itself.
 *
 * MySQL takes back a statement that fails, and the transaction goes on; so each that writes inside a
 * transaction runs in a savepoint of its own.
 *
 * @module
 */

import type { PreparedStatement } from "../engine/client_session.ts";
import type { Datum } from "../sql/datum.ts";
import type { MysqlStatement, QueryStatement } from "../sql/mysql/dialect.ts";
import { MysqlError } from "../sql/mysql/error.ts";
import type { Answer } from "./answer.ts";
import { firstValue } from "./expression_value.ts";
import { countOf, type Ending, nothing, wroteRows } from "./ending.ts";
import { OwnStatements } from "./own_statements.ts";
import { IntoVariables } from "./into_variables.ts";
import { type ClientValue, fitAll } from "./parameters.ts";
import type { Processes } from "./processes.ts";
import { isIgnored, mysqlErrorFrom } from "./report.ts";
import type { Workspace } from "./workspace.ts";

/** A statement with its values, and its plans if they are known. */
export interface Execution {
  readonly statement: MysqlStatement;
  readonly values?: readonly ClientValue[];
  /** Prepared nodes, one for each; replaced by those that fit the values. */
  readonly prepared?: readonly PreparedStatement[];
  /** Text that the statement begins, by which its plans are kept. */
  readonly text?: string;
  /** Whether definitions of columns were sent with an earlier answer. */
  readonly silent?: boolean;
}

/** What a {@linkcode Runner} needs. */
export interface RunnerOptions {
  readonly workspace: Workspace;
  readonly processes: Processes;
}

const noValues: readonly ClientValue[] = [];

/** Statements about transactions themselves. */
const control: ReadonlySet<string> = new Set([
  "begin",
  "commit",
  "rollback",
  "savepoint",
]);

const sink = { row: () => {}, full: () => undefined };

/** See the top of the file. */
export class Runner {
  readonly #workspace: Workspace;
  readonly #own: OwnStatements;

  /**
   * @param options Whose statements.
   */
  constructor({ workspace, processes }: RunnerOptions) {
    this.#workspace = workspace;
    this.#own = new OwnStatements({ workspace, processes, runner: this });
  }

  /**
   * Runs a statement.
   *
   * @param execution The statement.
   * @param answer Takes rows.
   * @returns What it came to.
   * @throws {MysqlError} What it failed with; so does the promise.
   */
  run(execution: Execution, answer: Answer): Ending | Promise<Ending> {
    const { statement, prepared } = execution;
    if (prepared === undefined || statement.kind !== "query") {
      return this.#run(execution, answer);
    }
    const { session, autocommit } = this.#workspace;
    const isPlain = statement.returns === "rows" && prepared.length === 1 &&
      !statement.discards && statement.foundRows === undefined &&
      (autocommit || session.status === "T");
    return isPlain
      ? this.#read(statement, execution, answer)
      : this.#run(execution, answer);
  }

  /** A query that was prepared, outside of special cases: no promise is made if the engine makes none. */
  #read(
    statement: QueryStatement,
    execution: Execution,
    answer: Answer,
  ): Ending | Promise<Ending> {
    const workspace = this.#workspace;
    const { session, warnings, notes } = workspace;
    warnings.clear();
    notes.begin(workspace.strictness(statement));
    try {
      const { fitting, datums } = this.#fit(statement, 0, {
        prepared: execution.prepared![0]!,
        values: execution.values ?? noValues,
      });
      // Looks at the schema as it is now, which may have changed what the columns are.
      const portal = session.bind(fitting, datums);
      answer.begin(fitting.columns ?? [], {
        context: session.eval,
        outcome: { status: workspace.status },
      });
      const fetched = portal.fetch(0, answer, true);
      if (fetched instanceof Promise) {
        return fetched.then(() => this.#wasRead(answer)).catch((error) =>
          this.#failed(error, execution)
        );
      }
      const ending = this.#wasRead(answer);
      return ending instanceof Promise
        ? ending.catch((error) => this.#failed(error, execution))
        : ending;
    } catch (error) {
      return this.#failed(error, execution);
    }
  }

  #wasRead(answer: Answer): Ending | Promise<Ending> {
    const workspace = this.#workspace;
    const { session, mysql, warnings } = workspace;
    workspace.takeWarnings();
    mysql.end(-1, answer.count);
    const ending = { rows: true, outcome: { warnings: warnings.count } };
    return session.sync(false)?.then(() => ending) ?? ending;
  }

  async #run(execution: Execution, answer: Answer): Promise<Ending> {
    const { statement } = execution;
    const { warnings, mysql, notes } = this.#workspace;
    if (statement.kind !== "warnings") warnings.clear();
    try {
      if (statement.kind === "query") {
        return await this.query(statement, execution, answer);
      }
      notes.begin();
      const ending = await this.#own.run(statement, answer, execution.values);
      // EXECUTE has taken over what its statement said.
      if (statement.kind !== "execute") this.#workspace.takeWarnings();
      mysql.end(ending.rows ? -1 : Number(ending.outcome.affected ?? 0));
      await this.#workspace.sync();
      return ending;
    } catch (error) {
      return await this.#failed(error, execution);
    }
  }

  /**
   * Prepares the nodes of a statement.
   *
   * @param statement Statement.
   * @param types Types of its parameters, 0 for those to be found.
   * @param text Text that its plans are kept by.
   */
  prepare(
    statement: QueryStatement,
    types: readonly number[] = [],
    text?: string,
  ): PreparedStatement[] {
    const { session } = this.#workspace;
    const { nodes, volatile, commits } = statement;
    // One alteration may name what the one before it made.
    if (commits && nodes.length > 1) return [];
    return nodes.map((node, i) =>
      session.prepareTree(node, types, {
        text: text ?? "",
        key: text === undefined || volatile || types.length > 0
          ? undefined
          : `mysql ${i} ${this.#workspace.mysql.textKey(text)}`,
      })
    );
  }

  /**
   * Runs a statement for the engine.
   *
   * @param statement The statement.
   * @param execution Its values, and what is known of it.
   * @param answer Takes rows.
   */
  async query(
    statement: QueryStatement,
    execution: Execution,
    answer: Answer,
  ): Promise<Ending> {
    const workspace = this.#workspace;
    const { session } = workspace;
    const { verb } = statement;
    const isControl = control.has(verb);
    if ((statement.commits || verb === "begin") && session.status !== "I") {
      await this.end("COMMIT");
    }
    if ((verb === "commit" || verb === "rollback") && session.status === "I") {
      return nothing;
    }
    if (
      !isControl && !statement.commits && !workspace.autocommit &&
      session.status === "I"
    ) {
      await workspace.run("BEGIN");
      await workspace.sync();
    }
    const inside = session.status === "T" && !isControl &&
      statement.returns === "count";
    if (!inside) return await this.#execute(statement, execution, answer);
    await workspace.run("SAVEPOINT mysql_statement");
    try {
      const ending = await this.#execute(statement, execution, answer);
      if (session.status === "T") {
        await workspace.run("RELEASE mysql_statement");
      }
      return ending;
    } catch (error) {
      if (session.status === "T") {
        await workspace.run("ROLLBACK TO mysql_statement");
        await workspace.run("RELEASE mysql_statement");
      }
      throw error;
    }
  }

  async #execute(
    statement: QueryStatement,
    execution: Execution,
    answer: Answer,
  ): Promise<Ending> {
    const workspace = this.#workspace;
    const { mysql, session, notes } = workspace;
    const { nodes, returns, discards, verb } = statement;
    const { text, values = noValues } = execution;
    const prepared = execution.prepared ??
      // A text that writes has other values the next time, so its plan is not worth keeping.
      this.prepare(statement, [], returns === "rows" ? text : undefined);
    const alone = nodes.length === 1 && statement.foundRows === undefined;
    const gives = returns === "rows" && !discards;
    let touched = 0;
    // CREATE TABLE … SELECT tells of its rows as INSERT … SELECT does.
    let copied = false;
    notes.begin(workspace.strictness(statement));
    for (let i = 0; i < nodes.length; i++) {
      const { fitting, datums } = this.#fit(statement, i, {
        prepared: prepared[i] ?? session.prepareTree(nodes[i]!, []),
        values,
      });
      const answers = i === statement.answer;
      const into = answers && statement.into !== undefined
        ? new IntoVariables(statement.into, fitting.columns ?? [])
        : undefined;
      // Looks at the schema as it is now, which may have changed what the columns are.
      const portal = session.bind(fitting, datums);
      if (answers && gives) {
        answer.begin(fitting.columns ?? [], {
          context: session.eval,
          outcome: { status: workspace.status },
          silent: execution.silent ?? false,
        });
      }
      try {
        const fetched = portal.fetch(
          0,
          answers && gives ? answer : into ?? sink,
          alone,
        );
        const result = fetched instanceof Promise ? await fetched : fetched;
        if (into !== undefined) touched = into.assign(mysql, session.eval);
        const copies = verb === "create" && result.tag?.startsWith("SELECT ");
        if (copies) copied = true;
        if (
          copies || (returns === "count" && (answers || statement.answer < 0))
        ) touched += countOf(result);
        notes.keep();
      } finally {
        portal.close();
      }
    }
    if (statement.into !== undefined && touched === 0) {
      workspace.warnings.add({
        level: "Warning",
        code: 1329,
        message: "No data - zero rows fetched, selected, or processed",
      });
    }
    let found = gives ? answer.count : undefined;
    if (statement.foundRows !== undefined) {
      found = Number((await firstValue(session, statement.foundRows)) ?? 0);
    }
    mysql.postpone(statement.postponed);
    workspace.takeWarnings();
    const { count: warnings } = workspace.warnings;
    const { counts } = notes;
    const { affected, insertId, info } = wroteRows({
      statement,
      copied,
      touched,
      counts,
      countsFound: workspace.countsFound,
      warnings,
    });
    if (counts.first !== undefined) mysql.inserted(counts.first);
    mysql.end(gives ? -1 : affected, found);
    const wait = session.sync(false);
    if (wait !== undefined) await wait;
    if (statement.commits) workspace.forget();
    if (gives) {
      return {
        rows: true,
        outcome: { warnings },
        prepared: statement.volatile ? undefined : prepared,
      };
    }
    return { rows: false, outcome: { affected, insertId, warnings, info } };
  }

  /** Values for one node; prepared anew when they are of other types than it was found to want. */
  #fit(
    statement: QueryStatement,
    i: number,
    { prepared, values }: {
      readonly prepared: PreparedStatement;
      readonly values: readonly ClientValue[];
    },
  ): { fitting: PreparedStatement; datums: readonly Datum[] } {
    if (prepared.params.length === 0) return { fitting: prepared, datums: [] };
    const { session } = this.#workspace;
    const fitted = fitAll(values, prepared.params, session.eval);
    if ("values" in fitted) return { fitting: prepared, datums: fitted.values };
    const again = session.prepareTree(statement.nodes[i]!, fitted.types);
    const second = fitAll(values, again.params, session.eval);
    if ("values" in second) return { fitting: again, datums: second.values };
    throw new MysqlError(1210, "HY000", "Incorrect arguments to EXECUTE");
  }

  /** COMMIT or ROLLBACK of what is open. */
  async end(how: "COMMIT" | "ROLLBACK"): Promise<void> {
    await this.#workspace.run(how);
    await this.#workspace.sync();
  }

  /** Rolls back what the statement did alone; what may be a warning becomes one. */
  async #failed(error: unknown, { statement }: Execution): Promise<Ending> {
    const workspace = this.#workspace;
    const { session, mysql, warnings } = workspace;
    if (session.status === "I") {
      session.failed();
      await workspace.sync(true).catch(() => {});
    } else if (session.status === "E") {
      // The engine gave the transaction up, as MySQL does after a deadlock.
      await this.end("ROLLBACK").catch(() => {});
    } else {
      const wait = session.sync(false);
      if (wait !== undefined) await wait;
    }
    const verb = statement.kind === "query" ? statement.verb : statement.kind;
    const told = mysqlErrorFrom(error, {
      database: mysql.database,
      user: workspace.options.user,
      verb,
    });
    if (told === undefined) throw error;
    const { errno: code, message } = told;
    workspace.takeWarnings();
    if (
      statement.kind === "query" && statement.ignore &&
      isIgnored(told, statement)
    ) {
      warnings.add({ level: "Warning", code, message });
      mysql.end(0);
      return { rows: false, outcome: { warnings: warnings.count } };
    }
    warnings.add({ level: "Error", code, message });
    mysql.end(-1);
    throw told;
  }
}
