/**
 * What forms are made of: functions of `pg_mysql` whose meaning depends on the types of their arguments.
 *
 * @module
 */

import { coerce } from "../../analyze/coercion.ts";
import type { Scope } from "../../analyze/scope.ts";
import type { Expr } from "../../tree.ts";
import { oid } from "../../types/type.ts";

/** Makes a call of its arguments; nothing when they are too many or too few. */
export type Form = (args: readonly Expr[], scope: Scope) => Expr | undefined;

/** A form of that many arguments. */
export const of =
  (count: number, make: (args: Expr[], scope: Scope) => Expr): Form =>
  (args, scope) => args.length === count ? make([...args], scope) : undefined;

/** A form of one argument. */
export const one = (make: (arg: Expr, scope: Scope) => Expr): Form =>
  of(1, ([arg], scope) => make(arg as Expr, scope));

/** A constant text. */
export const text = (value: string): Expr => ({
  kind: "constant",
  type: oid.text,
  typmod: -1,
  value,
});

/** PostgreSQL's cast, written out. */
export const cast = (expr: Expr, type: number, scope: Scope): Expr =>
  coerce(expr, type, -1, "explicit", scope);
