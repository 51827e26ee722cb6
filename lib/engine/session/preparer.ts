/**
 * Makes statements of texts and trees: from the plan cache, or by way of parser and compiler.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import { withPosition } from "../../sql/analyze/located.ts";
import { isQuery } from "../../sql/compile.ts";
import type { Datum } from "../../sql/datum.ts";
import { SqlError } from "../../sql/error.ts";
import { parse, type ParsedStatement } from "../../sql/parse.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import { foldsTime } from "./plan_cache.ts";
import { scanLiterals, type ScannedText } from "./literal_scan.ts";
import type { TreeOptions } from "../client_session.ts";
import type { PlanEnv } from "./plan_env.ts";
import { queryExtra } from "./query_extra.ts";
import type { SessionCore } from "./session_core.ts";
import { type Compiled, Statement } from "./statement.ts";
import { inFailedTransaction } from "./transaction_modes.ts";
import { describeUtility, findUtility } from "./utility/table.ts";
import type { UtilityShape } from "./utility/utility.ts";

/** Short statements that need no planning, by text: parsing costs more than running them. */
const utilityTexts = new Map<string, ParsedStatement>();
const mostUtilityTexts = 500;
const longestUtilityText = 200;

function rememberUtility(text: string, statement: ParsedStatement): void {
  if (text.length > longestUtilityText) return;
  const { node } = statement;
  if (
    !("TransactionStmt" in node || "VariableSetStmt" in node ||
      "VariableShowStmt" in node || "DiscardStmt" in node)
  ) return;
  if (utilityTexts.size >= mostUtilityTexts) utilityTexts.clear();
  utilityTexts.set(text, statement);
}

/** Statements that a session keeps by their whole text. */
const mostRepeated = 128;
const longestRepeated = 16_384;

/** See the top of the file. */
export class Preparer {
  readonly #core: SessionCore;
  readonly #repeated = new Map<string, Statement>();

  /**
   * @param core Session.
   */
  constructor(core: SessionCore) {
    this.#core = core;
  }

  /**
   * Prepares a text that a program made, which will come again as it is: not even its literals need be
   * looked at then.
   *
   * @param text One statement at most.
   * @returns The statement; nothing when the text holds several.
   */
  repeated(text: string): Statement | ParsedStatement[] {
    const known = this.#repeated.get(text);
    if (
      known !== undefined && known.compiled.kind === "query" &&
      known.compiled.env === this.#core.env()
    ) return known;
    const statement = this.text(text, [], true);
    if (
      statement instanceof Statement && statement.compiled.kind === "query" &&
      text.length <= longestRepeated && !foldsTime.test(text)
    ) {
      if (this.#repeated.size >= mostRepeated) this.#repeated.clear();
      this.#repeated.set(text, statement);
    }
    return statement;
  }

  /**
   * Prepares a text.
   *
   * @param text One statement at most.
   * @param declared Types of `$n`.
   * @param alone Whether it is the whole of a simple Query.
   * @returns The statement; nothing when the text holds several.
   */
  text(
    text: string,
    declared: readonly number[],
    alone: boolean,
  ): Statement | ParsedStatement[] {
    const env = this.#core.env();
    const key = declared.length === 0 ? text : `${text}\0${declared}`;
    const { plans } = this.#core.instance;
    let scanned: ScannedText | undefined;
    if (!this.#core.transaction.failed) {
      const found = plans.find(env.space, key);
      if (found !== undefined) {
        return this.#fromPlan({ ...found, env, text, declared, alone });
      }
      if (declared.length === 0) {
        scanned = scanLiterals(text);
        if (scanned !== undefined) {
          const hit = plans.findShape(env.space, scanned, this.#core.eval);
          if (hit !== undefined) {
            return this.#fromPlan({
              plan: hit.found.plan,
              extra: hit.found.extra,
              literals: hit.literals,
              env,
              text,
              declared,
              alone,
            });
          }
        }
      }
    }
    const known = utilityTexts.get(text);
    const statements = known === undefined ? parse(text) : [known];
    if (statements.length > 1) return statements;
    const statement = statements[0];
    if (statement === undefined) {
      return new Statement({
        text,
        declared,
        compiled: { kind: "empty" },
        params: [],
        columns: null,
      });
    }
    if (!isQuery(statement.node)) rememberUtility(text, statement);
    return this.parsed(statement, { declared, alone, key, scanned });
  }

  /**
   * Prepares one statement of a text.
   *
   * @param statement Tree.
   * @param options Types of `$n`, and the key to keep the plan under.
   */
  parsed(
    statement: ParsedStatement,
    { declared = [], alone = false, key, scanned }: {
      readonly declared?: readonly number[];
      readonly alone?: boolean;
      readonly key?: string | undefined;
      readonly scanned?: ScannedText | undefined;
    } = {},
  ): Statement {
    const { node, text } = statement;
    if (isQuery(node)) {
      if (this.#core.transaction.failed) throw inFailedTransaction();
      const env = this.#core.env();
      const plan = this.compile(statement, declared);
      if (plan !== undefined) {
        const extra = queryExtra(node);
        if (key !== undefined) {
          this.#core.instance.plans.add(
            env.space,
            key,
            { plan, extra },
            extra.sleep === undefined ? scanned : undefined,
            env.catalog,
          );
        }
        return this.#fromPlan({
          plan,
          extra,
          env,
          text,
          declared,
          alone,
          ...(key === undefined ? { node } : {}),
        });
      }
    }
    const utility = findUtility(node);
    if (
      this.#core.transaction.failed && utility.endsFailed?.(node) !== true
    ) throw inFailedTransaction();
    let shape: UtilityShape;
    try {
      shape = describeUtility(utility, this.#core, node, text);
    } catch (error) {
      throw withPosition(error, text);
    }
    return new Statement({
      text,
      node,
      declared,
      compiled: { kind: "utility", node, utility },
      params: shape.params ?? [],
      columns: shape.columns,
      copy: shape.copy,
      copyColumns: shape.copyColumns,
      copyBinary: shape.copyBinary,
      alone,
    });
  }

  /**
   * Prepares a tree of another dialect's parser.
   *
   * @param node Tree.
   * @param declared Types of `$n`.
   * @param options Its text, and a key to keep its plan under.
   */
  tree(
    node: Node,
    declared: readonly number[],
    { text = "", key }: TreeOptions,
  ): Statement {
    const statement = { node, text, location: 0, length: text.length };
    if (key === undefined || !isQuery(node)) {
      return this.parsed(statement, { declared });
    }
    const env = this.#core.env();
    const own = `tree ${declared}\0${key}`;
    const found = this.#core.transaction.failed
      ? undefined
      : this.#core.instance.plans.find(env.space, own);
    if (found !== undefined) {
      return this.#fromPlan({
        ...found,
        env,
        text,
        node,
        declared,
        alone: false,
      });
    }
    const made = this.parsed(statement, { declared });
    const { compiled } = made;
    if (compiled.kind === "query" && compiled.extra.sleep === undefined) {
      const { plan, extra } = compiled;
      this.#core.instance.plans.add(
        env.space,
        own,
        { plan, extra },
        undefined,
        env.catalog,
      );
    }
    return made;
  }

  /**
   * Prepares a query that this program made.
   *
   * @param statement Tree.
   * @param declared Types of `$n`.
   * @param key Key to keep its plan under.
   * @param typmods Modifiers that the values of `$n` already fit.
   */
  internal(
    statement: ParsedStatement,
    declared: readonly number[],
    key: string | undefined,
    typmods?: readonly number[],
  ): Statement {
    const env = this.#core.env();
    const { node, text } = statement;
    const found = key === undefined
      ? undefined
      : this.#core.instance.plans.find(env.space, key);
    if (found !== undefined) {
      return this.#fromPlan({
        ...found,
        env,
        text,
        node,
        declared,
        alone: false,
      });
    }
    const plan = this.compile(statement, declared, typmods) as QueryPlan;
    const extra = queryExtra(node);
    if (key !== undefined) {
      this.#core.instance.plans.add(
        env.space,
        key,
        { plan, extra },
        undefined,
        env.catalog,
      );
    }
    return this.#fromPlan({
      plan,
      extra,
      env,
      text,
      node,
      declared,
      alone: false,
    });
  }

  /**
   * @param statement A query.
   * @param declared Types of `$n`.
   * @param paramTypmods Modifiers that their values already fit.
   * @returns Its plan; nothing when it is a utility after all (`SELECT … INTO`).
   */
  compile(
    statement: ParsedStatement,
    declared: readonly number[],
    paramTypmods?: readonly number[],
  ): QueryPlan | undefined {
    const env = this.#core.environment([...declared]);
    const plan = this.#core.instance.pipeline.compile(
      statement,
      paramTypmods === undefined ? env : { ...env, paramTypmods },
    );
    return plan.kind === "query" ? plan : undefined;
  }

  #fromPlan(
    { plan, extra, literals, env, text, node, declared, alone }: {
      readonly plan: QueryPlan;
      readonly extra: Extract<Compiled, { kind: "query" }>["extra"];
      readonly literals?: readonly Datum[] | undefined;
      readonly env: PlanEnv;
      readonly text: string;
      readonly node?: Node | undefined;
      readonly declared: readonly number[];
      readonly alone: boolean;
    },
  ): Statement {
    return new Statement({
      text,
      node,
      declared,
      compiled: { kind: "query", plan, extra, env, literals },
      params: plan.params,
      columns: plan.columns,
      alone,
    });
  }

  /**
   * Makes a statement's plan anew if what it depends on has changed.
   *
   * @param statement The statement.
   * @throws {SqlError} 0A000 when its rows would be of other types.
   */
  refresh(statement: Statement): void {
    const { compiled } = statement;
    if (compiled.kind !== "query" || compiled.env === this.#core.env()) return;
    if (compiled.env.space === this.#core.env().space) return;
    const again = statement.node === undefined
      ? this.text(statement.text, statement.declared, statement.alone)
      : this.parsed(
        {
          node: statement.node,
          text: statement.text,
          location: 0,
          length: statement.text.length,
        },
        { declared: statement.declared, alone: statement.alone },
      );
    if (!(again instanceof Statement)) return;
    if (!sameColumns(statement, again)) {
      throw new SqlError("0A000", "cached plan must not change result type");
    }
    statement.compiled = again.compiled;
  }
}

function sameColumns(a: Statement, b: Statement): boolean {
  if (a.columns === null || b.columns === null) {
    return a.columns === b.columns;
  }
  return a.columns.length === b.columns.length &&
    a.columns.every(({ type, typmod, name }, i) => {
      const other = b.columns?.[i];
      return other?.type === type && other.typmod === typmod &&
        other.name === name;
    });
}
