/**
 * Writes the OpenAPI 3.1 document: the routes as they describe themselves, and the exposed schema as
 * it is now.
 *
 * It is written piece by piece as text, for that of a large database is megabytes long.
 *
 * @module
 */

import type { Slices } from "../base/slices.ts";
import type { RestFunction, SchemaPicture } from "../rest/schema/picture.ts";
import { answerSchemas } from "./answers.ts";
import type { RouteDescription, Tag } from "./description.ts";
import type { JsonSchema } from "./json_schema.ts";
import { pathItems } from "./operation.ts";
import { restComponents } from "./rest_common.ts";
import { functionPath } from "./rest_function.ts";
import { relationPieces } from "./rest_relation.ts";
import { type Rights, visiblePart } from "./rights.ts";

/** What a document is about. */
export interface DocumentOptions {
  /** Version of the program. */
  readonly version: string;
  /** Routes beside those of `/rest/v1`. */
  readonly routes: readonly RouteDescription[];
  /** The exposed schemas, if `/rest/v1` is served. */
  readonly picture?: SchemaPicture | undefined;
  /** Which of them is shown. */
  readonly schema?: string | undefined;
  /** Whose rights decide what of the schema is shown; all of it if not given. */
  readonly rights?: Rights | undefined;
  /** Lets others have their turn. */
  readonly slices: Slices;
}

/** Members of an object, as the text of each. */
class Members {
  readonly texts: string[] = [];

  add(key: string, value: unknown): void {
    this.texts.push(`${JSON.stringify(key)}:${JSON.stringify(value)}`);
  }

  addAll(values: Readonly<Record<string, unknown>>): void {
    for (const [key, value] of Object.entries(values)) this.add(key, value);
  }
}

/** Components of the document that grow with the schema. */
interface Parts {
  readonly tags: JsonSchema[];
  readonly paths: Members;
  readonly schemas: Members;
  readonly parameters: Members;
  readonly responses: Members;
}

const securitySchemes: JsonSchema = {
  bearer: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "The `access_token` of a session.",
  },
  apikey: {
    type: "apiKey",
    in: "header",
    name: "apikey",
    description:
      "A key of role `anon` or `service_role`, as Supabase's clients send it; `heliosdb-nano keys` prints both.",
  },
};

const aboutAuth =
  "Sign in at `/auth/v1` and send the `access_token` as bearer token.";

const aboutRest =
  `A table or view is an endpoint below \`/rest/v1\` the moment it exists; without a token a request has role \`anon\`, with one the role in it, and row policies decide which rows it sees. Filters are query parameters, \`column=operator.value\`: \`price=gte.10\`, \`name=like.A*\`, \`id=in.(1,2)\`, \`note=is.null\`.`;

/** No name of these is ever shown, wherever it came from. */
const hidden = /^_auth_/i;

/** Types of these rows, as `format_type` writes them. */
const hiddenType = /\b_auth_/i;

function isHidden({ arguments: list, returns }: RestFunction): boolean {
  return list.some(({ type }) => hiddenType.test(type)) ||
    (returns.kind === "scalar" && hiddenType.test(returns.type)) ||
    (returns.kind === "rows" && hidden.test(returns.relation?.name ?? ""));
}

/** Headings of our own, which a table may not take. */
const ownTags = {
  Auth: "Accounts, sessions and tokens.",
  Realtime: "What happens, told as it happens.",
  Server: "What the server says of itself.",
  Functions: "Functions of the database.",
} as const;

async function addSchema(
  parts: Parts,
  { picture, schema: wanted, rights, slices }: DocumentOptions,
): Promise<void> {
  const [first] = picture?.schemas.values() ?? [];
  const whole = wanted === undefined ? first : picture?.schemas.get(wanted);
  if (whole === undefined) return;
  const schema = rights === undefined ? whole : visiblePart(whole, rights);
  parts.parameters.addAll(restComponents.parameters);
  parts.responses.addAll(restComponents.responses);
  parts.schemas.addAll(restComponents.schemas);
  const profiles = (picture?.schemas.size ?? 0) > 1;
  for (const relation of byName(schema.relations)) {
    const { name } = relation;
    const tag = Object.hasOwn(ownTags, name) ? `table ${name}` : name;
    const readable = rights === undefined ||
      rights.relations.get(relation.oid)?.select === true;
    const pieces = relationPieces(relation, {
      schema,
      tag,
      profiles,
      readable,
    });
    parts.tags.push(pieces.tag);
    parts.paths.add(...pieces.path);
    parts.schemas.addAll(pieces.schemas);
    parts.parameters.addAll(pieces.parameters);
    parts.responses.addAll(pieces.responses);
    await slices.turn();
  }
  let called = 0;
  for (const overloads of byName(schema.functions)) {
    const [first, ...others] = overloads.filter((each) => !isHidden(each));
    if (first === undefined) continue;
    called++;
    const place = { schema, tag: "Functions", profiles };
    parts.paths.add(...functionPath([first, ...others], place));
    await slices.turn();
  }
  if (called > 0) parts.tags.push(ownTag("Functions"));
}

/** Values in the order of their names; those of names that nobody is shown are left out. */
function byName<T>(map: ReadonlyMap<string, T>): T[] {
  return [...map].filter(([name]) => !hidden.test(name))
    .toSorted(([a], [b]) => a < b ? -1 : 1).map(([, value]) => value);
}

function ownTag(name: keyof typeof ownTags): JsonSchema {
  return { name, description: ownTags[name] };
}

/**
 * Writes the document.
 *
 * @param options What it is about.
 * @returns Pieces of JSON text, which make the document when joined.
 */
export async function documentText(
  options: DocumentOptions,
): Promise<string[]> {
  const { version, routes, picture } = options;
  const parts: Parts = {
    tags: [],
    paths: new Members(),
    schemas: new Members(),
    parameters: new Members(),
    responses: new Members(),
  };
  const tagged = (tag: Tag) =>
    routes.some((route) => route.tag === tag) ? [ownTag(tag)] : [];
  parts.tags.push(...tagged("Auth"));
  parts.paths.addAll(pathItems(routes));
  if (routes.length > 0) parts.schemas.addAll(answerSchemas());
  await addSchema(parts, options);
  parts.tags.push(...tagged("Realtime"), ...tagged("Server"));

  const head = JSON.stringify({
    openapi: "3.1.1",
    info: {
      title: "heliosdb-nano",
      version,
      summary: "A database and its auth server",
      description: [
        ...(tagged("Auth").length > 0 ? [aboutAuth] : []),
        ...(picture === undefined ? [] : [aboutRest]),
      ].join("\n\n"),
    },
    servers: [{ url: "/" }],
    security: [{ bearer: [] }, { apikey: [] }, {}],
    tags: parts.tags,
  });
  return [
    `${head.slice(0, -1)},"paths":`,
    ...object(parts.paths),
    `,"components":{"securitySchemes":${JSON.stringify(securitySchemes)}`,
    ...(["schemas", "parameters", "responses"] as const).flatMap((name) => [
      `,"${name}":`,
      ...object(parts[name]),
    ]),
    "}}\n",
  ];
}

function object({ texts }: Members): string[] {
  return [
    "{",
    ...texts.map((text, index) => index === 0 ? text : `,${text}`),
    "}",
  ];
}
