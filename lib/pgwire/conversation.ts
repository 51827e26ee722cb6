/**
 * The messages of one client that was let in, and the answers to them (PostgreSQL manual, 55.2.2 to
 * 55.2.7): queries, COPY, errors, notifications.
 *
 * Knows no sockets. What can be answered at once is answered at once: no promise is made for it.
 *
 * @module
 */

import type {
  ClientSession,
  CopyIn,
  FetchResult,
} from "../engine/client_session.ts";
import { SqlError } from "../sql/error.ts";
import { Answer } from "./answer.ts";
import {
  backend,
  bare,
  copyResponse,
  reportMessage,
} from "./backend_messages.ts";
import { CopyFrom } from "./copy_from.ts";
import { ExtendedQuery } from "./extended_query.ts";
import { type Frames, frontend } from "./frames.ts";
import type { Outbox } from "./outbox.ts";
import { FatalError, violation } from "./protocol_violation.ts";
import { isInternal, reportOf } from "./report.ts";
import { SimpleQuery } from "./simple_query.ts";
import type { UnaskedMessages } from "./unasked_messages.ts";

/** What a conversation is made of. */
export interface ConversationOptions {
  readonly session: ClientSession;
  readonly frames: Frames;
  readonly outbox: Outbox;
  readonly unasked: UnaskedMessages;
  /** Asked between messages: a promise when it is others' turn. */
  readonly turn: () => Promise<void> | undefined;
  /** Told about faults of this program. */
  readonly fault: (error: unknown) => void;
}

/** After so many messages others may have their turn. */
const messagesPerTurn = 32;

/** See the top of the file. */
export class Conversation {
  readonly #session: ClientSession;
  readonly #frames: Frames;
  readonly #outbox: Outbox;
  readonly #options: ConversationOptions;
  readonly #answer: Answer;
  readonly #extended: ExtendedQuery;
  #simple: SimpleQuery | undefined;
  #copy: CopyFrom | undefined;
  /** Whether messages are read over until Sync, because one of them failed. */
  #skipping = false;
  /** Whether a message failed since the last Sync. */
  #hasFailed = false;
  /** Whether something was executed since the last Sync. */
  #hasRun = false;
  /** Whether ReadyForQuery waits to be sent. */
  #hasAnswer = false;
  #ended = false;
  #queries = 0;

  /**
   * @param options Session, messages in and out.
   */
  constructor(options: ConversationOptions) {
    const { session, frames, outbox } = options;
    this.#options = options;
    this.#session = session;
    this.#frames = frames;
    this.#outbox = outbox;
    this.#answer = new Answer(outbox);
    this.#extended = new ExtendedQuery(session, outbox, this.#answer);
  }

  /** Whether the client has said goodbye. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Statements that were executed. */
  get queries(): number {
    return this.#queries;
  }

  /** Whether something is begun that needs further messages: COPY, or an extended query without Sync. */
  get underWay(): boolean {
    return this.#simple !== undefined || this.#copy !== undefined ||
      this.#hasRun || this.#skipping;
  }

  /**
   * Answers every message that has arrived whole.
   *
   * @returns A promise when that takes time.
   * @throws {FatalError} When what comes is no protocol; so does the promise.
   */
  handleAll(): Promise<void> | undefined {
    this.#hasAnswer = false;
    const pending = this.#handleSome();
    return pending === undefined ? undefined : this.#goOnAfter(pending);
  }

  /** The connection is lost: ends what the session does not know of. */
  async abandon(): Promise<void> {
    const copy = this.#copy;
    this.#copy = undefined;
    try {
      await copy?.fail("connection lost");
    } catch {
      // It has failed, as it should.
    }
  }

  async #goOnAfter(first: Promise<void>): Promise<void> {
    for (
      let pending: Promise<void> | undefined = first;
      pending !== undefined;
      pending = this.#handleSome()
    ) {
      if (this.#hasAnswer) {
        // Answers to earlier messages need not wait for this one. Who waits next is told of a failure.
        this.#outbox.flush().catch(() => {});
        this.#hasAnswer = false;
      }
      await pending;
    }
  }

  #handleSome(): Promise<void> | undefined {
    for (let count = 1; !this.#ended; count++) {
      const type = this.#frames.next();
      if (type === 0) return undefined;
      const pending = this.#handle(type);
      if (pending !== undefined) return pending;
      if (count % messagesPerTurn === 0) {
        const turn = this.#options.turn();
        if (turn !== undefined) return turn;
      }
    }
    return undefined;
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
    if (type === frontend.sync) {
      message.finish();
      return this.#sync();
    }
    if (type === frontend.terminate) this.#ended = true;
    if (this.#skipping || this.#ended) return undefined;
    switch (type) {
      case frontend.bind:
        return void this.#extended.bind(message);
      case frontend.execute:
        return this.#execute();
      case frontend.query:
        return this.#query();
      case frontend.parse:
        return void this.#extended.parse(message);
      case frontend.describe:
        return void this.#extended.describe(message);
      case frontend.close:
        return void this.#extended.close(message);
      case frontend.flush:
        message.finish();
        return this.#outbox.flush();
      case frontend.copyData:
      case frontend.copyDone:
      case frontend.copyFail:
        // The rest of a COPY that failed.
        return undefined;
      case frontend.functionCall:
        // Like a simple query, it is answered with ReadyForQuery.
        this.#simple = this.#newSimple();
        throw new SqlError("0A000", "function calls by OID are not supported");
      default:
        throw violation(`invalid frontend message type ${type}`);
    }
  }

  /** Tells of an error; a FATAL one goes on to whoever holds the connection. */
  #failed(error: unknown): Promise<void> | undefined {
    this.#simple?.sendTag();
    this.#tell(error);
    this.#copy = undefined;
    this.#hasFailed = true;
    this.#extended.dropUnnamed();
    this.#session.failed();
    const simple = this.#simple;
    if (simple === undefined) {
      this.#skipping = true;
      return undefined;
    }
    simple.close();
    return this.#sync();
  }

  #tell(error: unknown): void {
    if (error instanceof FatalError) throw error;
    if (isInternal(error)) this.#options.fault(error);
    const report = reportOf(error, "ERROR");
    reportMessage(this.#outbox.writer, backend.errorResponse, report);
  }

  #execute(): Promise<void> | undefined {
    const last = !this.#hasRun && this.#frames.peek() === frontend.sync;
    this.#hasRun = true;
    this.#queries += 1;
    const result = this.#extended.execute(this.#frames.message, last);
    if (result instanceof Promise) {
      return result.then((came) => this.#executed(came));
    }
    return result === undefined ? undefined : this.#executed(result);
  }

  #executed(result: FetchResult): Promise<void> | undefined {
    if (result.copyIn !== undefined) return this.#beginCopy(result.copyIn);
    this.#answer.end(result);
    return undefined;
  }

  #newSimple(): SimpleQuery {
    return new SimpleQuery(this.#session, this.#answer, !this.#hasRun);
  }

  #query(): Promise<void> | undefined {
    const { message } = this.#frames;
    const simple = this.#simple = this.#newSimple();
    this.#extended.dropUnnamed();
    const text = message.text();
    message.finish();
    simple.begin(text);
    return this.#runSimple(simple);
  }

  #runSimple(simple: SimpleQuery): Promise<void> | undefined {
    this.#hasRun = true;
    const came = simple.run();
    return came instanceof Promise
      ? came.then((copyIn) => this.#ranSimple(simple, copyIn))
      : this.#ranSimple(simple, came);
  }

  #ranSimple(
    simple: SimpleQuery,
    copyIn: CopyIn | undefined,
  ): Promise<void> | undefined {
    if (copyIn !== undefined) return this.#beginCopy(copyIn);
    this.#queries += simple.count;
    if (simple.count === 0) {
      bare(this.#outbox.writer, backend.emptyQueryResponse);
    }
    return this.#sync();
  }

  /** Sync, or the end of a simple query: ends the transaction that nobody began. */
  #sync(): Promise<void> | undefined {
    try {
      const pending = this.#session.sync(this.#hasFailed);
      if (pending !== undefined) return this.#syncedAfter(pending);
      this.#synced();
    } catch (error) {
      this.#syncFailed(error);
    }
    return undefined;
  }

  async #syncedAfter(pending: Promise<void>): Promise<void> {
    try {
      await pending;
      this.#synced();
    } catch (error) {
      this.#syncFailed(error);
    }
  }

  #synced(): void {
    // The tag of the last statement says that it holds, so the commit comes first.
    if (!this.#hasFailed) this.#simple?.sendTag();
    this.#goIdle();
  }

  /** The commit failed. */
  #syncFailed(error: unknown): void {
    this.#tell(error);
    this.#goIdle();
  }

  #goIdle(): void {
    this.#skipping = this.#hasFailed = this.#hasRun = false;
    this.#simple = undefined;
    if (this.#session.status === "I") this.#extended.forgetPortals();
    this.#options.unasked.ready(this.#session);
    this.#hasAnswer = true;
  }

  #beginCopy(copyIn: CopyIn): Promise<void> {
    copyResponse(this.#outbox.writer, backend.copyInResponse, copyIn);
    this.#copy = new CopyFrom(copyIn, this.#frames);
    return this.#outbox.flush();
  }

  #dispatchCopy(copy: CopyFrom, type: number): Promise<void> | undefined {
    if (type === frontend.copyDone) return this.#endCopy(copy);
    if (type !== frontend.terminate) return copy.take(type);
    this.#ended = true;
    return undefined;
  }

  async #endCopy(copy: CopyFrom): Promise<void> {
    const result = await copy.finish();
    this.#copy = undefined;
    const simple = this.#simple;
    if (simple === undefined) {
      this.#answer.end(result);
    } else {
      simple.ran(result);
      await this.#runSimple(simple);
    }
  }
}
