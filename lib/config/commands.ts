/**
 * What the subcommands `keys` and `doctor` were told. They take every flag of `start`, so that one
 * command line or configuration file serves all three, and flags of their own.
 *
 * @module
 */

import { ConfigError } from "./error.ts";
import { devJwtSecret, readJwt } from "./jwt_secret.ts";
import { integer } from "./parse.ts";
import { collect, type Sources } from "./sources.ts";
import type { JwtConfig } from "./types.ts";

/** What `keys` was told. */
export interface KeysConfig {
  readonly jwt: JwtConfig;
  /** How long the keys live. */
  readonly lifetimeSeconds: number;
  readonly json: boolean;
}

/** What `doctor` was told. */
export interface DoctorConfig {
  /** Data directory. */
  readonly path: string;
  /** Schemas that `/rest/v1` serves. */
  readonly schemas: readonly string[];
  /** Whether `/rest/v1` is switched off. */
  readonly restOff: boolean;
  /** Whether everybody knows the key that signs tokens. */
  readonly secretIsKnown: boolean;
  readonly json: boolean;
}

const daySeconds = 86_400;
const days = integer(1, 36_500);

/** Ten years, as the keys of Supabase. */
const keyDays = 3650;

/** Takes the switch `--json` out of the arguments. */
function takeJson(
  args: readonly string[],
): { json: boolean; rest: readonly string[] } {
  const rest = args.filter((arg) => arg !== "--json");
  return { json: rest.length < args.length, rest };
}

/** Takes `--expires DAYS` out of the arguments. */
function takeExpires(
  args: readonly string[],
): { expires: number; rest: readonly string[] } {
  const rest: string[] = [];
  let text: string | undefined;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg !== "--expires" && !arg.startsWith("--expires=")) {
      rest.push(arg);
      continue;
    }
    if (text !== undefined) {
      throw new ConfigError(
        "Cannot use --expires: it was given more than once",
      );
    }
    text = arg === "--expires" ? args[++i] ?? "" : arg.slice(10);
  }
  if (text === undefined) return { expires: keyDays, rest };
  try {
    return { expires: days(text), rest };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ConfigError(`Cannot use --expires: it ${error.message} days`);
  }
}

/**
 * @param sources Arguments, environment and files.
 * @returns What `keys` was told.
 * @throws {ConfigError} One sentence about the first thing that cannot be; the secret is judged as
 *   `start` judges it.
 */
export function readKeysConfig(sources: Sources): KeysConfig {
  const { json, rest } = takeJson(sources.args);
  const { expires, rest: args } = takeExpires(rest);
  const { values } = collect({ ...sources, args, command: "keys" });
  return {
    jwt: readJwt(values, sources.env),
    lifetimeSeconds: expires * daySeconds,
    json,
  };
}

/**
 * @param sources Arguments, environment and files.
 * @returns What `doctor` was told.
 * @throws {ConfigError} One sentence about the first thing that cannot be.
 */
export function readDoctorConfig(sources: Sources): DoctorConfig {
  const { json, rest: args } = takeJson(sources.args);
  const { values } = collect({ ...sources, args, command: "doctor" });
  if (values.memory || values.dataDir === undefined) {
    throw new ConfigError(
      "Cannot examine a database without a place: give --data-dir DIR; one in memory is seen by its own server alone",
    );
  }
  return {
    path: values.dataDir,
    schemas: [...new Set(values.restSchema)],
    restOff: values.noRestApi,
    secretIsKnown: (sources.env("JWT_SECRET") ?? devJwtSecret) === devJwtSecret,
    json,
  };
}
