/**
 * The engine's notices as MySQL's notes: what IF EXISTS and IF NOT EXISTS passed over.
 *
 * @module
 */

import type { StatementWarning } from "../statement_notes.ts";
import { databaseOf } from "./table_name.ts";

/** What a notice says. */
export interface EngineNotice {
  readonly severity: string;
  readonly message: string;
}

const skipped =
  /^(table|view|materialized view|relation|schema|role|index|column) "?(.*?)"? (?:of relation ".*" )?(does not exist|already exists), skipping$/;

const unknownTable = 1051;

function known(
  message: string,
  database: string | undefined,
): Omit<StatementWarning, "level"> | undefined {
  const [, kind, name = "", how] = skipped.exec(message) ?? [];
  const there = how === "already exists";
  switch (kind) {
    case "table":
    case "view":
      if (there) return undefined;
      return {
        code: unknownTable,
        message: `Unknown table '${fullName(name, database)}'`,
      };
    case "relation":
      return there
        ? { code: 1050, message: `Table '${name}' already exists` }
        : undefined;
    case "schema":
      return there
        ? {
          code: 1007,
          message: `Can't create database '${
            databaseOf(name)
          }'; database exists`,
        }
        : {
          code: 1008,
          message: `Can't drop database '${
            databaseOf(name)
          }'; database doesn't exist`,
        };
    case "role":
      return there
        ? {
          code: 3163,
          message: `Authorization ID '${name}'@'%' already exists.`,
        }
        : {
          code: 3162,
          message: `Authorization ID '${name}'@'%' does not exist.`,
        };
    default:
      return undefined;
  }
}

function fullName(name: string, database: string | undefined): string {
  const parts = name.split(".").map((part) => part.replace(/^"|"$/g, ""));
  return parts.length > 1
    ? [databaseOf(parts[0] as string), ...parts.slice(1)].join(".")
    : `${database ?? ""}.${name}`;
}

/**
 * @param notice What the engine said.
 * @param database Database of USE.
 * @returns What MySQL says; nothing for what it has no words for.
 */
export function noteOf(
  { severity, message }: EngineNotice,
  database: string | undefined,
): StatementWarning | undefined {
  const note = known(message, database);
  // What our own alterations passed over was none of the client's.
  if (note === undefined && message.endsWith(", skipping")) return undefined;
  const level = severity === "WARNING" ? "Warning" : "Note";
  return { level, ...(note ?? { code: 1105, message }) };
}

/**
 * DROP TABLE names all tables that are not there in one note.
 *
 * @param before The note before.
 * @param note A note.
 * @returns Both as one; nothing when they are about different things.
 */
export function joinNotes(
  before: { readonly code: number; readonly message: string } | undefined,
  note: StatementWarning,
): StatementWarning | undefined {
  if (before?.code !== unknownTable || note.code !== unknownTable) {
    return undefined;
  }
  const name = note.message.slice("Unknown table '".length);
  return { ...note, message: `${before.message.slice(0, -1)},${name}` };
}
