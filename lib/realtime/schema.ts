/**
 * What policies of private channels are written on: `realtime.messages` and `realtime.topic()`, as Supabase has
 * them.
 *
 * They are an operator's like any other table, so that policies can be made; the program makes them when they are
 * not there.
 *
 * @module
 */

import type { Engine } from "../engine/engine.ts";

const statements: readonly string[] = [
  "CREATE SCHEMA IF NOT EXISTS realtime",
  `CREATE TABLE IF NOT EXISTS realtime.messages (
    id uuid NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY,
    topic text NOT NULL,
    extension text NOT NULL,
    payload jsonb,
    event text,
    private boolean DEFAULT false,
    updated_at timestamp NOT NULL DEFAULT now(),
    inserted_at timestamp NOT NULL DEFAULT now()
  )`,
  "ALTER TABLE realtime.messages ENABLE ROW LEVEL SECURITY",
  `CREATE OR REPLACE FUNCTION realtime.topic() RETURNS text
    LANGUAGE sql STABLE
    AS $$ SELECT nullif(current_setting('realtime.topic', true), '') $$`,
  "GRANT USAGE ON SCHEMA realtime TO anon, authenticated, service_role",
  "GRANT SELECT, INSERT, UPDATE ON realtime.messages TO anon, authenticated, service_role",
];

/**
 * Makes schema `realtime` if `realtime.messages` is not there.
 *
 * @param engine The database.
 */
export async function prepareMessages(
  engine: Pick<Engine, "session">,
): Promise<void> {
  // With claims it is the operator who asks, not the program: what it makes is open to be changed.
  const operator = engine.session({ role: "postgres", claims: {} });
  const { rows: [row] } = await operator.query(
    "SELECT to_regclass('realtime.messages') IS NOT NULL",
  );
  if (row?.[0] === true) return;
  await operator.transaction(async (tx) => {
    for (const statement of statements) await tx.query(statement);
  });
}
