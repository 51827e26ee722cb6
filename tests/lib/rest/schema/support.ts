/**
 * Databases with the fixture's schema, and pictures as data that can be compared.
 *
 * @module
 */

import postgres from "postgres";
import type {
  Queryable,
  Session,
  SqlValue,
} from "../../../../lib/engine/engine.ts";
import type {
  Relation,
  Relationship,
  SchemaPicture,
} from "../../../../lib/rest/schema/picture.ts";
import { type TestEngine, testEngine } from "../../engine/session/support.ts";

/** An engine and a session of it that sees everything. */
export interface RestDatabase extends TestEngine {
  readonly session: Session;
  /** Runs statements as a client does. */
  run(sql: string): Promise<void>;
}

/** @returns The statements of the fixture. */
export async function fixture(): Promise<string> {
  return await Deno.readTextFile(new URL("fixture.sql", import.meta.url));
}

/**
 * @param sql Statements to begin with.
 * @returns The engine; dispose of it at the end.
 */
export async function restDatabase(sql: string): Promise<RestDatabase> {
  const engine = await testEngine();
  const client = engine.client();
  const run = async (text: string) => {
    await client.run(text);
  };
  try {
    await run(sql);
  } catch (error) {
    await engine[Symbol.asyncDispose]();
    throw error;
  }
  const session = engine.engine.session({ role: "postgres" });
  return { ...engine, session, run };
}

/**
 * @param sql A client of a PostgreSQL server.
 * @returns The same as the engine's sessions.
 */
export function queryable(sql: postgres.Sql): Queryable {
  return {
    async query(text: string, params: readonly SqlValue[] = []) {
      const rows = await sql.unsafe(
        text,
        params as postgres.ParameterOrJSON<
          never
        >[],
      ).values();
      return {
        columns: rows.columns.map(({ name }) => ({ name, type: null })),
        rows: rows as unknown as SqlValue[][],
        rowCount: rows.length,
      };
    },
  };
}

/**
 * @param picture Picture.
 * @returns It as plain data, without the numbers of objects.
 */
export function plain(picture: SchemaPicture): unknown {
  const relations = new Set<Relation>();
  for (const schema of picture.schemas.values()) {
    for (const each of schema.relations.values()) relations.add(each);
  }
  const top = new Set<unknown>();
  const text = JSON.stringify(
    picture,
    function (key, value) {
      if (key === "oid") return undefined;
      if (value instanceof Map) return { map: [...value] };
      if (relations.has(value as Relation)) {
        if (top.has(value)) return (value as Relation).name;
        top.add(value);
      }
      return value;
    },
  );
  return JSON.parse(text);
}

/**
 * @param each Relationship.
 * @returns One line that says what it is.
 */
export function line(each: Relationship): string {
  const { from, to, cardinality, constraint, columns, computed } = each;
  const pairs = columns.map(([one, other]) => `${one}=${other}`).join(",");
  return [
    `${from.name} -> ${to.name}`,
    cardinality,
    computed === undefined ? constraint : `${constraint}()`,
    ...(pairs === "" ? [] : [pairs]),
  ].join(" ");
}
