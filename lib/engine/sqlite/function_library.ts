/**
 * Functions, aggregates and collations of `lib/sql` in the form in which they are registered with
 * SQLite.
 *
 * None of them touches a file or another program: what they may do beyond their arguments is what
 * the services of a session offer.
 *
 * @module
 */

import type { Catalog } from "../../sql/catalog/catalog.ts";
import { fixedOid } from "../../sql/catalog/catalog.ts";
import {
  checkViolation,
  notNullViolation,
  type ViolationContext,
  violationFunction,
} from "../../sql/catalog/violations.ts";
import { collations } from "../../sql/collations.ts";
import type { Datum } from "../../sql/datum.ts";
import { notSupported, SqlError } from "../../sql/error.ts";
import { pauseOf } from "../../sql/eval_context.ts";
import { allSqliteFunctions } from "../../sql/functions/helpers.ts";
import { sessionValueFunction } from "../../sql/ddl/expressions.ts";
import type { FunctionEntry } from "../../sql/functions/registry.ts";
import type { SessionValue } from "../../sql/tree.ts";
import { oid } from "../../sql/types/type.ts";
import type {
  AggregateFunction,
  Collation,
  FunctionBase,
  FunctionLibrary,
  ScalarFunction,
} from "../../sqlite/function_types.ts";
import type { SqliteValue } from "../../sqlite/value.ts";
import { noteKey } from "./constraint_probe.ts";
import type { RunContext } from "./plan_runner.ts";
import { rowsText } from "./rows_text.ts";
import { sessionValue } from "./session_value.ts";

/** Where functions and orders come from. */
export interface LibraryParts {
  /** @returns The functions; asked once. */
  readonly functions: () => Iterable<FunctionEntry>;
  readonly collations: readonly Collation[];
}

const builtIn: LibraryParts = {
  functions: allSqliteFunctions,
  collations: Object.entries(collations)
    .map(([name, compare]) => ({ name, compare })),
};

/**
 * @param parts Where functions come from; what is built in if not given.
 * @returns The library.
 */
export function functionLibrary(
  parts: LibraryParts = builtIn,
): FunctionLibrary {
  let byName: Map<string, ScalarFunction | AggregateFunction> | undefined;
  // Made when the first one is asked for: a start should not wait for it.
  const load = () => {
    const made = new Map<string, ScalarFunction | AggregateFunction>();
    for (const entry of parts.functions()) {
      const registered = toSqlite(entry);
      if (registered !== undefined) made.set(entry.sqliteName, registered);
    }
    return made;
  };
  return {
    find: (name) => own.get(name) ?? (byName ??= load()).get(name),
    collations: parts.collations,
  };
}

/**
 * @param entry A function of the registry.
 * @returns The same for SQLite; nothing when it is printed as SQLite's own.
 */
export function toSqlite(
  entry: FunctionEntry,
): ScalarFunction | AggregateFunction | undefined {
  const base: FunctionBase = {
    name: entry.sqliteName,
    // SQLite would ask for a setting once and before set_config() has set it.
    deterministic: entry.volatility !== "v" && entry.name !== "current_setting",
    // What runs statements is run again, so that they are.
    // So is what tells the session something: it is told once.
    volatile: entry.volatility === "v" &&
      !/^pg_(?:call_sql|note)/.test(entry.sqliteName),
    strict: entry.strict,
    real: realness(entry),
  };
  const { call, rows, aggregate } = entry;
  if (call !== undefined) {
    return {
      ...base,
      call: (args, context) =>
        call(args as readonly Datum[], (context as RunContext).eval),
    };
  }
  if (rows !== undefined) {
    const types = entry.columns.map(({ type }) => type);
    return {
      ...base,
      real: false,
      call(args, context) {
        const { eval: session } = context as RunContext;
        const found = rows(args as readonly Datum[], session);
        return rowsText(found, types, pauseOf(session));
      },
    };
  }
  if (aggregate === undefined) return undefined;
  const { inverse } = aggregate;
  return {
    ...base,
    init: () => aggregate.init(),
    step: (state, args, context) =>
      aggregate.step(
        state,
        args as readonly Datum[],
        (context as RunContext).eval,
      ),
    inverse: (state, args, context) => {
      if (inverse === undefined) {
        throw notSupported(
          `window frame of ${entry.name} that leaves rows behind`,
        );
      }
      return inverse.call(
        aggregate,
        state,
        args as readonly Datum[],
        (context as RunContext).eval,
      );
    },
    final: (state, context) =>
      aggregate.final(state, (context as RunContext).eval),
  };
}

function isFloat(type: unknown): boolean {
  return type === oid.float4 || type === oid.float8;
}

const polymorphic: ReadonlySet<number> = new Set([
  oid.any,
  oid.anyelement,
  oid.anynonarray,
  oid.anycompatible,
  oid.anycompatiblenonarray,
]);
/** Helpers of the printer that are told the type of their result first. */
const typeFirst: ReadonlySet<string> = new Set(["pg_in", "pg_typmod"]);

function realness(
  { sqliteName, returns }: FunctionEntry,
): FunctionBase["real"] {
  if (typeFirst.has(sqliteName)) return isFloat;
  return polymorphic.has(returns) ? "like arguments" : isFloat(returns);
}

/** A value of the session in a CHECK, where nothing can be bound. */
const ofSession: ScalarFunction = {
  name: sessionValueFunction,
  deterministic: false,
  volatile: false,
  strict: false,
  real: false,
  call: ([json], context) =>
    sessionValue(
      JSON.parse(String(json)) as SessionValue["value"],
      (context as RunContext).eval,
    ),
};

/** Errors of CHECK and NOT NULL. */
const violations: readonly ScalarFunction[] = [
  violation(violationFunction.notNull, notNullViolation),
  violation(violationFunction.check, checkViolation),
];

function violation(
  name: string,
  make: (
    table: number,
    part: number,
    json: string,
    context: ViolationContext,
  ) => SqlError,
): ScalarFunction {
  return {
    name,
    // Were it a constant, SQLite might call it before it looks at the row.
    deterministic: true,
    volatile: false,
    strict: false,
    real: false,
    call(args: readonly SqliteValue[], context) {
      const { eval: session, role, catalog } = context as RunContext;
      if (catalog === undefined) {
        throw new SqlError("23514", "new row violates a constraint");
      }
      throw make(Number(args[0]), Number(args[1]), String(args[2]), {
        catalog: catalog as Catalog,
        eval: session,
        role: role ?? fixedOid.postgres,
      });
    },
  };
}

/** The engine's own, which every table calls, so that making one does not wait for all the others. */
const own: ReadonlyMap<string, ScalarFunction> = new Map(
  [noteKey, ofSession, ...violations].map((entry) => [entry.name, entry]),
);
