/**
 * `GET /openapi.json`: the whole API as an OpenAPI 3.1 document; `GET /rest/v1/`: the part of it that is
 * made of the schema.
 *
 * Nothing of it is loaded before somebody asks.
 *
 * @module
 */

import type { Clock } from "../lib/base/clock.ts";
import { Problem } from "../lib/base/problem.ts";
import type { Queryable } from "../lib/engine/engine.ts";
import type { Call, Route } from "../lib/http/call.ts";
import type { RouteDescription } from "../lib/openapi/description.ts";
import type { Documents } from "../lib/openapi/documents.ts";
import type { SchemaPicture } from "../lib/rest/schema/picture.ts";

/** What these routes need from the rest of the server. */
export interface OpenapiRouteDeps {
  /** Version of the program. */
  readonly version: string;
  /** Every route of the server, read when the document is written: it tells of no other. */
  readonly routes: readonly Route[];
  /** Whether `/auth/v1` is switched on. */
  readonly auth: boolean;
  /** The exposed schemas as they are now; not given where `/rest/v1` is not served. */
  readonly picture?:
    | (() => SchemaPicture | Promise<SchemaPicture>)
    | undefined;
  /** Whose rights decide what of the schema is shown; all of it is if not given. */
  readonly rights?: {
    /**
     * @param call The request.
     * @returns Its role, one of the API's.
     * @throws {Problem} When its token is no good.
     */
    roleOf(call: Call): string | Promise<string>;
    /** Acts as a role that sees all definitions. */
    readonly db: Queryable;
  } | undefined;
  readonly clock: Pick<Clock, "monotonic">;
}

/** The routes in the document itself. */
export const openapiDescriptions: readonly RouteDescription[] = [
  {
    method: "GET",
    path: "/openapi.json",
    id: "openapi",
    tag: "Server",
    summary: "This document",
    query: [{
      name: "schema",
      description: "Which exposed schema is shown; the first if not given.",
    }],
    answers: {
      200: { description: "OpenAPI 3.1.", schema: { type: "object" } },
    },
    problems: ["not_found"],
  },
  {
    method: "GET",
    path: "/rest/v1/",
    id: "restOpenapi",
    tag: "Server",
    summary: "The tables, views and functions as an OpenAPI document",
    answers: {
      200: {
        description: "OpenAPI 3.1.",
        type: "application/openapi+json",
        schema: { type: "object" },
      },
    },
    problems: ["not_found"],
  },
];

function documentsOf(deps: OpenapiRouteDeps): () => Promise<Documents> {
  let documents: Promise<Documents> | undefined;

  async function load(): Promise<Documents> {
    const [{ createDocuments }, { descriptions }] = await Promise.all([
      import("../lib/openapi/documents.ts"),
      import("./descriptions.ts"),
    ]);
    const served = new Set(
      deps.routes.map(({ method, path }) => `${method} ${path}`),
    );
    return createDocuments({
      version: deps.version,
      routes: [...descriptions, ...openapiDescriptions].filter((each) =>
        served.has(`${each.method} ${each.path}`) &&
        (deps.auth || each.tag !== "Auth")
      ),
      db: deps.rights?.db,
      monotonic: () => deps.clock.monotonic(),
    });
  }

  return () => documents ??= load();
}

/**
 * @param deps Collaborators.
 * @returns The routes.
 */
export function openapiRoutes(deps: OpenapiRouteDeps): Route[] {
  const documents = documentsOf(deps);

  async function answer(
    call: Call,
    { restOnly, schema, type }: {
      restOnly: boolean;
      schema: string | null;
      type: string;
    },
  ): Promise<Response> {
    const role = await deps.rights?.roleOf(call);
    const [write, { contentAnswer }, picture] = await Promise.all([
      documents(),
      import("../lib/http/content.ts"),
      deps.picture?.(),
    ]);
    if (schema !== null && picture?.schemas.has(schema) !== true) {
      throw new Problem(
        "not_found",
        "Cannot describe this schema: it is not one of those that are exposed",
      );
    }
    const content = await write({
      restOnly,
      picture,
      schema: schema ?? undefined,
      role,
    });
    return await contentAnswer(call, { ...content, type }, {
      headers: {
        vary: "accept-encoding, accept-profile, authorization, apikey",
      },
    });
  }

  const whole: Route = {
    method: "GET",
    path: "/openapi.json",
    handler: (call) =>
      answer(call, {
        restOnly: false,
        schema: call.query.get("schema"),
        type: "application/json",
      }),
  };
  const rest: Route = {
    method: "GET",
    path: "/rest/v1/",
    handler: (call) =>
      answer(call, {
        restOnly: true,
        schema: call.request.headers.get("accept-profile"),
        type: "application/openapi+json; charset=utf-8",
      }),
  };
  return deps.picture === undefined ? [whole] : [whole, rest];
}
