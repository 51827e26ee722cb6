/**
 * Names of types with their modifiers, as `format_type` writes them.
 *
 * @module
 */

import { typeLabel } from "../analyze/type_facts.ts";
import type { Environment } from "../environment.ts";
import { oid } from "../types/type.ts";

/**
 * @param env Where to look.
 * @param type Oid.
 * @param typmod Modifier, -1 for none.
 * @returns For example `character varying(20)`, `timestamp(3) without time zone`, `numeric(10,2)[]`.
 */
export function formatType(
  env: Environment,
  type: number,
  typmod: number,
): string {
  const found = env.catalog.type(type);
  if (
    found !== undefined && found.category === "A" && found.element !== 0 &&
    found.length === -1
  ) return `${formatType(env, found.element, typmod)}[]`;
  if (type === oid.bpchar && typmod < 0) return "bpchar";
  const label = typeLabel(env, type);
  const modifier = typmod < 0 ? "" : found?.typmodOut?.(typmod) ?? "";
  if (modifier === "") return label;
  switch (type) {
    case oid.time:
    case oid.timetz:
    case oid.timestamp:
    case oid.timestamptz:
      return label.replace(
        /^(\w+)/,
        (word) => `${word}${/^\(\d+\)/.exec(modifier)?.[0] ?? modifier}`,
      );
    default:
      return `${label}${modifier}`;
  }
}
