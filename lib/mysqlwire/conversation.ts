/**
 * The commands of one client that was let in, and the answers to them (MySQL internals, "Command
 * Phase").
 *
 * Knows no sockets.
 *
 * @module
 */

import { MysqlError } from "../sql/mysql/error.ts";
import type { MysqlStatement } from "../sql/mysql/dialect.ts";
import { Answer } from "./answer.ts";
import { FatalError } from "./failure.ts";
import { fieldList } from "./field_list.ts";
import type { Link } from "./link.ts";
import { fail, ok } from "./messages.ts";
import type { PacketReader } from "./packet_reader.ts";
import type { Processes } from "./processes.ts";
import { command, status } from "./protocol.ts";
import { internalError, mysqlErrorFrom } from "./report.ts";
import type { Ending } from "./ending.ts";
import { Runner } from "./runner.ts";
import { Shapes } from "./shapes.ts";
import { Statements } from "./statements.ts";
import type { Workspace } from "./workspace.ts";

/** What a conversation is made of. */
export interface ConversationOptions {
  readonly link: Link;
  readonly workspace: Workspace;
  readonly processes: Processes;
  readonly messageLimit: number;
  /** Asked between messages: a promise when it is others' turn. */
  readonly turn: () => Promise<void> | undefined;
  /** Told about faults of this program. */
  readonly fault: (error: unknown) => void;
  /** COM_CHANGE_USER: proves who it is, and opens a workspace; nothing when the client has left. */
  readonly changeUser: (
    message: PacketReader,
  ) => Promise<Workspace | undefined>;
  /** COM_RESET_CONNECTION: opens another workspace of the same user. */
  readonly renew: () => Promise<Workspace>;
  /** Seconds since the server started. */
  readonly uptime: () => number;
}

/** After so many messages others may have their turn. */
const messagesPerTurn = 16;

/** See the top of the file. */
export class Conversation {
  readonly #options: ConversationOptions;
  #workspace: Workspace;
  #runner: Runner;
  #statements: Statements;
  #shapes: Shapes;
  #ended = false;
  #queries = 0;
  #text: string | undefined;

  /**
   * @param options Connection, session.
   */
  constructor(options: ConversationOptions) {
    this.#options = options;
    this.#workspace = options.workspace;
    this.#runner = this.#newRunner();
    this.#shapes = new Shapes(this.#workspace, this.#runner);
    this.#statements = this.#newStatements();
  }

  /** Whether the client has said goodbye. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Commands that ran statements. */
  get queries(): number {
    return this.#queries;
  }

  /** Text that runs. */
  get text(): string | undefined {
    return this.#text;
  }

  /** The session; another one after COM_CHANGE_USER. */
  get workspace(): Workspace {
    return this.#workspace;
  }

  /**
   * Answers every message that has arrived whole.
   *
   * @returns A promise when that takes time.
   * @throws {FatalError} When what comes is no protocol; so does the promise.
   */
  handleAll(): Promise<void> | undefined {
    const pending = this.#handleSome();
    return pending === undefined ? undefined : this.#goOnAfter(pending);
  }

  async #goOnAfter(first: Promise<void>): Promise<void> {
    const { link: { outbox }, turn } = this.#options;
    for (
      let pending: Promise<void> | undefined = first;
      pending !== undefined;
      pending = this.#handleSome()
    ) {
      await pending;
      // Answers to earlier messages need not wait for the next. Who waits next is told of a failure.
      if (outbox.writer.length > 0) outbox.flush().catch(() => {});
      const wait = turn();
      if (wait !== undefined) await wait;
    }
  }

  /** Up to the first message that takes time, or until others should have their turn. */
  #handleSome(): Promise<void> | undefined {
    const { packets, sequence } = this.#options.link;
    for (let count = 1; !this.#ended; count++) {
      // Each command begins anew.
      if (!packets.underWay) sequence.next = 0;
      if (!packets.next()) return undefined;
      const pending = this.#handle(packets.message);
      if (pending !== undefined) return pending;
      if (count === messagesPerTurn) return Promise.resolve();
    }
    return undefined;
  }

  #handle(message: PacketReader): Promise<void> | undefined {
    try {
      const type = message.left === 0 ? 0 : message.byte();
      const pending = this.#dispatch(type, message);
      if (pending === undefined) {
        this.#text = undefined;
        return undefined;
      }
      return pending.then(
        () => void (this.#text = undefined),
        (error) => this.#failed(error),
      );
    } catch (error) {
      return void this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    if (error instanceof FatalError) throw error;
    this.#text = undefined;
    const { link, fault } = this.#options;
    const { mysql, options: { user } } = this.#workspace;
    const told = mysqlErrorFrom(error, { database: mysql.database, user });
    if (told === undefined) fault(error);
    fail(link.outbox.writer, told ?? internalError());
  }

  /** Commands that come by the thousand make no promise if the engine makes none. */
  #dispatch(type: number, message: PacketReader): Promise<void> | undefined {
    switch (type) {
      case command.query: {
        this.#queries += 1;
        const text = this.#text = message.statement();
        const known = this.#workspace.known(text) ?? this.#shapes.find(text);
        return known === undefined
          ? this.#query(text)
          : this.#answer(this.#runner.run(known, this.#newAnswer()));
      }
      case command.stmtExecute:
        this.#queries += 1;
        return this.#answer(this.#statements.execute(message));
      default:
        return this.#dispatchOther(type, message);
    }
  }

  #answer(ending: Ending | Promise<Ending>): Promise<void> | undefined {
    return ending instanceof Promise
      ? ending.then((came) => this.#end(came))
      : void this.#end(ending);
  }

  async #dispatchOther(type: number, message: PacketReader): Promise<void> {
    switch (type) {
      case command.stmtPrepare:
        return await this.#statements.prepare(
          this.#text = message.statement(),
        );
      case command.stmtClose:
        return this.#statements.close(message);
      case command.stmtSendLongData:
        return this.#statements.sendLongData(message);
      case command.stmtReset:
        return this.#statements.reset(message);
      case command.stmtFetch:
        return await this.#statements.fetch(message);
      case command.ping:
        return this.#ok();
      case command.quit:
        this.#ended = true;
        return;
      case command.initDb:
        await this.#workspace.use(message.restText());
        await this.#workspace.sync();
        return this.#ok();
      case command.fieldList:
        return await this.#fieldList(message);
      case command.statistics:
        return this.#statistics();
      case command.processInfo:
        return await this.#show({ kind: "processlist", full: false });
      case command.processKill:
        this.#options.processes.kill(this.#workspace, message.uint32(), false);
        return this.#ok();
      case command.setOption:
        return this.#setOption(message.uint16());
      case command.changeUser:
        return await this.#changeUser(message);
      case command.resetConnection:
        return await this.#renew();
      default:
        throw new MysqlError(1047, "08S01", "Unknown command");
    }
  }

  /** COM_QUERY: statements one after the other, each answered when it is known what follows. */
  async #query(text: string): Promise<void> {
    const workspace = this.#workspace;
    const { multi } = workspace;
    const statements = workspace.mysql.parse(text, multi);
    const read = () => {
      try {
        return statements.next();
      } catch (error) {
        workspace.mistaken(error);
        throw error;
      }
    };
    let next = read();
    // Nothing is run of a text that may not hold what it holds.
    const only = multi ? undefined : read();
    for (let first = true; next.done !== true; first = false) {
      const statement: MysqlStatement = next.value;
      const answer = this.#newAnswer();
      const ending = await this.#runner.run({
        statement,
        ...(first ? { text } : {}),
      }, answer);
      try {
        next = only ?? read();
      } catch (error) {
        this.#end(ending, true);
        throw error;
      }
      const { prepared } = ending;
      if (first && next.done === true && prepared !== undefined) {
        workspace.remember(text, { statement, prepared });
      }
      this.#end(ending, next.done !== true);
    }
  }

  #newAnswer(): Answer {
    const { link } = this.#options;
    return new Answer(link.outbox, this.#capabilities, false);
  }

  get #capabilities(): number {
    return this.#workspace.options.capabilities;
  }

  async #show(statement: MysqlStatement): Promise<void> {
    this.#end(await this.#runner.run({ statement }, this.#newAnswer()));
  }

  #end({ rows, outcome, cursor = false }: Ending, more = false): void {
    const { link: { outbox: { writer } } } = this.#options;
    const workspace = this.#workspace;
    const schema = workspace.changedSchema;
    workspace.changedSchema = undefined;
    // The columns were all of it, where they are ended by EOF.
    const said = {
      ...outcome,
      status: workspace.status | (more ? status.moreResults : 0) |
        (cursor ? status.cursorExists : 0),
      schema,
    };
    if (cursor) return this.#statements.opened(said);
    if (rows) {
      new Answer(this.#options.link.outbox, this.#capabilities, false).end(
        said,
      );
    } else ok(writer, this.#capabilities, said);
  }

  #ok(): void {
    this.#end({ rows: false, outcome: {} });
  }

  async #fieldList(message: PacketReader): Promise<void> {
    const { link: { outbox: { writer } } } = this.#options;
    const table = message.text();
    const pattern = message.restText();
    await fieldList(writer, this.#workspace, { table, pattern });
    this.#end({ rows: true, outcome: {} });
  }

  #statistics(): void {
    const { link: { outbox: { writer } }, processes, uptime } = this.#options;
    const seconds = Math.max(1, Math.floor(uptime()));
    writer.begin();
    writer.restText(
      `Uptime: ${seconds}  Threads: ${processes.count}  Questions: ${this.#queries}  Slow queries: 0  Opens: 0  Flush tables: 0  Open tables: 0  Queries per second avg: ${
        (this.#queries / seconds).toFixed(3)
      }`,
    );
    writer.finish();
  }

  /** 0 lets a text hold several statements, 1 does not. */
  #setOption(option: number): void {
    if (option > 1) throw new MysqlError(1047, "08S01", "Unknown command");
    this.#workspace.multi = option === 0;
    this.#end({ rows: true, outcome: {} });
  }

  async #changeUser(message: PacketReader): Promise<void> {
    this.#statements.clear();
    const workspace = await this.#options.changeUser(message);
    if (workspace === undefined) {
      this.#ended = true;
      return;
    }
    this.#take(workspace);
    this.#ok();
  }

  async #renew(): Promise<void> {
    this.#statements.clear();
    this.#take(await this.#options.renew());
    this.#ok();
  }

  #take(workspace: Workspace): void {
    this.#workspace = workspace;
    this.#runner = this.#newRunner();
    this.#shapes = new Shapes(this.#workspace, this.#runner);
    this.#statements = this.#newStatements();
  }

  #newRunner(): Runner {
    const { processes } = this.#options;
    return new Runner({ workspace: this.#workspace, processes });
  }

  #newStatements(): Statements {
    const { link: { outbox }, messageLimit } = this.#options;
    return new Statements({
      workspace: this.#workspace,
      runner: this.#runner,
      outbox,
      capabilities: this.#workspace.options.capabilities,
      messageLimit,
    });
  }
}
