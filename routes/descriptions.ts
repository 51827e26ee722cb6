/**
 * What all routes say of themselves, for the OpenAPI document. Those of `/rest/v1` are not among them:
 * they follow from the schema.
 *
 * @module
 */

import type { RouteDescription } from "../lib/openapi/description.ts";
import { authDescriptions } from "./auth.ts";
import { docsDescriptions } from "./docs.ts";
import { healthDescriptions } from "./health.ts";
import { realtimeDescriptions } from "./realtime_description.ts";

/** In the order of the document. */
export const descriptions: readonly RouteDescription[] = [
  ...authDescriptions,
  ...realtimeDescriptions,
  ...docsDescriptions,
  ...healthDescriptions,
];
