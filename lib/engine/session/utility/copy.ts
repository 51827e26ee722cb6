/**
 * COPY … FROM STDIN, COPY … TO STDOUT.
 *
 * @module
 */

import type { CopyStmt, Node } from "@pgsql/types";
import type { Column, Relation } from "../../../sql/catalog/catalog.ts";
import {
  isOwner,
  isSuperuser,
  relationWord,
  rolesOf,
} from "../../../sql/catalog/privileges.ts";
import { SqlError } from "../../../sql/error.ts";
import { oid, type PgType } from "../../../sql/types/type.ts";
import { BinaryWriter } from "../copy/binary_writer.ts";
import { CopyInRun } from "../copy/copy_in.ts";
import {
  type CopyFormat,
  isBinaryCopy,
  readCopyFormat,
} from "../copy/options.ts";
import { RowWriter } from "../copy/row_writer.ts";
import { isQuery } from "../../../sql/compile.ts";
import type { SessionCore } from "../session_core.ts";
import type { Statement } from "../statement.ts";
import { findRelation } from "./find_relation.ts";
import { names } from "./nodes.ts";
import type { Utility, UtilityCall, UtilityResult } from "./utility.ts";

function copyOf(node: Node): CopyStmt {
  return (node as { CopyStmt: CopyStmt }).CopyStmt;
}

const useClient =
  "Anyone can COPY to stdout or from stdin. psql's \\copy command also works for anyone.";

function predefinedMember(core: SessionCore, name: string): boolean {
  const { catalog, roles } = core;
  const role = catalog.roleNamed(name)?.oid;
  return isSuperuser(catalog, roles.current) ||
    (role !== undefined && rolesOf(catalog, roles.current).has(role));
}

/** The server's files and programs are no part of the database. */
function checkPlace(
  core: SessionCore,
  { filename, is_program: program = false, is_from: from = false }: CopyStmt,
): void {
  if (filename === undefined) return;
  const role = program
    ? "pg_execute_server_program"
    : from
    ? "pg_read_server_files"
    : "pg_write_server_files";
  if (!predefinedMember(core, role)) {
    throw new SqlError(
      "42501",
      `must be superuser or have privileges of the ${role} role to COPY ${
        program
          ? "to or from an external program"
          : from
          ? "from a file"
          : "to a file"
      }`,
      { hint: useClient },
    );
  }
  throw new SqlError(
    "0A000",
    `COPY ${from ? "FROM" : "TO"} a ${
      program ? "program" : "file"
    } is not supported`,
    { hint: useClient },
  );
}

function columnsOf(
  relation: Relation,
  list: readonly Node[] | undefined,
): Column[] {
  const wanted = names(list);
  if (list === undefined || list.length === 0) {
    return relation.columns.filter(({ generated }) => generated === "");
  }
  const found: Column[] = [];
  for (const name of wanted) {
    const column = relation.columns.find((each) => each.name === name);
    if (column === undefined) {
      throw new SqlError(
        "42703",
        `column "${name}" of relation "${relation.name}" does not exist`,
      );
    }
    if (column.generated !== "") {
      throw new SqlError("42P10", `column "${name}" is a generated column`, {
        detail: "Generated columns cannot be used in COPY.",
      });
    }
    if (found.includes(column)) {
      throw new SqlError(
        "42701",
        `column "${name}" specified more than once`,
      );
    }
    found.push(column);
  }
  return found;
}

function checkChoices(
  { forceQuote, forceNotNull, forceNull }: CopyFormat,
  columns: readonly { readonly name: string }[],
  relation: Relation | undefined,
): void {
  const choices = [
    ["FORCE_QUOTE", forceQuote],
    ["FORCE_NOT_NULL", forceNotNull],
    ["FORCE_NULL", forceNull],
  ] as const;
  for (const [word, choice] of choices) {
    if (choice === undefined || choice === "all") continue;
    for (const name of choice) {
      if (columns.some((column) => column.name === name)) continue;
      const exists = relation?.columns.some((column) => column.name === name);
      throw exists === true
        ? new SqlError(
          "42P10",
          `${word} column "${name}" not referenced by COPY`,
        )
        : new SqlError(
          "42703",
          relation === undefined
            ? `column "${name}" does not exist`
            : `column "${name}" of relation "${relation.name}" does not exist`,
        );
    }
  }
}

function checkKind({ kind, name }: Relation, from: boolean): void {
  if (kind === "r") return;
  const word = relationWord({ kind });
  throw new SqlError(
    "42809",
    `cannot copy ${from ? "to" : "from"} ${word} "${name}"`,
    kind === "S" ? {} : from
      ? kind === "v"
        ? {
          hint:
            "To enable copying to a view, provide an INSTEAD OF INSERT trigger.",
        }
        : {}
      : { hint: "Try the COPY (SELECT ...) TO variant." },
  );
}

/** The query whose rows are sent. */
function sourceOf(
  core: SessionCore,
  statement: CopyStmt,
  text: string,
): { readonly statement: Statement; readonly relation?: Relation } {
  const { relation: name, query, attlist } = statement;
  if (query !== undefined) {
    if ("SelectStmt" in query && query.SelectStmt.intoClause !== undefined) {
      throw new SqlError("0A000", "COPY (SELECT INTO) is not supported");
    }
    if (!isQuery(query)) {
      throw new SqlError(
        "0A000",
        "COPY query must be a SELECT, INSERT, UPDATE, or DELETE",
      );
    }
    const prepared = core.preparer.parsed(
      { node: query, text, location: 0, length: text.length },
      {},
    );
    if (prepared.columns === null) {
      throw new SqlError("0A000", "COPY query must have a RETURNING clause");
    }
    return { statement: prepared };
  }
  const relation = findRelation(core, name ?? {});
  checkKind(relation, false);
  const columns = columnsOf(relation, attlist);
  const node = {
    SelectStmt: {
      targetList: columns.map((column) => ({
        ResTarget: {
          val: {
            ColumnRef: { fields: [{ String: { sval: column.name } }] },
          },
        },
      })),
      fromClause: [{ RangeVar: { ...name, inh: true } }],
      limitOption: "LIMIT_OPTION_DEFAULT",
      op: "SETOP_NONE",
    },
  } as Node;
  const prepared = core.preparer.internal(
    { node, text, location: 0, length: text.length },
    [],
    undefined,
  );
  return { statement: prepared, relation };
}

async function copyOut(
  { core, node, text, params, sink, alone }: UtilityCall,
): Promise<UtilityResult> {
  const statement = copyOf(node);
  const format = readCopyFormat(statement);
  checkPlace(core, statement);
  const { statement: source, relation } = sourceOf(core, statement, text);
  const columns = source.columns ?? [];
  checkChoices(format, columns, relation);
  const types = columns.map(({ type }) =>
    core.catalog.type(type === oid.unknown ? oid.text : type) as PgType
  );
  const columnNames = columns.map(({ name }) => name);
  const writer = format.binary
    ? new BinaryWriter(types, core.eval)
    : new RowWriter(format, types, columnNames, core.eval);
  if (writer instanceof RowWriter && format.header !== "no") {
    sink.copyData?.(writer.header(columnNames));
  }
  let count = 0;
  await core.executor.run(
    source,
    params,
    {
      row: (values) => {
        count++;
        sink.copyData?.(writer.row(values));
      },
      full: () => sink.full(),
    },
    alone,
  );
  if (writer instanceof BinaryWriter) sink.copyData?.(writer.end());
  return { tag: `COPY ${count}` };
}

function copyIn({ core, node, text, alone }: UtilityCall): UtilityResult {
  const statement = copyOf(node);
  const format = readCopyFormat(statement);
  checkPlace(core, statement);
  const { relation: name = {}, attlist, whereClause } = statement;
  const relation = findRelation(core, name);
  checkKind(relation, true);
  const columns = columnsOf(relation, attlist);
  checkChoices(format, columns, relation);
  core.executor.checkWritable("COPY FROM");
  if (filtered(core, relation)) {
    throw new SqlError(
      "0A000",
      "COPY FROM not supported with row-level security",
      { hint: "Use INSERT statements instead." },
    );
  }
  const copyIn = new CopyInRun({
    core,
    relation,
    name,
    columns,
    format,
    where: whereClause,
    text,
    alone,
  });
  return { tag: "COPY", copyIn };
}

/** Whether row policies stand between the role and the table. */
function filtered(core: SessionCore, relation: Relation): boolean {
  if (!relation.rowSecurity) return false;
  const role = core.catalog.role(core.roles.current);
  if (role === undefined || role.superuser || role.bypassRls) return false;
  return relation.forceRowSecurity ||
    !isOwner(core.catalog, role.oid, relation.owner);
}

/** See the top of the file. */
export const copy: Utility = {
  name: "COPY FROM",
  describe(core, node, text) {
    const statement = copyOf(node);
    const { is_from: from = false, filename } = statement;
    if (filename !== undefined) return { columns: null };
    if (from) return { columns: null, copy: "in" };
    const { statement: source } = sourceOf(core, statement, text);
    return {
      columns: null,
      copy: "out",
      copyColumns: source.columns?.length ?? 0,
      copyBinary: isBinaryCopy(statement),
      params: source.params,
    };
  },
  run: (call) =>
    copyOf(call.node).is_from === true ? copyIn(call) : copyOut(call),
};
