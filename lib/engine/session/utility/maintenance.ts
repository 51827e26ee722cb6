/**
 * VACUUM, ANALYZE, CHECKPOINT, REINDEX, LOCK, SET CONSTRAINTS, and statements that are refused by name.
 *
 * @module
 */

import type {
  ConstraintsSetStmt,
  LockStmt,
  Node,
  RangeVar,
  VacuumStmt,
} from "@pgsql/types";
import type { Constraint, Relation } from "../../../sql/catalog/catalog.ts";
import {
  hasPrivilege,
  permissionDenied,
  privilegedRelation,
  relationWord,
} from "../../../sql/catalog/privileges.ts";
import { notSupported, SqlError } from "../../../sql/error.ts";
import type { SessionCore } from "../session_core.ts";
import {
  constantText,
  elements,
  isOn,
  notInBlock,
  onlyInBlock,
} from "./nodes.ts";
import type { Utility } from "./utility.ts";

/**
 * @param core Session.
 * @param name Name as written.
 * @returns The relation.
 * @throws {SqlError} 42P01, 3F000.
 */
export function findRelation(
  core: SessionCore,
  { schemaname, relname = "" }: RangeVar,
): Relation {
  const { catalog } = core;
  if (schemaname !== undefined) {
    const schema = catalog.schemaNamed(
      schemaname === "pg_temp" ? core.temporarySchema : schemaname,
    );
    const found = schema && catalog.relationNamed(schema.oid, relname);
    if (found !== undefined) return found;
    throw new SqlError(
      "42P01",
      `relation "${schemaname}.${relname}" does not exist`,
    );
  }
  for (const schema of core.searchPath()) {
    const found = catalog.relationNamed(schema, relname);
    if (found !== undefined) return found;
  }
  throw new SqlError("42P01", `relation "${relname}" does not exist`);
}

/** See the top of the file. */
export const vacuum: Utility = {
  name: "VACUUM",
  async run({ core, node, alone }) {
    const { is_vacuumcmd: isVacuum = false, rels = [], options } =
      (node as { VacuumStmt: VacuumStmt }).VacuumStmt;
    const word = isVacuum ? "VACUUM" : "ANALYZE";
    if (isVacuum && !alone) throw notInBlock(word);
    const analyze = !isVacuum ||
      elements(options).some((each) =>
        each.defname === "analyze" && isOn(each)
      );
    const tables = rels.flatMap((rel) =>
      "VacuumRelation" in rel && rel.VacuumRelation.relation !== undefined
        ? [findRelation(core, rel.VacuumRelation.relation)]
        : []
    );
    if (analyze && !core.transaction.modes.readOnly) {
      const lease = await core.transaction.acquire();
      const stored = tables.length > 0
        ? tables
        : [...core.catalog.relations()].filter(({ storage }) => storage !== "");
      for (const { storage, kind } of stored) {
        if (storage === "" || (kind !== "r" && kind !== "m")) continue;
        await lease.run(`ANALYZE "${storage.replaceAll('"', '""')}"`);
      }
    }
    return { tag: word };
  },
};

/** See the top of the file. */
export const checkpoint: Utility = {
  name: "CHECKPOINT",
  run({ core }) {
    if (!core.roles.superuser) {
      throw new SqlError(
        "42501",
        "must be superuser or have privileges of pg_checkpoint to do CHECKPOINT",
      );
    }
    return { tag: "CHECKPOINT" };
  },
};

/** See the top of the file. */
export const reindex: Utility = {
  name: "REINDEX",
  run: () => ({ tag: "REINDEX" }),
};

const rowShare = 2;

/** See the top of the file. */
export const lockTable: Utility = {
  name: "LOCK TABLE",
  async run({ core, node, alone }) {
    const { relations = [], mode = 8 } = (node as { LockStmt: LockStmt })
      .LockStmt;
    if (alone) throw onlyInBlock("LOCK TABLE");
    for (const each of relations) {
      if (!("RangeVar" in each)) continue;
      const relation = findRelation(core, each.RangeVar);
      const letters = mode === 1 ? "r" : mode <= 3 ? "rawdD" : "wdD";
      const allowed = [...letters].some((letter) =>
        hasPrivilege(
          core.catalog,
          core.roles.current,
          privilegedRelation(relation),
          letter,
        )
      );
      if (!allowed) {
        throw permissionDenied(`${relationWord(relation)} ${relation.name}`);
      }
    }
    // Whoever has the writer has every table to himself; weaker locks hold nobody up.
    if (mode > rowShare) await core.transaction.acquire();
    return { tag: "LOCK TABLE" };
  },
};

function constraintsOf(
  core: SessionCore,
  list: readonly Node[],
): readonly Constraint[] {
  return list.flatMap((node) => {
    if (!("RangeVar" in node)) return [];
    const { relname = "" } = node.RangeVar;
    const found = [...core.catalog.relations()].flatMap(({ constraints }) =>
      constraints.filter(({ name }) => name === relname)
    );
    if (found.length === 0) {
      throw new SqlError("42704", `constraint "${relname}" does not exist`);
    }
    if (found.some(({ deferrable }) => !deferrable)) {
      throw new SqlError("42809", `constraint "${relname}" is not deferrable`);
    }
    return found;
  });
}

/** See the top of the file. */
export const setConstraints: Utility = {
  name: "SET CONSTRAINTS",
  async run({ core, node, alone }) {
    const { constraints, deferred = false } =
      (node as { ConstraintsSetStmt: ConstraintsSetStmt }).ConstraintsSetStmt;
    if (alone) {
      core.warn(
        "25P01",
        "SET CONSTRAINTS can only be used in transaction blocks",
      );
    }
    const { constraintModes, transaction } = core;
    constraintModes.set(
      constraints === undefined ? undefined : constraintsOf(core, constraints),
      deferred,
    );
    if (deferred) await constraintModes.wait(await transaction.acquire());
    else if (transaction.lease !== undefined) {
      await constraintModes.check(transaction.lease);
    }
    return { tag: "SET CONSTRAINTS" };
  },
};

/** DO runs other languages than SQL. */
export const doBlock: Utility = {
  name: "DO",
  run({ node }) {
    const { args } = (node as { DoStmt: { args?: Node[] } }).DoStmt;
    const language = elements(args).find(({ defname }) =>
      defname === "language"
    );
    const name = constantText(language?.arg) ?? "plpgsql";
    if (name === "sql") {
      throw new SqlError(
        "0A000",
        `language "sql" does not support inline code execution`,
      );
    }
    throw notSupported(`LANGUAGE ${name}`);
  },
};

/**
 * @param name What is refused.
 * @returns A statement that is.
 */
export function refused(name: string): Utility {
  return {
    name,
    describe() {
      throw notSupported(name);
    },
    run() {
      throw notSupported(name);
    },
  };
}
