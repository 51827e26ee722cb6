import { equal } from "node:assert/strict";
import { testEngine } from "./support.ts";

const violated = (name: string) =>
  `23503 insert or update on table "child" violates foreign key constraint "child_${name}_fkey"`;

Deno.test("SET CONSTRAINTS says when foreign keys are checked", async () => {
  await using engine = await testEngine();
  const client = engine.client();
  await client.run(
    `CREATE TABLE parent (id int PRIMARY KEY);
    CREATE TABLE child (id int PRIMARY KEY,
      late int REFERENCES parent DEFERRABLE INITIALLY DEFERRED,
      soon int REFERENCES parent DEFERRABLE, fixed int REFERENCES parent)`,
  );
  const cases: [string[], string][] = [
    [
      ["SET CONSTRAINTS ALL IMMEDIATE", "INSERT INTO child VALUES (1, 5)"],
      violated("late"),
    ],
    [
      ["INSERT INTO child VALUES (1, 5)", "SET CONSTRAINTS ALL IMMEDIATE"],
      violated("late"),
    ],
    [
      ["SET CONSTRAINTS ALL DEFERRED", "INSERT INTO child VALUES (1, 5, 5)"],
      "no error",
    ],
    [
      [
        "SET CONSTRAINTS ALL DEFERRED",
        "INSERT INTO child VALUES (1, NULL, NULL, 5)",
      ],
      violated("fixed"),
    ],
    [
      [
        "SET CONSTRAINTS child_soon_fkey DEFERRED",
        "INSERT INTO child VALUES (1, 5, 5)",
        "SET CONSTRAINTS child_soon_fkey IMMEDIATE",
      ],
      violated("soon"),
    ],
    [
      [
        "SAVEPOINT s",
        "SET CONSTRAINTS ALL IMMEDIATE",
        "ROLLBACK TO s",
        "INSERT INTO child VALUES (1, 5)",
      ],
      "no error",
    ],
    [
      [
        "SAVEPOINT s",
        "SET CONSTRAINTS ALL DEFERRED",
        "ROLLBACK TO s",
        "INSERT INTO child VALUES (1, NULL, 5)",
      ],
      violated("soon"),
    ],
    [
      [
        "SAVEPOINT s",
        "SET CONSTRAINTS ALL IMMEDIATE",
        "RELEASE s",
        "INSERT INTO child VALUES (1, 5)",
      ],
      violated("late"),
    ],
    [
      ["SET CONSTRAINTS child_fixed_fkey DEFERRED"],
      '42809 constraint "child_fixed_fkey" is not deferrable',
    ],
    [
      ["SET CONSTRAINTS nosuch DEFERRED"],
      '42704 constraint "nosuch" does not exist',
    ],
  ];
  for (const [statements, expected] of cases) {
    await client.run("BEGIN");
    let outcome = "no error";
    for (const statement of statements) {
      outcome = await client.error(statement);
    }
    equal(outcome, expected, statements.join("; "));
    await client.run("ROLLBACK");
  }
});
