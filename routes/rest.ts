/**
 * `/rest/v1/{table}` and `/rest/v1/rpc/{function}`: every table, view and function of the exposed schemas,
 * as PostgREST serves them.
 *
 * @module
 */

import { TextAnswer } from "../lib/http/answer.ts";
import type { Call, Handler, Route } from "../lib/http/call.ts";
import type { Identity, Session } from "../lib/engine/engine.ts";
import { type RestAnswer, type RestCall, Undone } from "../lib/rest/context.ts";
import { RestError } from "../lib/rest/error.ts";
import { parseAccept } from "../lib/rest/grammar/accept.ts";
import { contentType } from "../lib/rest/grammar/media_types.ts";
import { parseQuery, plainQuery } from "../lib/rest/grammar/query.ts";
import { insertRows } from "../lib/rest/insert.ts";
import { deleteRows, updateRows } from "../lib/rest/modify.ts";
import { cut } from "../lib/rest/grammar/scanner.ts";
import { searchOf } from "../lib/rest/grammar/search.ts";
import { putRow } from "../lib/rest/put.ts";
import { InsertPlans } from "../lib/rest/insert_plans.ts";
import { ReadPlans } from "../lib/rest/read_plans.ts";
import { findRelation, findSchema } from "../lib/rest/schema/find_relation.ts";
import type {
  ExposedSchema,
  SchemaPicture,
} from "../lib/rest/schema/picture.ts";
import {
  type Answered,
  relationAnswer,
  relationOptions,
} from "./rest_answer.ts";
import { rpc } from "./rest_rpc.ts";
import { rowsOf } from "./rest_body.ts";
import { type RestFields, restFields } from "./rest_fields.ts";
import { withRange } from "./rest_range.ts";
import type { RestRequest, RestRouteDeps } from "./rest_request.ts";
import { restProblem } from "./rest_problem.ts";
import { requestSettings } from "./rest_settings.ts";

const prefix = "/rest/v1/";

/**
 * @param deps Collaborators.
 * @returns The routes.
 */
export function restRoutes(deps: RestRouteDeps): Route[] {
  const handler = restHandler(deps);
  return [
    { method: "*", path: "/rest/v1", handler },
    { method: "*", path: `${prefix}*`, handler },
  ];
}

/**
 * @param deps Collaborators.
 * @returns What answers everything below `/rest/v1`.
 */
export function restHandler(deps: RestRouteDeps): Handler {
  const sessions = new Sessions(deps.session);
  const plans = { reads: new ReadPlans(), inserts: new InsertPlans() };

  return async function rest(call) {
    // Until the caller is known: the token may be bad, or the path.
    let anonymous = true;
    try {
      const place = placeOf(call.path);
      const fields = restFields(call);
      const identity = await deps.identify(fields.token);
      anonymous = identity.role === "anon";
      if (place.kind === "root") {
        // With `--docs` another route answers here.
        throw new RestError("PGRST126", "Root endpoint metadata is disabled");
      }
      const loading = deps.picture();
      const picture = loading instanceof Promise ? await loading : loading;
      const { schema, profile } = chooseSchema(picture, call.method, fields);
      const rest: RestCall = {
        session: sessions.of(identity),
        picture,
        schema,
        limits: deps.limits,
        settings: requestSettings(call),
        prefer: fields.prefer,
        ...fields.form(deps.limits),
      };
      const request = {
        call,
        name: place.name,
        rest,
        anonymous,
        profile,
        deps,
      };
      return place.kind === "rpc"
        ? await rpc(request)
        : await relation(request, plans);
    } catch (error) {
      if (error instanceof Undone) return planAnswer(call, error.answer);
      return restProblem(error, { call, anonymous });
    }
  };
}

function planAnswer({ request }: Call, { body = "" }: RestAnswer): Response {
  const [media] = parseAccept(request.headers.get("accept"));
  return new TextAnswer(body, 200, {
    "content-type": contentType(media?.media ?? { kind: "text" }),
  });
}

/** Sessions of callers whose token is remembered; a session is cheap, but not free. */
class Sessions {
  readonly #open: (identity: Identity) => Session;
  readonly #known = new WeakMap<object, Session>();

  constructor(open: (identity: Identity) => Session) {
    this.#open = open;
  }

  of(identity: Identity): Session {
    const key = identity.claims;
    if (key === undefined) return this.#open(identity);
    const known = this.#known.get(key);
    if (known !== undefined && known.identity.role === identity.role) {
      return known;
    }
    const session = this.#open(identity);
    this.#known.set(key, session);
    return session;
  }
}

type Place =
  | { readonly kind: "root" }
  | { readonly kind: "relation" | "rpc"; readonly name: string };

function placeOf(path: string): Place {
  const rest = path.slice(prefix.length);
  if (rest === "") return { kind: "root" };
  const segments = rest.split("/");
  const [first = "", second] = segments;
  if (segments.length === 1) return { kind: "relation", name: decoded(first) };
  if (segments.length === 2 && first === "rpc" && second) {
    return { kind: "rpc", name: decoded(second) };
  }
  throw wrongPath();
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw wrongPath();
  }
}

function wrongPath(): RestError {
  return new RestError("PGRST125", "Invalid path specified in request URL");
}

/** The schema of `Accept-Profile` or `Content-Profile`, or the first. */
function chooseSchema(
  picture: SchemaPicture,
  method: string,
  { readProfile, writeProfile }: RestFields,
): { schema: ExposedSchema; profile: string | undefined } {
  const reads = method === "GET" || method === "HEAD" || method === "OPTIONS";
  const asked = reads ? readProfile : writeProfile;
  const schema = findSchema(picture, asked ?? undefined);
  return {
    schema,
    profile: picture.schemas.size > 1 ? schema.name : undefined,
  };
}

async function relation(
  request: RestRequest,
  plans: { readonly reads: ReadPlans; readonly inserts: InsertPlans },
): Promise<Response> {
  const { call, name, rest, deps } = request;
  const { method } = call;
  const table = findRelation(rest.picture, rest.schema.name, name);
  if (method === "OPTIONS") return relationOptions(table);
  const answered = (verb: Answered["verb"], answer: RestAnswer) =>
    relationAnswer(request, { verb, answer, table });
  if (method === "GET" || method === "HEAD") {
    const head = method === "HEAD";
    const range = head ? null : call.request.headers.get("range");
    return answered(
      "read",
      await plans.reads.read(rest, {
        relation: table,
        search: range === null ? call.search : undefined,
        parse: () =>
          withRange(
            parseQuery(searchOf(call.search), { numbered: true }),
            range,
          ),
        head,
      }),
    );
  }
  const query = call.search === ""
    ? plainQuery
    : parseQuery(searchOf(call.search));
  switch (method) {
    case "POST": {
      const reading = rowsOf(call, query, deps.maxBodyBytes);
      const rows = reading instanceof Promise ? await reading : reading;
      return answered(
        "insert",
        await insertRows(rest, table, query, {
          rows,
          search: call.search,
          plans: plans.inserts,
        }),
      );
    }
    case "PUT": {
      const rows = await rowsOf(call, query, deps.maxBodyBytes);
      return answered("put", await putRow(rest, table, query, rows));
    }
    case "PATCH": {
      const rows = await rowsOf(call, query, deps.maxBodyBytes);
      return answered("update", await updateRows(rest, table, query, rows));
    }
    case "DELETE":
      return answered("delete", await deleteRows(rest, table, query));
    default:
      throw new RestError(
        "PGRST117",
        "Unsupported HTTP method: " + cut(method),
        {
          allow: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
        },
      );
  }
}
