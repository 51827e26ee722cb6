/**
 * What the server says of itself at `/`: to a browser as a page, to a script as JSON.
 *
 * @module
 */

import { contentSecurityPolicy, escapeHtml, icon, styleHash } from "./html.ts";

/** What is on, and where. */
export interface HomeFacts {
  /** Version of the program. */
  readonly version: string;
  /** URL of the server as its visitor knows it, without a slash at the end. */
  readonly base: string;
  readonly auth: boolean;
  readonly rest: boolean;
  readonly realtime: boolean;
  readonly docs: boolean;
  /** Connection URL for psql, if that listener is on. */
  readonly postgres: string | undefined;
}

/** A thing to go to. */
interface Door {
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

function doors({ auth, rest, realtime, docs }: HomeFacts): Door[] {
  return [
    ...(docs
      ? [
        {
          name: "documentation",
          path: "/docs",
          text: "Every call, to read and to try out",
        },
        {
          name: "openapi",
          path: "/openapi.json",
          text: "The same for programs, OpenAPI 3.1",
        },
      ]
      : []),
    ...(rest
      ? [{
        name: "rest",
        path: "/rest/v1",
        text: "Tables, views and functions, as PostgREST serves them",
      }]
      : []),
    ...(realtime
      ? [{
        name: "realtime",
        path: "/realtime/v1",
        text: "Changes, broadcast and presence over a WebSocket",
      }]
      : []),
    ...(auth
      ? [{
        name: "auth",
        path: "/auth/v1",
        text: "Sign-up, sign-in, sessions, as Supabase serves them",
      }]
      : []),
    { name: "health", path: "/health", text: "Is it alive" },
    { name: "ready", path: "/ready", text: "Does the database answer" },
  ];
}

/**
 * @param facts What is on, and where.
 * @returns The answer to a script.
 */
export function homeObject(facts: HomeFacts): Record<string, unknown> {
  return {
    name: "heliosdb-nano",
    description: "A database and its auth server",
    version: facts.version,
    "api_version": "v1",
    endpoints: Object.fromEntries(
      doors(facts).map(({ name, path }) => [name, `${facts.base}${path}`]),
    ),
    ...(facts.postgres === undefined ? {} : { postgres: facts.postgres }),
  };
}

const style = `
:root { color-scheme: light dark; --ground: #f7f7f9; --raised: #fff; --ink: #1d2230; --quiet: #5a6275; --line: #d5d9e2; --accent: #a34a00; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #1c2022; --raised: #262b2e; --ink: #e8eaf0; --quiet: #a9b1c2; --line: #434a52; --accent: #ffb066; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 17px/1.55 system-ui, sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 4rem 1.25rem 5rem; }
h1 { margin: 0; font-size: 2rem; letter-spacing: -0.02em; }
h1 small { font-size: 1rem; font-weight: normal; letter-spacing: 0; color: var(--quiet); }
h2 { margin: 2.4rem 0 0.6rem; font-size: 1.1rem; }
p { margin: 0.4rem 0; }
.quiet { color: var(--quiet); }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
ul { margin: 1.6rem 0 0; padding: 0; list-style: none; border: 1px solid var(--line); border-radius: 10px; background: var(--raised); overflow: hidden; }
li { display: flex; flex-wrap: wrap; gap: 0 1rem; padding: 0.7rem 1rem; }
li + li { border-top: 1px solid var(--line); }
li a, li code { flex: 0 0 9.5rem; font-weight: 600; }
@media (max-width: 34rem) { li a, li code { flex-basis: 100%; } }
code, pre, li a { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 0.9em; }
pre { margin: 0.6rem 0; padding: 0.9rem 1rem; border: 1px solid var(--line); border-radius: 10px; background: var(--raised); overflow-x: auto; }
`;

/** What the page may do: nothing but show itself. */
export const homePolicy: string = contentSecurityPolicy({
  "style-src": styleHash(style),
  "img-src": "data:",
});

/** Paths that answer a browser something; the others are only where paths begin. */
const links = new Set(["/docs", "/openapi.json", "/health", "/ready"]);

function commands({ base, auth, rest, postgres }: HomeFacts): string[] {
  return [
    ...(auth
      ? [
        `curl -s -X POST ${base}/auth/v1/signup \\\n` +
        `  -H 'Content-Type: application/json' \\\n` +
        `  -d '{"email":"alice@example.com","password":"hunter2!"}'`,
      ]
      : []),
    ...(rest
      ? [
        `curl -s "${base}/rest/v1/notes?select=*&limit=10"${
          auth ? ` \\\n  -H "Authorization: Bearer $ACCESS"` : ""
        }`,
      ]
      : []),
    ...(postgres === undefined ? [] : [`psql ${postgres}`]),
  ];
}

/**
 * @param facts What is on, and where.
 * @returns The answer to a browser.
 */
export function homePage(facts: HomeFacts): string {
  const rows = doors(facts).map(({ path, text }) => {
    const name = links.has(path)
      ? `<a href="${path.slice(1)}">${path}</a>`
      : `<code>${path}</code>`;
    return `<li>${name}<span class="quiet">${escapeHtml(text)}</span></li>`;
  });
  const lines = commands(facts).map((each) =>
    `<pre tabindex="0">${escapeHtml(each)}</pre>`
  );
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>heliosdb-nano</title>
${icon}
<style>${style}</style>
</head>
<body>
<main>
<h1>heliosdb-nano <small>${escapeHtml(facts.version)}</small></h1>
<p>A database and its auth server. It is up.</p>
<ul>
${rows.join("\n")}
</ul>
${lines.length > 0 ? `<h2>From a terminal</h2>\n${lines.join("\n")}` : ""}
<p class="quiet">Scripts get the same as JSON: <code>curl -s ${
    escapeHtml(facts.base)
  }/</code></p>
</main>
</body>
</html>
`;
}
