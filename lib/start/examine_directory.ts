/**
 * Opens a data directory for `doctor`, and nothing that is none: looking must not make one.
 *
 * @module
 */

import { join } from "node:path";
import type { DoctorConfig } from "../config.ts";
import type { Engine } from "../engine/engine.ts";
import { directoryInUse } from "../engine/sqlite/data_directory.ts";
import { examine, type Finding } from "../rest/doctor.ts";

/**
 * @param config Directory, schemas, what is known of the secret.
 * @param open Opens the engine.
 * @returns What was found.
 * @throws {Error} When it cannot be opened; the sentence says what to do.
 */
export async function examineDirectory(
  config: DoctorConfig,
  open: (path: string) => Promise<Engine>,
): Promise<Finding[]> {
  const { path, secretIsKnown } = config;
  if (!await holdsDatabase(path)) {
    throw new Error(
      `Cannot examine ${
        JSON.stringify(path)
      }: there is no database in it, give --data-dir the directory of one`,
    );
  }
  let engine: Engine;
  try {
    engine = await open(path);
  } catch (error) {
    throw inUse(error) ?? error;
  }
  try {
    return await examine(engine.session({ role: "postgres" }), {
      schemas: config.restOff ? [] : config.schemas,
      secretIsKnown,
    });
  } finally {
    await engine.close();
  }
}

async function holdsDatabase(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(join(path, "heliosdb.db"))).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function inUse(error: unknown): Error | undefined {
  if (!(error instanceof Error) || error.name !== directoryInUse) return;
  return new Error(
    `${error.message}; or ask the server itself: its log names each open table as rest.table_open`,
    { cause: error },
  );
}
