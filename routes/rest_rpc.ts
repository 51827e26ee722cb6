/**
 * `/rest/v1/rpc/{function}`: calls a function.
 *
 * @module
 */

import { TextAnswer } from "../lib/http/answer.ts";
import { elementsOf, membersOf } from "../lib/rest/body/members.ts";
import { formObject, parseJson } from "../lib/rest/body/rows.ts";
import { RestError } from "../lib/rest/error.ts";
import { parseQuery, parseRpcQuery } from "../lib/rest/grammar/query.ts";
import { searchOf } from "../lib/rest/grammar/search.ts";
import { invokeFunction } from "../lib/rest/invoke.ts";
import type { RestQuery } from "../lib/rest/request.ts";
import {
  type BodyType,
  findFunction,
} from "../lib/rest/schema/find_function.ts";
import type { RestFunction } from "../lib/rest/schema/picture.ts";
import type { ArgumentValue } from "../lib/rest/sql/call.ts";
import type { RestRequest } from "./rest_request.ts";
import { withRange } from "./rest_range.ts";
import { badContentType, bodyText, mediaName } from "./rest_body.ts";
import { common, finish, pageRange, pageStatus } from "./rest_answer.ts";

/** What a request gives to a function. */
interface Given {
  readonly values: ReadonlyMap<string, ArgumentValue>;
  /** The body, for a function that takes it whole. */
  readonly whole?: ArgumentValue | undefined;
  readonly body?: BodyType | undefined;
  readonly query: RestQuery;
}

/**
 * @param request A request for a function.
 * @returns The answer.
 */
export async function rpc(request: RestRequest): Promise<Response> {
  const { call, name, rest } = request;
  const { method } = call;
  if (method === "OPTIONS") {
    return options(rest.schema.functions.get(name) ?? [], name);
  }
  const safe = method === "GET" || method === "HEAD";
  if (!safe && method !== "POST") {
    throw new RestError(
      "PGRST101",
      "Cannot use the " + method + " method on RPC",
      {
        allow: ["GET", "HEAD", "POST", "OPTIONS"],
      },
    );
  }
  const given = safe
    ? fromQuery(searchOf(call.search), call.request.headers.get("range"))
    : await fromBody(request);
  const { function: routine, wholeBody } = findFunction(
    rest.schema,
    name,
    given.values.keys(),
    { method, body: given.body },
  );
  const values = wholeBody && given.whole !== undefined
    ? new Map([["", given.whole]])
    : given.values;
  const answer = await invokeFunction(rest, {
    routine,
    values,
    query: given.query,
    safe,
    head: method === "HEAD",
  });
  return answered(request, routine, answer);
}

/** What can be done with a function; of several with one name, with any of them. */
function options(routines: readonly RestFunction[], name: string): Response {
  if (routines.length === 0) {
    throw new RestError(
      "PGRST202",
      `Could not find the function ${name} in the schema cache`,
    );
  }
  const volatile = routines.every(({ volatility }) =>
    volatility === "volatile"
  );
  return new TextAnswer("", 200, {
    allow: volatile ? "OPTIONS,POST" : "OPTIONS,GET,HEAD,POST",
  });
}

function answered(
  request: RestRequest,
  routine: RestFunction,
  answer: Awaited<ReturnType<typeof invokeFunction>>,
): Response {
  const { prefer, limits } = request.rest;
  const minimal = prefer.return === "minimal" || answer.void === true;
  return finish(request, answer, {
    status: pageStatus(answer),
    fields: answer.void === true ? {} : { "content-range": pageRange(answer) },
    applied: {
      ...common(prefer, limits.transactionEnd),
      maxAffected: routine.returns.kind !== "void" && routine.returns.set
        ? prefer.maxAffected
        : undefined,
    },
    body: answer.body,
    void: minimal,
  });
}

function fromQuery(search: URLSearchParams, range: string | null): Given {
  const { arguments: given, query } = parseRpcQuery(search);
  const values = new Map<string, { texts: string[] }>();
  for (const [name, text] of given) {
    const known = values.get(name);
    if (known === undefined) values.set(name, { texts: [text] });
    else known.texts.push(text);
  }
  return { values, query: withRange(query, range) };
}

async function fromBody({ call, deps }: RestRequest): Promise<Given> {
  const query = parseQuery(searchOf(call.search));
  const media = mediaName(call);
  const json = media === "" || media === "application/json";
  const text = await bodyText(call, deps.maxBodyBytes, json);
  if (json) return { ...fromJson(text), body: "application/json", query };
  switch (media) {
    case "application/x-www-form-urlencoded": {
      const values = Object.entries(formObject(text)).map(([name, value]) =>
        [name, { texts: [value] }] as const
      );
      return { values: new Map(values), query };
    }
    case "text/plain":
    case "text/xml":
    case "application/octet-stream":
      return {
        values: new Map(),
        whole: { texts: [text] },
        body: media,
        query,
      };
    default:
      throw badContentType(call);
  }
}

function fromJson(text: string): Pick<Given, "values" | "whole"> {
  if (text.trim() === "") return { values: new Map() };
  const value = parseJson(text);
  const whole = { json: text };
  const object = Array.isArray(value) ? elementsOf(text)[0] ?? "" : text;
  if (!object.trimStart().startsWith("{")) return { values: new Map(), whole };
  const values = [...membersOf(object)].map(([name, json]) =>
    [name, { json }] as const
  );
  return { values: new Map(values), whole };
}
