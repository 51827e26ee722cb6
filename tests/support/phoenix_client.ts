/**
 * A client of Phoenix channels that shows each message as it came.
 *
 * @module
 */

/** A message. */
export interface Received {
  readonly topic: string;
  readonly event: string;
  readonly ref: string | null;
  // deno-lint-ignore no-explicit-any -- tests look into whatever came
  readonly payload: any;
}

/** How it connects. */
export interface PhoenixClientOptions {
  readonly url: string;
  /** Query parameters. */
  readonly query?: Readonly<Record<string, string>>;
  readonly version?: "1.0.0" | "2.0.0";
}

/** See the top of the file. */
export class PhoenixClient {
  readonly #socket: WebSocket;
  readonly #version: string;
  readonly #received: Received[] = [];
  #wake: () => void = () => {};
  #ref = 0;
  /** How the socket ended. */
  readonly closed: Promise<CloseEvent>;

  private constructor(socket: WebSocket, version: string) {
    this.#socket = socket;
    this.#version = version;
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => {
      this.#received.push(this.#read(data));
      this.#wake();
    };
    this.closed = new Promise((resolve) => socket.onclose = resolve);
    this.closed.then(() => this.#wake());
  }

  /**
   * @param options Where to.
   * @returns A client whose socket is open.
   */
  static async connect(
    { url, query = {}, version = "1.0.0" }: PhoenixClientOptions,
  ): Promise<PhoenixClient> {
    const search = new URLSearchParams({ ...query, vsn: version });
    const socket = new WebSocket(`${url}?${search}`);
    const client = new PhoenixClient(socket, version);
    await new Promise<void>((resolve, reject) => {
      socket.onopen = () => resolve();
      socket.onerror = () => reject(new Error("The socket was refused"));
    });
    socket.onerror = () => {};
    return client;
  }

  /** Everything that came and was not asked for yet. */
  get received(): readonly Received[] {
    return this.#received;
  }

  /** Sends a message as it is. */
  raw(message: string | Uint8Array<ArrayBuffer>): void {
    this.#socket.send(message);
  }

  /**
   * @returns The message's `ref`.
   */
  push(topic: string, event: string, payload: unknown = {}): string {
    const ref = String(++this.#ref);
    this.raw(JSON.stringify(
      this.#version === "2.0.0"
        ? [null, ref, topic, event, payload]
        : { topic, event, payload, ref },
    ));
    return ref;
  }

  /**
   * Sends a message and waits for its answer.
   *
   * @returns Payload of the answer.
   */
  async call(
    topic: string,
    event: string,
    payload: unknown = {},
    // deno-lint-ignore no-explicit-any -- tests look into whatever came
  ): Promise<any> {
    const ref = this.push(topic, event, payload);
    const answer = await this.next((each) =>
      each.event === "phx_reply" && each.ref === ref
    );
    return answer.payload;
  }

  /**
   * @param wanted Tells which message is waited for; others stay.
   * @returns The first one.
   */
  async next(wanted: (message: Received) => boolean): Promise<Received> {
    for (;;) {
      const at = this.#received.findIndex(wanted);
      if (at >= 0) return this.#received.splice(at, 1)[0] as Received;
      if (this.#socket.readyState === WebSocket.CLOSED) {
        throw new Error("The socket has ended");
      }
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  /** @returns The next message with this event. */
  event(name: string): Promise<Received> {
    return this.next(({ event }) => event === name);
  }

  /** Ends the socket. */
  async close(): Promise<void> {
    if (this.#socket.readyState !== WebSocket.CLOSED) this.#socket.close();
    await this.closed;
  }

  #read(data: unknown): Received {
    if (data instanceof ArrayBuffer) {
      return {
        topic: "",
        event: "bytes",
        ref: null,
        payload: new Uint8Array(data),
      };
    }
    const value = JSON.parse(data as string);
    if (!Array.isArray(value)) return value;
    const [, ref, topic, event, payload] = value;
    return { ref, topic, event, payload };
  }
}
