/**
 * Resolves constants, and reads those whose type was not known at first.
 *
 * @module
 */

import type { A_Const } from "@pgsql/types";
import type { Datum } from "../datum.ts";
import type { Constant, Expr } from "../tree.ts";
import type { EvalContext } from "../eval_context.ts";
import { oid, type PgType } from "../types/type.ts";
import { largeDatum, withoutSign } from "../mysql/unsigned.ts";
import { errorAt, notSupportedAt, within } from "./located.ts";
import { locate, locationOf } from "./locations.ts";
import type { Scope } from "./scope.ts";
import { typeOf } from "./type_facts.ts";

const int4Max = 2_147_483_647n;
const int4Min = -2_147_483_648n;
const int8Max = 9_223_372_036_854_775_807n;
const int8Min = -9_223_372_036_854_775_808n;

/**
 * @param value Integer.
 * @returns It as a datum: a `number` where that is exact.
 */
export function integerDatum(value: bigint): Datum {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/**
 * @param value Value.
 * @param type Its type.
 * @param location Byte offset of the literal.
 * @param scope Where it stands; literals of another text keep no offset.
 * @returns The constant.
 */
function constant(
  value: Datum,
  type: number,
  location: number | undefined,
  scope: Scope,
): Expr {
  const shared = location !== undefined && location >= 0 &&
    (scope.statement.otherText ?? 0) === 0;
  const made: Constant = {
    kind: "constant",
    type,
    typmod: -1,
    value,
    ...(shared ? { location } : {}),
  };
  return locate(made, location);
}

/**
 * Resolves a constant. A quoted one is of type `unknown` until its surroundings tell (manual, 4.1.2.7).
 *
 * @param node Constant in the parse tree.
 * @param scope Where it stands.
 * @returns The constant.
 */
export function resolveConstant(node: A_Const, scope: Scope): Expr {
  const { location } = node;
  if (node.isnull) return nullConstant(oid.unknown, location);
  if (node.ival !== undefined) {
    return constant(node.ival.ival ?? 0, oid.int4, location, scope);
  }
  if (node.fval !== undefined) {
    return numberConstant(node.fval.fval ?? "0", location, scope);
  }
  if (node.boolval !== undefined) {
    return locate({
      kind: "constant",
      type: oid.bool,
      typmod: -1,
      value: node.boolval.boolval ? 1 : 0,
    }, location);
  }
  if (node.sval !== undefined) {
    return constant(node.sval.sval ?? "", oid.unknown, location, scope);
  }
  throw notSupportedAt("bit string literal", location);
}

/**
 * @param type Type it has.
 * @param location Byte offset.
 * @returns NULL.
 */
export function nullConstant(
  type: number,
  location?: number | undefined,
): Expr {
  return locate({ kind: "constant", type, typmod: -1, value: null }, location);
}

function numberConstant(
  text: string,
  location: number | undefined,
  scope: Scope,
): Expr {
  if (/^-?(\d+|0[xob][\da-f]+)$/i.test(text)) {
    const value = text.startsWith("-") ? -BigInt(text.slice(1)) : BigInt(text);
    if (value >= int8Min && value <= int8Max) {
      const type = value >= int4Min && value <= int4Max ? oid.int4 : oid.int8;
      return constant(integerDatum(value), type, location, scope);
    }
    const large = scope.env.dialect === "mysql" ? largeDatum(text) : undefined;
    if (large !== undefined) {
      return withoutSign(constant(large, oid.int8, location, scope));
    }
  }
  const value = within(
    location,
    () => typeOf(scope.env, oid.numeric).input(text, -1, scope.env.eval),
  );
  return constant(value, oid.numeric, location, scope);
}

/**
 * Reads a literal as a type, now that it is known.
 *
 * @param literal Constant of type `unknown`.
 * @param type Type to read it as; no domain.
 * @param typmod Modifier, which an assignment would apply.
 * @param scope Where it stands.
 * @returns Constant of that type.
 * @throws {SqlError} What the type's input says, at the literal.
 */
export function readLiteral(
  literal: Constant,
  type: number,
  typmod: number,
  scope: Scope,
): Expr {
  const where = locationOf(literal);
  if (literal.value === null) {
    return locate({ kind: "constant", type, typmod, value: null }, where);
  }
  const found = typeOf(scope.env, type);
  if (found.kind === "p" && type !== oid.void && type !== oid.cstring) {
    throw errorAt(
      "0A000",
      `cannot accept a value of type ${found.name}`,
      where,
    );
  }
  const text = String(literal.value);
  const { eval: context } = scope.env;
  const value = within(where, () => found.input(text, typmod, context));
  if (readsTheSession(found, text, typmod, value, context)) {
    // Its text is what the plan may keep; the value belongs to this session and moment.
    return locate({
      kind: "cast",
      type,
      typmod: -1,
      arg: { ...literal, type: oid.text },
      how: { by: "text" },
      explicit: false,
    }, where);
  }
  return locate({ ...literal, type, typmod, value }, where);
}

/** Types of points in time, whose text may leave out the zone, name the day by `today`, or turn day and month round. */
const timeTypes: ReadonlySet<number> = new Set([
  oid.date,
  oid.time,
  oid.timetz,
  oid.timestamp,
  oid.timestamptz,
]);

/**
 * @param type Type of the literal.
 * @param text Its text.
 * @param typmod Its modifier.
 * @param value What it is read as in `context`.
 * @param context The session.
 * @returns Whether another session, or the same one later, would read something else.
 */
export function readsTheSession(
  type: PgType,
  text: string,
  typmod: number,
  value: Datum,
  context: EvalContext,
): boolean {
  if (!timeTypes.has(type.element === 0 ? type.oid : type.element)) {
    return false;
  }
  const day = 86_400_000_000n;
  const another = (
    timeZone: string,
    dateStyle: string,
    later: bigint,
  ): EvalContext => ({
    type: (number) => context.type(number),
    transactionTime: context.transactionTime + later,
    statementTime: context.statementTime + later,
    clock: () => context.clock() + Number(later) / 1000,
    timeZone,
    dateStyle,
    intervalStyle: context.intervalStyle,
    extraFloatDigits: context.extraFloatDigits,
    byteaOutput: context.byteaOutput,
    setting: (name) => context.setting(name),
    setSetting: (name, set, local) => context.setSetting(name, set, local),
    services: context.services,
  });
  try {
    return [
      another("Pacific/Kiritimati", "ISO, DMY", 40n * day),
      another("Pacific/Pago_Pago", "ISO, YMD", 3n),
      another("America/New_York", "ISO, MDY", 0n),
    ].some((other) => type.input(text, typmod, other) !== value);
  } catch {
    return true;
  }
}

/**
 * Reads a number that was written without quotes as another type of number, which is what a cast of it
 * would give.
 *
 * @param literal Constant of type int4, int8 or numeric.
 * @param type Type to become.
 * @param scope Where it stands.
 * @returns Constant of that type; `undefined` when only a cast can tell.
 */
export function convertNumber(
  literal: Constant,
  type: number,
  scope: Scope,
): Expr | undefined {
  const widens = literal.type === oid.int4
    ? type === oid.int8 || type === oid.numeric || type === oid.float8 ||
      type === oid.float4
    : literal.type === oid.int8
    ? type === oid.numeric || type === oid.float8 || type === oid.float4
    : literal.type === oid.numeric &&
      (type === oid.float8 || type === oid.float4);
  if (!widens || literal.value === null) return undefined;
  const value = typeOf(scope.env, type)
    .input(String(literal.value), -1, scope.env.eval);
  return locate(
    { ...literal, type, typmod: -1, value },
    locationOf(literal),
  );
}
