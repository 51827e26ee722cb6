/**
 * Collects settings from flags, environment and configuration file. A flag wins over the environment,
 * the environment over the file, the file over the default.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { parse as parseToml, TomlError } from "smol-toml";
import { ConfigError } from "./error.ts";
import type { Setting } from "./setting.ts";
import {
  type SettingName,
  settingNames,
  settings,
  type SettingValues,
  variableOf,
} from "./settings.ts";

/** What the world tells about settings. */
export interface Sources {
  /** Arguments after the subcommand. */
  readonly args: readonly string[];
  /** Reads an environment variable. */
  readonly env: (name: string) => string | undefined;
  /** Reads a whole text file; throws when it cannot, a `TypeError` when it is not UTF-8. */
  readonly readTextFile: (path: string) => string;
  /**
   * Subcommand that the arguments are of.
   *
   * @default {"start"}
   */
  readonly command?: string;
}

/** Where a value came from, weakest first. */
export const ranks = ["default", "file", "environment", "flag"] as const;

/** One of {@linkcode ranks}. */
export type Rank = (typeof ranks)[number];

/** Every setting, and where each came from. */
export interface Collected {
  readonly values: SettingValues;
  readonly ranks: Readonly<Record<SettingName, Rank>>;
}

/** Texts of one source, by setting; `where` names the place of a setting in that source. */
interface Source {
  readonly rank: Rank;
  readonly texts: ReadonlyMap<SettingName, readonly string[]>;
  where(flag: string): string;
}

function nameOf(flag: string): SettingName | undefined {
  return settingNames.find((name) => settings[name].flag === flag);
}

/** What the name of a flag stands for; `negated` when it is `no-` and the name of a switch. */
function flagOf(
  name: string,
): { setting: SettingName; negated: boolean } | undefined {
  const setting = nameOf(name);
  if (setting !== undefined) return { setting, negated: false };
  const positive = name.startsWith("no-") ? nameOf(name.slice(3)) : undefined;
  return positive !== undefined && settings[positive].negatable
    ? { setting: positive, negated: true }
    : undefined;
}

function readFlags(args: readonly string[], command: string): Source {
  const what = command === "start" ? "start" : `run ${command}`;
  const options = Object.fromEntries(settingNames.map((name) => {
    const { flag, short, value } = settings[name] as Setting<unknown>;
    const type = value === undefined ? "boolean" as const : "string" as const;
    return [flag, short === undefined ? { type } : { type, short }];
  }));
  const { tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const texts = new Map<SettingName, string[]>();
  for (const token of tokens) {
    if (token.kind === "positional") {
      throw new ConfigError(
        `Cannot ${what}: unknown argument ${
          quoted(token.value)
        }, see heliosdb-nano ${command} --help`,
      );
    }
    if (token.kind !== "option") continue;
    const found = flagOf(token.name);
    // `--no-docs=true` would be a riddle.
    if (found === undefined || (found.negated && token.value !== undefined)) {
      throw new ConfigError(
        `Cannot ${what}: unknown flag ${
          quoted(token.rawName)
        }, see heliosdb-nano ${command} --help`,
      );
    }
    const { setting: name, negated } = found;
    const setting: Setting<unknown> = settings[name];
    const text = token.value ??
      (setting.value === undefined ? String(!negated) : undefined);
    if (text === undefined) {
      throw new ConfigError(
        `Cannot ${what}: --${setting.flag} needs a value, ${setting.value}`,
      );
    }
    texts.set(name, [...texts.get(name) ?? [], text]);
  }
  return { rank: "flag", texts, where: (flag) => `--${flag}` };
}

function readEnvironment(env: Sources["env"]): Source {
  const texts = new Map<SettingName, string[]>();
  for (const name of settingNames) {
    const { flag, list } = settings[name] as Setting<unknown>;
    const text = env(variableOf(flag));
    // Empty is how a container file says "not set".
    if (text === undefined || text === "") continue;
    texts.set(name, list ? text.split(",").map((part) => part.trim()) : [text]);
  }
  return {
    rank: "environment",
    texts,
    where: (flag) => `$${variableOf(flag)}`,
  };
}

function readFile(path: string, readTextFile: Sources["readTextFile"]): Source {
  let table: Record<string, unknown>;
  try {
    table = parseToml(readTextFile(path));
  } catch (error) {
    // The parser's message shows the line, which may hold the password: only its place is told.
    const what = error instanceof TomlError
      ? `line ${error.line}, column ${error.column} is not valid TOML`
      : error instanceof TypeError
      ? "it is not UTF-8 text"
      : "it cannot be read";
    throw new ConfigError(
      `Cannot use configuration file ${quoted(path)}: ${what}`,
    );
  }
  const texts = new Map<SettingName, string[]>();
  for (const [key, value] of Object.entries(table)) {
    const name = nameOf(key);
    if (name === undefined || name === "config") {
      throw new ConfigError(
        `Cannot use configuration file ${quoted(path)}: unknown key ${
          quoted(key)
        }`,
      );
    }
    const items: unknown[] = settings[name].list && Array.isArray(value)
      ? value
      : [value];
    if (
      !items.every((item) =>
        ["string", "number", "bigint", "boolean"].includes(typeof item)
      )
    ) {
      throw new ConfigError(
        `Cannot use configuration file ${
          quoted(path)
        }: ${key} must be a plain value`,
      );
    }
    texts.set(name, items.map(String));
  }
  return { rank: "file", texts, where: (flag) => `${flag} in ${quoted(path)}` };
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

function parsed(
  setting: Setting<unknown>,
  texts: readonly string[],
  where: string,
): unknown {
  const values = texts.map((text) => {
    try {
      return setting.parse(text);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const shown = setting.secret ? "" : ` ${quoted(text)}`;
      throw new ConfigError(`Cannot use ${where}${shown}: it ${error.message}`);
    }
  });
  if (setting.list) return Object.freeze(values);
  if (values.length > 1) {
    throw new ConfigError(`Cannot use ${where}: it was given more than once`);
  }
  return values[0];
}

/**
 * Collects every setting.
 *
 * @param sources Arguments, environment and files.
 * @returns Values and where each came from.
 * @throws {ConfigError} When a flag or key is unknown, or a value is not valid.
 */
export function collect(sources: Sources): Collected {
  const flags = readFlags(sources.args, sources.command ?? "start");
  const environment = readEnvironment(sources.env);
  const path = flags.texts.get("config")?.at(-1) ??
    environment.texts.get("config")?.at(-1);
  const strongestFirst = path === undefined
    ? [flags, environment]
    : [flags, environment, readFile(path, sources.readTextFile)];

  const values: Record<string, unknown> = {};
  const from: Record<string, Rank> = {};
  for (const name of settingNames) {
    const setting: Setting<unknown> = settings[name];
    // Also the weaker ones are read, so that a mistake in them does not wait for its day.
    const given = strongestFirst.flatMap(({ rank, texts, where }) => {
      const found = texts.get(name);
      return found === undefined
        ? []
        : [{ rank, value: parsed(setting, found, where(setting.flag)) }];
    });
    values[name] = given[0] === undefined ? setting.default : given[0].value;
    from[name] = given[0]?.rank ?? "default";
  }
  return {
    values: values as SettingValues,
    ranks: from as Record<SettingName, Rank>,
  };
}
