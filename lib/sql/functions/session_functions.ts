/**
 * Functions that ask the session or the engine: settings, sequences, locks, rights, activity.
 *
 * @module
 */

import type { Definition } from "./define.ts";
import { activityFunctions } from "./session/activity.ts";
import { identityFunctions } from "./session/identity.ts";
import { lockFunctions } from "./session/locks.ts";
import { privilegeFunctions } from "./session/privileges.ts";
import { sequenceFunctions } from "./session/sequences.ts";
import { transactionTimeFunctions } from "./session/transaction_time.ts";
import { recordFunctions } from "./record.ts";

/** See the top of the file. */
export const sessionFunctions: readonly Definition[] = [
  ...transactionTimeFunctions,
  ...recordFunctions,
  ...identityFunctions,
  ...sequenceFunctions,
  ...lockFunctions,
  ...privilegeFunctions,
  ...activityFunctions,
];
