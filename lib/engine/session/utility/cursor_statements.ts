/**
 * DECLARE, FETCH, MOVE, CLOSE.
 *
 * @module
 */

import type {
  ClosePortalStmt,
  DeclareCursorStmt,
  FetchStmt,
  Node,
} from "@pgsql/types";
import { notSupported, SqlError } from "../../../sql/error.ts";
import type { FetchResult, RowSink } from "../../client_session.ts";
import { CursorRows } from "../cursor_rows.ts";
import type { SessionPortal } from "../cursors.ts";
import type { SessionCore } from "../session_core.ts";
import type { Statement } from "../statement.ts";
import { onlyInBlock } from "./nodes.ts";
import type { Utility, UtilityCall, UtilityResult } from "./utility.ts";

const option = { binary: 1, scroll: 2, noScroll: 4, hold: 32 } as const;

/** A cursor that DECLARE made. */
class DeclaredCursor implements SessionPortal {
  readonly declared = true;

  constructor(
    readonly statement: Statement,
    readonly rows: CursorRows,
    readonly text: string,
    readonly hold: boolean,
    readonly scroll: boolean,
    readonly binary: boolean,
    readonly createdMs: number,
  ) {}

  async fetch(maxRows: number, sink: RowSink): Promise<FetchResult> {
    const limit = maxRows === 0 ? Infinity : maxRows;
    const given = await this.rows.forward(limit, sink);
    return given === maxRows
      ? { done: false }
      : { done: true, tag: `SELECT ${given}` };
  }

  close(): void {
    this.rows.close();
  }
}

/**
 * Whether PostgreSQL would scroll back without being asked for it: its plan scans one table, sorted or
 * not, and neither joins nor aggregates.
 */
function goesBack(node: Node): boolean {
  if (!("SelectStmt" in node)) return false;
  const select = node.SelectStmt;
  if (select.valuesLists !== undefined) return true;
  const [from, ...others] = select.fromClause ?? [];
  return from !== undefined && others.length === 0 &&
    ("RangeVar" in from || "RangeFunction" in from) &&
    select.op === "SETOP_NONE" && select.groupClause === undefined &&
    select.havingClause === undefined && select.distinctClause === undefined &&
    select.lockingClause === undefined && !/"(?:FuncCall|SubLink)"/.test(
      JSON.stringify(select.targetList),
    );
}

async function declare(
  { core, node, text, params, alone }: UtilityCall,
): Promise<UtilityResult> {
  const { portalname = "", options = 0, query } =
    (node as { DeclareCursorStmt: DeclareCursorStmt }).DeclareCursorStmt;
  const hold = (options & option.hold) !== 0;
  const scroll = (options & option.scroll) !== 0;
  if (alone && !hold) throw onlyInBlock("DECLARE CURSOR");
  const statement = core.preparer.parsed(
    { node: query as Node, text, location: 0, length: text.length },
    {},
  );
  const { compiled } = statement;
  if (compiled.kind !== "query") {
    throw new SqlError("42P11", "cannot open utility statement as cursor");
  }
  if (compiled.plan.tag !== "SELECT") {
    throw new SqlError(
      "0A000",
      "DECLARE CURSOR must not contain data-modifying statements in WITH",
    );
  }
  const history = scroll
    ? "all"
    : (options & option.noScroll) === 0 && goesBack(query as Node)
    ? "few"
    : "none";
  let rows: CursorRows;
  if (compiled.plan.readOnly) {
    rows = new CursorRows(await core.executor.open(statement, params), history);
  } else {
    // What it calls must happen now and once.
    const all = new CursorRows(undefined, "all");
    await core.executor.run(statement, params, {
      row: (values) => all.push(values),
      full: () => undefined,
    }, false);
    rows = all;
  }
  const cursor = new DeclaredCursor(
    statement,
    rows,
    text,
    hold,
    history !== "none",
    (options & option.binary) !== 0,
    core.eval.statementMs,
  );
  try {
    core.cursors.set(portalname, cursor);
  } catch (error) {
    cursor.close();
    throw error;
  }
  return { tag: "DECLARE CURSOR" };
}

/** See the top of the file. */
export const declareCursor: Utility = {
  name: "DECLARE CURSOR",
  describe(_core, node) {
    const { options = 0 } =
      (node as { DeclareCursorStmt: DeclareCursorStmt }).DeclareCursorStmt;
    if ((options & option.binary) !== 0) throw notSupported("BINARY CURSOR");
    return { columns: null };
  },
  run: declare,
};

function fetchOf(node: Node): FetchStmt {
  return (node as { FetchStmt: FetchStmt }).FetchStmt;
}

function find(core: SessionCore, name: string): SessionPortal {
  const cursor = core.cursors.get(name);
  if (cursor === undefined) {
    throw new SqlError("34000", `cursor "${name}" does not exist`);
  }
  return cursor;
}

const all = 2147483647;

async function move(
  rows: CursorRows,
  direction: FetchStmt["direction"],
  howMany: number,
  sink: RowSink | undefined,
): Promise<number> {
  switch (direction) {
    case "FETCH_ABSOLUTE":
      return await rows.absolute(howMany, sink);
    case "FETCH_RELATIVE":
      return await rows.relative(howMany, sink);
    default: {
      if (howMany === 0) return await rows.relative(0, sink);
      const back = (direction === "FETCH_BACKWARD") !== (howMany < 0);
      const count = Math.abs(howMany) >= all ? Infinity : Math.abs(howMany);
      return back
        ? await rows.backward(count, sink)
        : await rows.forward(count, sink);
    }
  }
}

/** See the top of the file. */
export const fetchCursor: Utility = {
  name: "FETCH",
  describe(core, node) {
    const { portalname = "", ismove } = fetchOf(node);
    const cursor = find(core, portalname);
    return { columns: ismove === true ? null : cursor.statement.columns };
  },
  async run({ core, node, sink }) {
    const { portalname = "", ismove, direction, howMany = 0 } = fetchOf(node);
    const { rows } = find(core, portalname);
    if (rows === undefined) {
      throw new SqlError("55000", `portal "${portalname}" cannot be run`);
    }
    const count = await move(
      rows,
      direction,
      Number(howMany),
      ismove === true ? undefined : sink,
    );
    return { tag: `${ismove === true ? "MOVE" : "FETCH"} ${count}` };
  },
};

/** See the top of the file. */
export const closeCursor: Utility = {
  name: "CLOSE CURSOR",
  run({ core, node }) {
    const { portalname } = (node as { ClosePortalStmt: ClosePortalStmt })
      .ClosePortalStmt;
    if (portalname === undefined) {
      core.cursors.closeAll();
      return { tag: "CLOSE CURSOR ALL" };
    }
    find(core, portalname);
    core.cursors.delete(portalname);
    return { tag: "CLOSE CURSOR" };
  },
};
