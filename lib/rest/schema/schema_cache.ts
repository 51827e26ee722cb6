/**
 * Keeps the picture of the exposed schemas as new as the schema.
 *
 * The engine's version of the schema is compared at each request, so that no request sees what was before a
 * definition whose change has been acknowledged. One load runs at a time; who comes meanwhile waits for it. Only
 * the last picture is kept.
 *
 * @module
 */

import type { Log } from "../../base/log.ts";
import type { Engine, Queryable } from "../../engine/engine.ts";
import { loadPicture } from "./load_picture.ts";
import type { SchemaPicture } from "./picture.ts";

/** Settings of {@linkcode SchemaCache}. */
export interface SchemaCacheOptions {
  readonly engine: Pick<Engine, "session" | "schemaVersion">;
  /** Names of the exposed schemas, the one used without a profile first. */
  readonly schemas: readonly string[];
  readonly log: Log;
  /**
   * Loads a picture.
   *
   * @default {loadPicture}
   */
  readonly load?: typeof loadPicture;
}

/** A picture and the version of the schema that it shows. */
interface Loaded {
  readonly version: unknown;
  readonly picture: SchemaPicture;
}

/** Loads that definitions may spoil before one is made in a transaction, which keeps definitions out. */
const mostSpoiled = 2;

/** See the top of the file. */
export class SchemaCache {
  readonly #engine: SchemaCacheOptions["engine"];
  readonly #schemas: readonly string[];
  readonly #log: Log;
  readonly #load: typeof loadPicture;
  #loaded: Loaded | undefined;
  #loading: Promise<Loaded> | undefined;

  /**
   * @param options Engine and schemas.
   */
  constructor(
    { engine, schemas, log, load = loadPicture }: SchemaCacheOptions,
  ) {
    this.#engine = engine;
    this.#schemas = schemas;
    this.#log = log;
    this.#load = load;
  }

  /**
   * @returns The picture of the schema as it is now; at once unless it has changed.
   * @throws {EngineError} When it cannot be loaded; the next request tries again.
   */
  current(): SchemaPicture | Promise<SchemaPicture> {
    const version = this.#engine.schemaVersion();
    return this.#loaded !== undefined && this.#loaded.version === version
      ? this.#loaded.picture
      : this.#reload(version);
  }

  /** @param version Version when the request came. */
  async #reload(version: unknown): Promise<SchemaPicture> {
    const running = this.#loading;
    if (running !== undefined) {
      const { picture, version: loaded } = await running;
      // What began before the request came may end with what was before it.
      if (loaded === version || loaded === this.#engine.schemaVersion()) {
        return picture;
      }
    }
    this.#loading ??= this.#begin();
    return (await this.#loading).picture;
  }

  #begin(): Promise<Loaded> {
    return this.#loadOne().then((loaded) => this.#loaded = loaded).catch(
      (error) => {
        this.#log.error("schema_load_failed", {
          code: error instanceof Error && "sqlState" in error
            ? String(error.sqlState)
            : undefined,
        });
        throw error;
      },
    ).finally(() => this.#loading = undefined);
  }

  async #loadOne(): Promise<Loaded> {
    const session = this.#engine.session({ role: "postgres" });
    for (let spoiled = 0; spoiled < mostSpoiled; spoiled++) {
      const loaded = await this.#attempt(session);
      // Each query sees its own moment; if nothing changed between first and last, they all saw the same.
      if (loaded.version === this.#engine.schemaVersion()) return loaded;
    }
    const loaded = await session.transaction((tx) => this.#attempt(tx));
    // Others may share the transaction's commit, so that which version it saw cannot be told.
    return { picture: loaded.picture, version: Symbol("unknown") };
  }

  async #attempt(db: Queryable): Promise<Loaded> {
    const version = this.#engine.schemaVersion();
    return { version, picture: await this.#load(db, this.#schemas) };
  }
}
