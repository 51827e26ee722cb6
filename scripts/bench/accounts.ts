/**
 * The users of the benchmark.
 *
 * @module
 */

import type { Account } from "./load_job.ts";

/** An account with a session. */
export interface SignedUp {
  readonly account: Account;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly user: unknown;
}

/**
 * Signs users up.
 *
 * @param port Where the server listens.
 * @param count How many; sign-ups of one address are throttled, 200 an hour by default.
 * @param headers Other header fields to send.
 * @returns The users.
 */
export async function signUp(
  port: number,
  count: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<SignedUp[]> {
  const users: SignedUp[] = [];
  for (let i = 0; i < count; i++) {
    const account = {
      email: `bench-${i}@example.com`,
      password: crypto.randomUUID(),
    };
    const answer = await fetch(`http://127.0.0.1:${port}/auth/v1/signup`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify(account),
    });
    const body = await answer.json();
    if (answer.status !== 200) {
      throw new Error(
        `Cannot sign up: the answer was ${answer.status} (${body.error})`,
      );
    }
    users.push({
      account,
      accessToken: body.access_token,
      refreshToken: body.refresh_token,
      user: body.user,
    });
  }
  return users;
}
