/**
 * What functions may ask of the engine, by name (`EvalContext.services`).
 *
 * @module
 */

import type { Datum } from "../../sql/datum.ts";
import { notSupported } from "../../sql/error.ts";
import { activityServices } from "./services/activity.ts";
import { functionServices } from "./services/functions.ts";
import { lockServices } from "./services/locks.ts";
import { privilegeServices } from "./services/privileges.ts";
import { sequenceServices } from "./services/sequences.ts";
import { settingServices } from "./services/settings.ts";
import type { SessionCore } from "./session_core.ts";

/**
 * Answers one kind of question.
 *
 * @param args What is asked.
 * @param core Who asks.
 */
export type Service = (args: readonly Datum[], core: SessionCore) => Datum;

/** Services by name. */
export type Services = Readonly<Record<string, Service>>;

const own: ReadonlyMap<string, Service> = new Map(
  [
    settingServices,
    sequenceServices,
    lockServices,
    privilegeServices,
    activityServices,
    functionServices,
  ].flatMap((services) => Object.entries(services)),
);

/**
 * @param core Who asks.
 * @param name Which service; those of {@linkcode Instance.services} come before the session's own.
 * @param args What is asked.
 * @returns The answer.
 * @throws {SqlError} 0A000 for a service that is not there.
 */
export function callService(
  core: SessionCore,
  name: string,
  args: readonly Datum[],
): Datum {
  const service = core.instance.services.get(name) ?? own.get(name);
  if (service === undefined) throw notSupported(`function ${name}`);
  return service(args, core);
}
