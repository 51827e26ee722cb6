/**
 * Why a WebSocket ends.
 *
 * @module
 */

/** Codes of RFC 6455, 7.4.1, and of its registry. */
export const closeCodes = {
  normal: 1000,
  goingAway: 1001,
  protocolError: 1002,
  badText: 1007,
  policy: 1008,
  tooBig: 1009,
  restart: 1012,
  tryAgainLater: 1013,
} as const;
