/**
 * Passwords: which are taken, how they are kept, whether one is right.
 *
 * Argon2id (RFC 9106) in PHC string form, by `@node-rs/argon2`, which hashes off the main thread.
 * A password is normalised once, to NFKC (NIST SP 800-63B, 5.1.1.2), the same way whenever it is
 * set or checked; it is never cut.
 *
 * @module
 */

import { Algorithm, hash, verify } from "@node-rs/argon2";
import { Problem } from "../base/problem.ts";
import type { HashQueue } from "./hash_queue.ts";

/** Cost of one hash. */
export interface Argon2Cost {
  /** Memory in KiB (`m`). */
  memoryKib: number;
  /** Passes (`t`). */
  passes: number;
  /** Lanes (`p`). */
  lanes: number;
}

/** OWASP's first choice for Argon2id: 19 MiB, two passes, one lane. */
export const defaultArgon2Cost: Argon2Cost = {
  memoryKib: 19_456,
  passes: 2,
  lanes: 1,
};

/** Longest password in bytes of UTF-8; longer ones are refused before any work is done. */
export const maxPasswordBytes = 1024;

/** Most that a hash may cost (GoTrue's bounds): a stored string that asks for more is an attack on us. */
export const argon2Limits: Argon2Cost = {
  memoryKib: 1_048_576,
  passes: 20,
  lanes: 16,
};

/** Settings of {@linkcode Passwords}. */
export interface PasswordsOptions {
  /** Cost of new hashes. */
  cost: Argon2Cost;
  /** Least number of characters of a new password. */
  minLength: number;
  /** Where hashes wait for their turn. */
  queue: HashQueue;
}

/** How a check ended. */
export interface PasswordCheck {
  /** Whether the password is the right one. */
  readonly right: boolean;
  /** Whether the stored string was made with other costs than today's. */
  readonly outdated: boolean;
}

/** Takes, keeps and checks passwords. */
export class Passwords {
  readonly #cost: Argon2Cost;
  readonly #minLength: number;
  readonly #queue: HashQueue;
  readonly #dummy: Promise<string>;

  /**
   * @param options Cost, least length, queue.
   */
  constructor({ cost, minLength, queue }: PasswordsOptions) {
    this.#cost = cost;
    this.#minLength = minLength;
    this.#queue = queue;
    // Checked in place of a missing hash, so that an unknown account takes as long as a known one.
    this.#dummy = this.#hash(crypto.randomUUID());
    this.#dummy.catch(() => {}); // reported by the first check that needs it
  }

  /**
   * Refuses what cannot be anybody's password, before anything is counted or computed for it.
   *
   * @param password As it was typed.
   * @throws {Problem} `validation_failed`.
   */
  refuseMalformed(password: string): void {
    normalise(password);
  }

  /**
   * Refuses what may not become a password, before any work is done for it.
   *
   * @param password As it was typed.
   * @throws {Problem} `validation_failed`, `weak_password`.
   */
  refuseWeak(password: string): void {
    if ([...normalise(password)].length < this.#minLength) {
      throw new Problem(
        "weak_password",
        `Password must be at least ${this.#minLength} characters`,
      );
    }
  }

  /**
   * Makes the string that is kept of a password.
   *
   * @param password As it was typed; a new one went through {@linkcode Passwords.refuseWeak}.
   * @returns PHC string, `$argon2id$v=19$m=…,t=…,p=…$salt$hash`, with today's cost and a new salt.
   * @throws {Problem} `validation_failed`, `server_busy`.
   */
  async create(password: string): Promise<string> {
    const normal = normalise(password);
    return await this.#queue.run(() => this.#hash(normal));
  }

  /**
   * Checks a password in the same time whether or not there is something to check it against.
   *
   * @param password As it was typed.
   * @param stored PHC string; empty, unknown or unreasonable ones are never right.
   * @param admit Called before the hash starts, see {@linkcode HashQueue.run}.
   * @returns Whether it is right and whether the stored string should be replaced.
   * @throws {Problem} `validation_failed`, `server_busy`, or what `admit` threw.
   */
  async check(
    password: string,
    stored: string | undefined,
    admit: () => void,
  ): Promise<PasswordCheck> {
    const normal = normalise(password);
    const cost = stored === undefined ? null : storedCost(stored);
    const against = cost === null ? await this.#dummy : stored!;
    const matches = await this.#queue.run(
      () => verify(against, normal).catch(() => false),
      admit,
    );
    return {
      right: matches && cost !== null,
      outdated: cost !== null && (cost.memoryKib !== this.#cost.memoryKib ||
        cost.passes !== this.#cost.passes || cost.lanes !== this.#cost.lanes),
    };
  }

  #hash(normal: string): Promise<string> {
    const { memoryKib, passes, lanes } = this.#cost;
    // The package's const enum is not visible under isolated modules: 2 is Argon2id.
    return hash(normal, {
      algorithm: 2 satisfies Algorithm.Argon2id,
      memoryCost: memoryKib,
      timeCost: passes,
      parallelism: lanes,
    });
  }
}

/** NFKC; refuses what cannot be a password at all. */
function normalise(password: string): string {
  // Length first: normalising is work too.
  if (password.length > maxPasswordBytes) throw tooLong();
  if (!password.isWellFormed() || password.includes("\0")) {
    throw new Problem(
      "validation_failed",
      "Password must be text without NUL characters",
    );
  }
  const normal = password.normalize("NFKC");
  if (new TextEncoder().encode(normal).length > maxPasswordBytes) {
    throw tooLong();
  }
  return normal;
}

function tooLong(): Problem {
  return new Problem(
    "validation_failed",
    `Password must be at most ${maxPasswordBytes} bytes`,
  );
}

const phcString =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,3})\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{22,86}$/;

/** Reads the cost out of a stored string; `null` if it is none of ours or asks for too much. */
function storedCost(stored: string): Argon2Cost | null {
  const match = phcString.exec(stored);
  if (match === null) return null;
  const cost = {
    memoryKib: Number(match[1]),
    passes: Number(match[2]),
    lanes: Number(match[3]),
  };
  const bounded = cost.memoryKib <= argon2Limits.memoryKib &&
    cost.passes <= argon2Limits.passes &&
    cost.lanes <= argon2Limits.lanes;
  return bounded ? cost : null;
}
