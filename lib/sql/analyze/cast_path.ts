/**
 * Which conversion leads from one type to another, and where it may happen by itself (manual, CREATE
 * CAST and 10.1).
 *
 * @module
 */

import type { Environment } from "../environment.ts";
import { builtins } from "../functions/builtins.ts";
import type { Cast } from "../tree.ts";
import { oid } from "../types/type.ts";
import {
  baseTypeOf,
  categoryOf,
  elementTypeOf,
  isPolymorphic,
} from "./type_facts.ts";

/** Where a conversion happens: by itself, when a value is stored, because it is written out. */
export type CastContext = "implicit" | "assignment" | "explicit";

const strength: Readonly<Record<CastContext, number>> = {
  implicit: 0,
  assignment: 1,
  explicit: 2,
};

/**
 * Finds the conversion. Domains are taken as their base types; whoever casts to one adds its checks.
 *
 * @param source Type of the value.
 * @param target Type wanted.
 * @param context Where it happens.
 * @param env Where to look.
 * @returns How, `undefined` when it may not be done.
 */
export function castPath(
  source: number,
  target: number,
  context: CastContext,
  env: Environment,
): Cast["how"] | undefined {
  const from = baseTypeOf(env, source).type;
  const to = baseTypeOf(env, target).type;
  if (from === to) return { by: "relabel" };
  const known = builtins().castBetween(from, to);
  if (known !== undefined) {
    if (strength[context] < strength[known.context]) return undefined;
    return known.entry === undefined
      ? { by: "relabel" }
      : { by: "function", function: known.entry };
  }
  const fromElement = elementTypeOf(env, from);
  const toElement = elementTypeOf(env, to);
  if (fromElement !== 0 && toElement !== 0) {
    const element = castPath(fromElement, toElement, context, env);
    if (element === undefined) return undefined;
    return element.by === "relabel" ? element : { by: "array", element };
  }
  if (
    context !== "implicit" && categoryOf(env, to) === "S" && from !== oid.record
  ) return { by: "text" };
  if (
    context === "explicit" && categoryOf(env, from) === "S" &&
    env.catalog.type(to)?.kind !== "p"
  ) return { by: "text" };
  return undefined;
}

/**
 * @param source Type of an argument.
 * @param target Type declared, maybe a polymorphic one (whether several fit together is looked at later).
 * @param context Where it happens.
 * @param env Where to look.
 * @returns Whether the one can become the other.
 */
export function canCoerce(
  source: number,
  target: number,
  context: CastContext,
  env: Environment,
): boolean {
  if (source === target || source === oid.unknown || target === oid.any) {
    return true;
  }
  if (isPolymorphic(target)) return fitsPolymorphic(source, target, env);
  if (target === oid.record) {
    return env.catalog.type(baseTypeOf(env, source).type)?.kind === "c";
  }
  if (target === oid.recordArray) {
    const element = elementTypeOf(env, source);
    return element !== 0 && env.catalog.type(element)?.kind === "c";
  }
  if (source === oid.record) {
    return env.catalog.type(baseTypeOf(env, target).type)?.kind === "c";
  }
  return castPath(source, target, context, env) !== undefined;
}

function fitsPolymorphic(
  source: number,
  target: number,
  env: Environment,
): boolean {
  switch (target) {
    case oid.anyarray:
    case oid.anycompatiblearray:
      return elementTypeOf(env, source) !== 0;
    case oid.anynonarray:
    case oid.anycompatiblenonarray:
      return elementTypeOf(env, source) === 0;
    case oid.anyenum:
      return env.catalog.type(baseTypeOf(env, source).type)?.kind === "e";
    default:
      return true;
  }
}
