/**
 * The life of one connection: start, conversation, end.
 *
 * @module
 */

import type { ByteStream } from "../base/byte_stream.ts";
import type { Client } from "../base/clients.ts";
import { addressKey } from "../base/network_address.ts";
import { MysqlError } from "../sql/mysql/error.ts";
import { mainDatabase } from "../sql/mysql/table_name.ts";
import {
  authenticate,
  newScramble,
  plugins,
  roleOf,
} from "./authentication.ts";
import type { ConnectionContext } from "./connection_context.ts";
import { Conversation } from "./conversation.ts";
import { ConnectionLost, FatalError } from "./failure.ts";
import { type ClientHello, readChangeUser } from "./handshake_response.ts";
import { Link } from "./link.ts";
import { fail, ok, switchPlugin } from "./messages.ts";
import type { PacketReader } from "./packet_reader.ts";
import type { Activity } from "./processes.ts";
import { internalError, mysqlErrorFrom } from "./report.ts";
import {
  applicantOf,
  type Guest,
  type Peer,
  startUp,
  talkOver,
} from "./startup.ts";
import { Workspace } from "./workspace.ts";

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
  #conversation: Conversation | undefined;
  #guest: Guest | undefined;
  #connectionId: number | undefined;
  /** Whether messages of the client are being answered. */
  #isBusy = true;
  /** When the phase began, or soon after: start-up, or waiting for the client. */
  #since: number;
  /** Why it ends as soon as it is not busy. */
  #termination: Error | undefined;
  /** Whether the client was told why. */
  #isTold = false;
  /** Whether the client has said that it reads SQLSTATEs. */
  #knowsState = false;

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
    this.#since = context.clock.monotonic();
  }

  get queries(): number {
    return this.#conversation?.queries ?? 0;
  }

  /** What it is doing; nothing before the client was let in. */
  get activity(): Activity | undefined {
    const guest = this.#guest;
    const conversation = this.#conversation;
    if (guest === undefined || conversation === undefined) return undefined;
    const { address, port } = this.#peer;
    const age = this.#context.clock.monotonic() - this.#since;
    return {
      user: guest.hello.user,
      role: guest.role,
      host: address === null ? "localhost" : `${address}:${port}`,
      database: conversation.workspace.mysql.database,
      command: this.#isBusy ? "Query" : "Sleep",
      seconds: Math.max(0, Math.floor(age / 1000)),
      text: conversation.text,
    };
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
      clients.remove(this, this.#connectionId);
    }
  }

  cancel(): void {
    this.#conversation?.workspace.session.cancel();
  }

  stop(error: Error): void {
    this.#termination ??= error;
    // One that is busy finds out when it is not; the others wait for the client, which will leave now.
    if (!this.#isBusy || this.#conversation === undefined) this.#tell(error);
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
    const conversation = this.#conversation;
    if (conversation === undefined) {
      // As MySQL does, without a word: nobody knows what the client speaks.
      if (age > authTimeoutMs) {
        this.#context.refused(1159);
        this.close();
      }
      return;
    }
    if (this.#isBusy) return;
    // Idle since the last time that somebody looked.
    if (age > idleMs) this.#link.outbox.shrink();
    if (conversation.workspace.session.status !== "I") return;
    if (idleTimeoutMs > 0 && age > idleTimeoutMs) {
      this.stop(
        new FatalError(
          4031,
          "HY000",
          "The client was disconnected by the server because of inactivity.",
        ),
      );
    }
  }

  async #begin(): Promise<Conversation | undefined> {
    const { clients, turns, clock, startedAt } = this.#context;
    const { processes, messageLimit } = this.#context;
    const link = this.#link;
    clients.checkRoom();
    const connectionId = clients.newId();
    const guest = await startUp(link, this.#peer, {
      ...this.#context,
      connectionId,
      said: () => this.#knowsState = true,
    });
    if (guest === undefined || this.#termination !== undefined) {
      return undefined;
    }
    clients.welcome(this, connectionId);
    this.#connectionId = connectionId;
    const workspace = await this.#open(guest);
    const conversation = this.#conversation = new Conversation({
      link,
      workspace,
      processes,
      messageLimit,
      turn: () => turns.next(),
      fault: (error) => this.#fault(error),
      changeUser: (message) => this.#changeUser(message),
      renew: () => this.#renew(),
      uptime: () => (clock.monotonic() - startedAt) / 1000,
    });
    ok(link.outbox.writer, guest.hello.capabilities, {
      status: workspace.status,
    });
    return conversation;
  }

  /** Opens a workspace, in the database that the client asks for. */
  async #open(guest: Guest): Promise<Workspace> {
    const { engine, variables } = this.#context;
    const { hello: { user, database, capabilities }, role } = guest;
    const workspace = new Workspace({
      engine,
      user,
      role,
      peer: this.#peer,
      connectionId: this.#connectionId!,
      capabilities,
      variables,
      terminated: (error) => this.stop(error),
    });
    try {
      if (database !== undefined && database !== mainDatabase) {
        await workspace.use(database);
        await workspace.sync();
        workspace.changedSchema = undefined;
      }
    } catch (error) {
      await workspace.close();
      throw error;
    }
    this.#guest = guest;
    return workspace;
  }

  /** COM_CHANGE_USER: as at the start, on the connection that there is. */
  async #changeUser(message: PacketReader): Promise<Workspace | undefined> {
    const link = this.#link;
    const { authentication } = this.#context;
    const { capabilities } = this.#guest!.hello;
    const said = readChangeUser(message, capabilities);
    await this.#conversation!.workspace.close();
    const talk = talkOver(link);
    // The challenge of the greeting was for once.
    const scramble = newScramble();
    const plugin = plugins.find((each) => each === said.plugin) ??
      authentication.plugin;
    switchPlugin(talk.writer, plugin, scramble);
    const answer = await talk.ask();
    if (answer === undefined) return undefined;
    const hello: ClientHello = { ...said, plugin, answer: answer.rest() };
    try {
      const applicant = applicantOf(link, this.#peer, hello.user);
      const isIn = await authenticate(
        applicant,
        { ...authentication, plugin },
        { hello, scramble, talk },
      );
      if (!isIn) return undefined;
      return await this.#open({
        hello,
        role: roleOf(hello.user, authentication.verifier),
      });
    } catch (error) {
      // There is no user any more, so there is nothing to go on with.
      const told = mysqlErrorFrom(error, { user: hello.user });
      if (told === undefined) throw error;
      throw new FatalError(told.errno, told.sqlState, told.message);
    }
  }

  async #renew(): Promise<Workspace> {
    const { workspace } = this.#conversation!;
    const { database } = workspace.mysql;
    await workspace.close();
    const { hello, role } = this.#guest!;
    return await this.#open({ role, hello: { ...hello, database } });
  }

  async #serve(conversation: Conversation): Promise<void> {
    const link = this.#link;
    const { outbox } = link;
    const { clients, turns } = this.#context;
    for (let reads = 1;; reads++) {
      this.#isBusy = true;
      this.#since = clients.nextLook;
      const pending = conversation.handleAll();
      if (pending !== undefined) await pending;
      if (this.#termination !== undefined) throw this.#termination;
      this.#isBusy = false;
      this.#since = clients.nextLook;
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
    const told = mysqlErrorFrom(error, {
      user: this.#guest?.hello.user,
      database: this.#guest?.hello.database,
    });
    if (told === undefined) this.#fault(error);
    const report = told ?? internalError();
    if (this.#conversation === undefined) this.#tellOfRefusal(report);
    fail(link.outbox.writer, report, this.#knowsState);
    await link.finish();
  }

  #tellOfRefusal({ errno }: MysqlError): void {
    this.#context.refused(errno);
    this.#context.log.info("mysql.refused", {
      errno,
      address: this.addressKey,
    });
  }

  /** Logs a fault of this program, without its message, which may hold values. */
  #fault(error: unknown): void {
    const known = error instanceof Error;
    this.#context.log.error("mysql.fault", {
      error: known ? error.name : typeof error,
      at: known ? /^\s+at (.*)$/m.exec(error.stack ?? "")?.[1] : undefined,
    });
  }

  async #release(): Promise<void> {
    const conversation = this.#conversation;
    this.#conversation = undefined;
    try {
      await conversation?.workspace.close();
    } catch (error) {
      if (mysqlErrorFrom(error, {}) === undefined) this.#fault(error);
    }
  }
}
