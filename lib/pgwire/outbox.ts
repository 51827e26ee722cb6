/**
 * Sends messages to a client of PostgreSQL's protocol.
 *
 * @module
 */

import type { ByteStream } from "../base/byte_stream.ts";
import { Outbox as Batches } from "../base/outbox.ts";
import { MessageWriter } from "./message_writer.ts";
import { ConnectionLost } from "./protocol_violation.ts";

/** What goes to one client; its promises reject with {@linkcode ConnectionLost}. */
export class Outbox extends Batches<MessageWriter> {
  /**
   * @param stream Where messages go.
   */
  constructor(stream: Pick<ByteStream, "write">) {
    super({
      stream,
      writer: new MessageWriter(),
      lost: (cause) => new ConnectionLost({ cause }),
    });
  }
}
