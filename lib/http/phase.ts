/**
 * What a connection may be doing, and for how long.
 *
 * @module
 */

/** What a connection is doing. */
export type Phase =
  | "fresh"
  | "head"
  | "handling"
  | "body"
  | "writing"
  | "idle"
  | "lingering"
  /** Another protocol is spoken; whoever speaks it has deadlines of their own. */
  | "upgraded"
  | "closed";

/** How long a connection may stay in each phase, in milliseconds. */
export interface ConnectionDeadlines {
  /** From the first byte of a request's head, or from the connecting, to the end of the head. */
  readonly head: number;
  /** Between two requests. */
  readonly idle: number;
  /** For the other end to take what is sent, without any progress. */
  readonly write: number;
  /** For the rest of a body that nobody wanted, before the connection is let go. */
  readonly linger: number;
}
