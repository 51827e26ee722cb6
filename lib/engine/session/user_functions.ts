/**
 * Runs the bodies of functions and procedures that are written in SQL.
 *
 * @module
 */

import type { ColumnRef, Node } from "@pgsql/types";
import type { UserFunction } from "../../sql/catalog/catalog.ts";
import {
  hasPrivilege,
  permissionDenied,
} from "../../sql/catalog/privileges.ts";
import type { Datum } from "../../sql/datum.ts";
import { notSupported, SqlError } from "../../sql/error.ts";
import { oid } from "../../sql/types/type.ts";
import type { RowSink } from "../client_session.ts";
import { inContext } from "./errors.ts";
import type { SessionCore } from "./session_core.ts";
import type { Statement } from "./statement.ts";

/** What a function gave. */
export interface FunctionRows {
  readonly rows: Datum[][];
  readonly types: readonly number[];
}

const deepest = 50;
const depths = new WeakMap<SessionCore, number>();

/**
 * @param found Function.
 * @returns Its arguments that a caller gives.
 */
export function inputArguments(found: UserFunction): UserFunction["args"] {
  return found.args.filter(({ mode }) => mode !== "o" && mode !== "t");
}

/**
 * @param core Session.
 * @param found Function or procedure.
 * @returns Its statements, in the role that it runs as.
 */
export function prepareBody(
  core: SessionCore,
  found: UserFunction,
): Statement[] {
  const args = inputArguments(found);
  const declared = args.map(({ type }) => type);
  const names = args.map(({ name }) => name);
  return found.statements.map((statement, i) => {
    const last = i === found.statements.length - 1;
    const node = withParameters(statement, names, found.name);
    return core.preparer.internal(
      {
        node: last ? fitted(core, node, found) : node,
        text: found.body,
        location: 0,
        length: found.body.length,
      },
      declared,
      `\0function ${found.oid} ${i}`,
    );
  });
}

/** Makes the last query give what the function is declared to give. */
function fitted(core: SessionCore, node: Node, found: UserFunction): Node {
  if (
    found.kind === "p" || found.returns === oid.void ||
    found.returns === oid.record || !("SelectStmt" in node)
  ) return node;
  const type = core.catalog.type(found.returns);
  if (type === undefined || type.kind === "c" || type.kind === "p") return node;
  const schema = core.catalog.schema(type.schema)?.name ?? "pg_catalog";
  return {
    SelectStmt: {
      targetList: [{
        ResTarget: {
          val: {
            TypeCast: {
              arg: {
                ColumnRef: {
                  fields: [{ String: { sval: "s" } }, {
                    String: { sval: "x" },
                  }],
                },
              },
              typeName: {
                names: [
                  { String: { sval: schema } },
                  { String: { sval: type.name } },
                ],
                typemod: -1,
              },
            },
          },
        },
      }],
      fromClause: [{
        RangeSubselect: {
          subquery: node,
          alias: { aliasname: "s", colnames: [{ String: { sval: "x" } }] },
        },
      }],
      ...(found.returnsSet ? {} : {
        limitCount: { A_Const: { ival: { ival: 1 }, location: -1 } },
      }),
      limitOption: found.returnsSet
        ? "LIMIT_OPTION_DEFAULT"
        : "LIMIT_OPTION_COUNT",
      op: "SETOP_NONE",
    },
  } as Node;
}

/** Names of arguments become `$n`; in PostgreSQL a column of the same name would come first. */
function withParameters(
  node: Node,
  names: readonly string[],
  owner: string,
): Node {
  if (names.every((name) => name === "")) return node;
  const visit = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(visit);
    if (typeof value !== "object" || value === null) return value;
    if ("ColumnRef" in value) {
      const number = parameterOf(value.ColumnRef as ColumnRef, names, owner);
      if (number > 0) return { ParamRef: { number } };
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, visit(each)]),
    );
  };
  return visit(node) as Node;
}

function parameterOf(
  { fields = [] }: ColumnRef,
  names: readonly string[],
  owner: string,
): number {
  const parts = fields.map((field) =>
    "String" in field ? field.String.sval ?? "" : ""
  );
  const name = parts.length === 1
    ? parts[0]
    : parts.length === 2 && parts[0] === owner
    ? parts[1]
    : undefined;
  return name === undefined || name === "" ? 0 : names.indexOf(name) + 1;
}

/**
 * Does something with the rights and settings of a function.
 *
 * @param core Session.
 * @param found The function.
 * @param body What to do.
 */
export function asFunction<T>(
  core: SessionCore,
  found: UserFunction,
  body: () => T,
): T {
  const { roles } = core;
  const before = roles.acting;
  if (found.securityDefiner) roles.acting = found.owner;
  const settings = Object.entries(found.settings);
  const old = settings.map(([name]) =>
    [name, core.settings.get(name)] as const
  );
  const restore = () => {
    roles.acting = before;
    for (const [name, value] of old) {
      core.settings.set(name, value, { local: true, superuser: true });
    }
    core.forgetEnv();
  };
  core.forgetEnv();
  let result: T;
  try {
    for (const [name, value] of settings) {
      core.settings.set(name, value, { local: true, superuser: true });
    }
    result = body();
  } catch (error) {
    restore();
    throw error;
  }
  if (result instanceof Promise) {
    return result.finally(restore) as T;
  }
  restore();
  return result;
}

/**
 * Runs a function inside the statement that calls it.
 *
 * @param core Session.
 * @param number Oid of the function.
 * @param args Values of its arguments.
 * @returns Its rows.
 * @throws {SqlError} 54001 when it calls itself without end, 0A000 where it cannot be run.
 */
export function runFunction(
  core: SessionCore,
  number: number,
  args: readonly Datum[],
): FunctionRows {
  const found = core.catalog.userFunction(number);
  if (found === undefined) {
    throw new SqlError("42883", `function with OID ${number} does not exist`);
  }
  const { runner } = core.instance;
  if (runner.nested === undefined) {
    throw notSupported(`function ${found.name} in this place`);
  }
  const { owner, acl } = found;
  if (
    !hasPrivilege(
      core.catalog,
      core.roles.current,
      { kind: "function", owner, acl },
      "X",
    )
  ) throw permissionDenied(`function ${found.name}`);
  if (found.strict && args.some((arg) => arg === null)) {
    return { rows: [], types: [found.returns] };
  }
  const depth = (depths.get(core) ?? 0) + 1;
  if (depth > deepest) {
    throw new SqlError("54001", "stack depth limit exceeded");
  }
  depths.set(core, depth);
  let at = 0;
  try {
    return asFunction(core, found, () => {
      let rows: Datum[][] = [];
      let types: readonly number[] = [];
      for (const statement of prepareBody(core, found)) {
        at++;
        const { compiled } = statement;
        if (compiled.kind !== "query") {
          throw notSupported(`a utility statement in function ${found.name}`);
        }
        const { plan } = compiled;
        core.executor.checkPlan(plan);
        rows = [];
        types = plan.columns?.map(({ type }) => type) ?? [];
        const sink: RowSink = {
          row: (values) => {
            rows.push([...values]);
          },
          full: () => undefined,
        };
        runner.nested?.(plan, args, sink, core.executor.contextOf(compiled));
      }
      return { rows: found.returns === oid.void ? [[""]] : rows, types };
    });
  } catch (error) {
    throw inContext(
      error,
      `SQL function "${found.name}" statement ${Math.max(at, 1)}`,
    );
  } finally {
    depths.set(core, depth - 1);
  }
}
