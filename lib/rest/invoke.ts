/**
 * Calls of functions: `/rpc/{function}`.
 *
 * @module
 */

import {
  isUndone,
  type RestAnswer,
  type RestCall,
  type Run,
  runAlone,
  runTogether,
} from "./context.ts";
import { RestError } from "./error.ts";
import { requireAtMost } from "./change.ts";
import { finder, formOf, readPage, requireOne } from "./read.ts";
import type { RestQuery } from "./request.ts";
import type { RestFunction } from "./schema/picture.ts";
import { answerSql } from "./sql/answer.ts";
import { type ArgumentValue, callSql } from "./sql/call.ts";
import { resolveRows } from "./sql/resolve.ts";
import { Params } from "./sql/text.ts";

/** A call. */
export interface Invocation {
  readonly routine: RestFunction;
  /** What is given, by the argument's name; by `""` for the only argument that has none. */
  readonly values: ReadonlyMap<string, ArgumentValue>;
  /** Shapes the rows of a function that gives rows. */
  readonly query: RestQuery;
  /** Whether it came by GET or HEAD, which must not write. */
  readonly safe: boolean;
  readonly head: boolean;
}

/**
 * Calls a function, in a transaction that may not write where it came by GET or the function says that it
 * does not.
 *
 * @param call Who asks, and how the answer should look.
 * @param invocation What is called.
 * @returns What it gave.
 * @throws {RestError | EngineError} What could not be done.
 */
export async function invokeFunction(
  call: RestCall,
  invocation: Invocation,
): Promise<RestAnswer> {
  const { routine, safe } = invocation;
  const { prefer, media } = call;
  const set = routine.returns.kind !== "void" && routine.returns.set;
  const strict = prefer.handling === "strict" &&
    prefer.maxAffected !== undefined;
  if (strict && !set) {
    throw new RestError(
      "PGRST128",
      "Function must return SETOF or TABLE when max-affected preference is used with handling=strict",
    );
  }
  const readOnly = safe || routine.volatility !== "volatile";
  const run = (run: Run) => runCall(call, invocation, run);
  if (!strict && media.kind !== "object" && !isUndone(call)) {
    return await run(runAlone(call, readOnly));
  }
  return await runTogether(call, async (each) => {
    const answer = await run(each);
    if (strict) requireAtMost(answer.page, prefer.maxAffected);
    return answer;
  }, { readOnly });
}

async function runCall(
  call: RestCall,
  { routine, values, query, head }: Invocation,
  run: Run,
): Promise<RestAnswer> {
  const params = new Params();
  const from = callSql(routine, values, params);
  const { returns } = routine;
  switch (returns.kind) {
    case "void": {
      await run(`SELECT 1 FROM ${from} AS _s`, params.values);
      return { body: undefined, page: 1, offset: 0, void: true };
    }
    case "scalar": {
      const sql = answerSql({
        rows: `SELECT _s.v FROM ${from} AS _s(v)`,
        names: ["v"],
        form: head ? "none" : "values",
      });
      const { rows: [row] } = await run(sql, params.values);
      const [body, page] = row as [string | null, number];
      if (call.media.kind === "object") requireOne(page);
      const text = returns.set && call.media.kind !== "object"
        ? body ?? "[]"
        : (body ?? "[]").slice(1, -1);
      return { body: head ? undefined : text, page, offset: 0 };
    }
    case "rows": {
      const node = resolveRows(
        {
          name: routine.name,
          columns: returns.columns,
          relation: returns.relation,
        },
        query,
        { findRelationship: finder(call), aggregates: call.limits.aggregates },
      );
      const answer = await readPage(call, run, {
        node,
        from: { from: "_f" },
        // Once, however often its rows are looked at.
        call: {
          sql: `WITH _f AS MATERIALIZED (SELECT * FROM ${from} AS _s) `,
          params,
        },
        head,
      });
      const one = !returns.set && formOf(call) !== "csv" &&
        call.media.kind === "json" && answer.body !== undefined;
      return one ? { ...answer, body: oneRow(answer.body as string) } : answer;
    }
  }
}

/** A function that gives one row gives an object. */
function oneRow(body: string): string {
  return body === "[]" ? "null" : body.slice(1, -1);
}
