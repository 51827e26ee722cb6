/**
 * Takes objects out of the catalog and out of SQLite.
 *
 * @module
 */

import type { Constraint, Relation } from "../catalog/catalog.ts";
import type { Address } from "./address.ts";
import { replaceTableTexts } from "./sqlite_schema.ts";
import { quoteName } from "../sqlite_words.ts";
import type { Work } from "./work.ts";

/**
 * @param work Statement.
 * @param addresses What goes; nothing that stays may depend on it.
 */
export async function removeObjects(
  work: Work,
  addresses: readonly Address[],
): Promise<void> {
  const relations = new Set<number>();
  const changed = new Set<number>();
  const indexes: string[] = [];
  for (const address of addresses) {
    if (address.kind === "relation") relations.add(address.oid);
    if (address.kind === "type") {
      const composite = compositeOf(work, address.oid);
      if (composite !== undefined) relations.add(composite.oid);
    }
  }
  for (const address of addresses) {
    if (!("sub" in address) || relations.has(address.oid)) continue;
    if (address.kind === "domainConstraint") continue;
    const before = work.relation(address.oid);
    const after = withoutPart(before, address);
    if (address.kind === "column" || address.kind === "constraint") {
      changed.add(address.oid);
    }
    const kept = new Set(after.indexes.map(({ oid }) => oid));
    for (const { oid, storage } of before.indexes) {
      if (!kept.has(oid) && storage !== "") indexes.push(storage);
    }
    work.putRelation(after);
  }
  for (const storage of indexes) {
    await work.run(`DROP INDEX ${quoteName(storage)}`);
  }
  await dropTables(work, relations, changed);
  for (const address of addresses) {
    switch (address.kind) {
      case "schema":
        work.drop("schema", address.oid);
        dropDefaultAcls(work, address.oid);
        break;
      case "type":
        if (work.catalog.userType(address.oid) !== undefined) {
          work.drop("type", address.oid);
        }
        break;
      case "function":
        work.drop("function", address.oid);
        break;
      case "extension": {
        const { database } = work.catalog;
        work.put("database", {
          ...database,
          extensions: database.extensions.filter(({ oid }) =>
            oid !== address.oid
          ),
        });
        break;
      }
      case "domainConstraint":
        dropDomainCheck(work, address.oid, address.sub);
        break;
    }
  }
}

function compositeOf(work: Work, type: number): Relation | undefined {
  for (const relation of work.catalog.objects("relation").values()) {
    if (relation.kind === "c" && relation.rowType === type) return relation;
  }
  return undefined;
}

/**
 * Drops tables, after no key points at them any more: SQLite would take their rows out one by one, with
 * all that foreign keys do then.
 */
async function dropTables(
  work: Work,
  relations: ReadonlySet<number>,
  changed: ReadonlySet<number>,
): Promise<void> {
  const dropped = [...relations].map((oid) => work.relation(oid));
  const stored = dropped.filter(({ storage }) => storage !== "");
  const bare = stored.filter(({ constraints }) =>
    constraints.some(({ kind }) => kind === "f")
  );
  const staying = [...changed].map((oid) => work.relation(oid));
  if (bare.length > 0) {
    await replaceTableTexts(work, bare, {
      withoutChecks: true,
      withoutKeys: true,
    });
  }
  await replaceTableTexts(
    work,
    staying.filter(({ kind }) => kind === "r" || kind === "m"),
  );
  for (const { storage } of stored) {
    await work.run(`DROP TABLE ${quoteName(storage)}`);
  }
  for (const { oid, kind } of dropped) {
    if (kind === "S") {
      await work.run("DELETE FROM heliosdb_sequences WHERE oid = $1", [oid]);
    }
    work.drop("relation", oid);
  }
}

/**
 * @param number Number of a column that was dropped.
 * @returns What PostgreSQL calls it.
 */
export function droppedName(number: number): string {
  return `........pg.dropped.${number}........`;
}

function withoutPart(
  relation: Relation,
  address: Extract<Address, { readonly sub: number }>,
): Relation {
  const { sub } = address;
  switch (address.kind) {
    case "column":
      return withoutColumn(relation, sub);
    case "default":
      return {
        ...relation,
        columns: relation.columns.map((each) =>
          each.number === sub ? { ...each, default: undefined } : each
        ),
      };
    case "constraint": {
      const gone = relation.constraints.find(({ oid }) => oid === sub);
      return {
        ...relation,
        constraints: relation.constraints.filter((each) => each !== gone),
        indexes: relation.indexes.filter(({ oid }) => oid !== gone?.index),
      };
    }
    case "index":
      return {
        ...relation,
        indexes: relation.indexes.filter(({ oid }) => oid !== sub),
        constraints: relation.constraints.filter(({ index }) => index !== sub),
      };
    case "policy":
      return {
        ...relation,
        policies: relation.policies.filter(({ oid }) => oid !== sub),
      };
    default:
      return relation;
  }
}

function withoutColumn(relation: Relation, number: number): Relation {
  const uses = ({ columns }: Constraint) => columns.includes(number);
  const gone = relation.constraints.filter(uses);
  const columns = relation.columns.filter((each) => each.number !== number);
  if (columns.length === relation.columns.length) return relation;
  return {
    ...relation,
    columns,
    dropped: [
      ...relation.dropped ?? [],
      { number, storage: droppedName(number) },
    ],
    constraints: relation.constraints.filter((each) => !gone.includes(each)),
    indexes: relation.indexes.filter(({ oid }) =>
      !gone.some(({ index }) => index === oid)
    ),
  };
}

function dropDefaultAcls(work: Work, schema: number): void {
  const { database } = work.catalog;
  const defaultAcls = database.defaultAcls.filter((each) =>
    each.schema !== schema
  );
  if (defaultAcls.length < database.defaultAcls.length) {
    work.put("database", { ...database, defaultAcls });
  }
}

function dropDomainCheck(work: Work, type: number, check: number): void {
  const found = work.catalog.userType(type);
  if (found?.domain === undefined) return;
  work.put("type", {
    ...found,
    domain: {
      ...found.domain,
      checks: found.domain.checks.filter(({ oid }) => oid !== check),
    },
  });
}
