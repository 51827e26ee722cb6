/**
 * Chooses among functions or operators of one name (manual, 10.2 and 10.3).
 *
 * @module
 */

import type { FunctionEntry } from "../functions/registry.ts";
import type { Expr } from "../tree.ts";
import { oid } from "../types/type.ts";
import { canCoerce } from "./cast_path.ts";
import { fitsTogether } from "./polymorphic.ts";
import type { Scope } from "./scope.ts";
import { baseTypeOf, categoryOf, isPreferred } from "./type_facts.ts";

/** A function that a call may mean. */
export interface Candidate {
  readonly entry: FunctionEntry;
  /** Declared type for each argument of the call, in its order. */
  readonly types: readonly number[];
  /** Which argument of the call each parameter gets; nothing for the same order. */
  readonly order?: readonly number[] | undefined;
  /** How many arguments at the end are gathered into an array. */
  readonly gathered: number;
  /** How many parameters at the end get their default. */
  readonly defaults: number;
}

/** What became of a choice. */
export type Choice =
  | { readonly found: "one"; readonly candidate: Candidate }
  | { readonly found: "none" | "many" };

/**
 * @param candidates Those with the right name and number of arguments.
 * @param args Arguments.
 * @param scope Where the call stands.
 * @returns The best one, if there is one.
 */
export function chooseFunction(
  candidates: readonly Candidate[],
  args: readonly Expr[],
  scope: Scope,
): Choice {
  const exact = candidates.find(({ types }) =>
    types.every((type, index) => type === args[index]?.type)
  );
  if (exact !== undefined) return { found: "one", candidate: exact };
  const usable = candidates.filter(({ types }) =>
    types.every((type, index) =>
      canCoerce(
        args[index]?.type ?? oid.unknown,
        type,
        "implicit",
        scope.env,
      )
    ) && fitsTogether(types, args, scope)
  );
  const [only, second] = usable;
  if (only === undefined) return { found: "none" };
  if (second === undefined) return { found: "one", candidate: only };
  const best = narrow(usable, args, scope);
  return best === undefined
    ? { found: "many" }
    : { found: "one", candidate: best };
}

/** The later steps of the manual's rule; each keeps candidates only if some remain. */
function narrow(
  usable: readonly Candidate[],
  args: readonly Expr[],
  scope: Scope,
): Candidate | undefined {
  const { env } = scope;
  const types = args.map(({ type }) => baseTypeOf(env, type).type);
  const knownAt = types.flatMap((type, at) => type === oid.unknown ? [] : [at]);

  let left = most(
    usable,
    (candidate) =>
      knownAt.filter((at) => candidate.types[at] === types[at]).length,
    0,
  );
  if (left.length === 1) return left[0];

  left = most(left, (candidate) =>
    knownAt.filter((at) => {
      const type = candidate.types[at] as number;
      return type === types[at] ||
        isPreferred(env, type) &&
          categoryOf(env, type) === categoryOf(env, types[at] as number);
    }).length, 0);
  if (left.length === 1) return left[0];

  const unknownAt = types.flatMap((type, at) =>
    type === oid.unknown ? [at] : []
  );
  if (unknownAt.length === 0) return undefined;

  left = byCategory(left, unknownAt, scope);
  if (left.length === 1) return left[0];

  // Last: let unknown arguments have the type of the known ones.
  const [known] = knownAt.map((at) => types[at] as number);
  if (
    known === undefined || knownAt.some((at) => types[at] !== known)
  ) return undefined;
  const alike = left.filter((candidate) =>
    unknownAt.every((at) =>
      canCoerce(known, candidate.types[at] as number, "implicit", env)
    )
  );
  return alike.length === 1 ? alike[0] : undefined;
}

/** @returns Those with the highest mark above `least`; all of them if none is above it. */
function most(
  candidates: readonly Candidate[],
  mark: (candidate: Candidate) => number,
  least: number,
): readonly Candidate[] {
  const marks = candidates.map(mark);
  const highest = Math.max(...marks);
  return highest <= least
    ? candidates
    : candidates.filter((_, index) => marks[index] === highest);
}

/** Lets a literal of unknown type be a string if some candidate takes one there, else what all agree on. */
function byCategory(
  candidates: readonly Candidate[],
  unknownAt: readonly number[],
  scope: Scope,
): readonly Candidate[] {
  const { env } = scope;
  let left = candidates;
  const wanted: { at: number; category: string; preferred: boolean }[] = [];
  for (const at of unknownAt) {
    const here = candidates.map(({ types }) => types[at] as number);
    const categories = new Set(here.map((type) => categoryOf(env, type)));
    const [agreed] = categories;
    const category = categories.has("S")
      ? "S"
      : categories.size === 1
      ? agreed
      : undefined;
    if (category === undefined) return left;
    wanted.push({
      at,
      category,
      preferred: here.some((type) =>
        categoryOf(env, type) === category && isPreferred(env, type)
      ),
    });
  }
  left = candidates.filter(({ types }) =>
    wanted.every(({ at, category, preferred }) => {
      const type = types[at] as number;
      return categoryOf(env, type) === category &&
        (!preferred || isPreferred(env, type));
    })
  );
  return left.length === 0 ? candidates : left;
}
