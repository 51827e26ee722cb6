/**
 * A thread that runs long reads, one at a time, on a connection that the main thread has opened for
 * it; the SQLite library is the same one, loaded a second time.
 *
 * @module
 */

import { builtinTypes } from "../../sql/types/builtin.ts";
import type { Datum } from "../../sql/datum.ts";
import { resultCode, SqliteError } from "../../sqlite/error.ts";
import { Database } from "../../sqlite/database.ts";
import { FunctionHost } from "../../sqlite/functions.ts";
import type {
  ConnectionFunctions,
  FunctionLibrary,
} from "../../sqlite/function_types.ts";
import { loadLibrary, type SqliteLibrary } from "../../sqlite/library.ts";
import type { Statement } from "../../sqlite/statement.ts";
import { type CompiledPlan, CompiledPlans } from "./compiled_plan.ts";
import { refusedText, toEngineError } from "./errors.ts";
import { functionLibrary } from "./function_library.ts";
import type { RunContext } from "./plan_runner.ts";
import { bindDatum } from "./plan_values.ts";
import {
  batchesAhead,
  type ReadReply,
  type ReadRequest,
} from "./read_messages.ts";
import { remoteEval } from "./remote_eval.ts";
import { RowPacker } from "./row_batch.ts";
import { plainError, waitForAnswer } from "./thread_call.ts";

/** The part of a worker's global object that is used. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<ReadRequest>) => void) | null;
  postMessage(message: ReadReply, transfer?: Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;

/** What the thread has while it is open. */
interface Open {
  readonly library: SqliteLibrary;
  readonly database: Database;
  readonly host: FunctionHost;
  readonly functions: ConnectionFunctions;
  readonly plans: CompiledPlans;
  readonly memory: SharedArrayBuffer;
}

let open: Promise<Open> | undefined;
/** Batches that may still be sent. */
let credit = 0;
let stopped = false;
let wake: (() => void) | undefined;

scope.onmessage = ({ data }) => {
  switch (data.kind) {
    case "open":
      open = begin(data);
      open.then(() => scope.postMessage({ kind: "opened" }), fail);
      break;
    case "read":
      credit = batchesAhead;
      stopped = false;
      open?.then((opened) => read(opened, data)).catch(fail);
      break;
    case "taken":
      credit++;
      wake?.();
      break;
    case "stop":
      stopped = true;
      wake?.();
      break;
    case "close":
      open?.then(end).catch(fail);
  }
};

async function begin(
  request: ReadRequest & { kind: "open" },
): Promise<Open> {
  const library = loadLibrary({ path: request.library });
  const functions: FunctionLibrary = request.functions === undefined
    ? functionLibrary()
    : (await import(request.functions)).library;
  const database = Database.adopt(library, request.handle);
  const host = new FunctionHost(library.symbols, functions);
  return {
    library,
    database,
    host,
    functions: host.attach(database),
    plans: new CompiledPlans(database),
    memory: request.memory,
  };
}

/** Leaves the connection as it was. */
function end({ database, host, library }: Open): void {
  database.abandon();
  host.close();
  library.close();
  scope.postMessage({ kind: "closed" });
}

async function read(
  { database, functions, plans, memory }: Open,
  { plan, values, session }: ReadRequest & { kind: "read" },
): Promise<void> {
  const context: RunContext = {
    eval: remoteEval(
      session,
      (oid) => builtinTypes.get(oid),
      (question) =>
        waitForAnswer(
          memory,
          () => scope.postMessage({ kind: "question", question }),
        ),
      () => functions.pause(),
    ),
    timeoutMs: 0,
  };
  functions.context = context;
  const many = plan.steps.length > 1;
  let compiled: CompiledPlan | undefined;
  try {
    // One moment for all steps.
    if (many) database.run("BEGIN");
    compiled = plans.get(plan);
    let count = 0;
    for (let at = 0; at < compiled.steps.length; at++) {
      const rows = await readStep(database, compiled, at, values[at] ?? []);
      if (compiled.steps[at]?.step.counts) count += rows;
    }
    const { notes } = context.eval;
    const warned = notes?.counts.warnings ?? 0;
    scope.postMessage({
      kind: "done",
      count,
      warned,
      warnings: warned === 0 ? undefined : notes?.list,
    });
  } catch (error) {
    const thrown = functions.takeError();
    fail(thrown !== undefined && !isInterrupt(error) ? thrown.error : error);
  } finally {
    for (const { statement } of compiled?.steps ?? []) {
      statement.reset();
      if (statement.sql.length > longestKeptSql) statement.finalize();
    }
    if (many && !database.autocommit) database.run("ROLLBACK");
  }
}

/** As long as `Database` keeps. */
const longestKeptSql = 32_768;

async function readStep(
  database: Database,
  compiled: CompiledPlan,
  at: number,
  values: readonly Datum[],
): Promise<number> {
  const { step, statement, real, count } = compiled.steps[at]!;
  const { symbols } = database;
  for (let i = 0; i < count; i++) {
    bindDatum(symbols, statement, i, values[i] ?? null, real[i] === true);
  }
  const packer = step.answers
    ? new RowPacker(symbols, compiled.plan.columns?.length ?? 0)
    : undefined;
  let rows = 0;
  let code = firstStep(database, statement);
  while (code === resultCode.row) {
    rows++;
    if (packer !== undefined) {
      packer.add(statement.handle);
      if (packer.full) await send(packer);
    }
    code = statement.step();
  }
  if (code !== resultCode.done) throw database.error(code);
  if (packer !== undefined && !packer.empty) await send(packer);
  return rows;
}

function firstStep(database: Database, statement: Statement): number {
  for (;;) {
    const code = statement.step();
    if (
      code !== resultCode.error ||
      database.functions?.supply(database.error(code)) !== true
    ) return code;
    statement.rewind();
  }
}

async function send(packer: RowPacker): Promise<void> {
  while (credit === 0 && !stopped) {
    await new Promise<void>((resolve) => wake = resolve);
    wake = undefined;
  }
  if (stopped) throw new SqliteError(resultCode.interrupt, "interrupted");
  credit--;
  const batch = packer.take();
  scope.postMessage({ kind: "rows", batch }, [
    batch.kinds.buffer,
    batch.numbers.buffer,
    batch.bytes.buffer,
  ]);
}

function isInterrupt(error: unknown): boolean {
  return error instanceof SqliteError && error.code === resultCode.interrupt;
}

function fail(error: unknown): void {
  const known = toEngineError(error);
  scope.postMessage({
    kind: "failed",
    error: plainError(refusedText(known, error)),
    interrupted: isInterrupt(error),
  });
}

scope.postMessage({ kind: "ready" });
