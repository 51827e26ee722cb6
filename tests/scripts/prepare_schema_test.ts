import { deepEqual } from "node:assert/strict";
import { authMigrations } from "../../lib/auth/schema.ts";
import { prepareStep } from "../../scripts/prepare_schema.ts";

Deno.test("prepareStep() finds what lib/auth/first_tables.json says; else run `deno task schema`", async () => {
  const [first] = authMigrations;
  if (first === undefined) throw new Error("no first step");

  deepEqual(await prepareStep(first), first.prepared);
});
