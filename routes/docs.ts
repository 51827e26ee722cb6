/**
 * `GET /`: what this server is and where to go. `GET /docs`: the API in the browser, to read and to try
 * out; its files are below `/docs/`.
 *
 * Nothing of it is loaded before somebody asks.
 *
 * @module
 */

import { Problem } from "../lib/base/problem.ts";
import { json } from "../lib/http/answer.ts";
import type { Call, HeaderReader, Route } from "../lib/http/call.ts";
import type { RouteDescription } from "../lib/openapi/description.ts";

/** What these routes need from the rest of the server. */
export interface DocsRouteDeps {
  /** Version of the program. */
  readonly version: string;
  /** Whether `/docs` and `/openapi.json` are served. */
  readonly docs: boolean;
  /** Whether `/auth/v1` is switched on. */
  readonly auth: boolean;
  /** Whether `/rest/v1` is served. */
  readonly rest: boolean;
  /** Whether `/realtime/v1` is served. */
  readonly realtime: boolean;
  /** Whether we serve TLS ourselves. */
  readonly tls: boolean;
  /** URL under which browsers reach the server, if it was told. */
  readonly publicUrl: string | undefined;
  /** Port of the PostgreSQL listener, which starts after this one; nothing when it is off. */
  readonly postgresPort: () => number | undefined;
}

/** The routes in the OpenAPI document; the files of the page are not among them. */
export const docsDescriptions: readonly RouteDescription[] = [
  {
    method: "GET",
    path: "/",
    id: "home",
    tag: "Server",
    summary: "What this server is and where to go",
    description: "A page for browsers, JSON for everybody else.",
    answers: {
      200: {
        description: "Name, version, endpoints.",
        schema: {
          type: "object",
          properties: {
            name: { type: "string" },
            description: { type: "string" },
            version: { type: "string" },
            api_version: { type: "string" },
            endpoints: {
              type: "object",
              additionalProperties: { type: "string" },
            },
            postgres: { type: "string" },
          },
        },
      },
    },
  },
  {
    method: "GET",
    path: "/docs",
    id: "docs",
    tag: "Server",
    summary: "This document in the browser",
    answers: {
      200: {
        description: "A page.",
        type: "text/html",
        schema: { type: "string" },
      },
    },
  },
];

/** A host as it may stand in a URL; whatever else a client sends is not repeated. */
const properHost =
  /^((?=.{1,253}(?::|$))[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;

/** How the visitor reaches us. */
function visited(
  headers: HeaderReader,
  { tls, publicUrl }: DocsRouteDeps,
): { base: string; hostname: string } {
  const scheme = tls ? "https" : "http";
  const [host = "localhost", hostname = "localhost"] =
    properHost.exec(headers.get("host") ?? "") ?? [];
  return { base: publicUrl ?? `${scheme}://${host}`, hostname };
}

/** Browsers name HTML, and nobody else does. */
function wantsPage(headers: HeaderReader): boolean {
  return /\btext\/html\b/i.test(headers.get("accept") ?? "");
}

function homeRoute(deps: DocsRouteDeps): Route {
  return {
    method: "GET",
    path: "/",
    async handler({ request: { headers } }) {
      const [{ homeObject, homePage, homePolicy }, { pageHeaders }] =
        await Promise.all([
          import("../lib/docs/home.ts"),
          import("../lib/docs/html.ts"),
        ]);
      const { base, hostname } = visited(headers, deps);
      const port = deps.postgresPort();
      const facts = {
        ...deps,
        base,
        postgres: port === undefined
          ? undefined
          : `postgresql://postgres@${hostname}:${port}/postgres`,
      };
      return wantsPage(headers)
        ? new Response(homePage(facts), {
          headers: {
            "content-type": "text/html; charset=utf-8",
            vary: "accept",
            ...pageHeaders(homePolicy),
          },
        })
        : json(homeObject(facts), { headers: { vary: "accept" } });
    },
  };
}

/** Files never change under a name with their hash; without it, whoever has one asks. */
const forever = "public, max-age=31536000, immutable";

function pageRoutes({ version, realtime }: DocsRouteDeps): Route[] {
  async function load() {
    const [assets, page, live, html, content] = await Promise.all([
      import("../lib/docs/assets.ts"),
      import("../lib/docs/docs_page.ts"),
      import("../lib/docs/live_page.ts"),
      import("../lib/docs/html.ts"),
      import("../lib/http/content.ts"),
    ]);
    const files = await assets.loadAssets();
    return {
      files,
      page: content.textContent(
        page.docsPage({ version, assets: files, realtime }),
        "text/html; charset=utf-8",
      ),
      live: content.textContent(
        live.livePage(files),
        "text/html; charset=utf-8",
      ),
      headers: html.pageHeaders(page.docsPolicy),
      answer: content.contentAnswer,
    };
  }
  let loading: ReturnType<typeof load> | undefined;
  const loaded = () => loading ??= load();

  async function file(call: Call): Promise<Response> {
    const { files, answer } = await loaded();
    const name = call.path.slice("/docs/".length);
    const content = Object.hasOwn(files, name)
      ? files[name as keyof typeof files]
      : undefined;
    if (content === undefined) {
      throw new Problem("not_found", "Cannot find this path: see /docs");
    }
    const named = call.query.get("v") === content.hash;
    return await answer(call, content, {
      ...(named ? { cacheControl: forever } : {}),
      headers: { "cross-origin-resource-policy": "same-origin" },
    });
  }

  return [
    {
      method: "GET",
      path: "/docs",
      cors: false,
      async handler(call) {
        const { page, headers, answer } = await loaded();
        return await answer(call, page, { headers });
      },
    },
    ...(realtime
      ? [
        {
          method: "GET",
          path: "/docs/live",
          cors: false,
          async handler(call) {
            const { live, headers, answer } = await loaded();
            return await answer(call, live, { headers });
          },
        } satisfies Route,
      ]
      : []),
    { method: "GET", path: "/docs/:file", cors: false, handler: file },
  ];
}

/**
 * @param deps Collaborators.
 * @returns The routes.
 */
export function docsRoutes(deps: DocsRouteDeps): Route[] {
  return [homeRoute(deps), ...(deps.docs ? pageRoutes(deps) : [])];
}
