import { deepEqual, equal } from "node:assert/strict";
import fc from "fast-check";
import type { Session } from "../../../../lib/engine/engine.ts";
import { counting, withEngine } from "./support.ts";

/** How a transfer between two accounts ends. */
const endings = [
  "well",
  "well",
  "well",
  "throws",
  "violates",
  "overdraws",
  "stopped",
  "two statements",
] as const;

interface Transfer {
  from: number;
  to: number;
  amount: number;
  ending: (typeof endings)[number];
}

const accounts = 4;
const start = 100;

async function transfer(
  session: Session,
  { from, to, amount, ending }: Transfer,
): Promise<void> {
  await session.transaction(async (tx) => {
    const taken = await tx.query(
      "UPDATE accounts SET balance = balance - $2 WHERE id = $1 AND balance >= $2 RETURNING balance",
      [from, amount],
    );
    if (taken.rowCount === 0) throw new Error("not enough");
    if (ending === "throws") throw new Error("changed my mind");
    if (ending === "violates") {
      await tx.query("INSERT INTO accounts VALUES ($1, 0)", [from]);
    }
    if (ending === "overdraws") {
      await tx.query("UPDATE accounts SET balance = -1 WHERE id = $1", [to]);
    }
    if (ending === "stopped") {
      await tx.query(`INSERT INTO accounts (balance) ${counting}`, [1e15], {
        timeoutMs: 3,
      });
    }
    const give = () =>
      tx.query("UPDATE accounts SET balance = balance + $2 WHERE id = $1", [
        to,
        amount,
      ]);
    if (ending !== "two statements") return await give();
    return await Promise.all([give(), tx.query("SELECT 1")]);
  });
}

Deno.test("Session.transaction() keeps exactly what it acknowledged when many write at once", async () => {
  const transfers = fc.array(
    fc.record({
      from: fc.integer({ min: 1, max: accounts }),
      to: fc.integer({ min: 1, max: accounts }),
      amount: fc.integer({ min: 1, max: 60 }),
      ending: fc.constantFrom(...endings),
    }),
    { minLength: 1, maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(transfers, { minLength: 1, maxLength: 8 }),
      async (clients) => {
        await withEngine(async ({ session }) => {
          await session.query(
            "CREATE TABLE accounts (id integer PRIMARY KEY, balance integer CHECK (balance >= 0))",
          );
          const model = new Map<number, number>();
          for (let id = 1; id <= accounts; id++) {
            await session.query("INSERT INTO accounts VALUES ($1, $2)", [
              id,
              start,
            ]);
            model.set(id, start);
          }
          await Promise.all(clients.map(async (list) => {
            for (const each of list) {
              try {
                await transfer(session, each);
              } catch {
                continue;
              }
              const { from, to, amount } = each;
              model.set(from, (model.get(from) ?? 0) - amount);
              model.set(to, (model.get(to) ?? 0) + amount);
            }
          }));
          const { rows } = await session.query(
            "SELECT id, balance FROM accounts ORDER BY id",
          );
          deepEqual(rows, [...model]);
          equal(
            rows.reduce((sum, [, balance]) => sum + Number(balance), 0),
            accounts * start,
          );
        });
      },
    ),
    { numRuns: 25 },
  );
});
