/**
 * The messages of the extended query protocol (PostgreSQL manual, 55.2.3): Parse, Bind, Describe,
 * Execute, Close.
 *
 * @module
 */

import type {
  ClientSession,
  FetchResult,
  Portal,
  PreparedStatement,
} from "../engine/client_session.ts";
import { SqlError } from "../sql/error.ts";
import type { Answer } from "./answer.ts";
import { backend, bare, parameterDescription } from "./backend_messages.ts";
import type { MessageReader } from "./message_reader.ts";
import type { MessageWriter } from "./message_writer.ts";
import type { Outbox } from "./outbox.ts";
import { readFormats, readParams } from "./param_decoder.ts";
import { formsOf } from "./statement_forms.ts";

/** A portal and the formats that its rows are sent in. */
interface WirePortal {
  readonly portal: Portal;
  readonly formats: readonly number[];
}

/** What Describe and Close are about. */
const subject = {
  statement: 0x53, // S
  portal: 0x50, // P
} as const;

const noFormats: readonly number[] = [];

/** See the top of the file. */
export class ExtendedQuery {
  readonly #session: ClientSession;
  readonly #outbox: Outbox;
  readonly #answer: Answer;
  readonly #portals = new Map<string, WirePortal>();
  /**
   * The unnamed portal. The session is told of it only if it stops halfway: most are gone at once, and a
   * name costs more than a point read.
   */
  #unnamed: WirePortal | undefined;
  #isUnnamedKnown = false;

  /**
   * @param session What the client talks to.
   * @param outbox Where answers go.
   * @param answer Takes what executions give.
   */
  constructor(session: ClientSession, outbox: Outbox, answer: Answer) {
    this.#session = session;
    this.#outbox = outbox;
    this.#answer = answer;
  }

  get #writer(): MessageWriter {
    return this.#outbox.writer;
  }

  /**
   * Parse.
   *
   * @param message Its body.
   */
  parse(message: MessageReader): void {
    const { statements } = this.#session;
    const name = message.text();
    const text = message.text();
    const types: number[] = [];
    for (let left = message.int16() & 0xffff; left > 0; left--) {
      types.push(message.int32() >>> 0);
    }
    message.finish();
    // The unnamed one is gone even when the new one fails, as in PostgreSQL.
    if (name === "") statements.delete("");
    statements.set(name, this.#session.prepare(text, types), text);
    bare(this.#writer, backend.parseComplete);
  }

  /**
   * Bind.
   *
   * @param message Its body.
   */
  bind(message: MessageReader): void {
    const session = this.#session;
    const portalName = message.text();
    const name = message.text();
    const statement = this.#statement(name);
    const params = readParams(message, {
      formats: readFormats(message),
      types: statement.params,
      name,
      context: session.eval,
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
    this.#name(portalName, {
      portal: session.bind(statement, params),
      formats,
    });
    bare(this.#writer, backend.bindComplete);
  }

  /**
   * Describe.
   *
   * @param message Its body.
   */
  describe(message: MessageReader): void {
    const kind = message.byte();
    const name = message.text();
    message.finish();
    const context = this.#session.eval;
    if (kind === subject.statement) {
      const statement = this.#statement(name);
      this.#checkDescribable(statement);
      parameterDescription(this.#writer, statement.params);
      formsOf(statement).describe(this.#writer, noFormats, context);
    } else if (kind === subject.portal) {
      const { portal: { statement }, formats } = this.#portal(name);
      this.#checkDescribable(statement);
      formsOf(statement).describe(this.#writer, formats, context);
    } else {
      throw new SqlError("08P01", `invalid DESCRIBE message subtype ${kind}`);
    }
  }

  /**
   * Execute.
   *
   * @param message Its body.
   * @param last Whether the statement is a transaction of its own.
   * @returns What it came to, for {@linkcode Answer.end}; nothing when it was the empty statement.
   */
  execute(
    message: MessageReader,
    last: boolean,
  ): FetchResult | Promise<FetchResult> | undefined {
    const name = message.text();
    const maxRows = Math.max(0, message.int32());
    message.finish();
    const { portal, formats } = this.#portal(name);
    const { statement } = portal;
    if (statement.empty) {
      bare(this.#writer, backend.emptyQueryResponse);
      return undefined;
    }
    this.#answer.begin(statement, {
      formats,
      describe: false,
      context: this.#session.eval,
    });
    const result = portal.fetch(maxRows, this.#answer, last);
    if (maxRows > 0 && name === "") return this.#keepUnnamed(result, portal);
    return result;
  }

  /**
   * Close.
   *
   * @param message Its body.
   */
  close(message: MessageReader): void {
    const { statements, portals } = this.#session;
    const kind = message.byte();
    const name = message.text();
    message.finish();
    if (kind === subject.statement) {
      statements.delete(name);
    } else if (kind === subject.portal) {
      if (name === "") this.dropUnnamed();
      portals.delete(name);
      this.#portals.delete(name);
    } else {
      throw new SqlError("08P01", `invalid CLOSE message subtype ${kind}`);
    }
    bare(this.#writer, backend.closeComplete);
  }

  /** Forgets the portals of a transaction that is over. */
  forgetPortals(): void {
    if (this.#unnamed !== undefined) this.dropUnnamed();
    if (this.#portals.size > 0) this.#portals.clear();
  }

  /** Frees the unnamed portal. */
  dropUnnamed(): void {
    const unnamed = this.#unnamed;
    if (unnamed === undefined) return;
    this.#unnamed = undefined;
    if (this.#isUnnamedKnown) this.#session.portals.delete("");
    else unnamed.portal.close();
    this.#isUnnamedKnown = false;
  }

  #name(name: string, portal: WirePortal): void {
    if (name === "") {
      this.dropUnnamed();
      this.#unnamed = portal;
      return;
    }
    const { portals } = this.#session;
    if (portals.get(name) !== undefined) {
      portal.portal.close();
      throw new SqlError("42P03", `cursor "${name}" already exists`);
    }
    portals.set(name, portal.portal);
    this.#portals.set(name, portal);
  }

  /** Tells the session of the unnamed portal if it has more rows: it must know of them before it writes. */
  #keepUnnamed(
    result: FetchResult | Promise<FetchResult>,
    portal: Portal,
  ): FetchResult | Promise<FetchResult> {
    const keep = (came: FetchResult): FetchResult => {
      if (came.done || this.#isUnnamedKnown) return came;
      this.#session.portals.set("", portal);
      this.#isUnnamedKnown = true;
      return came;
    };
    return result instanceof Promise ? result.then(keep) : keep(result);
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

  #portal(name: string): WirePortal {
    if (name === "" && this.#unnamed !== undefined) return this.#unnamed;
    const portal = this.#session.portals.get(name);
    if (portal === undefined) {
      throw new SqlError("34000", `portal "${name}" does not exist`);
    }
    const known = this.#portals.get(name);
    // Others were declared by SQL, whose rows are text.
    return known?.portal === portal ? known : { portal, formats: noFormats };
  }

  /** Rows of a statement cannot be described in a failed transaction, as in PostgreSQL. */
  #checkDescribable({ columns }: PreparedStatement): void {
    if (columns === null || this.#session.status !== "E") return;
    throw new SqlError(
      "25P02",
      "current transaction is aborted, commands ignored until end of transaction block",
    );
  }
}
