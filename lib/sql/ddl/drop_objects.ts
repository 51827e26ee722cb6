/**
 * Drops objects together with what depends on them, or says what stands in the way.
 *
 * @module
 */

import type { DropBehavior } from "@pgsql/types";
import { SqlError } from "../error.ts";
import { type Address, addressKey, addressOrder, describe } from "./address.ts";
import { DependencyGraph } from "./dependents.ts";
import { removeObjects } from "./remove_objects.ts";
import type { Work } from "./work.ts";

/** An object that goes, and why. */
interface Doomed {
  readonly address: Address;
  /** What it depends on; nothing for what the statement names. */
  readonly dependee?: Address | undefined;
  readonly auto: boolean;
}

/** Longer lists are cut in messages. */
const longestList = 100;

/** How objects are dropped. */
export interface DropOptions {
  readonly behavior: DropBehavior | undefined;
  /** Whether the notice about what else went is left out. */
  readonly quiet?: boolean | undefined;
}

/**
 * @param work Statement.
 * @param targets What the statement names.
 * @param options How.
 * @throws {SqlError} 2BP01 when something depends on them and CASCADE was not asked for.
 */
export async function dropObjects(
  work: Work,
  targets: readonly Address[],
  { behavior, quiet = false }: DropOptions,
): Promise<void> {
  const doomed = findDoomed(work, targets);
  const relations = new Set(
    doomed.flatMap(({ address }) =>
      address.kind === "relation" ? [address.oid] : []
    ),
  );
  const others = doomed.filter(({ address, dependee, auto }) =>
    dependee !== undefined && !auto &&
    (!isPart(address) || !relations.has(address.oid))
  );
  if (others.length > 0) {
    if (behavior === "DROP_CASCADE") {
      if (!quiet) {
        announce(
          work,
          others.map(({ address }) =>
            `drop cascades to ${describe(work, address)}`
          ),
        );
      }
    } else throw standsInTheWay(work, targets, others);
  }
  await removeObjects(work, doomed.map(({ address }) => address));
}

function findDoomed(work: Work, targets: readonly Address[]): Doomed[] {
  const graph = new DependencyGraph(work);
  const named = new Map(targets.map((each) => [addressKey(each), each]));
  const seen = new Map<string, { auto: boolean }>();
  const found: Doomed[] = [];
  const visit = (
    address: Address,
    dependee: Address | undefined,
    auto: boolean,
  ) => {
    const key = addressKey(address);
    const before = seen.get(key);
    if (before !== undefined) {
      // Whatever would go anyway need not be asked for.
      before.auto ||= auto;
      return;
    }
    const entry = { auto };
    seen.set(key, entry);
    if (address.kind === "column") {
      // Its own default goes with it.
      seen.set(addressKey({ ...address, kind: "default" }), { auto: true });
    }
    // PostgreSQL looks at what was made last first, and tells it last.
    const dependents = graph.of(address).toSorted((a, b) =>
      addressOrder(b.address) - addressOrder(a.address) ||
      subOrder(b.address) - subOrder(a.address)
    );
    for (const each of dependents) {
      if (isInside(each.address, seen)) continue;
      visit(each.address, address, each.auto);
    }
    found.push({
      address,
      dependee: named.has(key) ? undefined : dependee,
      get auto() {
        return entry.auto;
      },
    });
  };
  for (const target of targets) visit(target, undefined, false);
  return found.reverse();
}

function subOrder(address: Address): number {
  return "sub" in address ? address.sub : 0;
}

function isPart(address: Address): boolean {
  return "sub" in address && address.kind !== "domainConstraint";
}

/** Parts of a relation that goes as a whole are not told one by one. */
function isInside(
  address: Address,
  seen: ReadonlyMap<string, unknown>,
): boolean {
  return isPart(address) &&
    seen.has(addressKey({ kind: "relation", oid: address.oid }));
}

function listed(lines: readonly string[]): { client: string } {
  const shown = lines.slice(0, longestList);
  const rest = lines.length - shown.length;
  if (rest > 0) {
    shown.push(
      `and ${rest} other ${
        rest === 1 ? "object" : "objects"
      } (see server log for list)`,
    );
  }
  return { client: shown.join("\n") };
}

function standsInTheWay(
  work: Work,
  targets: readonly Address[],
  others: readonly Doomed[],
): SqlError {
  const lines = others.map(({ address, dependee }) =>
    `${describe(work, address)} depends on ${
      dependee === undefined ? "" : describe(work, dependee)
    }`
  );
  const [only] = targets;
  return new SqlError(
    "2BP01",
    targets.length === 1 && only !== undefined
      ? `cannot drop ${describe(work, only)} because other objects depend on it`
      : "cannot drop desired object(s) because other objects depend on them",
    {
      detail: listed(lines).client,
      hint: "Use DROP ... CASCADE to drop the dependent objects too.",
    },
  );
}

function announce(work: Work, lines: readonly string[]): void {
  const [only = ""] = lines;
  if (lines.length === 1) {
    work.notice("00000", only);
    return;
  }
  work.notice("00000", `drop cascades to ${lines.length} other objects`, {
    detail: listed(lines).client,
  });
}
