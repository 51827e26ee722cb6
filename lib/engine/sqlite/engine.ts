/**
 * Opens the embedded engine: SQLite with one writer, an inline reader and a few readers off the
 * thread.
 *
 * @module
 */

import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { Database } from "../../sqlite/database.ts";
import type { OpenMode } from "../../sqlite/open_handle.ts";
import { FunctionHost } from "../../sqlite/functions.ts";
import type { FunctionLibrary } from "../../sqlite/function_types.ts";
import { InlineGuard } from "../../sqlite/inline_guard.ts";
import { loadLibrary, type SqliteLibrary } from "../../sqlite/library.ts";
import { Checkpoints } from "./checkpoints.ts";
import { Connection, sliceMs } from "./connection.ts";
import { Pool } from "./connection_pool.ts";
import { newCounters } from "./counters.ts";
import { openDataDirectory } from "./data_directory.ts";
import { checkFormat, checkIntegrity } from "./file_format.ts";
import { functionLibrary } from "./function_library.ts";
import { type LogFile, openLogFile } from "./log_file.ts";
import { openMemoryDirectory } from "./memory_directory.ts";
import { type NamedPlace, openError } from "./open_error.ts";
import type { Place } from "./place.ts";
import { PlanReader } from "./plan_reader.ts";
import { ReadThreads } from "./read_threads.ts";
import { Readers, stoppedWaiting } from "./readers.ts";
import { SqliteEngine } from "./sqlite_engine.ts";

/** Settings of {@linkcode openSqliteEngine}. */
export interface SqliteEngineOptions {
  /** Where the data is. */
  readonly place: NamedPlace;
  /** The SQLite library itself, for example the one embedded in an executable. */
  readonly libraryPath?: string | undefined;
  /** Folder that `scripts/sqlite_library.ts` compiles into. */
  readonly cacheDir?: string | undefined;
  /**
   * Limit of a statement that brings none; 0 for no limit.
   *
   * @default {30000}
   */
  readonly statementTimeoutMs?: number;
  /**
   * Functions that plans may call.
   *
   * @default {functionLibrary()}
   */
  readonly functions?: FunctionLibrary | undefined;
  /**
   * Module that exports `library`, the functions for threads that run long reads; `false` for no such
   * threads, so that long reads call back to this one.
   *
   * @default {undefined} threads with what is built in
   */
  readonly readThreads?: string | false | undefined;
  /**
   * How long a thread stays without a read.
   *
   * @default {10000}
   */
  readonly readThreadIdleMs?: number;
  /** Source of the time. */
  readonly clock: Clock;
  /** Receives what an operator should know. */
  readonly log: Log;
  /**
   * Long reads that run at once.
   *
   * @default {3}
   */
  readonly readers?: number;
  /**
   * Transactions, and long reads, that may wait for their turn.
   *
   * @default {10000}
   */
  readonly maxWaiting?: number;
  /**
   * How long a transaction may wait for its turn.
   *
   * @default {30000}
   */
  readonly maxWaitMs?: number;
  /**
   * How long the body of a transaction may go without a statement.
   *
   * @default {1000}
   */
  readonly maxIdleMs?: number;
  /**
   * How long a client may go without a statement inside a transaction that has the writer, while
   * others wait for it.
   *
   * @default {5000}
   */
  readonly maxLeaseIdleMs?: number;
  /**
   * How long such pauses of one transaction may be together, while others wait for it: a statement
   * now and then is no reason to keep them for longer.
   *
   * @default {10000}
   */
  readonly maxLeasePausesMs?: number;
  /**
   * How long what was accepted may go on after {@linkcode Engine.close}.
   *
   * @default {1000}
   */
  readonly closeGraceMs?: number;
  /**
   * Time between two attempts to write while the disk takes nothing.
   *
   * @default {5000}
   */
  readonly retryWriteMs?: number;
  /**
   * Milliseconds that a sync of the log takes at most on the average for it to hold the event loop although
   * others want something: handing it to another thread and hearing of its end costs a tenth of a millisecond.
   *
   * @default {0.3}
   */
  readonly instantSyncMs?: number;
  /**
   * Opens the write-ahead log for syncing.
   *
   * @default {openLogFile} for a data directory, and no syncs in memory
   */
  readonly openLog?: (databaseFile: string) => LogFile;
}

/**
 * Opens the embedded engine.
 *
 * @param options Settings.
 * @returns The engine; close it.
 * @throws {Error} When the library, the folder or the file cannot be used; the message says what to
 *   do.
 *
 * @example
 * ```ts
 * const engine = await openSqliteEngine({
 *   place: { kind: "memory" },
 *   clock: systemClock,
 *   log: silentLog,
 * });
 * const session = engine.session({ role: "postgres" });
 * const { rows } = await session.query("SELECT $1 || 'day'", ["mon"]);
 * await engine.close();
 * ```
 */
export async function openSqliteEngine(
  options: SqliteEngineOptions,
): Promise<SqliteEngine> {
  const { log } = options;
  const library = loadLibrary({
    path: options.libraryPath,
    cacheDir: options.cacheDir,
  });
  if (library.warning !== undefined) {
    log.warn("sqlite_library", { reason: library.warning });
  }
  let place: Place | undefined;
  try {
    place = options.place.kind === "memory"
      ? openMemoryDirectory(library.source)
      : openDataDirectory(options.place.path);
    return await assemble(options, library, place);
  } catch (error) {
    place?.close(false);
    library.close();
    throw openError(options.place, error);
  }
}

/** Pages that the writer and the inline reader keep, as they do nearly all the work. */
const busiestCacheKib = 64_000;

async function assemble(
  options: SqliteEngineOptions,
  library: SqliteLibrary,
  place: Place,
): Promise<SqliteEngine> {
  const { clock, log, readers = 3, maxWaiting = 10_000 } = options;
  const counters = newCounters();
  const guard = new InlineGuard(clock, sliceMs);
  const functions = new FunctionHost(
    library.symbols,
    options.functions ?? functionLibrary(),
  );
  const opened: Database[] = [];
  const stop = new AbortController();
  let logFile: LogFile | undefined;

  function open(
    mode: OpenMode,
    busyTimeoutMs: number,
    { host, cacheKib = 8000 }: {
      host?: FunctionHost;
      cacheKib?: number;
    } = {},
  ): Database {
    const database = new Database(library, {
      file: place.file,
      mode,
      exclusive: true, // the place belongs to this process alone
      pragmas: [
        ...pragmas(place, busyTimeoutMs),
        `cache_size=-${cacheKib}`,
      ],
    });
    opened.push(database);
    if (host !== undefined) host.attach(database);
    if (mode === "read") database.defend();
    return database;
  }

  try {
    const busiest = { host: functions, cacheKib: busiestCacheKib };
    const writing = open("create", 0, busiest);
    checkFormat(writing, place.file);
    const writer = new Connection({
      database: writing,
      guard,
      clock,
      counters,
    });
    if (place.unclean) await checkIntegrity(writer, { log, clock });
    const inline = new Connection({
      database: open("read", 0, busiest),
      guard,
      clock,
      counters,
    });
    // Off the thread, waiting for a lock disturbs nobody.
    const openReader = (guard?: InlineGuard) =>
      new Connection({
        database: open("read", guard === undefined ? 5000 : 0, {
          host: functions,
        }),
        ...(guard === undefined ? {} : { guard }),
        clock,
        counters,
      });
    const pool = new Pool({
      open: () => openReader(),
      connections: readers,
      maxWaiting,
      stopped: stoppedWaiting,
    });
    const snapshots = new Pool({
      open: () => openReader(guard),
      connections: place.durable ? 64 : 8,
      maxWaiting,
      stopped: stoppedWaiting,
    });
    const threads = options.readThreads === false
      ? undefined
      : new ReadThreads({
        library: library.source,
        functions: options.readThreads,
        open: () => open("read", 5000),
        openNow: !place.durable,
        threads: readers,
        maxWaiting,
        idleMs: options.readThreadIdleMs ?? 10_000,
        stopped: stoppedWaiting,
      });
    const parts = {
      inline,
      pool,
      threads,
      clock,
      counters,
      stopping: stop.signal,
    };
    const checkpoints = new Checkpoints({
      database: open("write", 100),
      log,
      counters,
      durable: place.durable,
    });
    const openLog = options.openLog ??
      (place.durable ? openLogFile : undefined);
    logFile = openLog?.(place.file);
    if (logFile !== undefined) {
      // What the process before left in the log is read from now on, so it must be there to stay.
      logFile.syncNow();
      // The log is synced beside what comes next; checkpoints, and a log that begins anew, still wait
      // for the disk, as without that a power cut could tear the file.
      writing.run("PRAGMA synchronous=NORMAL");
    }
    if (!place.durable) {
      pool.openAll();
      snapshots.openAll();
    }
    place.opened();
    return new SqliteEngine({
      description: `SQLite ${library.version}, ${place.description}`,
      library,
      place,
      writer,
      readers: new Readers(parts),
      reader: new PlanReader(parts),
      pool,
      threads,
      snapshots,
      functions,
      logFile,
      checkpoints,
      guard,
      clock,
      log,
      counters,
      maxWaiting,
      statementTimeoutMs: options.statementTimeoutMs ?? 30_000,
      maxWaitMs: options.maxWaitMs ?? 30_000,
      maxIdleMs: options.maxIdleMs ?? 1000,
      maxLeaseIdleMs: options.maxLeaseIdleMs ?? 5000,
      maxLeasePausesMs: options.maxLeasePausesMs ?? 10_000,
      closeGraceMs: options.closeGraceMs ?? 1000,
      retryWriteMs: options.retryWriteMs ?? 5000,
      instantSyncMs: options.instantSyncMs ?? 0.3,
      stop,
    });
  } catch (error) {
    logFile?.close();
    await Promise.all(opened.map((database) => database.close()));
    guard.close();
    functions.close();
    throw error;
  }
}

function pragmas({ durable }: Place, busyTimeoutMs: number): string[] {
  return [
    `busy_timeout=${busyTimeoutMs}`,
    "journal_mode=WAL",
    `synchronous=${durable ? "FULL" : "OFF"}`,
    // macOS keeps what was synced in a volatile cache unless asked this way.
    `fullfsync=${durable ? "ON" : "OFF"}`,
    `checkpoint_fullfsync=${durable ? "ON" : "OFF"}`,
    // Checkpoints run on a connection of their own, off the thread.
    "wal_autocheckpoint=0",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    // Nothing of a database in memory may reach a disk.
    `temp_store=${durable ? "FILE" : "MEMORY"}`,
  ];
}
