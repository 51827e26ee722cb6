/** What the settings allow, the auth server computes: else accounts could never sign in again. */
import { equal, throws } from "node:assert/strict";
import { HashQueue } from "../../../lib/auth/hash_queue.ts";
import {
  type Argon2Cost,
  argon2Limits,
  Passwords,
} from "../../../lib/auth/passwords.ts";
import { settings } from "../../../lib/config/settings.ts";

for (
  const [setting, limit] of [
    [settings.argon2MemoryKib, argon2Limits.memoryKib],
    [settings.argon2Passes, argon2Limits.passes],
    [settings.argon2Lanes, argon2Limits.lanes],
  ] as const
) {
  Deno.test(`--${setting.flag} reaches up to what is computed and no further`, () => {
    equal(setting.parse(String(limit)), limit);
    throws(() => setting.parse(String(limit + 1)), RangeError);
  });
}

const least: Argon2Cost = { memoryKib: 8192, passes: 1, lanes: 1 };
const extremes: Argon2Cost[] = [
  least,
  { ...least, passes: argon2Limits.passes },
  { ...least, lanes: argon2Limits.lanes },
];
for (const cost of extremes) {
  Deno.test(`Passwords checks what it made with ${JSON.stringify(cost)}, as settings allow`, async () => {
    settings.argon2MemoryKib.parse(String(cost.memoryKib));
    throws(
      () => settings.argon2MemoryKib.parse(String(least.memoryKib - 1)),
      RangeError,
    );
    const passwords = new Passwords({
      cost,
      minLength: 6,
      queue: new HashQueue({ permits: 1, capacity: 10 }),
    });
    const stored = await passwords.create("hunter2!");
    const { right, outdated } = await passwords.check(
      "hunter2!",
      stored,
      () => {},
    );
    equal(right, true);
    equal(outdated, false);
  });
}
