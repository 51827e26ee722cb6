/**
 * Conditions on one column of a row, with the meaning that SQL's operators have.
 *
 * @module
 */

import type { Relation } from "../../../sql/catalog/catalog.ts";
import { collations } from "../../../sql/collations.ts";
import type { Datum } from "../../../sql/datum.ts";
import { baseType } from "../../../sql/functions/datum_text.ts";
import { compareBytes } from "../../../sql/json/byte_order.ts";
import { oid, type PgType } from "../../../sql/types/type.ts";
import type { ColumnCondition, RowImage } from "../../change_reader.ts";
import { EngineError } from "../../engine.ts";
import { toClientError } from "../errors.ts";
import type { ReadContext } from "./table_reader.ts";

type Test = (value: NonNullable<Datum>) => boolean;

/**
 * @param relation Table.
 * @param condition Condition on one of its columns.
 * @param context Names types.
 * @returns Tells whether a row meets it.
 * @throws {EngineError} When there is no such column, operator or value.
 */
export function conditionOn(
  relation: Relation,
  { column, operator, values, negated }: ColumnCondition,
  context: ReadContext,
): (row: RowImage) => boolean {
  const place = relation.columns.findIndex(({ name }) => name === column);
  const found = relation.columns[place];
  if (found === undefined) {
    throw new EngineError("42703", `column "${column}" does not exist`);
  }
  const type = baseType(found.type, context.eval);
  if (operator === "is") {
    const is = isTest(values[0] ?? "", type);
    return (row) => is(row[place] ?? null) !== negated;
  }
  let test: Test;
  try {
    test = testOf({ operator, values, type, typmod: found.typmod }, context);
  } catch (error) {
    throw toClientError(error);
  }
  if (operator === "isdistinct") {
    return (row) => {
      const value = row[place] ?? null;
      return (value === null || test(value)) !== negated;
    };
  }
  // What is unknown is not met, and its opposite neither.
  return (row) => {
    const value = row[place] ?? null;
    return value !== null && test(value) !== negated;
  };
}

interface TestOptions {
  readonly operator: ColumnCondition["operator"];
  readonly values: readonly string[];
  readonly type: PgType;
  readonly typmod: number;
}

function testOf(
  { operator, values, type, typmod }: TestOptions,
  context: ReadContext,
): Test {
  if (operator === "like" || operator === "ilike") {
    if (type.category !== "S") throw noOperator(operator, type);
    const fold = operator === "ilike";
    const pattern = likePattern(values[0] ?? "", fold);
    return (value) =>
      isLike(fold ? String(value).toLowerCase() : String(value), pattern);
  }
  if (type.oid === oid.bytea || type.oid === oid.json) {
    throw noOperator(operator, type);
  }
  // A blank-padded literal is padded like the column.
  const limit = type.oid === oid.bpchar ? typmod : -1;
  const data = values.map((text) => type.input(text, limit, context.eval));
  const compare = orderOf(type);
  const wanted = data[0] as NonNullable<Datum>;
  switch (operator) {
    case "in":
      return (value) =>
        data.some((each) => compare(value, each as NonNullable<Datum>) === 0);
    case "neq":
    case "isdistinct":
      return (value) => compare(value, wanted) !== 0;
    case "lt":
      return (value) => compare(value, wanted) < 0;
    case "lte":
      return (value) => compare(value, wanted) <= 0;
    case "gt":
      return (value) => compare(value, wanted) > 0;
    case "gte":
      return (value) => compare(value, wanted) >= 0;
    default:
      return (value) => compare(value, wanted) === 0;
  }
}

function noOperator(operator: string, { name }: PgType): EngineError {
  return new EngineError(
    "0A000",
    `operator ${operator} is not supported for type ${name}`,
  );
}

function isTest(word: string, type: PgType): (value: Datum) => boolean {
  switch (word.toLowerCase()) {
    case "null":
    case "unknown":
      return (value) => value === null;
    case "true":
    case "false": {
      if (type.oid !== oid.bool) break;
      const wanted = Number(word.toLowerCase() === "true");
      return (value) => value === wanted;
    }
  }
  throw new EngineError(
    "22023",
    "is takes null, and true, false or unknown for booleans",
  );
}

type Order = (a: NonNullable<Datum>, b: NonNullable<Datum>) => number;

/** The order that indexes have. */
function orderOf(type: PgType): Order {
  const named = type.collation === undefined
    ? undefined
    : collations[type.collation];
  return (a, b) => {
    if (typeof a === "string" && typeof b === "string") {
      if (named !== undefined) return named(a, b);
      return type.oid === oid.bpchar
        ? compareBytes(a.trimEnd(), b.trimEnd())
        : compareBytes(a, b);
    }
    // A text beside numbers is a float that is none.
    if (typeof a === "string") return 1;
    if (typeof b === "string") return -1;
    return a < b ? -1 : a > b ? 1 : 0;
  };
}

/** A pattern of LIKE: characters, and `%` and `_` that stand for others. */
type LikePattern = readonly (string | typeof many | typeof one)[];

const many = Symbol("%");
const one = Symbol("_");

function likePattern(text: string, fold: boolean): LikePattern {
  const parts: (string | symbol)[] = [];
  const characters = [...(fold ? text.toLowerCase() : text)];
  for (let i = 0; i < characters.length; i++) {
    const each = characters[i]!;
    if (each === "%") parts.push(many);
    else if (each === "_") parts.push(one);
    else if (each === "\\" && i + 1 < characters.length) {
      parts.push(characters[++i]!);
    } else parts.push(each);
  }
  return parts as LikePattern;
}

/** Goes back to the last `%` only, so that no pattern takes long. */
function isLike(text: string, pattern: LikePattern): boolean {
  const characters = [...text];
  let at = 0;
  let p = 0;
  let star = -1;
  let mark = 0;
  while (at < characters.length) {
    const part = pattern[p];
    if (part === many) {
      star = p++;
      mark = at;
    } else if (part === one || part === characters[at]) {
      p += 1;
      at += 1;
    } else if (star >= 0) {
      p = star + 1;
      at = ++mark;
    } else return false;
  }
  while (pattern[p] === many) p += 1;
  return p === pattern.length;
}
