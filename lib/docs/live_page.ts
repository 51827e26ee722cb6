/**
 * The page of `/docs/live`: follows a table and shows its changes as they come.
 *
 * @module
 */

import type { AssetName, Assets } from "./assets.ts";
import { icon } from "./html.ts";

/**
 * @param assets The files that the page loads.
 * @returns The page; `docsPolicy` holds for it too.
 */
export function livePage(assets: Assets): string {
  const url = (name: AssetName) => `${name}?v=${assets[name].hash}`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Live changes · heliosdb-nano</title>
${icon}
<link rel="stylesheet" href="${url("page.css")}">
<script src="${url("live.js")}" defer></script>
</head>
<body>
<header class="top">
<div class="inner">
<div class="heading">
<h1>Live changes</h1>
<nav aria-label="Pages"><a href="../">Overview</a><a href="../docs">API</a></nav>
</div>
<section class="account" aria-labelledby="follow-title">
<h2 id="follow-title">Follow a table</h2>
<form id="follow">
<div class="fields">
<label class="field">Table<input id="table" name="table" type="text" autocomplete="off" spellcheck="false" placeholder="orders" required></label>
<label class="field">Filter<input id="filter" name="filter" type="text" autocomplete="off" spellcheck="false" placeholder="price=gt.10"></label>
<label class="field wide">Token or key<input id="token" name="token" type="text" autocomplete="off" spellcheck="false"></label>
<button class="main" type="submit">Follow</button>
<button id="stop" type="button" disabled>Stop</button>
</div>
</form>
<p class="status" id="status" role="status">Without a token you are role anon.</p>
</section>
</div>
</header>
<main class="inner events">
<table>
<thead><tr><th scope="col">Committed</th><th scope="col">Change</th><th scope="col">Row</th></tr></thead>
<tbody id="events" aria-live="polite"></tbody>
</table>
</main>
<noscript><p class="inner">This page needs JavaScript.</p></noscript>
</body>
</html>
`;
}
