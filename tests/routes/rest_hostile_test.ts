/**
 * Each position of the grammar × each shape of an injection (`tests/corpora/rest/hostile`): nothing
 * fails inside, nothing comes out that is not served, nothing in the tables changes.
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import { type RestApp, restApp } from "../support/rest_app.ts";
import { RestCorpusRun } from "../support/rest_corpus.ts";
import positions from "../corpora/rest/hostile/positions.json" with {
  type: "json",
};
import shapes from "../corpora/rest/hostile/shapes.json" with { type: "json" };

/** A request with § where the hostile text goes, ¶ where it goes in quotes. */
interface Position {
  readonly name: string;
  readonly request: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly rawBody?: string;
}

/** A hostile text, and its form in a URL where that is not simply the text's. */
interface Shape {
  readonly text: string;
  readonly encoded: string;
}

const deep = "(".repeat(20_000);

/** Shapes that are too long for a file, or cannot be written down in one. */
const special: ReadonlyMap<string, Shape> = new Map(Object.entries({
  LONE: { text: "\ud800", encoded: "%ED%A0%80" },
  BYTES: { text: "\ufffd", encoded: "%FF%FE" },
  OVERLONG: { text: "\ufffd", encoded: "%C0%A7" },
  LONG: plain("a".repeat(5_000)),
  VERYLONG: plain("x".repeat(200_000)),
  COMMAS: plain(",".repeat(20_000)),
  DEEP: plain(`a${deep}`),
}));

function plain(text: string): Shape {
  return { text, encoded: encodeURIComponent(text) };
}

/** A text in a URL as it stands between quotes. */
function escaped(encoded: string): string {
  return encoded.replace(/%22|%5C/g, "%5C$&");
}

const hostile: readonly (readonly [name: string, shape: Shape])[] = Object
  .entries(shapes).map((
    [name, text],
  ) => [name, special.get(text) ?? plain(text)]);

/** What only forbidden rows and definitions hold. */
const canaries =
  /canary-|argon2|do not tell|a-secret-of-more|hidden_canary|CREATE TABLE|heliosdb_/i;

const served =
  "clients projects tasks people people_projects profiles employees addresses orders buildings rooms shelves goods items many everything documents lists articles defaults accounts boxes pairs tags journal shortened staff_only"
    .split(" ");

async function fingerprint(app: RestApp): Promise<unknown[]> {
  const found: unknown[] = [];
  for (const table of [...served, "hidden.secrets", "auth._auth_users"]) {
    found.push([
      table,
      ...await app.rows(
        `SELECT count(*), md5(coalesce(json_agg(t)::text, '')) FROM ${table} AS t`,
      ),
    ]);
  }
  found.push(
    await app.rows(
      "SELECT relname, relkind::text FROM pg_class WHERE oid >= 16384 ORDER BY 1, 2",
    ),
  );
  return found;
}

/** Puts the text into every place of a body, as JSON. */
function bodyOf(body: unknown, text: string): string {
  return JSON.stringify(body)
    .replaceAll("§", () => JSON.stringify(text).slice(1, -1));
}

/** Whether a header can hold the text at all; the server reads no other. */
function fits(headers: Readonly<Record<string, string>>): boolean {
  try {
    new Headers(headers);
    return true;
  } catch {
    return false;
  }
}

Deno.test("/rest/v1 neither fails nor tells nor changes anything for a hostile text in any position", async (t) => {
  // A sleep that runs would end at the statement timeout, with a status that is none of the client's.
  await using app = await restApp({ txOverride: true });
  await RestCorpusRun.begin(app);
  await app.run("CREATE TABLE hidden.hidden_canary (id int)");
  const { rows: [user] } = await app.operator.query(
    `INSERT INTO auth._auth_users (id, email, encrypted_password, created_at, updated_at)
     VALUES ('0b9f7c9a-6a57-4a8e-9a44-1f1d5f3c2b11', 'canary-1@x.example', '$argon2id$canary-2', now(), now())
     RETURNING id`,
  );
  ok(user !== undefined);
  const before = await fingerprint(app);
  const anon = await app.sign({ role: "anon" });
  let sent = 0;

  for (const position of positions as readonly Position[]) {
    await t.step(position.name, async () => {
      const failures: string[] = [];
      for (const [name, { text, encoded }] of hostile) {
        const { request, headers = {}, body, rawBody } = position;
        const given = Object.fromEntries(
          Object.entries(headers).map(([key, value]) => [
            key,
            value.replaceAll("§", () => text),
          ]),
        );
        if (!fits(given)) continue;
        const form = given["Content-Type"] ===
          "application/x-www-form-urlencoded";
        const answer = await app.send(
          request.replaceAll("§", () => encoded)
            .replaceAll("¶", () => escaped(encoded)),
          {
            headers: given,
            token: "Authorization" in given || "apikey" in given
              ? undefined
              : anon,
            rawBody: body === undefined
              ? rawBody?.replaceAll("§", () => form ? encoded : text)
              : bodyOf(body, text),
          },
        );
        sent++;
        const told = `${answer.text}\n${JSON.stringify([...answer.headers])}`;
        if (answer.status >= 500 || answer.escaped !== undefined) {
          failures.push(
            `${name}: ${answer.status} ${answer.text.slice(0, 200)} ${
              answer.escaped ?? ""
            }`,
          );
        } else if (canaries.test(withoutEcho(told, text))) {
          failures.push(`${name}: tells ${told.slice(0, 300)}`);
        } else if (/x-evil/i.test([...answer.headers.keys()].join())) {
          failures.push(`${name}: splits the header`);
        }
      }
      equal(failures.length, 0, `\n  ${failures.join("\n  ")}`);
    });
  }

  deepEqual(await fingerprint(app), before);
  // deno-lint-ignore no-console -- the rate is for people
  console.log(`${sent} hostile requests`);
  ok(sent > 5000);
});

/** An error may repeat the name that was asked for. */
function withoutEcho(told: string, text: string): string {
  return text === "" ? told : told.replaceAll(text, "");
}
