/**
 * Row security through `/rest/v1`: who sees and changes what, with the tables compared before and after.
 */
import { deepEqual, doesNotMatch, equal } from "node:assert/strict";
import { type RestApp, restApp } from "../support/rest_app.ts";

const ada = "0b9f7c9a-6a57-4a8e-9a44-1f1d5f3c2b11";
const bob = "1c9f7c9a-6a57-4a8e-9a44-1f1d5f3c2b12";

const schema = `
  CREATE TABLE notes (
    id integer PRIMARY KEY,
    owner uuid NOT NULL DEFAULT auth.uid(),
    title text NOT NULL,
    stars integer CHECK (stars < 10)
  );
  CREATE TABLE attachments (
    id integer PRIMARY KEY,
    note_id integer NOT NULL REFERENCES notes (id) ON DELETE CASCADE,
    file text
  );
  CREATE TABLE dropbox (id integer PRIMARY KEY, body text);
  CREATE TABLE locked (id integer PRIMARY KEY, body text);

  ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
  ALTER TABLE attachments ENABLE ROW LEVEL SECURITY;
  ALTER TABLE dropbox ENABLE ROW LEVEL SECURITY;
  ALTER TABLE locked ENABLE ROW LEVEL SECURITY;
  CREATE POLICY own_select ON notes FOR SELECT TO authenticated USING (owner = auth.uid());
  CREATE POLICY own_insert ON notes FOR INSERT TO authenticated WITH CHECK (owner = auth.uid());
  CREATE POLICY own_update ON notes FOR UPDATE TO authenticated
    USING (owner = auth.uid()) WITH CHECK (owner = auth.uid());
  CREATE POLICY own_delete ON notes FOR DELETE TO authenticated USING (owner = auth.uid());
  CREATE POLICY everybody ON attachments FOR SELECT USING (true);
  CREATE POLICY throw_in ON dropbox FOR INSERT WITH CHECK (true);

  CREATE VIEW note_list WITH (security_invoker = true) AS SELECT id, title FROM notes;
  CREATE FUNCTION my_notes() RETURNS SETOF notes LANGUAGE sql STABLE AS 'SELECT * FROM notes ORDER BY id';
  CREATE FUNCTION how_many() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM notes';
  CREATE FUNCTION rename_all(title text) RETURNS SETOF integer LANGUAGE sql VOLATILE AS
    'UPDATE notes SET title = $1 RETURNING id';
`;

const rows = `
  DELETE FROM notes;
  DELETE FROM dropbox;
  DELETE FROM locked;
  INSERT INTO notes VALUES (1, '${ada}', 'first', 1), (2, '${ada}', 'second', 2), (3, '${bob}', '3', 3);
  INSERT INTO attachments VALUES (1, 1, 'one.pdf'), (2, 3, 'three.pdf');
  INSERT INTO locked VALUES (1, 'nobody');
`;

const actors = [
  "owner",
  "other",
  "anon",
  "expired",
  "garbage",
  "service",
] as const;
type Actor = (typeof actors)[number];

/** What one actor's request comes to. */
interface Outcome {
  readonly status: number;
  readonly json?: unknown;
  readonly code?: string;
  readonly message?: string;
  /** `null` is compared too. */
  readonly details?: unknown;
  readonly range?: string;
  /** Lines of the state that are new. */
  readonly added?: readonly string[];
  /** Lines of the state that are gone. */
  readonly removed?: readonly string[];
}

/** One request, and what it comes to for those with a good token. */
interface Attempt {
  readonly name: string;
  readonly request: string;
  readonly prefer?: string;
  /** `SELF` stands for the actor's id, Ada's where there is none; `BOB` and `ADA` for these. */
  readonly body?: Record<string, unknown>;
  readonly owner: Outcome;
  readonly other: Outcome;
  readonly anon: Outcome;
  readonly service: Outcome;
}

const nothing: Outcome = { status: 204 };
const empty: Outcome = { status: 200, json: [] };
const violation =
  'new row violates row-level security policy for table "notes"';
const forbidden: Outcome = {
  status: 403,
  code: "42501",
  message: violation,
  details: null,
};
const unauthorized: Outcome = { ...forbidden, status: 401 };
const first = "note 1 ADA first 1";

const attempts: readonly Attempt[] = [
  {
    name: "select",
    request: "GET /notes?select=id,owner&order=id",
    owner: {
      status: 200,
      json: [{ id: 1, owner: "ADA" }, { id: 2, owner: "ADA" }],
    },
    other: { status: 200, json: [{ id: 3, owner: "BOB" }] },
    anon: empty,
    service: {
      status: 200,
      json: [{ id: 1, owner: "ADA" }, { id: 2, owner: "ADA" }, {
        id: 3,
        owner: "BOB",
      }],
    },
  },
  {
    name: "select by key",
    request: "GET /notes?select=id&id=eq.1",
    owner: { status: 200, json: [{ id: 1 }] },
    other: empty,
    anon: empty,
    service: { status: 200, json: [{ id: 1 }] },
  },
  {
    name: "count",
    request: "GET /notes?select=id&limit=1&order=id",
    prefer: "count=exact",
    owner: { status: 206, json: [{ id: 1 }], range: "0-0/2" },
    other: { status: 200, json: [{ id: 3 }], range: "0-0/1" },
    anon: { status: 200, json: [], range: "*/0" },
    service: { status: 206, json: [{ id: 1 }], range: "0-0/3" },
  },
  {
    name: "count of what is not theirs",
    request: "GET /notes?select=id&title=eq.first",
    prefer: "count=exact",
    owner: { status: 200, json: [{ id: 1 }], range: "0-0/1" },
    other: { status: 200, json: [], range: "*/0" },
    anon: { status: 200, json: [], range: "*/0" },
    service: { status: 200, json: [{ id: 1 }], range: "0-0/1" },
  },
  {
    name: "estimated count",
    request: "GET /notes?select=id&limit=1&order=id",
    prefer: "count=estimated",
    owner: { status: 206, json: [{ id: 1 }], range: "0-0/2" },
    other: { status: 200, json: [{ id: 3 }], range: "0-0/1" },
    anon: { status: 200, json: [], range: "*/0" },
    service: { status: 206, json: [{ id: 1 }], range: "0-0/3" },
  },
  {
    name: "a cast that fails for rows of others",
    request: "GET /notes?select=n:title::integer&id=eq.3",
    owner: empty,
    other: { status: 200, json: [{ n: 3 }] },
    anon: empty,
    service: { status: 200, json: [{ n: 3 }] },
  },
  {
    name: "a cast of everything visible",
    request: "GET /notes?select=n:title::integer",
    owner: { status: 400, code: "22P02" },
    other: { status: 200, json: [{ n: 3 }] },
    anon: empty,
    service: { status: 400, code: "22P02" },
  },
  {
    name: "insert",
    request: "POST /notes",
    body: { id: 10, owner: "SELF", title: "new" },
    owner: { status: 201, added: ["note 10 ADA new null"] },
    other: { status: 201, added: ["note 10 BOB new null"] },
    anon: unauthorized,
    service: { status: 201, added: ["note 10 ADA new null"] },
  },
  {
    name: "insert with the default owner",
    request: "POST /notes",
    body: { id: 10, title: "new" },
    owner: { status: 201, added: ["note 10 ADA new null"] },
    other: { status: 201, added: ["note 10 BOB new null"] },
    anon: unauthorized,
    service: { status: 400, code: "23502" },
  },
  {
    name: "returning",
    request: "POST /notes?select=id,title",
    prefer: "return=representation",
    body: { id: 10, owner: "SELF", title: "new" },
    owner: {
      status: 201,
      json: [{ id: 10, title: "new" }],
      added: ["note 10 ADA new null"],
    },
    other: {
      status: 201,
      json: [{ id: 10, title: "new" }],
      added: ["note 10 BOB new null"],
    },
    anon: unauthorized,
    service: {
      status: 201,
      json: [{ id: 10, title: "new" }],
      added: ["note 10 ADA new null"],
    },
  },
  {
    name: "forged insert",
    request: "POST /notes",
    body: { id: 10, owner: "NOTSELF", title: "forged" },
    owner: forbidden,
    other: forbidden,
    anon: unauthorized,
    service: { status: 201, added: ["note 10 BOB forged null"] },
  },
  {
    name: "insert of a key that somebody has",
    request: "POST /notes",
    body: { id: 1, owner: "SELF", title: "mine" },
    owner: { status: 409, code: "23505", details: null },
    other: { status: 409, code: "23505", details: null },
    anon: unauthorized,
    service: {
      status: 409,
      code: "23505",
      details: "Key (id)=(1) already exists.",
    },
  },
  {
    name: "insert that breaks a check",
    request: "POST /notes",
    body: { id: 10, owner: "SELF", title: "new", stars: 11 },
    owner: { status: 400, code: "23514", details: null },
    other: { status: 400, code: "23514", details: null },
    anon: unauthorized,
    service: { status: 400, code: "23514" },
  },
  {
    name: "update",
    request: "PATCH /notes?id=eq.1",
    body: { title: "changed" },
    owner: {
      status: 204,
      removed: [first],
      added: ["note 1 ADA changed 1"],
    },
    other: nothing,
    anon: nothing,
    service: {
      status: 204,
      removed: [first],
      added: ["note 1 ADA changed 1"],
    },
  },
  {
    name: "update, returning",
    request: "PATCH /notes?id=eq.1&select=id,title",
    prefer: "return=representation, count=exact",
    body: { title: "changed" },
    owner: {
      status: 200,
      json: [{ id: 1, title: "changed" }],
      range: "0-0/1",
      removed: [first],
      added: ["note 1 ADA changed 1"],
    },
    other: { status: 200, json: [], range: "*/0" },
    anon: { status: 200, json: [], range: "*/0" },
    service: {
      status: 200,
      json: [{ id: 1, title: "changed" }],
      range: "0-0/1",
      removed: [first],
      added: ["note 1 ADA changed 1"],
    },
  },
  {
    name: "update of everything",
    request: "PATCH /notes?id=gt.0",
    body: { title: "all" },
    owner: {
      status: 204,
      removed: [first, "note 2 ADA second 2"],
      added: ["note 1 ADA all 1", "note 2 ADA all 2"],
    },
    other: {
      status: 204,
      removed: ["note 3 BOB 3 3"],
      added: ["note 3 BOB all 3"],
    },
    anon: nothing,
    service: {
      status: 204,
      removed: [first, "note 2 ADA second 2", "note 3 BOB 3 3"],
      added: ["note 1 ADA all 1", "note 2 ADA all 2", "note 3 BOB all 3"],
    },
  },
  {
    name: "give away",
    request: "PATCH /notes?id=eq.1",
    body: { owner: "BOB" },
    owner: forbidden,
    other: nothing,
    anon: nothing,
    service: {
      status: 204,
      removed: [first],
      added: ["note 1 BOB first 1"],
    },
  },
  {
    name: "upsert",
    request: "POST /notes",
    prefer: "resolution=merge-duplicates",
    body: { id: 1, owner: "SELF", title: "merged" },
    owner: {
      status: 200,
      removed: [first],
      added: ["note 1 ADA merged 1"],
    },
    other: {
      status: 403,
      code: "42501",
      message:
        'new row violates row-level security policy (USING expression) for table "notes"',
    },
    anon: unauthorized,
    service: {
      status: 200,
      removed: [first],
      added: ["note 1 ADA merged 1"],
    },
  },
  {
    name: "upsert of a new row",
    request: "POST /notes",
    prefer: "resolution=merge-duplicates",
    body: { id: 10, owner: "SELF", title: "new" },
    owner: { status: 201, added: ["note 10 ADA new null"] },
    other: { status: 201, added: ["note 10 BOB new null"] },
    anon: unauthorized,
    service: { status: 201, added: ["note 10 ADA new null"] },
  },
  {
    name: "upsert that ignores what is there",
    request: "POST /notes?select=id",
    prefer: "resolution=ignore-duplicates, return=representation",
    body: { id: 1, owner: "SELF", title: "ignored" },
    owner: { status: 201, json: [] },
    other: { status: 201, json: [] },
    anon: unauthorized,
    service: { status: 201, json: [] },
  },
  {
    name: "PUT",
    request: "PUT /notes?id=eq.1",
    body: { id: 1, owner: "SELF", title: "put", stars: null },
    owner: {
      status: 204,
      removed: [first],
      added: ["note 1 ADA put null"],
    },
    other: { status: 403, code: "42501" },
    anon: unauthorized,
    service: {
      status: 204,
      removed: [first],
      added: ["note 1 ADA put null"],
    },
  },
  {
    name: "delete",
    request: "DELETE /notes?id=eq.1",
    owner: {
      status: 204,
      removed: ["attachment 1 1 one.pdf", first],
    },
    other: nothing,
    anon: nothing,
    service: {
      status: 204,
      removed: ["attachment 1 1 one.pdf", first],
    },
  },
  {
    name: "delete, returning",
    request: "DELETE /notes?id=gt.0&select=id",
    prefer: "return=representation, count=exact",
    owner: {
      status: 200,
      json: [{ id: 1 }, { id: 2 }],
      range: "*/2",
      removed: ["attachment 1 1 one.pdf", first, "note 2 ADA second 2"],
    },
    other: {
      status: 200,
      json: [{ id: 3 }],
      range: "*/1",
      removed: ["attachment 2 3 three.pdf", "note 3 BOB 3 3"],
    },
    anon: { status: 200, json: [], range: "*/0" },
    service: {
      status: 200,
      json: [{ id: 1 }, { id: 2 }, { id: 3 }],
      range: "*/3",
      removed: [
        "attachment 1 1 one.pdf",
        "attachment 2 3 three.pdf",
        first,
        "note 2 ADA second 2",
        "note 3 BOB 3 3",
      ],
    },
  },
  {
    name: "embed of rows that are hidden",
    request: "GET /attachments?select=id,notes(title)&order=id",
    owner: {
      status: 200,
      json: [{ id: 1, notes: { title: "first" } }, { id: 2, notes: null }],
    },
    other: {
      status: 200,
      json: [{ id: 1, notes: null }, { id: 2, notes: { title: "3" } }],
    },
    anon: {
      status: 200,
      json: [{ id: 1, notes: null }, { id: 2, notes: null }],
    },
    service: {
      status: 200,
      json: [{ id: 1, notes: { title: "first" } }, {
        id: 2,
        notes: { title: "3" },
      }],
    },
  },
  {
    name: "embed in hidden rows",
    request: "GET /notes?select=id,attachments(file)&order=id",
    owner: {
      status: 200,
      json: [
        { id: 1, attachments: [{ file: "one.pdf" }] },
        { id: 2, attachments: [] },
      ],
    },
    other: {
      status: 200,
      json: [{ id: 3, attachments: [{ file: "three.pdf" }] }],
    },
    anon: empty,
    service: {
      status: 200,
      json: [
        { id: 1, attachments: [{ file: "one.pdf" }] },
        { id: 2, attachments: [] },
        { id: 3, attachments: [{ file: "three.pdf" }] },
      ],
    },
  },
  {
    name: "filter by a hidden embed",
    request: "GET /attachments?select=id,notes!inner()&notes.title=eq.first",
    prefer: "count=exact",
    owner: { status: 200, json: [{ id: 1 }], range: "0-0/1" },
    other: { status: 200, json: [], range: "*/0" },
    anon: { status: 200, json: [], range: "*/0" },
    service: { status: 200, json: [{ id: 1 }], range: "0-0/1" },
  },
  {
    name: "null test of a hidden embed",
    request: "GET /attachments?select=id,notes()&notes=is.null&order=id",
    owner: { status: 200, json: [{ id: 2 }] },
    other: { status: 200, json: [{ id: 1 }] },
    anon: { status: 200, json: [{ id: 1 }, { id: 2 }] },
    service: empty,
  },
  {
    name: "order by a hidden embed",
    request:
      "GET /attachments?select=id,...notes(stars)&order=notes(stars).desc.nullslast,id",
    owner: {
      status: 200,
      json: [{ id: 1, stars: 1 }, { id: 2, stars: null }],
    },
    other: {
      status: 200,
      json: [{ id: 2, stars: 3 }, { id: 1, stars: null }],
    },
    anon: {
      status: 200,
      json: [{ id: 1, stars: null }, { id: 2, stars: null }],
    },
    service: {
      status: 200,
      json: [{ id: 2, stars: 3 }, { id: 1, stars: 1 }],
    },
  },
  {
    name: "view",
    request: "GET /note_list?select=id&order=id",
    prefer: "count=exact",
    owner: { status: 200, json: [{ id: 1 }, { id: 2 }], range: "0-1/2" },
    other: { status: 200, json: [{ id: 3 }], range: "0-0/1" },
    anon: { status: 200, json: [], range: "*/0" },
    service: {
      status: 200,
      json: [{ id: 1 }, { id: 2 }, { id: 3 }],
      range: "0-2/3",
    },
  },
  {
    name: "update through a view",
    request: "PATCH /note_list?id=eq.1",
    body: { title: "changed" },
    owner: {
      status: 204,
      removed: [first],
      added: ["note 1 ADA changed 1"],
    },
    other: nothing,
    anon: nothing,
    service: {
      status: 204,
      removed: [first],
      added: ["note 1 ADA changed 1"],
    },
  },
  {
    name: "delete through a view",
    request: "DELETE /note_list?id=eq.2",
    owner: { status: 204, removed: ["note 2 ADA second 2"] },
    other: nothing,
    anon: nothing,
    service: { status: 204, removed: ["note 2 ADA second 2"] },
  },
  {
    name: "rpc",
    request: "GET /rpc/my_notes?select=id",
    owner: { status: 200, json: [{ id: 1 }, { id: 2 }] },
    other: { status: 200, json: [{ id: 3 }] },
    anon: empty,
    service: { status: 200, json: [{ id: 1 }, { id: 2 }, { id: 3 }] },
  },
  {
    name: "rpc that counts",
    request: "POST /rpc/how_many",
    body: {},
    owner: { status: 200, json: 2 },
    other: { status: 200, json: 1 },
    anon: { status: 200, json: 0 },
    service: { status: 200, json: 3 },
  },
  {
    name: "rpc that writes",
    request: "POST /rpc/rename_all",
    body: { title: "all" },
    owner: {
      status: 200,
      json: [1, 2],
      removed: [first, "note 2 ADA second 2"],
      added: ["note 1 ADA all 1", "note 2 ADA all 2"],
    },
    other: {
      status: 200,
      json: [3],
      removed: ["note 3 BOB 3 3"],
      added: ["note 3 BOB all 3"],
    },
    anon: empty,
    service: {
      status: 200,
      json: [1, 2, 3],
      removed: [first, "note 2 ADA second 2", "note 3 BOB 3 3"],
      added: ["note 1 ADA all 1", "note 2 ADA all 2", "note 3 BOB all 3"],
    },
  },
  {
    name: "insert where nobody may read",
    request: "POST /dropbox",
    body: { id: 1, body: "in" },
    owner: { status: 201, added: ["dropbox 1 in"] },
    other: { status: 201, added: ["dropbox 1 in"] },
    anon: { status: 201, added: ["dropbox 1 in"] },
    service: { status: 201, added: ["dropbox 1 in"] },
  },
  {
    name: "returning where nobody may read",
    request: "POST /dropbox",
    prefer: "return=representation",
    body: { id: 1, body: "in" },
    owner: { status: 403, code: "42501" },
    other: { status: 403, code: "42501" },
    anon: { status: 401, code: "42501" },
    service: {
      status: 201,
      json: [{ id: 1, body: "in" }],
      added: ["dropbox 1 in"],
    },
  },
  {
    name: "select without a policy",
    request: "GET /locked",
    owner: empty,
    other: empty,
    anon: empty,
    service: { status: 200, json: [{ id: 1, body: "nobody" }] },
  },
  {
    name: "insert without a policy",
    request: "POST /locked",
    body: { id: 2, body: "in" },
    owner: { status: 403, code: "42501" },
    other: { status: 403, code: "42501" },
    anon: { status: 401, code: "42501" },
    service: { status: 201, added: ["locked 2 in"] },
  },
  {
    name: "delete without a policy",
    request: "DELETE /locked?id=eq.1",
    owner: nothing,
    other: nothing,
    anon: nothing,
    service: { status: 204, removed: ["locked 1 nobody"] },
  },
];

/** Everything that is in the tables, a line a row. */
async function state(app: RestApp): Promise<string[]> {
  const found = await app.rows(
    `SELECT concat_ws(' ', 'note', id, owner, title, coalesce(stars::text, 'null')) FROM notes
     UNION ALL SELECT concat_ws(' ', 'attachment', id, note_id, file) FROM attachments
     UNION ALL SELECT concat_ws(' ', 'dropbox', id, body) FROM dropbox
     UNION ALL SELECT concat_ws(' ', 'locked', id, body) FROM locked`,
  );
  return found.map(([line]) => named(String(line))).sort();
}

function named(text: string): string {
  return text.replaceAll(ada, "ADA").replaceAll(bob, "BOB");
}

function bodyFor(
  actor: Actor,
  body: Record<string, unknown>,
): Record<string, unknown> {
  const self = actor === "other" ? bob : ada;
  const ids: Record<string, string> = {
    SELF: self,
    NOTSELF: self === ada ? bob : ada,
    ADA: ada,
    BOB: bob,
  };
  return Object.fromEntries(
    Object.entries(body).map((
      [key, value],
    ) => [key, key === "owner" ? ids[String(value)] : value]),
  );
}

/** A token that is not good changes nothing and tells nothing, whatever is asked. */
const refused: Outcome = { status: 401, code: "PGRST301" };

Deno.test("/rest/v1 keeps to row security", async (t) => {
  await using app = await restApp();
  await app.run(schema);
  await app.run(
    `INSERT INTO auth._auth_users (id, email, created_at, updated_at) VALUES
       ('${ada}', 'ada@x.example', now(), now()), ('${bob}', 'bob@x.example', now(), now())`,
  );
  const tokens: Record<Actor, string | undefined> = {
    owner: await app.sign({ role: "authenticated", sub: ada }),
    other: await app.sign({ role: "authenticated", sub: bob }),
    anon: undefined,
    expired: await app.sign({ role: "authenticated", sub: ada, exp: 1 }),
    garbage: "garbage",
    service: await app.sign({ role: "service_role" }),
  };
  for (const attempt of attempts) {
    for (const actor of actors) {
      await t.step(`${attempt.name} as ${actor}`, async () => {
        await app.run(rows);
        const before = await state(app);
        const { request, prefer, body } = attempt;
        const wanted = actor === "expired" || actor === "garbage"
          ? refused
          : attempt[actor];

        const answer = await app.send(request, {
          token: tokens[actor],
          ...(prefer === undefined ? {} : { headers: { Prefer: prefer } }),
          ...(body === undefined ? {} : { body: bodyFor(actor, body) }),
        });

        equal(answer.status, wanted.status, answer.text);
        const json = answer.text === ""
          ? undefined
          : JSON.parse(named(answer.text));
        if ("json" in wanted) deepEqual(json, wanted.json);
        for (const member of ["code", "message", "details"] as const) {
          if (member in wanted) equal(json?.[member], wanted[member]);
        }
        if (wanted.range !== undefined) {
          equal(answer.headers.get("content-range"), wanted.range);
        }
        if (answer.status >= 400 && actor !== "service") {
          // An error names what was asked, never what is in somebody's row.
          doesNotMatch(
            answer.text,
            /second|three\.pdf|[0-9a-f]{8}-[0-9a-f]{4}/,
          );
        }
        const { added = [], removed = [] } = wanted;
        deepEqual(
          await state(app),
          [...before.filter((line) => !removed.includes(line)), ...added]
            .sort(),
        );
      });
    }
  }
});
