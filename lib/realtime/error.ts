/**
 * Why a client may not do what it asks for.
 *
 * @module
 */

/** A refusal; its sentence is for the client. */
export class JoinError extends Error {
  override name = "JoinError";
}
