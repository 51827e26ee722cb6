/**
 * The refresh state machine against a model, in random order: a token works once; a used one that
 * comes again ends its family and no other; signing out ends a family; no token ever comes back.
 */
import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import { type AuthApp, authApp } from "../../support/auth_app.ts";

interface Family {
  tokens: string[];
  ended: boolean;
}

type Step =
  | { kind: "sign in" }
  | { kind: "refresh"; family: number; token: number }
  | { kind: "burst"; family: number; size: number }
  | { kind: "sign out"; family: number; token: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("sign in" as const) }),
  },
  {
    weight: 6,
    // Mostly the newest token, sometimes an older one.
    arbitrary: fc.record({
      kind: fc.constant("refresh" as const),
      family: fc.nat(9),
      token: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, {
        weight: 1,
        arbitrary: fc.nat(3),
      }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("burst" as const),
      family: fc.nat(9),
      size: fc.integer({ min: 2, max: 6 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("sign out" as const),
      family: fc.nat(9),
      token: fc.nat(3),
    }),
  },
);

const refresh = (app: AuthApp, token: string) =>
  app.send("POST /auth/v1/refresh", { body: { refresh_token: token } });

/** The token `back` places before the newest one. */
function pick(
  { tokens }: Family,
  back: number,
): { token: string; newest: boolean } {
  const index = Math.max(0, tokens.length - 1 - back);
  return { token: tokens[index]!, newest: index === tokens.length - 1 };
}

async function play(
  app: AuthApp,
  families: Family[],
  step: Step,
): Promise<void> {
  app.clock.advance(1); // each step arrives after the one before was committed
  if (step.kind === "sign in") {
    const body = { email: "alice@example.com", password: "hunter2!" };
    const { json } = await app.send("POST /auth/v1/token", { body });
    families.push({ tokens: [json.refresh_token], ended: false });
    return;
  }
  const family = families[step.family % families.length]!;
  if (step.kind === "burst") {
    const { token } = pick(family, 0);
    const answers = await Promise.all(
      Array.from({ length: step.size }, () => refresh(app, token)),
    );
    const won = answers.filter(({ status }) => status === 200);
    equal(won.length, family.ended ? 0 : 1);
    if (!family.ended) family.tokens.push(won[0]!.json.refresh_token);
    return;
  }
  const { token, newest } = pick(family, step.token);
  if (step.kind === "sign out") {
    equal(
      (await app.send("POST /auth/v1/logout", {
        body: { refresh_token: token },
      })).status,
      204,
    );
    family.ended = true;
    return;
  }
  const { status, json } = await refresh(app, token);
  equal(status, newest && !family.ended ? 200 : 401);
  if (status === 200) family.tokens.push(json.refresh_token);
  else if (!newest) family.ended = true;
}

Deno.test("refresh() behaves as its model under any order of steps", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: 40 }),
      async (steps) => {
        await using app = await authApp({
          sessionLimits: {
            refreshMs: 86_400_000,
            sessionMs: 86_400_000,
            perUser: 1000,
          },
        });
        const families: Family[] = [{
          tokens: [(await app.signUp()).refresh_token],
          ended: false,
        }];
        for (const step of steps) await play(app, families, step);

        const open = await app.sql(
          "SELECT id FROM _auth_sessions WHERE ended_at IS NULL",
        );
        equal(open.length, families.filter(({ ended }) => !ended).length);
        const children = await app.sql(
          "SELECT parent_hash FROM _auth_refresh_tokens WHERE parent_hash IS NOT NULL GROUP BY parent_hash HAVING count(*) > 1",
        );
        deepEqual(children, [], "a token with two successors");
        app.clock.advance(1);
        for (const { tokens, ended } of families) {
          equal((await refresh(app, tokens.at(-1)!)).status, ended ? 401 : 200);
        }
      },
    ),
    { numRuns: 25 },
  );
});
