/**
 * Finds what `anyelement`, `anyarray`, `anycompatible` and their like stand for in one call (manual,
 * 38.2.5).
 *
 * @module
 */

import type { Environment } from "../environment.ts";
import { SqlError } from "../error.ts";
import type { Expr } from "../tree.ts";
import { oid } from "../types/type.ts";
import { findCommonType } from "./common_type.ts";
import type { Scope } from "./scope.ts";
import {
  arrayTypeOf,
  baseTypeOf,
  elementTypeOf,
  isPolymorphic,
  typeLabel,
} from "./type_facts.ts";

/** Types of one call. */
export interface CallTypes {
  /** What each argument must become; `any` where it stays as it is. */
  readonly args: readonly number[];
  readonly returns: number;
}

/**
 * @param declared Types of the parameters, as many as there are arguments.
 * @param returns Type of the result.
 * @param args Arguments.
 * @param scope Where the call stands.
 * @returns The types with nothing polymorphic left.
 * @throws {SqlError} 42804 when the arguments do not fit together.
 */
export function resolvePolymorphic(
  declared: readonly number[],
  returns: number,
  args: readonly Expr[],
  scope: Scope,
): CallTypes {
  if (!declared.some(isPolymorphic) && !isPolymorphic(returns)) {
    return { args: declared, returns };
  }
  const { env } = scope;
  const element = exactElement(declared, args, env);
  const compatible = compatibleElement(declared, args, scope);
  const actual = (type: number): number => {
    switch (type) {
      case oid.anyelement:
      case oid.anynonarray:
      case oid.anyenum:
        return element;
      case oid.anyarray:
        return arrayOf(element, env);
      case oid.anycompatible:
      case oid.anycompatiblenonarray:
        return compatible;
      case oid.anycompatiblearray:
        return arrayOf(compatible, env);
      default:
        return type;
    }
  };
  return { args: declared.map(actual), returns: actual(returns) };
}

/**
 * Whether the arguments could fit together, for leaving candidates out.
 *
 * @param declared Types of the parameters.
 * @param args Arguments.
 * @param scope Where the call stands.
 * @returns Whether they do; nothing known counts as yes.
 */
export function fitsTogether(
  declared: readonly number[],
  args: readonly Expr[],
  scope: Scope,
): boolean {
  if (!declared.some(isPolymorphic)) return true;
  try {
    resolvePolymorphic(declared, oid.void, args, scope);
    return true;
  } catch (error) {
    if (error instanceof SqlError) {
      return error.message.startsWith("could not determine");
    }
    throw error;
  }
}

function arrayOf(element: number, env: Environment): number {
  if (element === oid.unknown) return oid.unknown;
  const found = arrayTypeOf(env, element);
  if (found !== 0) return found;
  throw new SqlError(
    "42704",
    `could not find array type for data type ${typeLabel(env, element)}`,
  );
}

/** What `anyelement` is: every argument must agree to the letter. */
function exactElement(
  declared: readonly number[],
  args: readonly Expr[],
  env: Environment,
): number {
  let element = 0;
  let array = 0;
  let used = false;
  declared.forEach((type, index) => {
    const actual = args[index]?.type ?? oid.unknown;
    switch (type) {
      case oid.anyelement:
      case oid.anynonarray:
      case oid.anyenum:
        used = true;
        if (actual === oid.unknown) return;
        if (element !== 0 && element !== actual) {
          throw mismatch("anyelement", element, actual, env);
        }
        element = actual;
        return;
      case oid.anyarray: {
        used = true;
        if (actual === oid.unknown) return;
        const base = baseTypeOf(env, actual).type;
        if (array !== 0 && array !== base) {
          throw mismatch("anyarray", array, base, env);
        }
        array = base;
        return;
      }
    }
  });
  if (!used) return oid.unknown;
  if (array !== 0) {
    const found = elementTypeOf(env, array);
    if (found === 0) {
      throw new SqlError(
        "42804",
        `argument declared anyarray is not an array but type ${
          typeLabel(env, array)
        }`,
      );
    }
    if (element !== 0 && element !== found) {
      throw new SqlError(
        "42804",
        "argument declared anyarray is not consistent with argument declared anyelement",
        {
          detail: `${typeLabel(env, array)} versus ${typeLabel(env, element)}`,
        },
      );
    }
    element = found;
  }
  if (element !== 0) return element;
  throw new SqlError(
    "42804",
    "could not determine polymorphic type because input has type unknown",
  );
}

function mismatch(
  name: string,
  first: number,
  second: number,
  env: Environment,
): SqlError {
  return new SqlError(
    "42804",
    `arguments declared "${name}" are not all alike`,
    { detail: `${typeLabel(env, first)} versus ${typeLabel(env, second)}` },
  );
}

/** What `anycompatible` is: the common type of all of them. */
function compatibleElement(
  declared: readonly number[],
  args: readonly Expr[],
  scope: Scope,
): number {
  const types: { type: number }[] = [];
  let used = false;
  declared.forEach((type, index) => {
    const actual = args[index]?.type ?? oid.unknown;
    switch (type) {
      case oid.anycompatible:
      case oid.anycompatiblenonarray:
        used = true;
        types.push({ type: actual });
        return;
      case oid.anycompatiblearray:
        used = true;
        if (actual !== oid.unknown) {
          types.push({ type: elementTypeOf(scope.env, actual) });
        }
        return;
    }
  });
  if (!used) return oid.unknown;
  const found = findCommonType(types as Expr[], scope);
  if (typeof found === "number") return found;
  throw new SqlError(
    "42804",
    `arguments of anycompatible family cannot be cast to a common type`,
  );
}
