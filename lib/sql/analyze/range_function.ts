/**
 * Resolves functions in FROM: `f(x)`, `f(x) WITH ORDINALITY`, `ROWS FROM (f(x), g(y))`, and functions of
 * users, whose query is put in their place.
 *
 * @module
 */

import type { Node, RangeFunction } from "@pgsql/types";
import type { Call, Expr, Query, RangeColumn, RangeEntry } from "../tree.ts";
import { oid } from "../types/type.ts";
import { figureName } from "./figure_name.ts";
import { aliasColumns } from "./from.ts";
import { inlineTableFunction } from "./inline_table_function.ts";
import { errorAt, notSupportedAt } from "./located.ts";
import { locationOf } from "./locations.ts";
import { outputColumns, plainSelect, queryEntry } from "./range.ts";
import { resolver } from "./resolver.ts";
import type { Scope } from "./scope.ts";
import { relationOfRowType } from "./type_facts.ts";
import { nameParts, resolveTypeName } from "./type_name.ts";

/** One function of the item. */
interface Part {
  readonly expr: Expr;
  readonly name: string;
  readonly definitions: readonly RangeColumn[] | undefined;
}

/**
 * @param node Item in the parse tree.
 * @param scope What its arguments see.
 * @returns The entry.
 */
export function rangeFunction(node: RangeFunction, scope: Scope): RangeEntry {
  const parts = (node.functions ?? []).flatMap(unnestEach)
    .map((each) => readPart(each, scope));
  const [only] = parts;
  const aliasName = node.alias?.aliasname;
  const alias = aliasName ?? only?.name ?? "";
  const ordinality = node.ordinality ?? false;
  const single = parts.length === 1 && only !== undefined
    ? {
      ...only,
      definitions: definitionsOf(node.coldeflist, scope) ?? only.definitions,
    }
    : undefined;
  const { entry, columns } = single !== undefined
    ? oneFunction(single, aliasName, ordinality, scope)
    : severalFunctions(parts, ordinality, scope);
  return {
    ...entry,
    alias,
    columns: single?.definitions === undefined || aliasNames(node) > 0
      ? aliasColumns(columns, node.alias, alias)
      : columns,
  };
}

function aliasNames(node: RangeFunction): number {
  return node.alias?.colnames?.length ?? 0;
}

/** `unnest(a, b)` is `ROWS FROM (unnest(a), unnest(b))`. */
function unnestEach(node: Node): Node[] {
  const [call, definitions] = "List" in node ? node.List.items ?? [] : [node];
  if (call === undefined || !("FuncCall" in call)) return [node];
  const { funcname, args = [], func_variadic: variadic } = call.FuncCall;
  if (
    nameParts(funcname).at(-1) !== "unnest" || args.length < 2 || variadic ||
    (definitions !== undefined && "List" in definitions)
  ) return [node];
  return args.map((arg) => ({
    FuncCall: { ...call.FuncCall, args: [arg] },
  }));
}

function readPart(node: Node, scope: Scope): Part {
  // A function and its column definitions come as a pair.
  const [call, definitions] = "List" in node ? node.List.items ?? [] : [node];
  if (call === undefined) throw notSupportedAt("function in FROM");
  return {
    expr: resolver.expression(call, scope, "from"),
    name: figureName(call) ?? "?column?",
    definitions: definitions !== undefined && "List" in definitions
      ? definitionsOf(definitions.List.items, scope)
      : undefined,
  };
}

function definitionsOf(
  nodes: readonly Node[] | undefined,
  scope: Scope,
): RangeColumn[] | undefined {
  if (nodes === undefined || nodes.length === 0) return undefined;
  return nodes.map((node) => {
    if (!("ColumnDef" in node) || node.ColumnDef.typeName === undefined) {
      throw notSupportedAt("column definition");
    }
    const { colname = "", typeName } = node.ColumnDef;
    return {
      name: colname,
      number: 0,
      ...resolveTypeName(typeName, scope.env),
    };
  });
}

/** Whether a call gives rows. */
function givesRows(expr: Expr): expr is Call {
  return expr.kind === "call" &&
    (expr.function.kind === "rows" ||
      (expr.function.user?.returnsSet ?? false));
}

interface Made {
  readonly entry: RangeEntry;
  readonly columns: readonly RangeColumn[];
}

function oneFunction(
  part: Part,
  alias: string | undefined,
  ordinality: boolean,
  scope: Scope,
): Made {
  const { expr } = part;
  const inlined = expr.kind === "call" && expr.function.user !== undefined
    ? inlineTableFunction(expr, scope)
    : undefined;
  if (inlined !== undefined) {
    if (ordinality) throw notSupportedAt("WITH ORDINALITY on an SQL function");
    const columns = outputColumns(inlined);
    const [first] = columns;
    return {
      entry: lateral(inlined, scope),
      columns: columns.length === 1 && first !== undefined &&
          isScalarResult(expr as Call, scope)
        ? [{ ...first, name: alias ?? part.name }]
        : columns,
    };
  }
  if (expr.kind === "call" && (givesRows(expr) || ordinality)) {
    return functionEntry([part], alias, ordinality, scope);
  }
  if (ordinality) throw notSupportedAt("WITH ORDINALITY on this expression");
  const query: Query = {
    ...plainSelect,
    targets: [{ expr, name: part.name, table: 0, column: 0 }],
  };
  const relation = relationOfRowType(scope.env, expr.type);
  if (relation !== undefined) {
    const entry = queryEntry(query, scope);
    const fields: Query = {
      ...plainSelect,
      from: [{ kind: "entry", entry }],
      targets: relation.columns.map(({ name, type, typmod }, index) => ({
        name,
        table: 0,
        column: 0,
        expr: {
          kind: "field",
          arg: {
            kind: "column",
            entry,
            index: 0,
            type: expr.type,
            typmod: expr.typmod,
          },
          index,
          type,
          typmod,
        },
      })),
    };
    return { entry: lateral(fields, scope), columns: outputColumns(fields) };
  }
  if (expr.type === oid.record && part.definitions === undefined) {
    throw needsDefinitions(locationOf(expr));
  }
  return {
    entry: lateral(query, scope),
    columns: [{
      name: alias ?? part.name,
      type: expr.type,
      typmod: expr.typmod,
      number: 0,
    }],
  };
}

function isScalarResult(call: Call, scope: Scope): boolean {
  const { user } = call.function;
  return user !== undefined &&
    !user.args.some(({ mode }) =>
      mode === "t" || mode === "o" || mode === "b"
    ) &&
    relationOfRowType(scope.env, user.returns) === undefined;
}

function lateral(query: Query, scope: Scope): RangeEntry {
  const entry = queryEntry(query, scope);
  return { ...entry, source: { kind: "query", query, lateral: true } };
}

function severalFunctions(
  parts: readonly Part[],
  ordinality: boolean,
  scope: Scope,
): Made {
  return functionEntry(parts, undefined, ordinality, scope);
}

function functionEntry(
  parts: readonly Part[],
  alias: string | undefined,
  ordinality: boolean,
  scope: Scope,
): Made {
  const columns: RangeColumn[] = [];
  const calls: Call[] = [];
  const widths: number[] = [];
  for (const part of parts) {
    if (part.expr.kind !== "call") {
      throw notSupportedAt("ROWS FROM with this expression");
    }
    const { call, columns: own } = callColumns(
      part.expr,
      part.definitions,
      parts.length === 1 ? alias : undefined,
      part.name,
      scope,
    );
    calls.push(call);
    columns.push(...own);
    widths.push(own.length);
  }
  if (ordinality) {
    columns.push({ name: "ordinality", type: oid.int8, typmod: -1, number: 0 });
  }
  return {
    columns,
    entry: {
      id: scope.statement.nextId(),
      alias: "",
      columns,
      source: { kind: "function", calls, ordinality, lateral: true, widths },
    },
  };
}

/**
 * Finds the columns of one call in FROM.
 *
 * A function that returns `record` learns the column definitions from one more argument: a JSON array
 * of `[name, type, typmod]`.
 *
 * @param call The call.
 * @param definitions Column definitions after it.
 * @param alias Alias of the item, which names the column of a scalar function.
 * @param name Name of the function.
 * @param scope Where it stands.
 * @returns Its columns, and the call as it is to be made.
 */
export function callColumns(
  call: Call,
  definitions: readonly RangeColumn[] | undefined,
  alias: string | undefined,
  name: string,
  scope: Scope,
): { readonly call: Call; readonly columns: readonly RangeColumn[] } {
  const declared = call.function.columns;
  if (definitions !== undefined) {
    if (
      call.type !== oid.record || declared.length > 1
    ) {
      throw errorAt(
        "42601",
        'a column definition list is only allowed for functions returning "record"',
      );
    }
    const described: Expr = {
      kind: "constant",
      type: oid.text,
      typmod: -1,
      value: JSON.stringify(
        definitions.map(({ name, type, typmod }) => [name, type, typmod]),
      ),
    };
    return {
      call: { ...call, args: [...call.args, described] },
      columns: definitions,
    };
  }
  const columns = declared.map((column) => ({
    name: column.name,
    type: column.type,
    typmod: -1,
    number: 0,
  }));
  if (columns.length > 1) return { call, columns };
  const [only] = columns;
  const relation = relationOfRowType(scope.env, call.type);
  if (relation !== undefined && call.function.kind === "rows") {
    // Rows of a composite type, for example of jsonb_populate_recordset().
    return {
      call,
      columns: relation.columns.map(({ name, type, typmod }) => ({
        name,
        type,
        typmod,
        number: 0,
      })),
    };
  }
  if (
    call.type === oid.record && (only === undefined || only.type === oid.record)
  ) throw needsDefinitions(locationOf(call));
  const named = only !== undefined && only.name !== call.function.name
    ? only.name
    : alias ?? name;
  return {
    call,
    columns: [{ name: named, type: call.type, typmod: call.typmod, number: 0 }],
  };
}

function needsDefinitions(location?: number) {
  return errorAt(
    "42601",
    'a column definition list is required for functions returning "record"',
    location,
  );
}
