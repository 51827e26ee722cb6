/**
 * An engine in memory, and clients that talk to it as a wire does.
 *
 * @module
 */

import { silentLog } from "../../../../lib/base/log.ts";
import type {
  ClientSession,
  FetchResult,
  Notice,
  PreparedStatement,
  RowSink,
} from "../../../../lib/engine/client_session.ts";
import { EngineError } from "../../../../lib/engine/engine.ts";
import {
  type OpenEngine,
  openEngine,
  type OpenEngineOptions,
} from "../../../../lib/engine/session/open_engine.ts";
import type { Datum } from "../../../../lib/sql/datum.ts";
import { cacheFolder } from "../../../../lib/sqlite/library_file.ts";
import {
  type ManualClock,
  manualClock,
} from "../../../support/manual_clock.ts";

/** What one statement came to. */
export interface Outcome {
  readonly columns: readonly string[];
  /** Values as text. */
  readonly rows: readonly (string | null)[][];
  readonly tag: string;
  /** COPY TO STDOUT. */
  readonly data: string;
  /** The same, message by message. */
  readonly pieces: readonly Uint8Array[];
}

/** Messages of COPY FROM STDIN. */
export type CopyData = string | readonly (string | Uint8Array)[];

/** A client. */
export interface TestClient {
  readonly session: ClientSession;
  readonly notices: Notice[];
  readonly notifications: string[];
  readonly parameters: [string, string][];
  readonly ended: Error[];
  /** A simple Query; COPY FROM STDIN takes `data`. */
  run(text: string, data?: CopyData): Promise<Outcome[]>;
  /** The same, of which the last outcome's rows are of interest. */
  rows(text: string): Promise<(string | null)[][]>;
  /** The error that a text ends with, as `SQLSTATE message`. */
  error(text: string, data?: CopyData): Promise<string>;
  /** Parse, Bind, Execute, Sync. */
  extended(
    text: string,
    params?: readonly Datum[],
    maxRows?: number,
  ): Promise<Outcome>;
}

/** A test's engine. */
export interface TestEngine extends AsyncDisposable {
  readonly engine: OpenEngine;
  readonly clock: ManualClock;
  client(user?: string, settings?: Record<string, string>): TestClient;
}

/**
 * @param options What differs from the usual settings.
 * @returns An engine in memory; dispose of it at the end.
 */
export async function testEngine(
  options: Pick<OpenEngineOptions, "passwordEncryption"> = {},
): Promise<TestEngine> {
  const clock = manualClock();
  const engine = await openEngine({
    place: { kind: "memory" },
    cacheDir: cacheFolder((name) => Deno.env.get(name)),
    clock,
    log: silentLog,
    ...options,
  });
  const clients: TestClient[] = [];
  return {
    engine,
    clock,
    client(user = "postgres", settings = {}) {
      const client = connect(engine, user, settings, clients.length + 1);
      clients.push(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const { session } of clients) await session.close();
      await engine.close();
    },
  };
}

function connect(
  engine: OpenEngine,
  user: string,
  settings: Record<string, string>,
  processId: number,
): TestClient {
  const notices: Notice[] = [];
  const notifications: string[] = [];
  const parameters: [string, string][] = [];
  const ended: Error[] = [];
  const session = engine.connect({
    user,
    database: "postgres",
    settings,
    remote: { address: "127.0.0.1", port: 1 },
    processId,
    events: {
      notice: (notice) => notices.push(notice),
      notification: ({ channel, payload }) =>
        notifications.push(`${channel} ${payload}`),
      parameter: (name, value) => parameters.push([name, value]),
      terminated: (error) => ended.push(error),
    },
  });

  async function execute(
    statement: PreparedStatement,
    params: readonly Datum[],
    maxRows: number,
    last: boolean,
    data: CopyData = "",
  ): Promise<Outcome> {
    const rows: (string | null)[][] = [];
    const pieces: Uint8Array[] = [];
    const types = (statement.columns ?? []).map(({ type }) =>
      session.eval.type(type)
    );
    const sink: RowSink = {
      row(values) {
        rows.push(
          types.map((type, i) => {
            const value = values[i];
            return value === null || value === undefined
              ? null
              : type?.output(value, session.eval) ?? String(value);
          }),
        );
      },
      copyData(bytes) {
        pieces.push(bytes);
      },
      full: () => undefined,
    };
    const portal = session.bind(statement, params);
    let result: FetchResult = await portal.fetch(maxRows, sink, last);
    if (result.copyIn !== undefined) {
      for (const piece of typeof data === "string" ? [data] : data) {
        await result.copyIn.write(
          typeof piece === "string" ? new TextEncoder().encode(piece) : piece,
        );
      }
      result = await result.copyIn.finish();
    }
    return {
      columns: (statement.columns ?? []).map(({ name }) => name),
      rows,
      tag: result.tag ?? "",
      data: pieces.map((piece) => new TextDecoder().decode(piece)).join(""),
      pieces,
    };
  }

  async function guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      const value = await work();
      await session.sync(false);
      return value;
    } catch (error) {
      session.failed();
      await session.sync(true);
      throw error;
    }
  }

  const client: TestClient = {
    session,
    notices,
    notifications,
    parameters,
    ended,
    run: (text, data) =>
      guarded(async () => {
        const outcomes: Outcome[] = [];
        const statements = session.simple(text);
        for (;;) {
          const next = statements.next();
          if (next.done === true) return outcomes;
          outcomes.push(
            await execute(
              next.value,
              [],
              0,
              statements.single === true,
              data,
            ),
          );
        }
      }),
    rows: async (text) =>
      [...((await client.run(text)).at(-1)?.rows ?? [])].map((row) => [...row]),
    async error(text, data) {
      try {
        await client.run(text, data);
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        const { where } = error.fields;
        return `${error.sqlState} ${error.message}` +
          (where === undefined ? "" : ` | ${where}`);
      }
      return "no error";
    },
    extended: (text, params = [], maxRows = 0) =>
      guarded(() => {
        const statement = session.prepare(text, []);
        return execute(statement, params, maxRows, true);
      }),
  };
  return client;
}
