/**
 * What policies of private channels are written on: `realtime.messages` and `realtime.topic()`, as Supabase has
 * them.
 *
 * @module
 */

import type { Migration } from "../engine/engine.ts";

/** The history of schema `realtime`, oldest first. */
export const realtimeMigrations: readonly Migration[] = [
  {
    name: "realtime/001-messages",
    statements: [
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
    ],
  },
];
