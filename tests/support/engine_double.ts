/**
 * An engine that understands a handful of words, so that the wire can be tested by itself.
 *
 * | statement | what it does |
 * |---|---|
 * | `select 7` | one row |
 * | `rows 1000` | so many rows of an int4 and a text |
 * | `echo <types>` | one row of its parameters |
 * | `slowly …` | the same as the rest, but with a promise |
 * | `error 22012` | fails |
 * | `crash` | throws what is no SQL error |
 * | `notice` | sends one |
 * | `wait` | until it is cancelled |
 * | `begin`, `commit` | |
 * | `copy in`, `copy out` | |
 *
 * @module
 */

import type {
  ClientEngine,
  ClientSession,
  ConnectOptions,
  CopyIn,
  FetchResult,
  Portal,
  PreparedStatement,
  RoleVerifier,
  RowSink,
  TransactionStatus,
} from "../../lib/engine/client_session.ts";
import type { Datum } from "../../lib/sql/datum.ts";
import { SqlError } from "../../lib/sql/error.ts";
import type { EvalContext } from "../../lib/sql/eval_context.ts";
import type { OutputColumn } from "../../lib/sql/plan.ts";
import { builtinTypes } from "../../lib/sql/types/builtin.ts";
import { oid } from "../../lib/sql/types/type.ts";

/** A statement of the double. */
interface DoubleStatement extends PreparedStatement {
  readonly text: string;
}

const namedTypes: Readonly<Record<string, number>> = {
  int2: oid.int2,
  int4: oid.int4,
  int8: oid.int8,
  bool: oid.bool,
  text: oid.text,
  bytea: oid.bytea,
  float8: oid.float8,
  numeric: oid.numeric,
};

function column(name: string, type: number): OutputColumn {
  return { name, type, typmod: -1, table: 0, column: 0 };
}

const columnsOf = new Map<string, readonly OutputColumn[]>();

function describe(text: string): readonly OutputColumn[] | null {
  const [word = "", argument = ""] = text.split(" ");
  const known = columnsOf.get(text);
  if (known !== undefined) return known;
  let columns: OutputColumn[] | null = null;
  if (word === "select") columns = [column("?column?", oid.int4)];
  if (word === "rows") {
    columns = [column("id", oid.int4), column("name", oid.text)];
  }
  if (word === "echo") {
    columns = typesOf(argument).map((type, i) => column(`c${i + 1}`, type));
  }
  if (columns !== null && columnsOf.size < 100) columnsOf.set(text, columns);
  return columns;
}

function typesOf(argument: string): number[] {
  return argument.split(",").filter((name) => name !== "")
    .map((name) => namedTypes[name] ?? oid.text);
}

/** What a test can see of a session and do with it. */
export class DoubleSession implements ClientSession {
  status: TransactionStatus = "I";
  closed = false;
  cancels = 0;
  copied = "";
  /** Rows that `rows` has sent. */
  rows = 0;
  copyFailure: string | undefined;
  /** `last` of each execution. */
  readonly lasts: boolean[] = [];
  readonly eval: EvalContext;
  readonly settings: Record<string, string>;
  #cancel: ((error: Error) => void) | undefined;
  readonly #statements = new Map<string, PreparedStatement>();
  readonly #portals = new Map<string, Portal>();

  constructor(readonly options: ConnectOptions) {
    this.settings = { ...options.settings };
    this.eval = {
      type: (id) => builtinTypes.get(id),
      transactionTime: 0n,
      statementTime: 0n,
      clock: () => 0,
      timeZone: "UTC",
      dateStyle: "ISO, MDY",
      intervalStyle: "postgres",
      extraFloatDigits: 1,
      byteaOutput: "hex",
      setting: (name) => this.settings[name],
      setSetting: (_name, value) => value,
      services: { call: () => null },
    };
  }

  get statements(): ClientSession["statements"] {
    const all = this.#statements;
    return {
      get: (name: string) => all.get(name),
      set(name: string, statement: PreparedStatement) {
        if (name !== "" && all.has(name)) {
          throw new SqlError(
            "42P05",
            `prepared statement "${name}" already exists`,
          );
        }
        all.set(name, statement);
      },
      delete: (name: string) => void all.delete(name),
    };
  }

  get portals(): ClientSession["portals"] {
    const all = this.#portals;
    return {
      get: (name: string) => all.get(name),
      set: (name: string, portal: Portal) => void all.set(name, portal),
      delete: (name: string) => void all.delete(name),
    };
  }

  reported(): ReadonlyMap<string, string> {
    return new Map([
      ["server_version", "15.0"],
      ["client_encoding", "UTF8"],
      ["server_encoding", "UTF8"],
      ["DateStyle", "ISO, MDY"],
      ["integer_datetimes", "on"],
      ["standard_conforming_strings", "on"],
      ["TimeZone", "UTC"],
    ]);
  }

  *simple(text: string): Iterator<PreparedStatement> {
    for (const part of text.split(";")) {
      if (part.trim() !== "") yield this.prepare(part, []);
    }
  }

  prepare(text: string, _types: readonly number[]): DoubleStatement {
    const trimmed = text.trim().replace(/^slowly /, "").replace(/\s+/g, " ");
    const [word = "", argument = ""] = trimmed.split(" ");
    if (word === "bad") {
      throw new SqlError("42601", 'syntax error at or near "bad"', {
        position: 1,
      });
    }
    this.#refuseIfFailed(word);
    return {
      text: text.trim(),
      params: word === "echo" ? typesOf(argument) : [],
      columns: describe(trimmed),
      empty: trimmed === "",
      ...(word === "copy" ? { copy: argument as "in" | "out" } : {}),
    };
  }

  prepareTree(): PreparedStatement {
    throw new Error("not here");
  }

  bind(statement: PreparedStatement, params: readonly Datum[]): Portal {
    return new DoublePortal(this, statement as DoubleStatement, params);
  }

  sync(failed: boolean): void | Promise<void> {
    if (this.status === "I") this.#portals.clear();
    if (failed) return;
  }

  failed(): void {
    if (this.status === "T") this.status = "E";
  }

  cancel(): void {
    this.cancels += 1;
    this.#cancel?.(
      new SqlError("57014", "canceling statement due to user request"),
    );
    this.#cancel = undefined;
  }

  close(): Promise<void> {
    this.cancel();
    this.closed = true;
    return Promise.resolve();
  }

  /** @returns Never, except by being cancelled. */
  wait(): Promise<never> {
    return new Promise((_, reject) => this.#cancel = reject);
  }

  #refuseIfFailed(word: string): void {
    if (this.status !== "E" || ["commit", "rollback"].includes(word)) return;
    throw new SqlError(
      "25P02",
      "current transaction is aborted, commands ignored until end of transaction block",
    );
  }
}

class DoublePortal implements Portal {
  #sent = 0;

  constructor(
    readonly session: DoubleSession,
    readonly statement: DoubleStatement,
    readonly params: readonly Datum[],
  ) {}

  fetch(
    maxRows: number,
    sink: RowSink,
    last: boolean,
  ): FetchResult | Promise<FetchResult> {
    const { session } = this;
    session.lasts.push(last);
    const slow = this.statement.text.startsWith("slowly ");
    const text = this.statement.text.replace(/^slowly /, "");
    if (slow) {
      return Promise.resolve().then(() => this.#run(text, maxRows, sink));
    }
    return this.#run(text, maxRows, sink);
  }

  close(): void {}

  #run(
    text: string,
    maxRows: number,
    sink: RowSink,
  ): FetchResult | Promise<FetchResult> {
    const { session } = this;
    const [word = "", argument = ""] = text.split(" ");
    switch (word) {
      case "select":
        sink.row([Number(argument)]);
        return { done: true, tag: "SELECT 1" };
      case "rows":
        return this.#rows(Number(argument), maxRows, sink);
      case "echo":
        sink.row(this.params);
        return { done: true, tag: "SELECT 1" };
      case "error":
        throw new SqlError(argument, "it went wrong", {
          detail: "Particulars.",
          hint: "Do it better.",
          position: 3,
          table: "t",
        });
      case "crash":
        throw new TypeError("a secret");
      case "notice":
        session.options.events.notice({
          severity: "WARNING",
          sqlState: "01000",
          message: "mind the gap",
        });
        return { done: true, tag: "NOTICE" };
      case "wait":
        return session.wait();
      case "begin":
        session.status = "T";
        return { done: true, tag: "BEGIN" };
      case "commit": {
        const tag = session.status === "E" ? "ROLLBACK" : "COMMIT";
        session.status = "I";
        return { done: true, tag };
      }
      case "copy":
        return argument === "in"
          ? { done: false, copyIn: copyIn(session) }
          : copyOut(sink);
      default:
        return { done: true, tag: word.toUpperCase() };
    }
  }

  #rows(
    count: number,
    maxRows: number,
    sink: RowSink,
    from = this.#sent,
  ): FetchResult | Promise<FetchResult> {
    const end = maxRows === 0 ? count : Math.min(count, from + maxRows);
    while (this.#sent < end) {
      const i = ++this.#sent;
      sink.row([i, `name ${i}`]);
      this.session.rows += 1;
      const full = i % 128 === 0 ? sink.full() : undefined;
      if (full !== undefined) {
        return full.then(() => this.#rows(count, maxRows, sink, from));
      }
    }
    const done = maxRows === 0 || this.#sent < from + maxRows;
    return done ? { done, tag: `SELECT ${this.#sent - from}` } : { done };
  }
}

function copyIn(session: DoubleSession): CopyIn {
  session.copied = "";
  return {
    binary: false,
    columns: 2,
    write(bytes) {
      session.copied += new TextDecoder().decode(bytes);
      if (session.copied.includes("bad")) {
        throw new SqlError("22P04", "extra data after last expected column");
      }
      return undefined;
    },
    finish: () =>
      Promise.resolve({
        done: true,
        tag: `COPY ${session.copied.split("\n").length - 1}`,
      }),
    fail(message) {
      session.copyFailure = message;
      return Promise.resolve();
    },
  };
}

function copyOut(sink: RowSink): FetchResult {
  sink.copyData!(new TextEncoder().encode("1\ta\n"));
  sink.copyData!(new TextEncoder().encode("2\tb\n"));
  return { done: true, tag: "COPY 2" };
}

/** A role of the double. */
export type DoubleRole = Partial<RoleVerifier>;

/** See the top of the file. */
export class EngineDouble implements ClientEngine {
  readonly sessions: DoubleSession[] = [];

  /**
   * @param roles What is known of each role.
   */
  constructor(readonly roles: Readonly<Record<string, DoubleRole>> = {}) {}

  connect(options: ConnectOptions): ClientSession {
    if (options.database === "nowhere") {
      throw new SqlError("3D000", 'database "nowhere" does not exist');
    }
    const session = new DoubleSession(options);
    this.sessions.push(session);
    return session;
  }

  verifier(role: string): RoleVerifier | undefined {
    if (!Object.hasOwn(this.roles, role)) return undefined;
    return {
      verifier: null,
      mysqlDigests: null,
      login: true,
      validUntil: null,
      connectionLimit: -1,
      ...this.roles[role],
    };
  }

  setPassword(): Promise<void> {
    return Promise.resolve();
  }
}
