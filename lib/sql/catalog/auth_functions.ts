/**
 * `auth.uid()` and its companions: what a row policy asks about who is signed in.
 *
 * They are ordinary functions in SQL that read the settings which the HTTP doors make for each request.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import { parse } from "../parse.ts";
import { oid } from "../types/type.ts";
import { fixedOid, type UserFunction } from "./catalog.ts";

const claims = "nullif(current_setting('request.jwt.claims', true), '')";

const claim = (name: string) =>
  `coalesce(nullif(current_setting('request.jwt.claim.${name}', true), ''), ` +
  `nullif(${claims}::jsonb ->> '${name}', ''))`;

const bodies: readonly (readonly [number, string, number, string])[] = [
  [13110, "uid", oid.uuid, `select ${claim("sub")}::uuid`],
  [13111, "role", oid.text, `select ${claim("role")}::text`],
  [13112, "email", oid.text, `select ${claim("email")}::text`],
  [
    13113,
    "jwt",
    oid.jsonb,
    `select coalesce(nullif(current_setting('request.jwt.claim', true), ''), ${claims})::jsonb`,
  ],
];

const trees = new Map<string, readonly Node[]>();

function readBody(body: string): readonly Node[] {
  const statements = parse(body).map(({ node }) => node);
  trees.set(body, statements);
  return statements;
}

/** See the top of the file. */
export const authFunctions: readonly UserFunction[] = bodies.map(
  ([number, name, returns, body]) => ({
    oid: number,
    name,
    schema: fixedOid.auth,
    owner: fixedOid.postgres,
    args: [],
    returns,
    returnsSet: false,
    kind: "f",
    volatility: "s",
    strict: false,
    securityDefiner: false,
    leakproof: false,
    body,
    // Read when they are first wanted: the parser's first text takes it thirty milliseconds.
    get statements() {
      return trees.get(body) ?? readBody(body);
    },
    settings: {},
    acl: null,
  }),
);
