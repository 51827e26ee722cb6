/**
 * Makes scopes, and keeps what one statement's levels share beyond the contract of `scope.ts`.
 *
 * @module
 */

import type { Environment } from "../environment.ts";
import type { Expr, RangeEntry } from "../tree.ts";
import type { Access } from "./access.ts";
import type { Scope, ScopeEntry, StatementState } from "./scope.ts";

/** What the query level keeps of a statement. */
export interface StatementMemo {
  /** Role that runs the statement, whatever views it goes through. */
  readonly invoker: number;
  /** Relations that are read or written, for the check of privileges. */
  readonly accesses: Access[];
  /** Tables whose policies are being resolved, against policies that read their own table. */
  readonly policies: number[];
  /**
   * Expressions that the owner of a table wrote (policies, generated columns) and the entry they are
   * over: what they read of that entry needs no right of the role.
   */
  readonly trusted: Map<Expr, RangeEntry>;
}

/** A column of FROM, in the order in which `*` gives it. */
export interface StarColumn {
  readonly name: string;
  readonly expr: Expr;
}

const memos = new WeakMap<StatementState, StatementMemo>();
const stars = new WeakMap<Scope, StarColumn[]>();

/**
 * @param env What the statement is resolved in.
 * @returns Scope that holds no name yet.
 */
export function rootScope(env: Environment): Scope {
  let last = 0;
  const statement: StatementState = {
    nextId: () => ++last,
    needed: [],
    exactText: false,
    writes: false,
    depth: 0,
  };
  memos.set(statement, {
    invoker: env.role,
    accesses: [],
    policies: [],
    trusted: new Map(),
  });
  return emptyScope(env, statement);
}

/**
 * @param env What is resolved in it; a view has its owner's role.
 * @param statement The statement it belongs to.
 * @returns A scope that sees nothing of any other.
 */
export function emptyScope(env: Environment, statement: StatementState): Scope {
  return {
    env,
    entries: [],
    merged: [],
    ctes: new Map(),
    windows: new Map(),
    found: { aggregates: false, windows: false },
    statement,
  };
}

/**
 * @param parent Level outside.
 * @returns The level of a sub-query.
 */
export function childScope(parent: Scope): Scope {
  return {
    ...emptyScope(parent.env, parent.statement),
    parent,
    ...(parent.arguments === undefined ? {} : { arguments: parent.arguments }),
    ...(parent.positional === undefined
      ? {}
      : { positional: parent.positional }),
  };
}

/**
 * @param scope A scope.
 * @returns The same level with no entry of FROM in sight, for what is not LATERAL.
 */
export function withoutEntries(scope: Scope): Scope {
  const bare = { ...scope, entries: [], merged: [] };
  unseen.set(bare, scope.entries);
  return bare;
}

/** Entries of a level that what is not LATERAL may not name. */
const unseen = new WeakMap<Scope, readonly ScopeEntry[]>();

/**
 * @param scope A level.
 * @returns Its entries, with those that are there but out of sight.
 */
export function knownEntries(scope: Scope): readonly ScopeEntry[] {
  return [...scope.entries, ...unseen.get(scope) ?? []];
}

/**
 * @param state State of a statement.
 * @returns What the query level keeps of it.
 */
export function memoOf(state: StatementState): StatementMemo {
  let memo = memos.get(state);
  if (memo === undefined) {
    // A scope made elsewhere (DDL, tests): nobody else's rights are meant.
    memo = { invoker: 0, accesses: [], policies: [], trusted: new Map() };
    memos.set(state, memo);
  }
  return memo;
}

/**
 * @param scope A scope.
 * @returns Columns that `*` stands for; FROM adds to them.
 */
export function starColumns(scope: Scope): StarColumn[] {
  let columns = stars.get(scope);
  if (columns === undefined) {
    columns = [];
    stars.set(scope, columns);
  }
  return columns;
}
