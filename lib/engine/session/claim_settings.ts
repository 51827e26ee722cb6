/**
 * Claims as settings, as PostgREST gives them: all of them as JSON in `request.jwt.claims`, and each one
 * by itself as `request.jwt.claim.<name>` and `jwt.<name>`.
 *
 * They are made when somebody reads them: most statements read one of them or none.
 *
 * @module
 */

const whole = "request.jwt.claims";
const prefixes = ["request.jwt.claim.", "jwt."] as const;

/** See the top of the file. */
export class ClaimSettings {
  readonly #claims: Readonly<Record<string, unknown>>;
  readonly #known = new Map<string, string | undefined>();

  /**
   * @param claims Claims by name.
   */
  constructor(claims: Readonly<Record<string, unknown>>) {
    this.#claims = claims;
  }

  /**
   * @param key Lower-case name of a setting.
   * @returns Its value; nothing when no claim gives it.
   */
  get(key: string): string | undefined {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const text = key === whole
      ? JSON.stringify(this.#claims)
      : this.#single(key);
    if (text !== undefined) this.#known.set(key, text);
    return text;
  }

  #single(key: string): string | undefined {
    const prefix = prefixes.find((each) => key.startsWith(each));
    if (prefix === undefined) return undefined;
    const wanted = key.slice(prefix.length);
    // Names of settings have no case, claims have: `sub` was checked, `Sub` is anybody's.
    const name = Object.hasOwn(this.#claims, wanted)
      ? wanted
      : Object.keys(this.#claims).findLast((each) =>
        each.toLowerCase() === wanted
      );
    if (name === undefined) return undefined;
    const value = this.#claims[name];
    return typeof value === "string" ? value : JSON.stringify(value);
  }
}
