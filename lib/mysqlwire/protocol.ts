/**
 * The numbers of MySQL's protocol (MySQL internals, "Client/Server Protocol").
 *
 * @module
 */

/** What client and server can do: bits of the handshake. */
export const capability = {
  longPassword: 1,
  /** Affected rows are those that were found, not those that changed. */
  foundRows: 1 << 1,
  longFlag: 1 << 2,
  connectWithDb: 1 << 3,
  compress: 1 << 5,
  localFiles: 1 << 7,
  ignoreSpace: 1 << 8,
  protocol41: 1 << 9,
  interactive: 1 << 10,
  ssl: 1 << 11,
  ignoreSigpipe: 1 << 12,
  transactions: 1 << 13,
  secureConnection: 1 << 15,
  multiStatements: 1 << 16,
  multiResults: 1 << 17,
  psMultiResults: 1 << 18,
  pluginAuth: 1 << 19,
  connectAttrs: 1 << 20,
  pluginAuthLenenc: 1 << 21,
  sessionTrack: 1 << 23,
  deprecateEof: 1 << 24,
} as const;

/** First byte of a command. */
export const command = {
  quit: 0x01,
  initDb: 0x02,
  query: 0x03,
  fieldList: 0x04,
  statistics: 0x09,
  processInfo: 0x0a,
  processKill: 0x0c,
  ping: 0x0e,
  changeUser: 0x11,
  stmtPrepare: 0x16,
  stmtExecute: 0x17,
  stmtSendLongData: 0x18,
  stmtClose: 0x19,
  stmtReset: 0x1a,
  setOption: 0x1b,
  stmtFetch: 0x1c,
  resetConnection: 0x1f,
} as const;

/** Bits of the status that OK and EOF carry. */
export const status = {
  inTransaction: 1,
  autocommit: 2,
  moreResults: 8,
  cursorExists: 64,
  lastRowSent: 128,
  noBackslashEscapes: 512,
  sessionStateChanged: 1 << 14,
} as const;

/** Numbers of collations that are told to clients. */
export const charset = { binary: 63, utf8mb4: 45 } as const;

/** First byte of answers. */
export const answer = {
  ok: 0x00,
  moreData: 0x01,
  localInfile: 0xfb,
  eof: 0xfe,
  error: 0xff,
} as const;

/** The most that one packet holds; a longer message goes on in the next. */
export const packetLimit = 0xff_ffff;

/** Length of a packet's head: length and sequence number. */
export const headLength = 4;
