/**
 * What goes when something is dropped: everything that depends on it, directly or not.
 *
 * @module
 */

import { arrayOfRow } from "../catalog/user_types.ts";
import {
  type Holder,
  storedIn,
  storedNames,
  type Uses,
  usesOf,
} from "../catalog/dependencies.ts";
import type { Index, Relation } from "../catalog/catalog.ts";
import type { Address } from "./address.ts";
import type { Work } from "./work.ts";

/** Something that depends on an object. */
export interface Dependent {
  readonly address: Address;
  /** Whether it goes without being asked for: it is a part of the object or was made for it. */
  readonly auto: boolean;
}

/** A stored expression or query with what it uses. */
interface Stored extends Holder {
  readonly uses: Uses;
}

/** Finds dependents in one catalog. */
export class DependencyGraph {
  readonly #work: Work;
  readonly #relations: readonly Relation[];
  #stored: readonly Stored[] | undefined;

  /**
   * @param work Statement; what it drops later is not noticed.
   */
  constructor(work: Work) {
    this.#work = work;
    this.#relations = [...work.catalog.objects("relation").values()];
  }

  /**
   * @param address An object.
   * @returns What depends on it directly.
   */
  of(address: Address): Dependent[] {
    switch (address.kind) {
      case "schema":
        return this.#inSchema(address.oid);
      case "relation":
        return this.#onRelation(address.oid);
      case "column":
        return this.#onColumn(address.oid, address.sub);
      case "constraint":
        return this.#onConstraint(address.oid, address.sub);
      case "index":
        return this.#onIndex(address.oid, address.sub);
      case "type":
        return this.#onType(address.oid);
      case "function":
        return this.#using((uses) => uses.functions.has(address.oid));
      default:
        return [];
    }
  }

  get #all(): readonly Stored[] {
    return this.#stored ??= this.#relations.flatMap((relation) =>
      [...storedIn(relation)].map((holder) => ({
        ...holder,
        uses: usesOf(
          holder.node,
          storedNames(
            this.#work.catalog,
            holder.holder.kind === "view" ? undefined : relation,
          ),
        ),
      }))
    );
  }

  /** Holders of expressions that use something. */
  #using(test: (uses: Uses, stored: Stored) => boolean): Dependent[] {
    return this.#all
      .filter((stored) => test(stored.uses, stored))
      .map((stored) => ({ address: holderAddress(stored), auto: false }));
  }

  #inSchema(schema: number): Dependent[] {
    const { catalog } = this.#work;
    const found: Address[] = [];
    for (const relation of this.#relations) {
      if (relation.schema !== schema) continue;
      found.push(
        relation.kind === "c"
          ? { kind: "type", oid: relation.rowType }
          : { kind: "relation", oid: relation.oid },
      );
    }
    for (const type of catalog.objects("type").values()) {
      if (type.schema === schema) found.push({ kind: "type", oid: type.oid });
    }
    for (const each of catalog.functions()) {
      if (each.schema === schema) {
        found.push({ kind: "function", oid: each.oid });
      }
    }
    for (const { oid, schema: where } of catalog.database.extensions) {
      if (where === schema) found.push({ kind: "extension", oid });
    }
    return found.map((address) => ({ address, auto: false }));
  }

  #onRelation(oid: number): Dependent[] {
    const relation = this.#work.relation(oid);
    const found: Dependent[] = this.#using((uses, stored) =>
      stored.relation.oid !== oid && uses.relations.has(oid)
    );
    for (const other of this.#relations) {
      if (other.sequence?.ownedBy?.table === oid) {
        found.push({
          address: { kind: "relation", oid: other.oid },
          auto: true,
        });
      }
      if (other.oid === oid) continue;
      for (const { oid: sub, foreign } of other.constraints) {
        if (foreign?.table !== oid) continue;
        found.push({
          address: { kind: "constraint", oid: other.oid, sub },
          auto: false,
        });
      }
    }
    if (relation.rowType === 0) return found;
    return [...found, {
      address: { kind: "type", oid: relation.rowType },
      auto: true,
    }];
  }

  #onColumn(oid: number, number: number): Dependent[] {
    const relation = this.#work.relation(oid);
    const found: Dependent[] = [];
    for (const constraint of relation.constraints) {
      if (!constraint.columns.includes(number)) continue;
      found.push({
        address: { kind: "constraint", oid, sub: constraint.oid },
        auto: true,
      });
    }
    for (const { relation: holder, holder: what, uses } of this.#all) {
      if (!uses.relations.get(oid)?.has(number)) continue;
      const own = holder.oid === oid;
      if (own && what.kind === "default" && what.column === number) continue;
      found.push({
        address: own && what.kind === "default"
          ? { kind: "column", oid, sub: what.column }
          : holderAddress({ relation: holder, holder: what }),
        auto: own && (what.kind === "check" || what.kind === "index"),
      });
    }
    for (const index of relation.indexes) {
      if (!usesColumn(index, number)) continue;
      found.push({
        address: { kind: "index", oid, sub: index.oid },
        auto: true,
      });
    }
    for (const other of this.#relations) {
      const owner = other.sequence?.ownedBy;
      if (owner?.table === oid && owner.column === number) {
        found.push({
          address: { kind: "relation", oid: other.oid },
          auto: true,
        });
      }
    }
    return found;
  }

  #onConstraint(oid: number, constraint: number): Dependent[] {
    const relation = this.#work.relation(oid);
    const found = relation.constraints.find((each) => each.oid === constraint);
    return found?.index === undefined ? [] : [{
      address: { kind: "index", oid, sub: found.index },
      auto: true,
    }];
  }

  #onIndex(oid: number, index: number): Dependent[] {
    const relation = this.#work.relation(oid);
    const found = relation.indexes.find((each) => each.oid === index);
    if (found === undefined || !found.unique) return [];
    const columns = new Set(found.keys.map(({ column }) => column));
    const dependents: Dependent[] = [];
    for (const other of this.#relations) {
      for (const { oid: sub, foreign } of other.constraints) {
        if (
          foreign?.table === oid && foreign.columns.length === columns.size &&
          foreign.columns.every((each) => columns.has(each)) &&
          firstKey(relation, columns)?.oid === index
        ) {
          dependents.push({
            address: { kind: "constraint", oid: other.oid, sub },
            auto: false,
          });
        }
      }
    }
    return dependents;
  }

  #onType(type: number): Dependent[] {
    const { catalog } = this.#work;
    const is = (each: number | undefined) => each === type;
    const found: Dependent[] = [];
    for (const relation of this.#relations) {
      if (relation.rowType === type) continue;
      for (const column of relation.columns) {
        if (!is(column.type)) continue;
        found.push({
          address: { kind: "column", oid: relation.oid, sub: column.number },
          auto: false,
        });
      }
    }
    for (const each of catalog.functions()) {
      if (is(each.returns) || each.args.some((arg) => is(arg.type))) {
        found.push({
          address: { kind: "function", oid: each.oid },
          auto: false,
        });
      }
    }
    for (const each of catalog.objects("type").values()) {
      if (is(each.baseType)) {
        found.push({ address: { kind: "type", oid: each.oid }, auto: false });
      }
    }
    const known = catalog.type(type);
    const array = known?.kind === "c" ? arrayOfRow(type) : known?.array ?? 0;
    if (array !== 0) {
      found.push({ address: { kind: "type", oid: array }, auto: true });
    }
    return [...found, ...this.#using((uses) => uses.types.has(type))];
  }
}

function usesColumn(index: Index, number: number): boolean {
  return index.keys.some(({ column }) => column === number) ||
    index.include.includes(number);
}

/** The index that a foreign key to these columns relies on. */
function firstKey(
  relation: Relation,
  columns: ReadonlySet<number>,
): Index | undefined {
  const fitting = relation.indexes.filter(({ unique, keys, predicate }) =>
    unique && predicate === undefined && keys.length === columns.size &&
    keys.every(({ column }) => columns.has(column))
  );
  return fitting.find(({ primary }) => primary) ??
    fitting.toSorted((a, b) => a.oid - b.oid)[0];
}

function holderAddress(
  { relation, holder }: Pick<Holder, "relation" | "holder">,
): Address {
  const { oid } = relation;
  switch (holder.kind) {
    case "default": {
      const generated = relation.columns.some((each) =>
        each.number === holder.column && each.generated !== ""
      );
      return {
        kind: generated ? "column" : "default",
        oid,
        sub: holder.column,
      };
    }
    case "check":
      return { kind: "constraint", oid, sub: holder.constraint };
    case "index":
      return { kind: "index", oid, sub: holder.index };
    case "policy":
      return { kind: "policy", oid, sub: holder.policy };
    case "view":
      return { kind: "relation", oid };
  }
}
