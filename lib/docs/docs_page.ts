/**
 * The page of `/docs`: Swagger UI, and above it a place to sign in.
 *
 * @module
 */

import type { AssetName, Assets } from "./assets.ts";
import { contentSecurityPolicy, escapeHtml, icon } from "./html.ts";

/**
 * What the page may do: load our own files and call this server. Swagger UI's style has its icons in
 * `data:` URLs; it needs neither inline scripts and styles nor `eval`.
 */
export const docsPolicy: string = contentSecurityPolicy({
  "script-src": "'self'",
  "style-src": "'self'",
  "img-src": "'self' data:",
  "connect-src": "'self'",
});

/**
 * @param options Version of the program, and the files that the page loads.
 * @returns The page.
 */
export function docsPage(
  { version, assets, realtime }: {
    readonly version: string;
    readonly assets: Assets;
    /** Whether there is a page that follows changes. */
    readonly realtime: boolean;
  },
): string {
  const url = (name: AssetName) => `docs/${name}?v=${assets[name].hash}`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>API documentation · heliosdb-nano</title>
${icon}
<link rel="stylesheet" href="${url("swagger-ui.css")}">
<link rel="stylesheet" href="${url("page.css")}">
<script src="${url("swagger-ui-bundle.js")}" defer></script>
<script src="${url("page.js")}" defer></script>
</head>
<body>
<a class="skip" href="#swagger-ui">Skip to the operations</a>
<header class="top">
<div class="inner">
<div class="heading">
<h1>heliosdb-nano API</h1>
<span class="version">${escapeHtml(version)}</span>
<nav aria-label="Pages"><a href="./">Overview</a><a href="openapi.json">openapi.json</a>${
    realtime ? `<a href="docs/live">Live</a>` : ""
  }<button id="reload" class="link" type="button">Reload</button></nav>
</div>
<section class="account" id="account" aria-labelledby="account-title" hidden>
<h2 id="account-title">Account</h2>
<div id="signed-out">
<form id="sign-in">
<div class="fields">
<label class="field">E-mail<input id="email" name="email" type="email" autocomplete="username" required></label>
<label class="field">Password<input id="password" name="password" type="password" autocomplete="current-password" required></label>
<button class="main" type="submit">Sign in</button>
<button id="sign-up" type="submit">Sign up</button>
</div>
</form>
<details>
<summary>Use a token instead</summary>
<form id="use-token">
<div class="fields">
<label class="field wide">Token or key, a JWT<input id="token" name="token" type="text" autocomplete="off" spellcheck="false" required></label>
<button type="submit">Use it</button>
</div>
</form>
</details>
</div>
<div id="signed-in" hidden>
<div class="fields">
<span>Calls are made as <strong id="who"></strong>, role <strong id="role"></strong>.</span>
<button id="sign-out" type="button">Sign out</button>
</div>
</div>
<p class="status" id="status" role="status">Not signed in: calls are made as role anon.</p>
</section>
</div>
</header>
<main id="swagger-ui" tabindex="-1"></main>
<noscript><p class="inner">This page needs JavaScript. The document that it shows is <a href="openapi.json">openapi.json</a>.</p></noscript>
</body>
</html>
`;
}
