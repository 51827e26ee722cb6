/**
 * Functions of the exposed schemas that a request can call.
 *
 * @module
 */

import type { Row } from "../../engine/rows.ts";
import { byName, type NumberedColumn } from "./columns.ts";
import type {
  Relation,
  RestArgument,
  RestColumn,
  RestFunction,
  Returns,
} from "./picture.ts";
import type { Types } from "./types.ts";

/** Types that only the server itself can make a value of, or that a statement cannot give. */
const uncallable = new Set([
  "trigger",
  "event_trigger",
  "internal",
  "cstring",
  "language_handler",
  "fdw_handler",
  "index_am_handler",
  "table_am_handler",
  "tsm_handler",
]);

const volatilities = {
  i: "immutable",
  s: "stable",
  v: "volatile",
} as const;

/** A function and what else is to be known of it. */
export interface ReadFunction {
  readonly function: RestFunction;
  /** Rows that the planner expects (`ROWS`). */
  readonly expectedRows: number;
  /** Relation whose row is the only argument. */
  readonly rowOf: Relation | undefined;
  /** What it gives as a column, if that is one value. */
  readonly column: RestColumn | undefined;
}

/** Collaborators of {@linkcode readFunctions}. */
export interface FunctionParts {
  readonly types: Types;
  readonly schemaName: (oid: number) => string;
  readonly columns: ReadonlyMap<number, readonly NumberedColumn[]>;
  readonly relations: ReadonlyMap<number, Relation>;
  readonly comment: (oid: number) => string | undefined;
}

/** An argument as `pg_proc` has it. */
interface Declared {
  readonly name: string;
  readonly type: number;
  /** `i` in, `o` out, `b` both, `v` variadic, `t` column of RETURNS TABLE. */
  readonly mode: string;
}

function declaredOf(row: Row): Declared[] {
  const listed = row["proallargtypes"] ?? row["proargtypes"];
  const numbers = String(listed).split(" ").filter((each) => each !== "")
    .map(Number);
  const modes = row["proargmodes"];
  const names = row["proargnames"] === null
    ? []
    : JSON.parse(String(row["proargnames"])) as (string | null)[];
  return numbers.map((type, at) => ({
    type,
    name: names[at] ?? "",
    mode: modes === null ? "i" : String(modes)[at] ?? "i",
  }));
}

/**
 * @param rows Rows of `pg_proc`.
 * @param parts What else is known.
 * @returns The functions that can be called.
 */
export function readFunctions(
  rows: readonly Row[],
  parts: FunctionParts,
): ReadFunction[] {
  const { types, schemaName, relations, comment } = parts;
  return rows.flatMap((row) => {
    const declared = declaredOf(row);
    const returned = Number(row["prorettype"]);
    if (
      [returned, ...declared.map(({ type }) => type)].some((type) =>
        uncallable.has(types.get(type).baseType)
      )
    ) return [];
    const inputs = declared.filter(({ mode }) => "ibv".includes(mode));
    const firstOptional = inputs.length - Number(row["pronargdefaults"]);
    const oid = Number(row["oid"]);
    const [only] = inputs;
    return [{
      function: {
        oid,
        schema: schemaName(Number(row["pronamespace"])),
        name: String(row["proname"]),
        arguments: inputs.map(({ name, type, mode }, at): RestArgument => {
          const facts = types.get(type);
          return {
            name,
            type: facts.type,
            castType: facts.castType,
            baseType: facts.baseType,
            typeKind: facts.typeKind,
            optional: at >= firstOptional,
            variadic: mode === "v",
          };
        }),
        returns: returnsOf(row, declared, parts),
        volatility: volatilities[row["provolatile"] as "i" | "s" | "v"],
        comment: comment(oid),
      },
      expectedRows: row["proretset"] === true ? Number(row["prorows"]) : 1,
      rowOf: only !== undefined && inputs.length === 1
        ? relations.get(types.get(only.type).relation)
        : undefined,
      column: columnOf(row, schemaName(Number(row["pronamespace"])), types),
    }];
  });
}

function columnOf(
  row: Row,
  schema: string,
  types: Types,
): RestColumn | undefined {
  const facts = types.get(Number(row["prorettype"]));
  if (row["proretset"] === true || facts.pseudo || facts.relation !== 0) {
    return undefined;
  }
  const { type, castType, baseType, typeKind, enumValues } = facts;
  const name = String(row["proname"]);
  return {
    name,
    type,
    castType,
    baseType,
    typeKind,
    enumValues,
    nullable: true,
    generated: true,
    computedBy: { schema, name },
  };
}

function returnsOf(
  row: Row,
  declared: readonly Declared[],
  { types, columns, relations }: FunctionParts,
): Returns {
  const facts = types.get(Number(row["prorettype"]));
  const set = row["proretset"] === true;
  if (facts.pseudo && facts.baseType === "void") return { kind: "void" };
  if (facts.pseudo && facts.baseType === "record") {
    const outputs = declared.filter(({ mode }) => "obt".includes(mode));
    return { kind: "rows", set, columns: outputColumns(outputs, types) };
  }
  if (facts.relation !== 0) {
    return {
      kind: "rows",
      set,
      relation: relations.get(facts.relation),
      columns: byName(columns.get(facts.relation) ?? []),
    };
  }
  return { kind: "scalar", set, type: facts.type, baseType: facts.baseType };
}

function outputColumns(
  outputs: readonly Declared[],
  types: Types,
): Map<string, RestColumn> {
  return new Map(outputs.map(({ name, type }, at) => {
    const { castType, baseType, typeKind, enumValues, ...facts } = types.get(
      type,
    );
    // PostgreSQL's own name for one that has none.
    const label = name === "" ? `column${at + 1}` : name;
    return [label, {
      name: label,
      type: facts.type,
      castType,
      baseType,
      typeKind,
      enumValues,
      nullable: true,
      generated: false,
    }];
  }));
}
