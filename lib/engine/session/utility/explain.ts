/**
 * EXPLAIN: the steps of our plan, and beneath each what SQLite says of it.
 *
 * @module
 */

import type { ExplainStmt, Node } from "@pgsql/types";
import type { Datum } from "../../../sql/datum.ts";
import { notSupported, SqlError } from "../../../sql/error.ts";
import type { QueryPlan } from "../../../sql/plan.ts";
import { oid } from "../../../sql/types/type.ts";
import { isQuery } from "../../../sql/compile.ts";
import type { SessionCore } from "../session_core.ts";
import { Statement } from "../statement.ts";
import { constantText, elements, isOn } from "./nodes.ts";
import {
  textColumn,
  type Utility,
  type UtilityCall,
  type UtilityResult,
} from "./utility.ts";

interface Options {
  readonly analyze: boolean;
  readonly verbose: boolean;
  readonly format: string;
  readonly summary: boolean | undefined;
  readonly timing: boolean;
}

const accepted: ReadonlySet<string> = new Set([
  "costs",
  "buffers",
  "wal",
  "settings",
  "generic_plan",
  "memory",
]);

function readOptions(node: Node): Options {
  const { options } = (node as { ExplainStmt: ExplainStmt }).ExplainStmt;
  let format = "text";
  const flags = new Map<string, boolean>();
  for (const element of elements(options)) {
    const { defname = "" } = element;
    if (defname === "format") {
      format = constantText(element.arg)?.toLowerCase() ?? "";
      if (!["text", "json", "xml", "yaml"].includes(format)) {
        throw new SqlError(
          "22023",
          `unrecognized value for EXPLAIN option "format": "${format}"`,
        );
      }
    } else if (
      ["analyze", "verbose", "summary", "timing"].includes(defname) ||
      accepted.has(defname)
    ) flags.set(defname, isOn(element));
    else {
      throw new SqlError(
        "42601",
        `unrecognized EXPLAIN option "${defname}"`,
      );
    }
  }
  if (format === "xml" || format === "yaml") {
    throw notSupported(`EXPLAIN (FORMAT ${format.toUpperCase()})`);
  }
  return {
    analyze: flags.get("analyze") ?? false,
    verbose: flags.get("verbose") ?? false,
    format,
    summary: flags.get("summary"),
    timing: flags.get("timing") ?? true,
  };
}

interface Detail {
  readonly depth: number;
  readonly text: string;
}

/** Asks SQLite how it would run a step; binds nothing, as that changes nothing in the answer. */
async function details(
  core: SessionCore,
  sql: string,
): Promise<Detail[]> {
  const plan: QueryPlan = {
    kind: "query",
    tag: "SELECT",
    steps: [{
      sql: `EXPLAIN QUERY PLAN ${sql}`,
      slots: [],
      answers: true,
      counts: false,
    }],
    columns: ["id", "parent", "notused", "detail"].map((name) =>
      textColumn(name)
    ),
    params: [],
    readOnly: true,
    exactText: true,
  };
  const rows: Datum[][] = [];
  const sink = {
    row: (values: readonly Datum[]) => {
      rows.push([...values]);
    },
    full: () => undefined,
  };
  const context = { eval: core.eval, timeoutMs: 0 };
  const { lease } = core.transaction;
  await (lease === undefined
    ? core.instance.runner.read(plan, [], sink, context)
    : lease.query(plan, [], sink, context));
  const depths = new Map<number, number>([[0, 0]]);
  return rows.map(([id, parent, , detail]) => {
    const depth = (depths.get(Number(parent)) ?? 0) + 1;
    depths.set(Number(id), depth);
    return { depth, text: String(detail) };
  });
}

async function explain(
  { core, node, text, params, sink }: UtilityCall,
): Promise<UtilityResult> {
  const { query } = (node as { ExplainStmt: ExplainStmt }).ExplainStmt;
  const { analyze, verbose, format, summary, timing } = readOptions(node);
  const statement = explained(core, query as Node, text);
  const { compiled } = statement;
  if (compiled.kind !== "query") {
    sink.row(["Utility statements have no plan structure"]);
    return { tag: "EXPLAIN" };
  }
  const { plan } = compiled;
  const steps = await Promise.all(
    plan.steps.map(async ({ sql }) => ({
      sql,
      details: await details(core, sql),
    })),
  );
  let rows = 0;
  let milliseconds = 0;
  if (analyze) {
    const { clock } = core.instance;
    const begun = clock.monotonic();
    const result = await core.executor.run(
      statement,
      params,
      { row: () => {}, full: () => undefined },
      false,
    );
    rows = result.count;
    milliseconds = clock.monotonic() - begun;
  }
  if (format === "json") {
    sink.row([JSON.stringify(
      [{
        Plan: {
          "Node Type": plan.tag,
          ...(analyze ? { "Actual Rows": rows } : {}),
          Steps: steps.map(({ sql, details }) => ({
            ...(verbose ? { SQLite: sql } : {}),
            Plan: details.map(({ text }) => text),
          })),
        },
        ...(analyze
          ? { "Execution Time": Math.round(milliseconds * 1000) / 1000 }
          : {}),
      }],
      undefined,
      2,
    )]);
    return { tag: "EXPLAIN" };
  }
  const actual = analyze ? ` (actual rows=${rows})` : "";
  sink.row([`${title(plan)}${actual}`]);
  for (const { sql, details } of steps) {
    if (verbose) sink.row([`  SQLite: ${sql}`]);
    for (const { depth, text } of details) {
      sink.row([`${"  ".repeat(depth)}-> ${text}`]);
    }
  }
  if (analyze && timing && summary !== false) {
    sink.row([`Execution Time: ${milliseconds.toFixed(3)} ms`]);
  }
  return { tag: "EXPLAIN" };
}

function title({ tag, steps }: QueryPlan): string {
  const word = tag.charAt(0) + tag.slice(1).toLowerCase();
  return steps.length > 1 ? `${word} in ${steps.length} steps` : word;
}

function explained(core: SessionCore, node: Node, text: string): Statement {
  if ("ExecuteStmt" in node) {
    const name = node.ExecuteStmt.name ?? "";
    const found = core.prepared.get(name)?.statement;
    if (found === undefined) {
      throw new SqlError(
        "26000",
        `prepared statement "${name}" does not exist`,
      );
    }
    return found;
  }
  const inner = "CreateTableAsStmt" in node
    ? node.CreateTableAsStmt.query as Node
    : "DeclareCursorStmt" in node
    ? node.DeclareCursorStmt.query as Node
    : node;
  if (!isQuery(inner)) {
    return new Statement({
      text,
      declared: [],
      compiled: { kind: "empty" },
      params: [],
      columns: null,
    });
  }
  return core.preparer.parsed({
    node: inner,
    text,
    location: 0,
    length: text.length,
  });
}

/** See the top of the file. */
export const explainStatement: Utility = {
  name: "EXPLAIN",
  describe(core, node, text) {
    const { format } = readOptions(node);
    const { query } = (node as { ExplainStmt: ExplainStmt }).ExplainStmt;
    return {
      // EXECUTE has its values in the text, what it explains has none of its own.
      params: "ExecuteStmt" in (query as Node)
        ? []
        : explained(core, query as Node, text).params,
      columns: [
        textColumn("QUERY PLAN", format === "json" ? oid.json : oid.text),
      ],
    };
  },
  run: explain,
};
