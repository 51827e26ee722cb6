/**
 * CHECKPOINT, LOCK, SET CONSTRAINTS, and statements that are refused by name.
 *
 * @module
 */

import type { ConstraintsSetStmt, LockStmt, Node } from "@pgsql/types";
import type { Constraint } from "../../../sql/catalog/catalog.ts";
import {
  hasPrivilege,
  permissionDenied,
  privilegedRelation,
  relationWord,
} from "../../../sql/catalog/privileges.ts";
import { notSupported, SqlError } from "../../../sql/error.ts";
import type { SessionCore } from "../session_core.ts";
import { findRelation } from "./find_relation.ts";
import { constantText, elements, onlyInBlock } from "./nodes.ts";
import type { Utility } from "./utility.ts";

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
