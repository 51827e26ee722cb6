/**
 * Refuses statements that would upset the connection they run on, which is shared.
 *
 * @module
 */

import { EngineError } from "../engine.ts";

const refused = new Set([
  "BEGIN",
  "COMMIT",
  "END",
  "ROLLBACK",
  "SAVEPOINT",
  "RELEASE",
  "ATTACH",
  "DETACH",
  "PRAGMA",
  "VACUUM",
]);

/**
 * @param word First word of a statement that a client sent, in upper case.
 * @throws {EngineError} `0A000` when it is transaction control or touches settings or files.
 */
export function checkAccepted(word: string): void {
  if (!refused.has(word)) return;
  throw new EngineError(
    "0A000",
    `Cannot run ${word}: transaction control and settings are not supported yet`,
  );
}
