/**
 * The text of a view as a MySQL client wrote it, made to mean the same in a dump: `*` stands for the
 * columns of now, and a table of another database has it before its name.
 *
 * The parser of that dialect (`lib/sql/mysql`) notes where in the text they are.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import type { Schema } from "../catalog/catalog.ts";
import { walkNames } from "../catalog/name_walk.ts";
import { strings } from "./nodes.ts";
import { starColumns } from "./stored_query.ts";
import type { Work } from "./work.ts";

interface Edit {
  readonly at: number;
  readonly end: number;
  readonly text: string;
}

const quoted = (name: string) => `\`${name.replaceAll("`", "``")}\``;

/**
 * @param work Statement.
 * @param query Query as it was read.
 * @param from Its text, and the schema of the view.
 * @returns The text; nothing when a `*` cannot be written out.
 */
export function mysqlText(
  work: Work,
  query: Node,
  { written, schema }: { readonly written: string; readonly schema: Schema },
): string | undefined {
  const edits: Edit[] = [];
  let isKnown = true;
  walkNames(structuredClone(query), {
    catalog: work.catalog,
    searchPath: work.context.env.searchPath,
  }, {
    relation: (range, relation) => {
      const { location: at, schemaname } = range;
      if (at === undefined || schemaname !== undefined) return;
      if (relation.schema === schema.oid) return;
      const own = work.catalog.schema(relation.schema)?.name ?? "";
      const text = `${quoted(own === "public" ? "postgres" : own)}.`;
      edits.push({ at, end: at, text });
    },
    query: (select, entries) => {
      for (const item of select.targetList ?? []) {
        if (!("ResTarget" in item) || !isStar(item.ResTarget.val)) continue;
        const { location: at, val } = item.ResTarget;
        const end = "ColumnRef" in val ? val.ColumnRef.location : undefined;
        const columns = starColumns(item, select, entries);
        if (at === undefined || end === undefined || columns === undefined) {
          isKnown = false;
          continue;
        }
        edits.push({ at, end, text: columns.map(columnText).join(", ") });
      }
    },
  });
  if (!isKnown) return undefined;
  return edits.toSorted((a, b) => b.at - a.at).reduce(
    (text, { at, end, text: put }) => text.slice(0, at) + put + text.slice(end),
    written,
  );
}

function isStar(node: Node | undefined): node is Node {
  return node !== undefined && "ColumnRef" in node &&
    (node.ColumnRef.fields ?? []).some((field) => "A_Star" in field);
}

function columnText(item: Node): string {
  const val = "ResTarget" in item ? item.ResTarget.val : undefined;
  const fields = val !== undefined && "ColumnRef" in val
    ? val.ColumnRef.fields
    : [];
  return strings(fields).map(quoted).join(".");
}
