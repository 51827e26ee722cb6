/**
 * One simple Query message (PostgreSQL manual, 55.2.2): its statements, one after the other.
 *
 * @module
 */

import type {
  ClientSession,
  CopyIn,
  FetchResult,
  Portal,
  PreparedStatement,
  SimpleStatements,
} from "../engine/client_session.ts";
import type { Answer } from "./answer.ts";

const noFormats: readonly number[] = [];

/** The statements of one message. */
export class SimpleQuery {
  readonly #session: ClientSession;
  readonly #answer: Answer;
  readonly #mayBeLast: boolean;
  #statements: SimpleStatements | undefined;
  #portal: Portal | undefined;
  #ended: FetchResult | undefined;
  #count = 0;

  /**
   * @param session Runs the statements.
   * @param answer Takes what they give.
   * @param mayBeLast Whether nothing ran before in the same transaction.
   */
  constructor(session: ClientSession, answer: Answer, mayBeLast: boolean) {
    this.#session = session;
    this.#answer = answer;
    this.#mayBeLast = mayBeLast;
  }

  /** Statements so far. */
  get count(): number {
    return this.#count;
  }

  /**
   * Takes the text.
   *
   * @param text Statements.
   */
  begin(text: string): void {
    this.#statements = this.#session.simple(text);
  }

  /**
   * Runs what has not run yet.
   *
   * @returns COPY FROM STDIN when one of them wants data, nothing at the end.
   */
  run(): CopyIn | undefined | Promise<CopyIn | undefined> {
    const statements = this.#statements!;
    for (;;) {
      const next = statements.next();
      if (next.done === true) return undefined;
      this.sendTag();
      this.#count += 1;
      const last = this.#mayBeLast && statements.single === true;
      const result = this.#start(next.value, last);
      if (result instanceof Promise) return this.#goOnAfter(result);
      if (result.copyIn !== undefined) return result.copyIn;
      this.ran(result);
    }
  }

  /**
   * Notes what a statement came to.
   *
   * @param result What it came to.
   */
  ran(result: FetchResult): void {
    this.#ended = result;
    this.close();
  }

  /** Sends the tag of the statement that ran last: now it holds. */
  sendTag(): void {
    if (this.#ended !== undefined) this.#answer.end(this.#ended);
    this.#ended = undefined;
  }

  /** Frees the statement under way. */
  close(): void {
    const portal = this.#portal;
    this.#portal = undefined;
    portal?.close();
  }

  #start(
    statement: PreparedStatement,
    last: boolean,
  ): FetchResult | Promise<FetchResult> {
    const session = this.#session;
    const portal = this.#portal = session.bind(statement, []);
    this.#answer.begin(statement, {
      formats: noFormats,
      describe: true,
      context: session.eval,
    });
    return portal.fetch(0, this.#answer, last);
  }

  async #goOnAfter(
    pending: Promise<FetchResult>,
  ): Promise<CopyIn | undefined> {
    const result = await pending;
    if (result.copyIn !== undefined) return result.copyIn;
    this.ran(result);
    return await this.run();
  }
}
