/**
 * The cases of `tests/corpora/rest`: requests with what PostgREST answers to them, as data.
 *
 * @module
 */

import { deepStrictEqual } from "node:assert";
import type { RestConfig } from "../../lib/config.ts";
import type { RestApp, RestTestAnswer } from "./rest_app.ts";

/** One case. What is not said is not compared. */
export interface RestCase {
  readonly name: string;
  /** Method and target below `/rest/v1`; blanks may stand for themselves. */
  readonly request: string;
  /**
   * Who asks: a key's role, `nobody`, `expired`, `forged`, `garbage`, `postgres`, or `apikey` and a role.
   *
   * @default {"anon"}
   */
  readonly as?: string;
  readonly settings?: Partial<RestConfig>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is. */
  readonly rawBody?: string;
  /** @default {200} */
  readonly status?: number | "2xx";
  /** Header fields; `null` for one that must not be there, `~` before a regular expression. */
  readonly answer?: Readonly<Record<string, string | null>>;
  /** The body as JSON. */
  readonly json?: unknown;
  /** Elements of the body. */
  readonly length?: number;
  /** The body as it is. */
  readonly text?: string;
  /** Members of an error's body; a text with `~` before it is a regular expression. */
  readonly error?: Readonly<Record<string, unknown>>;
  /** What is in the tables afterwards. */
  readonly after?: { readonly sql: string; readonly rows: unknown[][] };
  /** Why we still answer something else. A case that has caught up must lose this. */
  readonly gap?: string;
  /** The statement from which `json` was computed on PostgreSQL; it documents, nothing runs it here. */
  readonly sql?: string;
}

/** The cases of one file. */
export interface RestCorpus {
  /** Sections of the contract. */
  readonly covers: string;
  readonly title: string;
  readonly cases: readonly RestCase[];
}

const folder = new URL("../corpora/rest/", import.meta.url);

/** @returns Every file of cases by its name. */
export async function readRestCorpora(): Promise<Map<string, RestCorpus>> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".json")) names.push(name);
  }
  names.sort();
  return new Map(
    await Promise.all(
      names.map(async (name): Promise<[string, RestCorpus]> => [
        name.slice(0, -5),
        JSON.parse(await Deno.readTextFile(new URL(name, folder))),
      ]),
    ),
  );
}

/**
 * @param name Name of a file of statements.
 * @returns Its text.
 */
export function readRestSql(
  name: "schema" | "data" | "writable",
): Promise<string> {
  return Deno.readTextFile(new URL(`${name}.sql`, folder));
}

/** Runs cases one after another against tables that look the same each time. */
export class RestCorpusRun {
  readonly #app: RestApp;
  readonly #tokens = new Map<string, Promise<string | undefined>>();
  readonly #reset: string;

  private constructor(app: RestApp, reset: string) {
    this.#app = app;
    this.#reset = reset;
  }

  /**
   * @param app An app without tables of its own.
   * @returns The run, with the corpus' tables made and filled.
   */
  static async begin(app: RestApp): Promise<RestCorpusRun> {
    await app.run(await readRestSql("schema"));
    await app.run(await readRestSql("data"));
    const reset = await readRestSql("writable");
    await app.run(reset);
    return new RestCorpusRun(app, reset);
  }

  /**
   * @param each A case.
   * @returns How the answer differs, a line each; empty when it does not.
   */
  async check(each: RestCase): Promise<string[]> {
    const { request, settings, headers, body, rawBody } = each;
    const who = each.as ?? "anon";
    const apikey = /^apikey (.*)/.exec(who)?.[1];
    const token = await this.#tokenOf(apikey ?? who);
    const answer = await this.#app.send(request, {
      settings,
      ...("body" in each ? { body } : {}),
      rawBody,
      ...(apikey === undefined
        ? { token, headers }
        : { headers: { ...headers, apikey: token ?? "" } }),
    });
    const differences = compare(each, answer);
    if (each.after !== undefined) {
      const rows = await this.#app.rows(each.after.sql);
      if (!same(rows, each.after.rows)) {
        differences.push(
          `tables: ${JSON.stringify(rows)}, expected ${
            JSON.stringify(each.after.rows)
          }`,
        );
      }
    }
    if (!/^(?:GET|HEAD|OPTIONS) /.test(request)) {
      await this.#app.run(this.#reset);
    }
    return differences;
  }

  #tokenOf(who: string): Promise<string | undefined> {
    let token = this.#tokens.get(who);
    if (token === undefined) {
      token = this.#makeToken(who);
      this.#tokens.set(who, token);
    }
    return token;
  }

  async #makeToken(who: string): Promise<string | undefined> {
    switch (who) {
      case "nobody":
        return undefined;
      case "garbage":
        return "garbage";
      case "expired":
        return await this.#app.sign({ role: "service_role", exp: 1 });
      case "forged":
        return `${
          (await this.#app.sign({ role: "service_role" })).slice(0, -4)
        }AAAA`;
      default:
        return await this.#app.sign({ role: who });
    }
  }
}

function compare(each: RestCase, answer: RestTestAnswer): string[] {
  const differences: string[] = [];
  const { status: wanted = 200 } = each;
  const { status, text, headers, escaped } = answer;
  const differ = (what: string, got: unknown, want: unknown) =>
    differences.push(
      `${what}: ${JSON.stringify(got)}, expected ${JSON.stringify(want)}`,
    );
  if (escaped !== undefined) differences.push(`escaped: ${escaped}`);
  if (wanted === "2xx" ? status < 200 || status > 299 : status !== wanted) {
    differ("status", status, wanted);
    if (text !== "") differences.push(`body: ${text.slice(0, 300)}`);
  }
  for (const [name, value] of Object.entries(each.answer ?? {})) {
    const got = headers.get(name);
    const fits = name === "Allow"
      ? same(list(got), list(value))
      : matches(got, value);
    if (!fits) differ(name, got, value);
  }
  if (each.text !== undefined && text !== each.text) {
    differ("text", text, each.text);
  }
  if (!("json" in each || "error" in each || "length" in each)) {
    return differences;
  }
  const json = parsed(text);
  if ("json" in each && !same(json, each.json)) differ("json", json, each.json);
  if (each.length !== undefined) {
    const length = Array.isArray(json) ? json.length : undefined;
    if (length !== each.length) differ("length", length, each.length);
  }
  if (each.error !== undefined) {
    const error = (json ?? {}) as Record<string, unknown>;
    const members = ["code", "message", "details", "hint"];
    if (!same(Object.keys(error).sort(), members.toSorted())) {
      differ("members", Object.keys(error), members);
    }
    for (const [name, value] of Object.entries(each.error)) {
      const fits = typeof value === "string"
        ? matches(error[name], value)
        : same(error[name], value);
      if (!fits) differ(name, error[name], value);
    }
  }
  return differences;
}

function matches(got: unknown, want: string | null): boolean {
  if (want === null || !want.startsWith("~")) return got === want;
  return typeof got === "string" && new RegExp(want.slice(1)).test(got);
}

function list(text: string | null): string[] {
  return (text ?? "").split(",").map((part) => part.trim()).sort();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function same(a: unknown, b: unknown): boolean {
  try {
    deepStrictEqual(a, b);
    return true;
  } catch {
    return false;
  }
}
