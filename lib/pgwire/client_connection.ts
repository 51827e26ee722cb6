/**
 * The life of one connection: start, conversation, end.
 *
 * @module
 */

import type { ByteStream } from "../base/byte_stream.ts";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { addressKey } from "../base/network_address.ts";
import type { Turns } from "../base/turns.ts";
import type {
  ClientEngine,
  ClientEvents,
  ClientSession,
} from "../engine/client_session.ts";
import { backend, backendKeyData, reportMessage } from "./backend_messages.ts";
import type { BackendKey, Client } from "../base/clients.ts";
import { Conversation } from "./conversation.ts";
import { Link } from "./link.ts";
import { ConnectionLost, FatalError } from "./protocol_violation.ts";
import { isInternal, reportOf } from "./report.ts";
import { type Peer, startUp, type StartupOptions } from "./startup.ts";
import type { StartRequest } from "./startup_packet.ts";
import { UnaskedMessages } from "./unasked_messages.ts";

/** What all connections share. */
export interface ConnectionContext extends StartupOptions {
  readonly engine: ClientEngine;
  readonly turns: Turns;
  readonly clock: Clock;
  readonly log: Log;
  /** The most that a message may be long. */
  readonly messageLimit: number;
  /** How long a client may take to prove who it is, in milliseconds. */
  readonly authTimeoutMs: number;
  /** How long a session may be idle outside a transaction, in milliseconds; 0 for ever. */
  readonly idleTimeoutMs: number;
  /** Told of every client that was not let in. */
  readonly refused: (sqlState: string) => void;
}

/** After so many reads others may have their turn. */
const readsPerTurn = 16;

/** After so many milliseconds without a message a connection keeps less memory. */
const idleMs = 1000;

/** A connection. */
export class ClientConnection implements Client {
  readonly addressKey: string;
  readonly #context: ConnectionContext;
  readonly #peer: Peer;
  readonly #link: Link;
  readonly #unasked: UnaskedMessages;
  #conversation: Conversation | undefined;
  #session: ClientSession | undefined;
  #key: BackendKey | undefined;
  /** Whether messages of the client are being answered. */
  #isBusy = true;
  /** When the phase began, or soon after: start-up, or waiting for the client. */
  #since: number;
  /** Why it ends as soon as it is not busy. */
  #termination: Error | undefined;
  /** Whether the client was told why. */
  #isTold = false;

  /**
   * @param stream The socket.
   * @param peer Where it comes from.
   * @param context What all share.
   */
  constructor(stream: ByteStream, peer: Peer, context: ConnectionContext) {
    this.#context = context;
    this.#peer = peer;
    this.addressKey = peer.address === null
      ? "local"
      : addressKey(peer.address);
    this.#link = new Link(stream, context.messageLimit);
    this.#unasked = new UnaskedMessages(this.#link.outbox.writer);
    this.#since = context.clock.monotonic();
  }

  get queries(): number {
    return this.#conversation?.queries ?? 0;
  }

  /** Serves the client until one end has had enough. Never throws. */
  async run(): Promise<void> {
    const { clients } = this.#context;
    clients.admit(this);
    try {
      const conversation = await this.#begin();
      if (conversation !== undefined) await this.#serve(conversation);
    } catch (error) {
      await this.#tell(error);
      await this.#link.linger();
    } finally {
      this.#link.close();
      await this.#release();
      clients.remove(this, this.#key?.processId);
    }
  }

  cancel(): void {
    this.#session?.cancel();
  }

  stop(error: Error): void {
    this.#termination ??= error;
    // One that is busy finds out when it is not; the others wait for the client, which will leave now.
    if (!this.#isBusy || this.#session === undefined) this.#tell(error);
  }

  letGo(): void {
    if (this.#isTold && !this.#link.outbox.busy) this.#link.close();
  }

  close(): void {
    this.#link.close();
  }

  expire(): void {
    const { clock, authTimeoutMs, idleTimeoutMs } = this.#context;
    const age = clock.monotonic() - this.#since;
    const session = this.#session;
    if (session === undefined) {
      if (age > authTimeoutMs) {
        this.stop(
          new FatalError("57014", "canceling authentication due to timeout"),
        );
      }
      return;
    }
    if (this.#isBusy) return;
    // Idle since the last time that somebody looked.
    if (age > idleMs) this.#link.outbox.shrink();
    if (session.status !== "I") return;
    if (idleTimeoutMs > 0 && age > idleTimeoutMs) {
      this.stop(
        new FatalError(
          "57P05",
          "terminating connection due to idle-session timeout",
        ),
      );
    }
  }

  async #begin(): Promise<Conversation | undefined> {
    const { clients, turns } = this.#context;
    const link = this.#link;
    const request = await startUp(link, this.#peer, this.#context);
    if (request === undefined || this.#termination !== undefined) {
      return undefined;
    }
    const key = this.#key = clients.welcome(this);
    const session = this.#session = this.#connect(request, key);
    const conversation = this.#conversation = new Conversation({
      session,
      frames: link.frames,
      outbox: link.outbox,
      unasked: this.#unasked,
      turn: () => turns.next(),
      fault: (error) => this.#fault(error),
    });
    this.#unasked.greet(session);
    backendKeyData(link.outbox.writer, key.processId, key.secret);
    this.#unasked.ready(session);
    return conversation;
  }

  #connect(
    { user, database, settings }: StartRequest,
    { processId }: BackendKey,
  ): ClientSession {
    const { address, port } = this.#peer;
    return this.#context.engine.connect({
      user,
      database,
      settings,
      remote: { address, port },
      processId,
      events: this.#events(),
    });
  }

  #events(): ClientEvents {
    const unasked = this.#unasked;
    return {
      notice: (notice) => {
        unasked.notice(notice);
        this.#sendIfIdle();
      },
      parameter: (name, value) => {
        unasked.setting(name, value);
        this.#sendIfIdle();
      },
      notification: (notification) => {
        unasked.notify(notification);
        if (this.#isBusy || this.#session === undefined) return;
        unasked.sendNotifications(this.#session);
        this.#sendIfIdle();
      },
      terminated: (error) => this.stop(error),
    };
  }

  #sendIfIdle(): void {
    // While it is busy, whoever answers sends this too.
    if (!this.#isBusy) this.#link.outbox.flush().catch(() => this.close());
  }

  async #serve(conversation: Conversation): Promise<void> {
    const link = this.#link;
    const { outbox } = link;
    const { clients, turns } = this.#context;
    for (let reads = 1;; reads++) {
      this.#isBusy = true;
      const pending = conversation.handleAll();
      if (pending !== undefined) await pending;
      if (this.#termination !== undefined) throw this.#termination;
      this.#since = clients.nextLook;
      this.#isBusy = conversation.underWay;
      if (outbox.writer.length > 0 || outbox.busy) await outbox.flush();
      if (conversation.ended) return;
      link.tidy();
      if (reads % readsPerTurn === 0) {
        const turn = turns.next();
        if (turn !== undefined) await turn;
      }
      if (!await link.more() || this.#isTold) return;
    }
  }

  /** Tells the client why it ends. Never throws. */
  async #tell(error: unknown): Promise<void> {
    const link = this.#link;
    if (this.#isTold || link.isClosed) return;
    this.#isTold = true;
    if (error instanceof ConnectionLost) return link.close();
    if (isInternal(error)) this.#fault(error);
    const report = reportOf(error, "FATAL");
    if (this.#session === undefined) this.#tellOfRefusal(report.sqlState);
    // Before the first message nobody knows what the client speaks.
    if (link.frames.stage === "startup" && error === this.#termination) {
      return link.close();
    }
    reportMessage(link.outbox.writer, backend.errorResponse, report);
    await link.finish();
  }

  #tellOfRefusal(sqlState: string): void {
    this.#context.refused(sqlState);
    this.#context.log.info("pg.refused", {
      sqlState,
      address: this.addressKey,
    });
  }

  /** Logs a fault of this program, without its message, which may hold values. */
  #fault(error: unknown): void {
    const known = error instanceof Error;
    this.#context.log.error("pg.fault", {
      error: known ? error.name : typeof error,
      at: known ? /^\s+at (.*)$/m.exec(error.stack ?? "")?.[1] : undefined,
    });
  }

  async #release(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    try {
      await this.#conversation?.abandon();
      await session?.close();
    } catch (error) {
      if (isInternal(error)) this.#fault(error);
    }
  }
}
