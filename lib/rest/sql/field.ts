/**
 * A column, or a place inside its JSON, as an expression.
 *
 * @module
 */

import { EngineError } from "../../engine/engine.ts";
import type { FieldRef } from "./tree.ts";
import { ident, literal, qualified } from "./text.ts";

/** Names of types as `select=col::type` may write them; whether such a type exists the database says. */
const typeName =
  /^[\p{L}_][\p{L}\p{N}_$]*(?: [\p{L}_][\p{L}\p{N}_$]*)*(?:\[\])*$/u;

/**
 * Types that read a value as the name or number of something in the catalogs, and tell whether it is there;
 * rows of the catalogs and of accounts. None of them is served, so that they are not there by this spelling
 * either.
 */
const unserved =
  /(?:^| )_?(?:reg(?:class|collation|config|dictionary|namespace|oper|operator|proc|procedure|role|type)(?![\p{L}\p{N}_$])|_auth_|pg_(?!lsn|snapshot))/iu;

/**
 * @param field What.
 * @param alias Of its relation.
 * @param row The relation's row as one value, if its alias does not stand for that.
 * @returns The expression.
 */
export function fieldSql(
  { column, json }: FieldRef,
  alias: string,
  row = alias,
): string {
  const { computedBy } = column;
  const name = computedBy === undefined
    ? `${alias}.${ident(column.name)}`
    : `${qualified(computedBy.schema, computedBy.name)}(${row})`;
  if (json.length === 0) return name;
  // Arrays and composites are walked through as JSON, as upstream does.
  const base = column.typeKind === "a" || column.typeKind === "c"
    ? `to_jsonb(${name})`
    : name;
  return `(${base}${
    json.map(({ arrow, key }) =>
      arrow + (typeof key === "number" ? `(${key})` : literal(key))
    ).join("")
  })`;
}

/**
 * @param expression An expression.
 * @param type Type of `::type`, if one was asked for.
 * @returns The expression, cast.
 * @throws {EngineError} 42704 for what is no name of a type, or of none that is served.
 */
export function castSql(expression: string, type: string | undefined): string {
  if (type === undefined) return expression;
  if (!typeName.test(type)) {
    throw new EngineError("42704", "Cannot cast: this is no name of a type");
  }
  if (unserved.test(type)) {
    throw new EngineError("42704", `type "${type}" does not exist`);
  }
  return `CAST(${expression} AS ${type})`;
}
