/**
 * The messages of one client that was let in, and the answers to them (PostgreSQL manual, 55.2.2 to
 * 55.2.7): simple and extended queries, COPY, notices.
 *
 * Knows no sockets. What can be answered at once is answered at once: no promise is made for it.
 *
 * @module
 */

import type {
  ClientEvents,
  ClientSession,
  FetchResult,
  Portal,
  PreparedStatement,
  SimpleStatements,
} from "../engine/client_session.ts";
import { SqlError } from "../sql/error.ts";
import { Answer } from "./answer.ts";
import {
  backend,
  bare,
  commandComplete,
  copyResponse,
  notificationResponse,
  parameterDescription,
  parameterStatus,
  readyForQuery,
  reportMessage,
} from "./backend_messages.ts";
import { CopyFrom } from "./copy_from.ts";
import { type Frames, frontend } from "./frames.ts";
import type { Outbox } from "./outbox.ts";
import { readFormats, readParams } from "./param_decoder.ts";
import { FatalError, violation } from "./protocol_violation.ts";
import { isInternal, reportOf } from "./report.ts";
import { formsOf } from "./statement_forms.ts";

/** What a conversation is made of. */
export interface ConversationOptions {
  readonly frames: Frames;
  readonly outbox: Outbox;
  /** Asked between messages: a promise when it is others' turn. */
  readonly turn: () => Promise<void> | undefined;
  /** Told about faults of this program. */
  readonly fault: (error: unknown) => void;
}

/** A portal and the formats that its rows are sent in. */
interface WirePortal {
  readonly portal: Portal;
  readonly formats: readonly number[];
}

/** A simple Query under way. */
interface SimpleRun {
  readonly statements: SimpleStatements;
  portal: Portal | undefined;
  /** Result whose tag is sent once it is known to hold. */
  ended: FetchResult | undefined;
}

/** After so many messages others may have their turn. */
const messagesPerTurn = 32;

const noFormats: readonly number[] = [];

/** See the top of the file. */
export class Conversation {
  readonly #frames: Frames;
  readonly #outbox: Outbox;
  readonly #answer: Answer;
  readonly #options: ConversationOptions;
  readonly #portals = new Map<string, WirePortal>();
  readonly #notifications: Parameters<ClientEvents["notification"]>[0][] = [];
  #session!: ClientSession;
  /** Whether messages are read over until Sync, because one of them failed. */
  #skipping = false;
  /** Whether a message failed since the last Sync. */
  #hasFailed = false;
  /** Whether something was executed since the last Sync. */
  #hasRun = false;
  #copy: CopyFrom | undefined;
  #simple: SimpleRun | undefined;
  #ended = false;
  #queries = 0;

  /**
   * @param options Messages in and out.
   */
  constructor(options: ConversationOptions) {
    this.#options = options;
    this.#frames = options.frames;
    this.#outbox = options.outbox;
    this.#answer = new Answer(options.outbox);
  }

  /** Whether the client has said goodbye. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Executions so far. */
  get queries(): number {
    return this.#queries;
  }

  /** Whether statements of a message are still to be run. */
  get underWay(): boolean {
    return this.#simple !== undefined || this.#copy !== undefined;
  }

  /**
   * Begins.
   *
   * @param session What the client talks to.
   */
  begin(session: ClientSession): void {
    this.#session = session;
  }

  /**
   * Answers every message that has arrived whole.
   *
   * @returns A promise when that takes time.
   * @throws {FatalError} When what comes is no protocol; so does the promise.
   */
  handleAll(): Promise<void> | undefined {
    for (let count = 1; !this.#ended; count++) {
      const type = this.#frames.next();
      if (type === 0) return undefined;
      const pending = this.#handle(type);
      if (pending !== undefined) return this.#goOnAfter(pending);
      if (count % messagesPerTurn === 0) {
        const turn = this.#options.turn();
        if (turn !== undefined) return this.#goOnAfter(turn);
      }
    }
    return undefined;
  }

  /**
   * Tells the client something that it did not ask for, between statements.
   *
   * @param notification Of LISTEN.
   * @returns Whether it is ready to be sent now.
   */
  notify(notification: Parameters<ClientEvents["notification"]>[0]): void {
    this.#notifications.push(notification);
  }

  /** Sends the notifications that wait, unless a transaction is open. */
  sendNotifications(): void {
    if (this.#notifications.length === 0 || this.#session.status !== "I") {
      return;
    }
    for (const each of this.#notifications.splice(0)) {
      notificationResponse(this.#outbox.writer, each);
    }
  }

  /** Sends what comes before the first query: settings, key, ReadyForQuery. */
  greet(): void {
    for (const [name, value] of this.#session.reported()) {
      parameterStatus(this.#outbox.writer, name, value);
    }
  }

  /** Sends ReadyForQuery. */
  ready(): void {
    this.sendNotifications();
    readyForQuery(this.#outbox.writer, this.#session.status);
  }

  /** The connection is lost: frees what the session does not know of. */
  async abandon(): Promise<void> {
    const copy = this.#copy;
    this.#copy = undefined;
    this.#portals.clear();
    try {
      await copy?.fail("connection lost");
    } catch {
      // It has failed, as it should.
    }
  }

  async #goOnAfter(pending: Promise<void>): Promise<void> {
    await pending;
    await this.handleAll();
  }

  #handle(type: number): Promise<void> | undefined {
    try {
      const pending = this.#copy === undefined
        ? this.#dispatch(type)
        : this.#dispatchCopy(this.#copy, type);
      return pending?.catch((error: unknown) => this.#failed(error));
    } catch (error) {
      return this.#failed(error);
    }
  }

  #dispatch(type: number): Promise<void> | undefined {
    const { message } = this.#frames;
    if (this.#skipping) {
      if (type === frontend.sync) return this.#sync();
      if (type === frontend.terminate) this.#ended = true;
      return undefined;
    }
    switch (type) {
      case frontend.bind:
        return this.#bind();
      case frontend.execute:
        return this.#execute();
      case frontend.sync:
        message.finish();
        return this.#sync();
      case frontend.query:
        return this.#query();
      case frontend.parse:
        return this.#parse();
      case frontend.describe:
        return this.#describe();
      case frontend.close:
        return this.#close();
      case frontend.flush:
        message.finish();
        return this.#outbox.flush();
      case frontend.terminate:
        this.#ended = true;
        return undefined;
      case frontend.copyData:
      case frontend.copyDone:
      case frontend.copyFail:
        // The rest of a COPY that failed.
        return undefined;
      case frontend.functionCall:
        this.#skipFunctionCall();
        throw new SqlError("0A000", "function calls by OID are not supported");
      default:
        throw violation(`invalid frontend message type ${type}`);
    }
  }

  /** What a message failed with; FATAL errors go on to whoever holds the connection. */
  #failed(error: unknown): Promise<void> | undefined {
    if (error instanceof FatalError) throw error;
    if (isInternal(error)) this.#options.fault(error);
    const isSimple = this.#simple !== undefined;
    this.#simple?.portal?.close();
    this.#simple = undefined;
    this.#copy = undefined;
    reportMessage(
      this.#outbox.writer,
      backend.errorResponse,
      reportOf(error, "ERROR"),
    );
    this.#session.failed();
    this.#hasFailed = true;
    if (isSimple) return this.#sync();
    this.#skipping = true;
    return undefined;
  }

  // Simple query (55.2.2)

  #query(): Promise<void> | undefined {
    const { message } = this.#frames;
    // Marked first, so that an error in the text itself is answered like any other of it.
    const run: SimpleRun = this.#simple = {
      statements: [][Symbol.iterator](),
      portal: undefined,
      ended: undefined,
    };
    const text = message.text();
    message.finish();
    const statements = this.#session.simple(text);
    return this.#runSimple({ ...run, statements });
  }

  #runSimple(run: SimpleRun): Promise<void> | undefined {
    this.#simple = run;
    const { statements } = run;
    for (let count = 0;; count++) {
      const next = statements.next();
      if (next.done === true) return this.#endSimple(run, count);
      this.#tagSimple(run);
      const pending = this.#runOne(run, next.value);
      if (pending !== undefined) return pending;
    }
  }

  /** Runs one statement; a promise goes on with the others. */
  #runOne(
    run: SimpleRun,
    statement: PreparedStatement,
  ): Promise<void> | undefined {
    const { statements } = run;
    const session = this.#session;
    const portal = run.portal = session.bind(statement, []);
    this.#answer.begin(statement, {
      formats: noFormats,
      describe: true,
      context: session.eval,
    });
    this.#queries += 1;
    const last = statements.single === true && !this.#hasRun;
    this.#hasRun = true;
    const result = portal.fetch(0, this.#answer, last);
    if (result instanceof Promise) {
      return result.then((ended) =>
        this.#ranOne(run, ended) ?? this.#runSimple(run)
      );
    }
    return this.#ranOne(run, result);
  }

  #ranOne(run: SimpleRun, result: FetchResult): Promise<void> | undefined {
    if (result.copyIn !== undefined) {
      return this.#beginCopy(result);
    }
    this.#answer.end(result);
    run.ended = result;
    run.portal?.close();
    run.portal = undefined;
    return undefined;
  }

  #tagSimple(run: SimpleRun): void {
    if (run.ended !== undefined) this.#answer.tag(run.ended);
    run.ended = undefined;
  }

  #endSimple(run: SimpleRun, count: number): Promise<void> | undefined {
    if (count === 0 && run.ended === undefined && !this.#hasRun) {
      bare(this.#outbox.writer, backend.emptyQueryResponse);
    }
    // The last tag says that its statement holds, so the commit comes first.
    const pending = this.#session.sync(false);
    if (pending !== undefined) {
      return pending.then(() => this.#endedSimple(run));
    }
    this.#endedSimple(run);
    return undefined;
  }

  #endedSimple(run: SimpleRun): void {
    this.#tagSimple(run);
    this.#synced();
  }

  // Extended query (55.2.3)

  #parse(): undefined {
    const { message } = this.#frames;
    const session = this.#session;
    const name = message.text();
    const text = message.text();
    const types: number[] = [];
    for (let left = message.int16() & 0xffff; left > 0; left--) {
      types.push(message.int32() >>> 0);
    }
    message.finish();
    if (name === "") session.statements.delete("");
    const statement = session.prepare(text, types);
    session.statements.set(name, statement, text);
    bare(this.#outbox.writer, backend.parseComplete);
  }

  #statement(name: string): PreparedStatement {
    const statement = this.#session.statements.get(name);
    if (statement !== undefined) return statement;
    throw new SqlError(
      "26000",
      name === ""
        ? "unnamed prepared statement does not exist"
        : `prepared statement "${name}" does not exist`,
    );
  }

  #bind(): undefined {
    const { message } = this.#frames;
    const session = this.#session;
    const portalName = message.text();
    const name = message.text();
    const statement = this.#statement(name);
    const context = session.eval;
    const params = readParams(message, {
      formats: readFormats(message),
      types: statement.params,
      name,
      context,
    });
    const formats = readFormats(message);
    message.finish();
    const width = statement.columns?.length ?? 0;
    if (formats.length > 1 && formats.length !== width) {
      throw new SqlError(
        "08P01",
        `bind message has ${formats.length} result formats but query has ${width} columns`,
      );
    }
    if (portalName !== "" && session.portals.get(portalName) !== undefined) {
      throw new SqlError("42P03", `cursor "${portalName}" already exists`);
    }
    const portal = session.bind(statement, params);
    session.portals.set(portalName, portal);
    this.#portals.set(portalName, { portal, formats });
    bare(this.#outbox.writer, backend.bindComplete);
  }

  #portal(name: string): WirePortal {
    const portal = this.#session.portals.get(name);
    const known = this.#portals.get(name);
    if (portal === undefined) {
      this.#portals.delete(name);
      throw new SqlError("34000", `portal "${name}" does not exist`);
    }
    // Declared by SQL, or declared anew.
    return known?.portal === portal ? known : { portal, formats: noFormats };
  }

  #describe(): undefined {
    const { message } = this.#frames;
    const { writer } = this.#outbox;
    const kind = message.byte();
    const name = message.text();
    message.finish();
    const context = this.#session.eval;
    if (kind === 0x53) { // S
      const statement = this.#statement(name);
      this.#checkDescribable(statement);
      parameterDescription(writer, statement.params);
      return void formsOf(statement).describe(writer, noFormats, context);
    }
    if (kind !== 0x50) { // P
      throw violation(`invalid DESCRIBE message subtype ${kind}`);
    }
    const { portal: { statement }, formats } = this.#portal(name);
    this.#checkDescribable(statement);
    formsOf(statement).describe(writer, formats, context);
  }

  /** Rows of a statement cannot be described in a failed transaction, as in PostgreSQL. */
  #checkDescribable({ columns }: PreparedStatement): void {
    if (columns === null || this.#session.status !== "E") return;
    throw new SqlError(
      "25P02",
      "current transaction is aborted, commands ignored until end of transaction block",
    );
  }

  #execute(): Promise<void> | undefined {
    const { message } = this.#frames;
    const name = message.text();
    const maxRows = Math.max(0, message.int32());
    message.finish();
    const { portal, formats } = this.#portal(name);
    const { statement } = portal;
    if (statement.empty) {
      bare(this.#outbox.writer, backend.emptyQueryResponse);
      return undefined;
    }
    this.#answer.begin(statement, {
      formats,
      describe: false,
      context: this.#session.eval,
    });
    this.#queries += 1;
    const last = !this.#hasRun && this.#frames.peek() === frontend.sync;
    this.#hasRun = true;
    const result = portal.fetch(maxRows, this.#answer, last);
    if (result instanceof Promise) {
      return result.then((ended) => this.#executed(ended));
    }
    return this.#executed(result);
  }

  #executed(result: FetchResult): Promise<void> | undefined {
    if (result.copyIn !== undefined) return this.#beginCopy(result);
    this.#answer.end(result);
    if (result.done) this.#answer.tag(result);
    return undefined;
  }

  #close(): undefined {
    const { message } = this.#frames;
    const kind = message.byte();
    const name = message.text();
    message.finish();
    const session = this.#session;
    if (kind === 0x53) session.statements.delete(name); // S
    else if (kind === 0x50) { // P
      session.portals.get(name)?.close();
      session.portals.delete(name);
      this.#portals.delete(name);
    } else throw violation(`invalid CLOSE message subtype ${kind}`);
    bare(this.#outbox.writer, backend.closeComplete);
  }

  #sync(): Promise<void> | undefined {
    let pending: void | Promise<void>;
    try {
      pending = this.#session.sync(this.#hasFailed);
    } catch (error) {
      return this.#syncFailed(error);
    }
    if (pending === undefined) {
      this.#synced();
      return undefined;
    }
    return pending.then(
      () => this.#synced(),
      (error: unknown) => this.#syncFailed(error),
    );
  }

  /** The commit failed. */
  #syncFailed(error: unknown): undefined {
    if (error instanceof FatalError) throw error;
    if (isInternal(error)) this.#options.fault(error);
    reportMessage(
      this.#outbox.writer,
      backend.errorResponse,
      reportOf(error, "ERROR"),
    );
    this.#synced();
  }

  #synced(): void {
    this.#skipping = this.#hasFailed = this.#hasRun = false;
    this.#simple = undefined;
    this.ready();
  }

  #skipFunctionCall(): void {
    // Answered with ReadyForQuery, like a simple query.
    this.#simple = {
      statements: [][Symbol.iterator](),
      portal: undefined,
      ended: undefined,
    };
  }

  // COPY FROM STDIN (55.2.7)

  #beginCopy({ copyIn }: FetchResult): Promise<void> {
    const { binary, columns } = copyIn!;
    copyResponse(this.#outbox.writer, backend.copyInResponse, {
      columns,
      binary,
    });
    this.#copy = new CopyFrom(copyIn!, this.#frames);
    return this.#outbox.flush();
  }

  #dispatchCopy(copy: CopyFrom, type: number): Promise<void> | undefined {
    switch (type) {
      case frontend.copyData:
        return copy.write();
      case frontend.copyDone:
        return this.#endCopy(copy);
      case frontend.copyFail:
        return copy.failed(this.#frames.message.text());
      case frontend.flush:
      case frontend.sync:
        // Sent by clients before they know that data is wanted.
        return undefined;
      case frontend.terminate:
        this.#ended = true;
        return undefined;
      default:
        return copy.interrupted(type);
    }
  }

  async #endCopy(copy: CopyFrom): Promise<void> {
    const result = await copy.finish();
    this.#copy = undefined;
    const run = this.#simple;
    if (run === undefined) {
      if (result.tag !== undefined) {
        commandComplete(this.#outbox.writer, result.tag);
      }
      return;
    }
    run.ended = result;
    run.portal?.close();
    run.portal = undefined;
    await this.#runSimple(run);
  }
}
