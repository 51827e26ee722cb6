/**
 * REINDEX: says who may do it to what; SQLite keeps its indexes in order.
 *
 * @module
 */

import type { RangeVar, ReindexStmt } from "@pgsql/types";
import { relationWord } from "../../../sql/catalog/privileges.ts";
import { asMemoryCatalog } from "../../../sql/catalog/memory_catalog.ts";
import { SqlError } from "../../../sql/error.ts";
import type { SessionCore } from "../session_core.ts";
import { findNamed, owns } from "./find_relation.ts";
import { elements, isOn, notInBlock } from "./nodes.ts";
import type { Utility } from "./utility.ts";

function requireOwner(core: SessionCore, owner: number, what: string): void {
  if (owns(core, owner)) return;
  throw new SqlError("42501", `must be owner of ${what}`);
}

function checkIndex(core: SessionCore, name: RangeVar): void {
  const { relation, index } = findNamed(core, name);
  if (index === undefined) {
    throw new SqlError("42809", `"${relation.name}" is not an index`);
  }
  requireOwner(core, relation.owner, `index ${index.name}`);
}

function checkTable(core: SessionCore, name: RangeVar): void {
  const { relation, index } = findNamed(core, name);
  const { kind, schema } = relation;
  const system = core.catalog.schema(schema)?.name === "pg_catalog";
  if (index !== undefined || !(system || kind === "r" || kind === "m")) {
    throw new SqlError(
      "42809",
      `"${index?.name ?? relation.name}" is not a table or materialized view`,
    );
  }
  const word = system ? "table" : relationWord(relation);
  requireOwner(core, relation.owner, `${word} ${relation.name}`);
}

function checkSchema(core: SessionCore, name: string): void {
  const schema = core.catalog.schemaNamed(name);
  if (schema === undefined) {
    throw new SqlError("3F000", `schema "${name}" does not exist`);
  }
  requireOwner(core, schema.owner, `schema ${name}`);
}

function checkDatabase(core: SessionCore, name: string | undefined): void {
  const { database } = core.instance;
  if (name !== undefined && name !== database) {
    throw new SqlError(
      "0A000",
      "can only reindex the currently open database",
    );
  }
  const { owner } = asMemoryCatalog(core.catalog).database;
  requireOwner(core, owner, `database ${database}`);
}

/** See the top of the file. */
export const reindex: Utility = {
  name: "REINDEX",
  run({ core, node, alone }) {
    const { kind, relation, name, params } =
      (node as { ReindexStmt: ReindexStmt }).ReindexStmt;
    const concurrently = elements(params).some((each) =>
      each.defname === "concurrently" && isOn(each)
    );
    if (concurrently && !alone) throw notInBlock("REINDEX CONCURRENTLY");
    switch (kind) {
      case "REINDEX_OBJECT_INDEX":
        checkIndex(core, relation as RangeVar);
        break;
      case "REINDEX_OBJECT_TABLE":
        checkTable(core, relation as RangeVar);
        break;
      default: {
        const word = kind?.replace("REINDEX_OBJECT_", "") ?? "";
        if (!alone) throw notInBlock(`REINDEX ${word}`);
        if (kind === "REINDEX_OBJECT_SCHEMA") checkSchema(core, name ?? "");
        else checkDatabase(core, name);
      }
    }
    return { tag: "REINDEX" };
  },
};
