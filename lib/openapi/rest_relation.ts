/**
 * A table or view in the document.
 *
 * @module
 */

import type { ExposedSchema, Relation } from "../rest/schema/picture.ts";
import { componentKey, type JsonSchema, schemaRef } from "./json_schema.ts";
import {
  type ColumnNotes,
  filterParameter,
  requiredColumns,
  rowSchema,
} from "./rest_columns.ts";
import { objectType, rowHeaders } from "./rest_common.ts";
import { relationOperations } from "./rest_operations.ts";

/** What one thing of the database adds to the document; keys are unique among all of them. */
export interface Pieces {
  readonly tag: JsonSchema;
  readonly path: readonly [key: string, item: JsonSchema];
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  readonly parameters: Readonly<Record<string, JsonSchema>>;
  readonly responses: Readonly<Record<string, JsonSchema>>;
}

/** Where a relation is shown. */
export interface Place {
  readonly schema: ExposedSchema;
  /** Heading. */
  readonly tag: string;
  /** Whether there are other schemas to choose from. */
  readonly profiles: boolean;
  /** Whether its rows may be read. */
  readonly readable: boolean;
}

/**
 * @param relation A relation of an exposed schema.
 * @returns Name of its row's schema among the components.
 */
export function rowKey({ name }: Relation): string {
  return componentKey("row", name);
}

function notesOf(
  { name, primaryKey }: Relation,
  schema: ExposedSchema,
): (column: string) => ColumnNotes {
  const references = new Map<string, string>();
  const keys = (schema.relationships.get(name) ?? []).filter((
    { holdsKey, columns, to },
  ) => holdsKey && columns.length === 1 && to.schema === schema.name);
  // Views of a table can be embedded as it can; the key itself leads to the table.
  const toTables = keys.filter(({ to }) => to.kind === "table");
  for (const { columns: [pair], to } of [...toTables, ...keys]) {
    if (pair === undefined || references.has(pair[0])) continue;
    references.set(pair[0], `${to.name}.${pair[1]}`);
  }
  return (column) => ({
    primaryKey: primaryKey.includes(column),
    references: references.get(column),
  });
}

function descriptionOf(
  { name, kind, comment, rowSecurity }: Relation,
  schema: ExposedSchema,
): string {
  const others = new Set(
    (schema.relationships.get(name) ?? [])
      .filter(({ to }) => to.schema === schema.name)
      .map(({ to }) => `\`${to.name}\``),
  );
  return [
    comment,
    `A ${kind}${
      rowSecurity ? "; row policies say who sees and changes which rows" : ""
    }.${
      others.size > 0 ? ` \`select\` can embed ${[...others].join(", ")}.` : ""
    }`,
  ].filter((each) => each !== undefined).join("\n\n");
}

/**
 * Describes a relation.
 *
 * @param relation The relation.
 * @param place Where it is shown.
 * @returns What it adds to the document.
 */
export function relationPieces(relation: Relation, place: Place): Pieces {
  const { name, columns } = relation;
  const { schema, tag, profiles, readable } = place;
  const row = rowKey(relation);
  const newRow = componentKey("new", name);
  const rows = componentKey("rows", name);
  const parameters: Record<string, JsonSchema> = {};
  const filters: JsonSchema[] = [];
  for (const column of columns.values()) {
    const filter = filterParameter(column);
    if (filter === undefined) continue;
    const key = componentKey("filter", name, column.name);
    parameters[key] = filter;
    filters.push({ $ref: `#/components/parameters/${key}` });
  }

  const required = requiredColumns(columns.values());
  return {
    tag: { name: tag, description: descriptionOf(relation, schema) },
    path: [
      `/rest/v1/${encodeURIComponent(name)}`,
      relationOperations({
        relation,
        tag,
        profiles,
        readable,
        filters,
        row,
        newRow,
        rows,
      }),
    ],
    parameters,
    schemas: {
      [row]: rowSchema(columns.values(), notesOf(relation, schema)),
      ...(relation.insertable
        ? {
          [newRow]: {
            allOf: [schemaRef(row)],
            ...(required.length > 0 ? { required } : {}),
          },
        }
        : {}),
    },
    responses: {
      [rows]: {
        description:
          "Rows, for a write if `Prefer: return=representation` asked for them.",
        headers: rowHeaders,
        content: {
          "application/json": {
            schema: { type: "array", items: schemaRef(row) },
          },
          [objectType]: { schema: schemaRef(row) },
          "text/csv": { schema: { type: "string" } },
        },
      },
    },
  };
}
