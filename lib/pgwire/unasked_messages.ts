/**
 * What a client is told without having asked: settings, notices, notifications, and when it may speak.
 *
 * @module
 */

import type {
  ClientEvents,
  ClientSession,
  Notice,
} from "../engine/client_session.ts";
import {
  backend,
  notificationResponse,
  parameterStatus,
  readyForQuery,
  reportMessage,
} from "./backend_messages.ts";
import type { MessageWriter } from "./message_writer.ts";

/** What LISTEN waits for. */
export type Notification = Parameters<ClientEvents["notification"]>[0];

/** Notifications that wait for the end of a transaction, at most; a client that never ends it misses the rest. */
const mostWaiting = 10_000;

/** Writes to the present buffer of one client. */
export class UnaskedMessages {
  readonly #writer: MessageWriter;
  #notifications: Notification[] = [];

  /**
   * @param writer Where to.
   */
  constructor(writer: MessageWriter) {
    this.#writer = writer;
  }

  /**
   * Sends all reported settings.
   *
   * @param session Whose.
   */
  greet(session: ClientSession): void {
    for (const [name, value] of session.reported()) this.setting(name, value);
  }

  /**
   * Sends one setting.
   *
   * @param name Name.
   * @param value New value.
   */
  setting(name: string, value: string): void {
    parameterStatus(this.#writer, name, value);
  }

  /**
   * @param notice Notice or warning.
   */
  notice({ severity, sqlState, message, ...fields }: Notice): void {
    reportMessage(this.#writer, backend.noticeResponse, {
      severity,
      sqlState,
      message,
      fields,
    });
  }

  /**
   * Keeps a notification for the end of the transaction.
   *
   * @param notification What LISTEN waits for.
   */
  notify(notification: Notification): void {
    if (this.#notifications.length < mostWaiting) {
      this.#notifications.push(notification);
    }
  }

  /**
   * Sends the notifications that wait, unless a transaction is open.
   *
   * @param session Tells.
   */
  sendNotifications(session: ClientSession): void {
    if (this.#notifications.length === 0 || session.status !== "I") return;
    for (const each of this.#notifications) {
      notificationResponse(this.#writer, each);
    }
    this.#notifications = [];
  }

  /**
   * Sends ReadyForQuery.
   *
   * @param session Tells whether a transaction is open.
   */
  ready(session: ClientSession): void {
    this.sendNotifications(session);
    readyForQuery(this.#writer, session.status);
  }
}
