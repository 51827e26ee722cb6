/**
 * One connection: reads requests one after the other, has them answered, and ends it cleanly.
 *
 * Every phase that waits for the other end has a deadline, which {@linkcode Connections} watches
 * over; what happens between, the handler's work, has its own limits further down.
 *
 * @module
 */

import type { ByteStream } from "../base/byte_stream.ts";
import { Problem } from "../base/problem.ts";
import type { Turns } from "../base/turns.ts";
import { TextAnswer } from "./answer.ts";
import { answerBytes, type AnswerFrame } from "./answer_bytes.ts";
import type { BodyBudget } from "./body_budget.ts";
import { HeadReader } from "./head_reader.ts";
import { Inbox } from "./inbox.ts";
import {
  type LargeAnswers,
  smallAnswer,
  tooManyLarge,
} from "./large_answers.ts";
import type { ConnectionDeadlines, Phase } from "./phase.ts";
import { RequestBody } from "./request_body.ts";
import type { RequestHead } from "./request_head.ts";
import { UpgradeAnswer } from "./upgrade.ts";

/** An answer and the header lines that every answer has. */
export interface Reply {
  readonly answer: Response;
  readonly common: string;
}

/** Answers what comes over connections; never throws. */
export interface Service {
  /**
   * @param head Head of a request.
   * @param body Its body, to be read or not.
   * @param peer Canonical address of the other end.
   * @returns The answer.
   */
  answer(head: RequestHead, body: RequestBody, peer: string): Promise<Reply>;

  /**
   * @param problem Why something is no request.
   * @param peer Canonical address of the other end.
   * @returns The answer.
   */
  refuse(problem: Problem, peer: string): Reply;
}

/** What a connection is made of. */
export interface ConnectionOptions {
  readonly stream: ByteStream;
  /** Canonical address of the other end. */
  readonly peer: string;
  readonly service: Service;
  readonly deadlines: ConnectionDeadlines;
  /** Memory for the bodies of all connections. */
  readonly budget: BodyBudget;
  /** Memory for the large answers of all connections. */
  readonly answers: LargeAnswers;
  /** The turns of all connections. */
  readonly turns: Turns;
  /** A coarse monotonic clock, cheap enough to be asked several times a request. */
  readonly now: () => number;
}

/** An unread rest of a body up to this size is read over, so that the connection can stay. */
const smallRest = 64 * 1024;

/** An unread rest is read and thrown away up to this size, so that its sender gets to see the answer. */
const maxLingerBytes = 16 * 1024 * 1024;

/** After so many requests a connection asks for its turn even if nothing waits to be answered. */
const manyRequests = 16;

/** Answers up to this size need no buffer of their own. */
const roomForAnswer = 2048;

/** Where larger answers come, the room grows with them up to this size. */
const mostRoomForAnswer = 16 * 1024;

const continueLine = new TextEncoder().encode("HTTP/1.1 100 Continue\r\n\r\n");

/** A connection of an HTTP/1.1 client. */
export class Connection {
  readonly peer: string;
  readonly #stream: ByteStream;
  readonly #inbox: Inbox;
  readonly #heads: HeadReader;
  readonly #budget: BodyBudget;
  readonly #answers: LargeAnswers;
  readonly #turns: Turns;
  readonly #service: Service;
  readonly #deadlines: ConnectionDeadlines;
  readonly #now: () => number;
  #phase: Phase = "fresh";
  #since: number;
  #stopping = false;
  #served = 0;
  #body: RequestBody | undefined;
  #room: Uint8Array | undefined;

  /**
   * @param options Stream, service and deadlines.
   */
  constructor(options: ConnectionOptions) {
    const { stream, peer, service, deadlines, budget, answers, turns, now } =
      options;
    this.peer = peer;
    this.#stream = stream;
    this.#inbox = new Inbox(stream);
    this.#heads = new HeadReader(this.#inbox);
    this.#budget = budget;
    this.#answers = answers;
    this.#turns = turns;
    this.#service = service;
    this.#deadlines = deadlines;
    this.#now = now;
    this.#since = now();
  }

  /** What it is doing. */
  get phase(): Phase {
    return this.#phase === "handling" && this.#body?.waiting === true
      ? "body"
      : this.#phase;
  }

  /** Serves until one end has had enough. Never throws. */
  async run(): Promise<void> {
    try {
      while (await this.#serveOne()) {
        this.#served += 1;
        if (this.#inbox.size > 0 || this.#served % manyRequests === 0) {
          const turn = this.#turns.next();
          if (turn !== undefined) await turn;
        }
      }
    } catch {
      // The connection broke: nobody is left who could be told.
    } finally {
      this.close();
    }
  }

  /** Lets the request under way be the last one. */
  stop(): void {
    this.#stopping = true;
  }

  /** Ends it if no request is under way. */
  closeUnused(): void {
    if (this.#phase === "fresh" || this.#phase === "idle") this.close();
  }

  /** Ends it at once. */
  close(): void {
    if (this.#phase === "closed") return;
    this.#phase = "closed";
    try {
      this.#stream.close();
    } catch {
      // Already gone.
    }
  }

  /** Ends it, with an answer where one is due, if its phase has lasted too long. */
  expire(): void {
    const age = this.#now() - this.#since;
    const { head, idle, write, linger } = this.#deadlines;
    switch (this.#phase) {
      case "head":
        if (age > head) this.#cut();
        return;
      case "fresh":
        if (age > head) this.close();
        return;
      case "idle":
        if (age > idle) this.close();
        return;
      case "writing":
        if (age > write) this.close();
        return;
      case "lingering":
        if (age > linger) this.close();
    }
  }

  #enter(phase: Phase): void {
    if (this.#phase === "closed") return;
    this.#phase = phase;
    this.#since = this.#now();
  }

  /** Answers a head that did not come in time; the loop that waits for the rest of it lingers. */
  #cut(): void {
    const problem = new Problem(
      "request_timeout",
      `Cannot read request: its header was not complete after ${
        this.#deadlines.head / 1000
      } seconds`,
    );
    this.#enter("lingering");
    this.#send(this.#service.refuse(problem, this.peer), { close: true })
      .then(() => this.#stream.closeWrite())
      .catch(() => this.close());
  }

  /** Serves one request; tells whether another may follow. */
  async #serveOne(): Promise<boolean> {
    let head: RequestHead | undefined;
    try {
      head = await this.#readHead();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#enter("writing");
      await this.#send(this.#service.refuse(error, this.peer), { close: true });
      await this.#linger();
      return false;
    }
    if (head === undefined) {
      if (this.#phase === "lingering") await this.#linger();
      return false;
    }
    const { method, fields: { expectsContinue, framing, keepAlive, old } } =
      head;
    this.#enter("handling");
    let continued = !expectsContinue;
    const body = new RequestBody(this.#inbox, {
      framing,
      budget: this.#budget,
      beforeFirst: async () => {
        if (continued) return;
        continued = true;
        await this.#write(continueLine);
      },
    });
    this.#body = body;
    const reply = await this.#service.answer(head, body, this.peer);
    if (reply.answer instanceof UpgradeAnswer) {
      await this.#upgrade(reply.answer);
      return false;
    }
    // Whoever was not told to continue may send the body or not: what follows has no clear meaning.
    const clear = body.remaining <= smallRest && continued &&
      reply.answer.status !== 408;
    const close = !keepAlive || !clear || this.#stopping;
    this.#enter("writing");
    await this.#send(reply, { close, old, headOnly: method === "HEAD" });
    if (close) {
      if (!body.complete) await this.#linger();
      return false;
    }
    if (!body.complete) await this.#readOver(body);
    this.#enter("idle");
    this.#inbox.shrink();
    return !this.#stopping;
  }

  /** Hands the connection over until the other protocol is done. */
  async #upgrade(answer: UpgradeAnswer): Promise<void> {
    this.#enter("writing");
    await this.#write(answer.head);
    this.#enter("upgraded");
    const early = this.#inbox.bytes.slice();
    this.#inbox.use(early.length);
    await answer.run({ stream: this.#stream, early });
  }

  /** Reads a head; `undefined` when the other end has nothing more to say, or was cut off. */
  async #readHead(): Promise<RequestHead | undefined> {
    const inbox = this.#inbox;
    for (;;) {
      const head = this.#heads.next();
      if (head !== undefined) return head;
      if (inbox.size > 0 && this.#phase !== "head") this.#enter("head");
      const alive = await inbox.more();
      if (this.#phase === "lingering") return undefined;
      if (!alive && inbox.size === 0) return undefined;
      if (!alive) {
        throw new Problem(
          "validation_failed",
          "Cannot read request: it ends within its header",
        );
      }
    }
  }

  /** Reads what is left of a body that nobody wanted, so that the next request can be read. */
  async #readOver(body: RequestBody): Promise<void> {
    this.#enter("lingering");
    for await (const _ of body);
  }

  /**
   * Closes so that the answer arrives: a socket closed while bytes wait in it is reset, and the reset
   * may overtake the answer.
   */
  async #linger(): Promise<void> {
    if (this.#phase !== "lingering") {
      await this.#stream.closeWrite();
      this.#enter("lingering");
    }
    let bytes = 0;
    do {
      bytes += this.#inbox.size;
      this.#inbox.use(this.#inbox.size);
    } while (bytes <= maxLingerBytes && await this.#inbox.more());
  }

  /** Sends an answer, unless it is large and too many large ones wait to be read. */
  async #send(reply: Reply, frame: Omit<AnswerFrame, "common">): Promise<void> {
    const { answer } = reply;
    const size = answer instanceof TextAnswer && frame.headOnly !== true
      ? answer.content.length
      : 0;
    if (size <= smallAnswer) return await this.#sendWhole(reply, frame);
    const write = () => this.#sendWhole(reply, frame);
    if (await this.#answers.within(size, write)) return;
    const refusal = this.#service.refuse(tooManyLarge(), this.peer);
    await this.#sendWhole(refusal, frame);
  }

  async #sendWhole(
    { answer, common }: Reply,
    frame: Omit<AnswerFrame, "common">,
  ): Promise<void> {
    // One answer at a time is under way, so its bytes may stand where those of the last one stood.
    const room = this.#room ??= new Uint8Array(roomForAnswer);
    const answered = answerBytes(answer, { common, ...frame }, room);
    const bytes = answered instanceof Promise ? await answered : answered;
    await this.#write(bytes);
    if (bytes.length > room.length && bytes.length <= mostRoomForAnswer) {
      this.#room = new Uint8Array(mostRoomForAnswer);
    }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    let sent = await this.#stream.write(bytes);
    while (sent < bytes.length) {
      this.#since = this.#now();
      sent += await this.#stream.write(bytes.subarray(sent));
    }
  }
}
