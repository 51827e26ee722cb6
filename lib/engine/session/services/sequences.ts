/**
 * `nextval` and its companions.
 *
 * @module
 */

// deno-lint-ignore-file camelcase -- services have the names that SQL functions ask by

import type { Relation } from "../../../sql/catalog/catalog.ts";
import {
  hasPrivilege,
  permissionDenied,
  privilegedRelation,
} from "../../../sql/catalog/privileges.ts";
import type { Datum } from "../../../sql/datum.ts";
import { SqlError } from "../../../sql/error.ts";
import type { Services } from "../services.ts";
import type { SessionCore } from "../session_core.ts";

function find(core: SessionCore, oid: Datum, letters: string): Relation {
  const { catalog, roles } = core;
  const relation = catalog.relation(Number(oid));
  if (relation === undefined) {
    throw new SqlError(
      "42P01",
      `could not open relation with OID ${oid}`,
    );
  }
  if (relation.kind !== "S") {
    throw new SqlError("42809", `"${relation.name}" is not a sequence`);
  }
  const rights = privilegedRelation(relation);
  const allowed = [...letters].some((letter) =>
    hasPrivilege(catalog, roles.current, rights, letter)
  );
  if (!allowed) throw permissionDenied(`sequence ${relation.name}`);
  return relation;
}

function whole(value: bigint): Datum {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** See the top of the file. */
export const sequenceServices: Services = {
  nextval([oid], core) {
    core.executor.checkWritable("nextval()");
    const sequence = find(core, oid as Datum, "wU");
    const value = core.instance.sequences.next(sequence);
    core.sequenceValues.set(sequence.oid, value);
    core.lastSequence = sequence.oid;
    return whole(value);
  },
  currval([oid], core) {
    const sequence = find(core, oid as Datum, "rU");
    const value = core.sequenceValues.get(sequence.oid);
    if (value !== undefined) return whole(value);
    throw new SqlError(
      "55000",
      `currval of sequence "${sequence.name}" is not yet defined in this session`,
    );
  },
  lastval(_, core) {
    const { lastSequence } = core;
    if (
      lastSequence === undefined ||
      core.catalog.relation(lastSequence) === undefined
    ) {
      throw new SqlError("55000", "lastval is not yet defined in this session");
    }
    find(core, lastSequence, "rU");
    return whole(core.sequenceValues.get(lastSequence) as bigint);
  },
  setval([oid, value, called], core) {
    core.executor.checkWritable("setval()");
    const sequence = find(core, oid as Datum, "w");
    const last = BigInt(value as number);
    core.instance.sequences.set(sequence, last, called !== 0);
    if (called !== 0) core.sequenceValues.set(sequence.oid, last);
    return whole(last);
  },
  /** Goes on from a number that was given to an AUTO_INCREMENT column, if it is greater than all before. */
  sequence_raise([oid, value], core) {
    const sequence = find(core, oid as Datum, "wU");
    const given = BigInt(value as number);
    const { last, called } = core.instance.sequences.peek(sequence);
    if (called ? given > last : given >= last) {
      core.executor.checkWritable("nextval()");
      core.instance.sequences.set(sequence, given, true);
    }
    return value as Datum;
  },
  /** `pg_sequence_last_value`: NULL before the first value. */
  sequence_last_value([oid], core) {
    const sequence = find(core, oid as Datum, "rU");
    const { last, called } = core.instance.sequences.peek(sequence);
    return called ? whole(last) : null;
  },
  /** Rows of `SELECT * FROM sequence`: last value, count logged ahead, whether it was given out. */
  sequence_state([oid], core) {
    const sequence = find(core, oid as Datum, "r");
    const { last, called } = core.instance.sequences.peek(sequence);
    return `[[${last},0,${called ? 1 : 0}]]`;
  },
};
