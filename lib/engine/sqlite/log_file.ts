/**
 * The write-ahead log as a file to be synced.
 *
 * SQLite writes it; here it is only told to the disk. The file stays open as long as the engine, so
 * that the system reports to us whatever it could not write since (`man 2 fsync`, "Dealing with
 * errors"); and SQLite keeps the same file as long as a connection is open. Locks are on the database
 * file, so that closing this one frees none of them (https://sqlite.org/howtocorrupt.html, 2.2).
 *
 * On macOS `syncData` asks the drive itself (`F_FULLFSYNC`), as SQLite does there for us.
 *
 * @module
 */

/** See the top of the file. */
export interface LogFile {
  /** Makes everything written before durable, on another thread. */
  sync(): Promise<void>;
  /** The same, on this thread. */
  syncNow(): void;
  /** Closes it. */
  close(): void;
}

/**
 * @param databaseFile Path of the database, which a connection has open with `journal_mode=WAL`.
 * @returns Its log.
 */
export function openLogFile(databaseFile: string): LogFile {
  // Windows syncs only what may be written.
  const file = Deno.openSync(`${databaseFile}-wal`, {
    read: true,
    write: true,
  });
  return {
    sync: () => file.syncData(),
    syncNow: () => file.syncDataSync(),
    close: () => file.close(),
  };
}
