/**
 * The settings of `/rest/v1`: what they are, and what follows from them.
 *
 * @module
 */

import { schemaName } from "./parse.ts";
import { count, many, on, type Setting } from "./setting.ts";
import type { RestConfig } from "./types.ts";

/** Settings of `/rest/v1`. */
export const restSettings = {
  noRestApi: on({
    flag: "no-rest-api",
    group: "REST",
    help: "switch /rest/v1 off",
  }),
  restSchema: many<string>({
    flag: "rest-schema",
    group: "REST",
    value: "SCHEMA",
    shown: "public",
    help:
      "schema whose tables and functions are served; the first is the default",
    parse: schemaName,
    default: ["public"],
  }),
  maxRows: count("max-rows", {
    group: "REST",
    help:
      "rows of one answer, and of one row's embedded list, at most; 0 for all",
    range: [0, 1_000_000_000],
    preset: 1000,
  }),
  restTimeout: count("rest-timeout", {
    group: "REST",
    help: "seconds that the statement of a request may run",
    range: [1, 3600],
    preset: 8,
  }),
  restMaxBodyMib: count("rest-max-body-mib", {
    group: "REST",
    help: "body of a request in MiB, at most",
    range: [1, 512],
    preset: 10,
  }),
  restAggregates: on({
    flag: "rest-aggregates",
    group: "REST",
    help: "allow sum(), avg(), count(), max() and min() in select",
  }),
  restTxOverride: on({
    flag: "rest-tx-override",
    group: "REST",
    help: "let a request undo what it wrote by Prefer: tx=rollback",
  }),
  restPlan: on({
    flag: "rest-plan",
    group: "REST",
    help: "answer the plan of a query to whoever asks for it by Accept",
  }),
};

/** Value of each of {@linkcode restSettings}. */
export type RestSettingValues = {
  readonly [Name in keyof typeof restSettings]:
    (typeof restSettings)[Name] extends Setting<infer T> ? T : never;
};

/**
 * @param values Values of the settings.
 * @returns How `/rest/v1` works.
 */
export function readRest(values: RestSettingValues): RestConfig {
  return {
    schemas: [...new Set(values.restSchema)],
    maxRows: values.maxRows === 0 ? undefined : values.maxRows,
    statementTimeoutMs: values.restTimeout * 1000,
    bodyLimit: values.restMaxBodyMib * 1024 * 1024,
    aggregates: values.restAggregates,
    txOverride: values.restTxOverride,
    plan: values.restPlan,
  };
}
