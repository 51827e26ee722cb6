/**
 * Finds the function that a call means, by its name and the names of the arguments given. Wording as
 * PostgREST's.
 *
 * A function fits when each name given is one of its arguments and none that it needs is missing. When none
 * fits, a POST may go to one with a single unnamed argument that takes the body as it is.
 *
 * @module
 */

import { RestError } from "../error.ts";
import type { ExposedSchema, RestFunction } from "./picture.ts";
import { mostSimilar } from "./similar.ts";

/** Bodies that one argument may take whole. */
export type BodyType =
  | "application/json"
  | "text/plain"
  | "text/xml"
  | "application/octet-stream";

/** How a function is called. */
export interface CallForm {
  /** Of the request. */
  readonly method: "GET" | "HEAD" | "POST";
  /**
   * Media type of the body of a POST; nothing for one of another kind, such as
   * `application/x-www-form-urlencoded`.
   */
  readonly body?: BodyType | undefined;
}

/** What was found. */
export interface FoundFunction {
  readonly function: RestFunction;
  /** Whether its only argument, which has no name, takes the body as it is. */
  readonly wholeBody: boolean;
}

/** PostgREST's least similarity of a suggested function. */
const leastSimilar = 0.33;

/** Types of an argument that takes a body whole. */
const takes: Readonly<Record<BodyType, readonly string[]>> = {
  "application/json": ["json", "jsonb"],
  "text/plain": ["text"],
  "text/xml": ["xml"],
  "application/octet-stream": ["bytea"],
};

/**
 * @param schema Schema that the request is about.
 * @param name Name of the function.
 * @param argumentNames Names of the arguments given.
 * @param form How it is called.
 * @returns The function.
 * @throws {RestError} PGRST202, PGRST203.
 */
export function findFunction(
  schema: ExposedSchema,
  name: string,
  argumentNames: Iterable<string>,
  { method, body }: CallForm,
): FoundFunction {
  const given = new Set(argumentNames);
  const whole = method === "POST" ? body : undefined;
  const raw = whole !== undefined && whole !== "application/json";
  const overloads = schema.functions.get(name) ?? [];

  const fitting = raw
    ? []
    : overloads.filter((each) => takesArguments(each, given));
  const candidates = fitting.length > 0 || whole === undefined
    ? fitting
    : overloads.filter((each) => takesBody(each, whole));
  const [found] = candidates;
  if (found === undefined) {
    throw notFound(schema, name, { given: [...given], whole, raw, overloads });
  }
  if (candidates.length > 1) throw ambiguous(candidates);
  return { function: found, wholeBody: fitting.length === 0 };
}

function takesArguments(
  { arguments: declared }: RestFunction,
  given: ReadonlySet<string>,
): boolean {
  let matched = 0;
  for (const { name, optional } of declared) {
    if (name !== "" && given.has(name)) matched++;
    else if (!optional) return false;
  }
  return matched === given.size;
}

function takesBody(
  { arguments: declared }: RestFunction,
  whole: BodyType,
): boolean {
  const [only] = declared;
  return only !== undefined && declared.length === 1 && only.name === "" &&
    only.typeKind === "b" && takes[whole].includes(only.baseType);
}

/** What a call asked for. */
interface Wanted {
  readonly given: readonly string[];
  readonly whole: BodyType | undefined;
  readonly raw: boolean;
  readonly overloads: readonly RestFunction[];
}

function notFound(
  schema: ExposedSchema,
  name: string,
  wanted: Wanted,
): RestError {
  const { given, raw } = wanted;
  const label = `${schema.name}.${name}`;
  const list = given.length === 0
    ? " without parameters"
    : `(${given.join(", ")})`;
  return new RestError(
    "PGRST202",
    `Could not find the function ${label}${
      raw ? "" : list
    } in the schema cache`,
    {
      details: `Searched for the function ${label}${
        searched(wanted)
      }, but no matches were found in the schema cache.`,
      hint: raw ? undefined : suggestion(schema, name, wanted),
    },
  );
}

function searched({ given, whole }: Wanted): string {
  switch (whole) {
    case "text/plain":
      return " with a single unnamed text parameter";
    case "text/xml":
      return " with a single unnamed xml parameter";
    case "application/octet-stream":
      return " with a single unnamed bytea parameter";
  }
  const named = given.length === 0
    ? " without parameters"
    : ` with parameter${given.length > 1 ? "s" : ""} ${given.join(", ")}`;
  return whole === undefined
    ? named
    : `${named} or with a single unnamed json/jsonb parameter`;
}

function suggestion(
  schema: ExposedSchema,
  name: string,
  { given, overloads }: Wanted,
): string | undefined {
  const found = overloads.length === 0
    ? mostSimilar(name, schema.functions.keys(), leastSimilar)
    : withName(
      name,
      mostSimilar(
        argumentList(given),
        overloads.map((each) =>
          argumentList(each.arguments.map((argument) => argument.name))
        ),
        leastSimilar,
      ),
    );
  return found === undefined
    ? undefined
    : `Perhaps you meant to call the function ${schema.name}.${found}`;
}

function withName(name: string, list: string | undefined): string | undefined {
  return list === undefined ? undefined : `${name}${list}`;
}

/** In one order, so that only the names count. */
function argumentList(names: readonly string[]): string {
  return `(${names.toSorted().join(", ")})`;
}

function ambiguous(candidates: readonly RestFunction[]): RestError {
  const signatures = candidates.map((each) => {
    const list = each.arguments.map(({ name, type }) => `${name} => ${type}`);
    return `${each.schema}.${each.name}(${list.join(", ")})`;
  });
  return new RestError(
    "PGRST203",
    `Could not choose the best candidate function between: ${
      signatures.join(", ")
    }`,
    {
      hint:
        "Try renaming the parameters or the function itself in the database so function overloading can be resolved",
    },
  );
}
