/**
 * What functions see of a session.
 *
 * @module
 */

import { epochMilliseconds } from "../../sql/types/date_time/calendar.ts";
import type { Catalog } from "../../sql/catalog/catalog.ts";
import type { Datum } from "../../sql/datum.ts";
import type { EvalContext, EvalServices } from "../../sql/eval_context.ts";
import type { StatementNotes } from "../../sql/statement_notes.ts";
import type { PgType } from "../../sql/types/type.ts";
import type { Settings } from "./settings.ts";

const epochMicroseconds = BigInt(epochMilliseconds) * 1000n;

/**
 * @param ms Milliseconds since 1970, with fractions.
 * @returns Microseconds since 2000.
 */
export function toMicroseconds(ms: number): bigint {
  return BigInt(Math.floor(ms * 1000)) - epochMicroseconds;
}

/** What a {@linkcode SessionEval} asks. */
export interface SessionEvalOptions {
  readonly settings: Settings;
  readonly catalog: () => Catalog;
  readonly searchPath: () => readonly number[];
  /** When the transaction began, milliseconds since 1970. */
  readonly transactionMs: () => number;
  readonly clock: () => number;
  readonly setSetting: (name: string, value: string, local: boolean) => string;
  /** Throws when the statement is to stop, or to go on elsewhere. */
  readonly pause: () => void;
  readonly call: (name: string, args: readonly Datum[]) => Datum;
  /** Takes what statements say besides their answers. */
  readonly notes?: StatementNotes | undefined;
}

/** See the top of the file. */
export class SessionEval implements EvalContext {
  timeZone = "UTC";
  dateStyle = "ISO, MDY";
  intervalStyle = "postgres";
  extraFloatDigits = 1;
  byteaOutput = "hex";
  settingsVersion = 0;
  readonly clock: () => number;
  readonly notes: StatementNotes | undefined;
  services: EvalServices;
  readonly #options: SessionEvalOptions;
  #transactionMs = -1;
  #transaction = 0n;
  #statementMs = 0;
  #statement: bigint | undefined;

  /**
   * @param options What it asks.
   */
  constructor(options: SessionEvalOptions) {
    this.#options = options;
    this.clock = options.clock;
    this.notes = options.notes;
    this.services = { call: options.call };
  }

  get transactionTime(): bigint {
    const ms = this.#options.transactionMs();
    if (ms !== this.#transactionMs) {
      this.#transactionMs = ms;
      this.#transaction = toMicroseconds(ms);
    }
    return this.#transaction;
  }

  get statementTime(): bigint {
    return this.#statement ??= toMicroseconds(this.#statementMs);
  }

  /** When the statement that runs began, milliseconds since 1970. */
  get statementMs(): number {
    return this.#statementMs;
  }

  /** Forgets what functions keep for a session, such as the seed of `random()`. */
  renew(): void {
    this.services = { call: this.#options.call };
  }

  /** @param ms A statement begins, milliseconds since 1970. */
  beginStatement(ms: number): void {
    this.#statementMs = ms;
    this.#statement = undefined;
  }

  type(oid: number): PgType | undefined {
    return this.#options.catalog().type(oid);
  }

  get catalog(): Catalog {
    return this.#options.catalog();
  }

  get searchPath(): readonly number[] {
    return this.#options.searchPath();
  }

  pause(): void {
    this.#options.pause();
  }

  setting(name: string): string | undefined {
    return this.#options.settings.shown(name);
  }

  setSetting(name: string, value: string, local: boolean): string {
    return this.#options.setSetting(name, value, local);
  }

  /**
   * Takes over a setting that changed.
   *
   * @param name Lower-case name.
   * @returns Whether it was one of those kept here.
   */
  follow(name: string): boolean {
    this.settingsVersion++;
    const value = this.#options.settings.get(name) ?? "";
    switch (name) {
      case "timezone":
        this.timeZone = value;
        return true;
      case "datestyle":
        this.dateStyle = value;
        return true;
      case "intervalstyle":
        this.intervalStyle = value;
        return true;
      case "extra_float_digits":
        this.extraFloatDigits = Number(value);
        return true;
      case "bytea_output":
        this.byteaOutput = value;
        return true;
      default:
        return false;
    }
  }
}
