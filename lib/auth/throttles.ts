/**
 * The throttles of the auth server: which calls are counted, by what, up to how many.
 *
 * Nobody can lock out somebody else: wrong passwords count against the pair of account and address,
 * and against the address, never against the account alone.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import { addressKey } from "../base/network_address.ts";
import { Problem } from "../base/problem.ts";
import { RateLimit } from "../base/rate_limit.ts";

/** Limits; each is a number of events. */
export interface ThrottleLimits {
  /** Well-formed sign-ups of one address in an hour. */
  readonly signUpsPerHour: number;
  /** Wrong passwords for one account from one address in five minutes. */
  readonly failuresPerAccount: number;
  /** Wrong passwords from one address, whatever the account, in five minutes. */
  readonly failuresPerAddress: number;
  /** OAuth flows begun by one address in five minutes. */
  readonly flowsPerAddress: number;
}

/** Limits that leave a hundred users behind one address in peace. */
export const defaultThrottleLimits: ThrottleLimits = {
  signUpsPerHour: 200,
  failuresPerAccount: 20,
  failuresPerAddress: 300,
  flowsPerAddress: 300,
};

const fiveMinutes = 5 * 60_000;
const hour = 60 * 60_000;

/** A sign-in that was counted as if it would fail. */
export interface CountedAttempt {
  /** Takes the count back, for the password was right. */
  succeeded(): void;
}

/** Counts what strangers do. */
export class Throttles {
  readonly #signUps: RateLimit;
  readonly #account: RateLimit;
  readonly #address: RateLimit;
  readonly #flows: RateLimit;

  /**
   * @param limits Numbers of events.
   * @param clock Source of the time.
   */
  constructor(limits: ThrottleLimits, clock: Clock) {
    this.#signUps = new RateLimit({
      limit: limits.signUpsPerHour,
      windowMs: hour,
      clock,
    });
    this.#account = new RateLimit({
      limit: limits.failuresPerAccount,
      windowMs: fiveMinutes,
      clock,
    });
    this.#address = new RateLimit({
      limit: limits.failuresPerAddress,
      windowMs: fiveMinutes,
      clock,
    });
    this.#flows = new RateLimit({
      limit: limits.flowsPerAddress,
      windowMs: fiveMinutes,
      clock,
    });
  }

  /**
   * Counts a sign-up.
   *
   * @param address Client address.
   * @throws {Problem} `over_request_rate_limit`.
   */
  signUp(address: string): void {
    refuseIf(this.#signUps.take(addressKey(address)));
  }

  /**
   * Counts the beginning of an OAuth flow.
   *
   * @param address Client address.
   * @throws {Problem} `over_request_rate_limit`.
   */
  oauthFlow(address: string): void {
    refuseIf(this.#flows.take(addressKey(address)));
  }

  /**
   * Refuses at once an attempt that would be refused at its turn anyway. Counts nothing.
   *
   * @param accountKey Canonical key of the e-mail address.
   * @param address Client address.
   * @throws {Problem} `over_request_rate_limit`.
   */
  foreseeSignIn(accountKey: string, address: string): void {
    const place = addressKey(address);
    refuseIf(
      Math.max(
        this.#account.wait(`${place} ${accountKey}`),
        this.#address.wait(place),
      ),
    );
  }

  /**
   * Counts an attempt before its password is checked, so that a burst cannot slip in.
   *
   * @param accountKey Canonical key of the e-mail address.
   * @param address Client address.
   * @returns Takes the count back.
   * @throws {Problem} `over_request_rate_limit`.
   */
  signIn(accountKey: string, address: string): CountedAttempt {
    const place = addressKey(address);
    const pair = `${place} ${accountKey}`;
    refuseIf(this.#account.take(pair));
    const wait = this.#address.take(place);
    if (wait > 0) {
      this.#account.giveBack(pair);
      refuseIf(wait);
    }
    return {
      succeeded: () => {
        this.#account.giveBack(pair);
        this.#address.giveBack(place);
      },
    };
  }
}

function refuseIf(waitSeconds: number): void {
  if (waitSeconds === 0) return;
  throw new Problem(
    "over_request_rate_limit",
    `Too many requests: try again in ${waitSeconds} seconds`,
    {
      retryAfter: waitSeconds,
    },
  );
}
