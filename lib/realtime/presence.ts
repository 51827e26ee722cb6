/**
 * Who is there: what the members of one topic tell of themselves.
 *
 * @module
 */

/** What one member tells under its key. */
export interface Meta {
  readonly "phx_ref": string;
  readonly "phx_ref_prev"?: string;
  readonly [name: string]: unknown;
}

/** Members by key. */
export type PresenceState = Readonly<
  Record<string, { readonly metas: readonly Meta[] }>
>;

/** Who came and who went. */
export interface PresenceDiff {
  readonly joins: PresenceState;
  readonly leaves: PresenceState;
}

interface Entry {
  readonly key: string;
  meta: Meta;
}

/** See the top of the file. */
export class Presence {
  readonly #entries = new Map<object, Entry>();

  /** How many are tracked. */
  get size(): number {
    return this.#entries.size;
  }

  /** @returns Everybody. */
  state(): PresenceState {
    const state: Record<string, { metas: Meta[] }> = Object.create(null);
    for (const { key, meta } of this.#entries.values()) {
      (state[key] ??= { metas: [] }).metas.push(meta);
    }
    return state;
  }

  /**
   * @param member Who tells it.
   * @param key Its key.
   * @param payload What it tells.
   * @returns What changed.
   */
  track(
    member: object,
    key: string,
    payload: Readonly<Record<string, unknown>>,
  ): PresenceDiff {
    const known = this.#entries.get(member);
    const meta: Meta = {
      ...payload,
      "phx_ref": crypto.randomUUID(),
      ...(known === undefined ? {} : { "phx_ref_prev": known.meta.phx_ref }),
    };
    if (known === undefined) {
      this.#entries.set(member, { key, meta });
      return { joins: one(key, meta), leaves: {} };
    }
    const leaves = one(known.key, known.meta);
    known.meta = meta;
    return { joins: one(key, meta), leaves };
  }

  /**
   * @param member Who goes.
   * @returns What changed; nothing when it was not there.
   */
  untrack(member: object): PresenceDiff | undefined {
    const known = this.#entries.get(member);
    if (known === undefined) return undefined;
    this.#entries.delete(member);
    return { joins: {}, leaves: one(known.key, known.meta) };
  }

  /** @returns Whether it is tracked. */
  has(member: object): boolean {
    return this.#entries.has(member);
  }
}

function one(key: string, meta: Meta): PresenceState {
  // A key may have any name, `__proto__` too.
  return Object.assign(Object.create(null), { [key]: { metas: [meta] } });
}
