/**
 * Who may take part in a private channel: policies on `realtime.messages` decide, as Supabase has it.
 *
 * No row is written: the policies are asked about the row that a message would be.
 *
 * @module
 */

import type { ChangeReader, RowImage } from "../engine/change_reader.ts";
import { EngineError, type Identity } from "../engine/engine.ts";
import { type Channel, nameOf } from "./channel.ts";
import { JoinError } from "./error.ts";
import type { Authorization } from "./services.ts";

type Extension = "broadcast" | "presence";

const extensions: readonly Extension[] = ["broadcast", "presence"];

/** See the top of the file. */
export class MessagePolicies implements Authorization {
  readonly #reader: ChangeReader;

  /**
   * @param reader Asks policies.
   */
  constructor(reader: ChangeReader) {
    this.#reader = reader;
  }

  async join(channel: Channel): Promise<void> {
    if (!channel.private) return;
    const [broadcast = false, presence = false] = await this.#ask(
      "select",
      channel.identity,
      channel.name,
      extensions,
    );
    if (!broadcast && !presence) {
      throw new JoinError(
        "Cannot join: no policy on realtime.messages lets you read from this channel",
      );
    }
    channel.mayRead = { broadcast, presence };
  }

  async send(channel: Channel, extension: Extension): Promise<void> {
    if (channel.maySend[extension] === undefined) {
      const { identity } = channel;
      const [may = false] = await this.#ask("insert", identity, channel.name, [
        extension,
      ]);
      channel.maySend[extension] = may;
    }
    if (channel.maySend[extension] === true) return;
    throw new JoinError(
      "Cannot send: no policy on realtime.messages lets you write to this channel",
    );
  }

  /**
   * @param identity Who sends without having joined.
   * @param topic Name of a private channel.
   * @throws {JoinError} When it may not.
   */
  async post(identity: Identity, topic: string): Promise<void> {
    const [may] = await this.#ask("insert", identity, nameOf(topic), [
      "broadcast",
    ]);
    if (may === true) return;
    throw new JoinError(
      "Cannot send: no policy on realtime.messages lets you write to this channel",
    );
  }

  async #ask(
    command: "select" | "insert",
    identity: Identity,
    topic: string,
    asked: readonly Extension[],
  ): Promise<readonly boolean[]> {
    const table = this.#reader.find("realtime", "messages");
    if (table === undefined || !table.rowSecurity) {
      // Without the table, or without its policies, nobody has said that anybody may.
      return [];
    }
    const rows = asked.map((extension): RowImage => {
      const values: Record<string, string | number> = {
        topic,
        extension,
        private: 1,
      };
      return table.columns.map(({ name }) => values[name] ?? null);
    });
    try {
      return await this.#reader.judge(table, identity, rows, {
        command,
        settings: { "realtime.topic": topic },
      });
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      throw new JoinError(
        `Cannot ask the policies on realtime.messages: ${error.message}`,
      );
    }
  }
}
