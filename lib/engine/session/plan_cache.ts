/**
 * Plans by text, so that a repeated statement costs a look-up, a bind and a step.
 *
 * Plans live in spaces: what is the same for all plans of one space (catalog, role, search path, time
 * zone, …) is not part of the key. Beside the text itself there is a second key, the text without its
 * literals, under which a plan serves all texts that differ in literals alone.
 *
 * @module
 */

import type { Datum } from "../../sql/datum.ts";
import type { EvalContext } from "../../sql/eval_context.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import type { Catalog } from "../../sql/catalog/catalog.ts";
import { oid, type PgType } from "../../sql/types/type.ts";
import type { ScannedLiteral, ScannedText } from "./literal_scan.ts";

/** A plan with what is known of it besides. */
export interface CachedPlan<Extra> {
  readonly plan: QueryPlan;
  readonly extra: Extra;
}

/** How a literal of a text gets into the plan of another. */
interface LiteralFit {
  /** Which of the text's literals. */
  readonly literal: number;
  /** Where the plan's own text had it. */
  readonly location: number;
  readonly negative: boolean;
  readonly type: PgType;
  readonly typmod: number;
}

interface Entry<Extra> extends CachedPlan<Extra> {
  readonly space: PlanSpace<Extra>;
  readonly key: string;
  readonly shape: boolean;
  readonly bytes: number;
  readonly fits: readonly LiteralFit[];
  /** Whether it was used since the cache last looked for room. */
  used: boolean;
}

/** Plans that share catalog, role and settings. */
export interface PlanSpace<Extra> {
  readonly exact: Map<string, Entry<Extra>>;
  readonly shapes: Map<string, Entry<Extra>>;
}

/** Settings of a {@linkcode PlanCache}. */
export interface PlanCacheOptions {
  /**
   * Plans kept.
   *
   * @default {4096}
   */
  readonly maxPlans?: number;
  /**
   * Bytes that they may take, roughly.
   *
   * @default {33554432}
   */
  readonly maxBytes?: number;
}

/** What was asked and found. */
export interface PlanCacheStats {
  readonly plans: number;
  readonly bytes: number;
  readonly hits: number;
  /** Hits by the text without its literals, among `hits`. */
  readonly shapeHits: number;
  readonly misses: number;
}

/** A plan for a text, with the values of its literals if they are not the plan's own. */
export interface FoundPlan<Extra> {
  readonly found: CachedPlan<Extra>;
  readonly literals: readonly Datum[] | undefined;
}

/** See the top of the file. */
export class PlanCache<Extra> {
  readonly #maxPlans: number;
  readonly #maxBytes: number;
  readonly #spaces = new WeakMap<Catalog, Map<string, PlanSpace<Extra>>>();
  /** In the order in which they came; those used since are passed over once. */
  readonly #entries = new Set<Entry<Extra>>();
  #bytes = 0;
  #hits = 0;
  #shapeHits = 0;
  #misses = 0;

  /**
   * @param options Limits.
   */
  constructor(
    { maxPlans = 4096, maxBytes = 32 * 1024 * 1024 }: PlanCacheOptions = {},
  ) {
    this.#maxPlans = maxPlans;
    this.#maxBytes = maxBytes;
  }

  /** Numbers since the start. */
  get stats(): PlanCacheStats {
    return {
      plans: this.#entries.size,
      bytes: this.#bytes,
      hits: this.#hits,
      shapeHits: this.#shapeHits,
      misses: this.#misses,
    };
  }

  /**
   * @param catalog Picture that plans are made for.
   * @param key Whatever else they depend on.
   * @returns The plans made so far.
   */
  space(catalog: Catalog, key: string): PlanSpace<Extra> {
    let spaces = this.#spaces.get(catalog);
    if (spaces === undefined) {
      spaces = new Map();
      this.#spaces.set(catalog, spaces);
    }
    let space = spaces.get(key);
    if (space === undefined) {
      space = { exact: new Map(), shapes: new Map() };
      spaces.set(key, space);
    }
    return space;
  }

  /**
   * @param space Where to look.
   * @param key Text and parameter types.
   * @returns Its plan.
   */
  find(space: PlanSpace<Extra>, key: string): CachedPlan<Extra> | undefined {
    const entry = space.exact.get(key);
    if (entry === undefined) return undefined;
    entry.used = true;
    this.#hits++;
    return entry;
  }

  /**
   * @param space Where to look.
   * @param scanned A text without its literals.
   * @param context For the values of the literals.
   * @returns A plan of such a text, with the values of this one.
   */
  findShape(
    space: PlanSpace<Extra>,
    scanned: ScannedText,
    context: EvalContext,
  ): FoundPlan<Extra> | undefined {
    const entry = space.shapes.get(scanned.shape);
    if (entry === undefined) return undefined;
    const literals = literalValues(entry.fits, scanned.literals, context);
    if (literals === undefined) return undefined;
    entry.used = true;
    this.#hits++;
    this.#shapeHits++;
    return { found: entry, literals };
  }

  /**
   * Keeps a plan.
   *
   * @param space Where.
   * @param key Text and parameter types.
   * @param cached The plan.
   * @param scanned Literals of the text, when other texts may share the plan.
   * @param catalog Knows the types of the literals.
   */
  add(
    space: PlanSpace<Extra>,
    key: string,
    cached: CachedPlan<Extra>,
    scanned: ScannedText | undefined,
    catalog: Catalog,
  ): void {
    this.#misses++;
    if (foldsTime.test(key)) return;
    const fits = scanned === undefined || cached.plan.exactText
      ? undefined
      : literalFits(cached.plan, scanned.literals, catalog);
    const shape = fits !== undefined && scanned !== undefined;
    const name = shape ? scanned.shape : key;
    const map = shape ? space.shapes : space.exact;
    const old = map.get(name);
    if (old !== undefined) this.#forget(old);
    const bytes = 1000 + 2 * key.length +
      cached.plan.steps.reduce((sum, { sql }) => sum + 2 * sql.length, 0);
    if (bytes > this.#maxBytes / 4) return;
    const entry: Entry<Extra> = {
      plan: cached.plan,
      extra: cached.extra,
      space,
      key: name,
      shape,
      bytes,
      fits: fits ?? [],
      used: false,
    };
    map.set(name, entry);
    this.#entries.add(entry);
    this.#bytes += bytes;
    this.#makeRoom();
  }

  #makeRoom(): void {
    for (const entry of this.#entries) {
      if (
        this.#entries.size <= this.#maxPlans && this.#bytes <= this.#maxBytes
      ) return;
      if (entry.used) {
        entry.used = false;
        this.#entries.delete(entry);
        this.#entries.add(entry);
      } else this.#forget(entry);
    }
  }

  #forget(entry: Entry<Extra>): void {
    if (!this.#entries.delete(entry)) return;
    this.#bytes -= entry.bytes;
    const map = entry.shape ? entry.space.shapes : entry.space.exact;
    if (map.get(entry.key) === entry) map.delete(entry.key);
  }
}

/** Words that become a moment while the statement is read: such a plan must not be used again. */
export const foldsTime = /'\s*(?:now|today|tomorrow|yesterday)\b/i;

/**
 * Finds the place of each literal in the plan.
 *
 * @returns Nothing when one of them has none: it shaped the plan in some way.
 */
function literalFits(
  plan: QueryPlan,
  literals: readonly ScannedLiteral[],
  catalog: Catalog,
): LiteralFit[] | undefined {
  const fits = new Map<number, LiteralFit>();
  const placed = new Set<number>();
  const byLocation = new Map<number, [literal: number, negative: boolean]>();
  for (let i = 0; i < literals.length; i++) {
    const { location, minus } = literals[i] as ScannedLiteral;
    byLocation.set(location, [i, false]);
    if (minus >= 0) byLocation.set(minus, [i, true]);
  }
  for (const step of plan.steps) {
    for (const slot of step.slots) {
      if (slot.from !== "literal" || slot.location === undefined) continue;
      const at = byLocation.get(slot.location);
      if (at === undefined) continue;
      const type = catalog.type(slot.type);
      if (type === undefined || slot.value === null) return undefined;
      const known = fits.get(slot.location);
      if (
        known !== undefined &&
        (known.type.oid !== slot.type || known.typmod !== slot.typmod)
      ) return undefined;
      const kind = (literals[at[0]] as ScannedLiteral).kind;
      if (kind !== "s" && !numeric.has(slot.type)) return undefined;
      placed.add(at[0]);
      fits.set(slot.location, {
        literal: at[0],
        location: slot.location,
        negative: at[1],
        type,
        typmod: slot.typmod,
      });
    }
  }
  return placed.size === literals.length ? [...fits.values()] : undefined;
}

const numeric: ReadonlySet<number> = new Set([
  oid.int2,
  oid.int4,
  oid.int8,
  oid.float4,
  oid.float8,
  oid.numeric,
  oid.oid,
]);

/** @returns Nothing when a value does not fit: the statement is read afresh, and says why. */
function literalValues(
  fits: readonly LiteralFit[],
  literals: readonly ScannedLiteral[],
  context: EvalContext,
): Datum[] | undefined {
  const values: Datum[] = [];
  for (let i = 0; i < fits.length; i++) {
    const { literal, location, negative, type, typmod } = fits[i] as LiteralFit;
    const { kind, text } = literals[literal] as ScannedLiteral;
    if (kind === "i" && type.oid === oid.int4) {
      values[location] = negative ? 0 - Number(text) : Number(text);
      continue;
    }
    if (kind === "s" && type.oid === oid.text) {
      values[location] = text;
      continue;
    }
    try {
      values[location] = type.input(
        negative ? `-${text}` : text,
        typmod,
        context,
      );
    } catch {
      return undefined;
    }
  }
  return values;
}
