/**
 * What the types and functions of the catalog ask.
 *
 * @module
 */

import { regServices } from "../../../sql/system/reg_types.ts";
import type { Service, Services } from "../services.ts";

/** See the top of the file. */
export const catalogServices: Services = Object.fromEntries(
  Object.entries(regServices).map(([name, service]): [string, Service] => [
    name,
    ([value], core) => service(core.eval, value ?? null),
  ]),
);
