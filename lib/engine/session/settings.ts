/**
 * One session's settings: what was set for the session, for the transaction, at start-up, and what a
 * rolled back transaction takes back.
 *
 * @module
 */

import { SqlError } from "../../sql/error.ts";
import {
  type KnownSetting,
  knownSettings,
  serverVersion,
} from "./settings_table.ts";
import type { ClaimSettings } from "./claim_settings.ts";
import { checkCustomName } from "./setting_names.ts";
import { readDateStyle, readSetting, showSetting } from "./setting_values.ts";

/** How far a change reaches. */
export interface SetOptions {
  /** Until the end of the transaction only. */
  readonly local?: boolean;
  /** Whether the role that sets it is a superuser. */
  readonly superuser: boolean;
}

/** Custom settings that one session may have, and the characters of their names and values. */
const mostCustom = 1000;
const mostCustomCharacters = 1024 * 1024;

type Values = ReadonlyMap<string, string>;

/** Custom settings of one call, by lower-case name; a function is asked when somebody reads its setting. */
export type CallSettings = Map<string, string | (() => string)>;

/** What held when a transaction or savepoint began; filled in by the first change after it. */
interface Frame {
  before?: { readonly session: Values; readonly local: Values };
}

/** See the top of the file. Values are kept in the setting's own unit. */
export class Settings {
  #session: Map<string, string> = new Map();
  #local: Map<string, string> = new Map();
  readonly #initial: Map<string, string> = new Map();
  /** Custom names that were ever set: they are empty, not unknown, when taken back. */
  readonly #custom: Set<string> = new Set();
  /** Beginning of the names of those that no rollback takes back (what a MySQL connection remembers, `@name` among it). */
  lasting: string | undefined;
  readonly #frames: Frame[] = [];
  #claims: ClaimSettings | undefined;
  #call: CallSettings | undefined;
  readonly #changed: (name: string) => void;
  /** Values that follow from elsewhere: the transaction, the role. */
  readonly #live: ReadonlyMap<string, () => string>;

  /**
   * @param live Settings that follow from elsewhere, by lower-case name.
   * @param changed Called with the lower-case name after each change.
   */
  constructor(
    live: ReadonlyMap<string, () => string>,
    changed: (name: string) => void,
  ) {
    this.#live = live;
    this.#changed = changed;
  }

  /**
   * Gives a value that `RESET` goes back to: start-up packet, role, claims.
   *
   * @param name Setting.
   * @param value Its text.
   * @param options Whether the role is a superuser.
   */
  initial(name: string, value: string, options: SetOptions): void {
    const [key, kept] = this.#read(name, value, options);
    this.#initial.set(key, kept);
    this.#changed(key);
  }

  /**
   * Gives the claims of whoever the session belongs to now, which `RESET` goes back to.
   *
   * @param claims The claims; nothing when it belongs to nobody.
   */
  giveClaims(claims: ClaimSettings | undefined): void {
    this.#claims = claims;
  }

  /**
   * Gives the custom settings of one call, which hold as if `SET LOCAL` had set them. Functions are asked
   * at the latest when a statement of the call sets something itself.
   *
   * @param values The settings, which belong to this object from now on; nothing when the call is over.
   */
  giveCall(values: CallSettings | undefined): void {
    this.#call = values;
  }

  /**
   * @param name Any case.
   * @returns Its value in its own unit; `undefined` if there is none.
   */
  get(name: string): string | undefined {
    const key = name.toLowerCase();
    const live = this.#live.get(key);
    return live === undefined ? this.kept(key) : live();
  }

  /**
   * @param key Lower-case name.
   * @returns Its value as it was set, also where another one is shown.
   */
  kept(key: string): string | undefined {
    return this.#local.get(key) ?? this.#ofCall(key) ??
      this.#session.get(key) ?? this.#initial.get(key) ??
      this.#claims?.get(key) ??
      (key === "server_version"
        ? serverVersion
        : knownSettings.get(key)?.default) ??
      (this.#custom.has(key) ? "" : undefined);
  }

  /**
   * @param name Any case.
   * @returns Its value as `SHOW` writes it; `undefined` if there is none.
   */
  shown(name: string): string | undefined {
    const value = this.get(name);
    const known = knownSettings.get(name.toLowerCase());
    return value === undefined || known === undefined
      ? value
      : showSetting(known, value);
  }

  /** @returns Value that `RESET` goes back to. */
  resetValue(name: string): string {
    const key = name.toLowerCase();
    return this.#initial.get(key) ?? this.#claims?.get(key) ??
      knownSettings.get(key)?.default ?? "";
  }

  /** @returns Where the value comes from, as `pg_settings.source` says. */
  source(name: string): string {
    const key = name.toLowerCase();
    if (
      this.#local.has(key) || this.#session.has(key) || this.#call?.has(key)
    ) return "session";
    return this.#initial.has(key) || this.#claims?.get(key) !== undefined
      ? "client"
      : "default";
  }

  /**
   * `SET` and `set_config`.
   *
   * @param name Any case.
   * @param value Its text; `undefined` for `DEFAULT` and `RESET`.
   * @param options How far it reaches.
   * @throws {SqlError} 42704, 22023, 55P02, 42501, 42602, 53400.
   */
  set(name: string, value: string | undefined, options: SetOptions): void {
    const [key, kept] = value === undefined
      ? this.#readReset(name, options)
      : this.#read(name, value, options);
    if (!knownSettings.has(key)) this.#keepCustom(key, kept ?? "");
    if (!this.#lasts(key)) this.#remember();
    if (options.local === true) {
      this.#local.set(key, kept ?? this.resetValue(key));
    } else {
      this.#local.delete(key);
      if (kept === undefined) this.#session.delete(key);
      else this.#session.set(key, kept);
    }
    this.#changed(key);
  }

  #lasts(key: string): boolean {
    return this.lasting !== undefined && key.startsWith(this.lasting);
  }

  /** Makes them as new for another caller, who must not even see which custom names there were. */
  renew(): void {
    this.#call = undefined;
    this.resetAll();
    for (const name of this.#session.keys()) {
      this.#session.delete(name);
      this.#changed(name);
    }
    if (this.#custom.size > 0) this.#custom.clear();
  }

  /** Notes a name, if it and its value still have room. */
  #keepCustom(key: string, value: string): void {
    let size = key.length + value.length;
    for (const name of this.#custom) {
      if (name !== key) size += name.length + (this.kept(name)?.length ?? 0);
    }
    if (
      size > mostCustomCharacters ||
      (this.#custom.size >= mostCustom && !this.#custom.has(key))
    ) {
      throw new SqlError("53400", "too many custom settings", {
        detail:
          `A session may have ${mostCustom}, of ${mostCustomCharacters} characters together.`,
      });
    }
    this.#custom.add(key);
  }

  /** `RESET ALL`; the role and the transaction's own stay. */
  resetAll(): void {
    if (
      this.#session.size === 0 && this.#local.size === 0 &&
      this.#call === undefined
    ) return;
    this.#remember();
    const names = new Set([...this.#session.keys(), ...this.#local.keys()]);
    for (const name of names) {
      if (notReset.has(name)) continue;
      this.#session.delete(name);
      this.#local.delete(name);
      this.#changed(name);
    }
  }

  /** Names of all settings in the order of `SHOW ALL`. */
  *names(): Iterable<KnownSetting> {
    yield* knownSettings.values();
  }

  /** A transaction or savepoint begins. */
  push(): void {
    this.#frames.push({});
  }

  /** A savepoint is released: its changes stay with the one outside. */
  merge(): void {
    this.#frames.pop();
  }

  /**
   * A savepoint is rolled back to: what came after is taken back, and its own frame stays.
   *
   * @param depth Number of frames that remain.
   */
  rollbackTo(depth: number): void {
    const frame = this.#frames[depth - 1];
    const before = this.#frames.slice(depth - 1).find(({ before }) =>
      before !== undefined
    )?.before;
    this.#frames.length = depth;
    if (frame !== undefined) delete frame.before;
    if (before !== undefined) this.#restore(before.session, before.local);
  }

  /**
   * The transaction ends.
   *
   * @param committed Whether its changes stay.
   */
  end(committed: boolean): void {
    const before = this.#frames[0]?.before;
    // Nearly always there is one, and to take it is quicker than to set a length.
    this.#frames.pop();
    if (this.#frames.length > 0) this.#frames.length = 0;
    if (before === undefined) return;
    this.#restore(committed ? this.#session : before.session, new Map());
  }

  /** Keeps what holds now for those frames that have seen no change yet. */
  #remember(): void {
    this.#keepCall();
    for (let i = this.#frames.length - 1; i >= 0; i--) {
      const frame = this.#frames[i] as Frame;
      if (frame.before !== undefined) break;
      frame.before = {
        session: new Map(this.#session),
        local: new Map(this.#local),
      };
    }
  }

  /** A setting of the call, asked for once. */
  #ofCall(key: string): string | undefined {
    const value = this.#call?.get(key);
    if (typeof value !== "function") return value;
    const text = value();
    this.#call?.set(key, text);
    return text;
  }

  /** Keeps what the call gave among what was set for the transaction, before something changes there. */
  #keepCall(): void {
    if (this.#call === undefined) return;
    const [first] = this.#frames;
    if (first !== undefined && first.before === undefined) {
      first.before = {
        session: new Map(this.#session),
        local: new Map(this.#local),
      };
    }
    for (const key of this.#call.keys()) {
      if (!this.#local.has(key)) {
        this.#local.set(key, this.#ofCall(key) as string);
      }
    }
    this.#call = undefined;
  }

  #restore(session: Values, local: Values): void {
    const names = new Set([
      ...this.#session.keys(),
      ...this.#local.keys(),
      ...session.keys(),
      ...local.keys(),
    ]);
    const old = new Map([...names].map((name) => [name, this.get(name)]));
    const lasting = [...this.#session].filter(([name]) => this.#lasts(name));
    this.#session = new Map([...session, ...lasting]);
    this.#local = new Map(local);
    for (const [name, value] of old) {
      if (this.get(name) !== value) this.#changed(name);
    }
  }

  #read(
    name: string,
    value: string,
    options: SetOptions,
  ): [string, string] {
    const key = name.toLowerCase();
    const known = this.#settable(name, key, options);
    if (known === undefined) return [key, value];
    if (known.name === "DateStyle") {
      return [
        key,
        readDateStyle(value, this.get(key) as string, this.resetValue(key)),
      ];
    }
    return [key, readSetting(known, value)];
  }

  #readReset(
    name: string,
    options: SetOptions,
  ): [string, string | undefined] {
    const key = name.toLowerCase();
    this.#settable(name, key, options);
    return [key, undefined];
  }

  #settable(
    name: string,
    key: string,
    { superuser }: SetOptions,
  ): KnownSetting | undefined {
    const known = knownSettings.get(key);
    if (known === undefined) {
      checkCustomName(name);
      return undefined;
    }
    switch (known.context) {
      case "internal":
        throw new SqlError(
          "55P02",
          `parameter "${known.name}" cannot be changed`,
        );
      case "postmaster":
        throw new SqlError(
          "55P02",
          `parameter "${known.name}" cannot be changed without restarting the server`,
        );
      case "sighup":
        throw new SqlError(
          "55P02",
          `parameter "${known.name}" cannot be changed now`,
        );
      case "superuser":
      case "superuser-backend":
        if (!superuser) {
          throw new SqlError(
            "42501",
            `permission denied to set parameter "${known.name}"`,
          );
        }
    }
    return known;
  }
}

/** Not touched by `RESET ALL`. */
const notReset: ReadonlySet<string> = new Set([
  "role",
  "session_authorization",
  "seed",
  "transaction_isolation",
  "transaction_read_only",
  "transaction_deferrable",
]);
