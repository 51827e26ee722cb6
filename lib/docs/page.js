/**
 * The page of /docs: shows the document with Swagger UI, signs in, and hands the token to Swagger UI,
 * so that "Try it out" sends it. Tokens stay in this page's memory.
 */

const byId = (id) => document.getElementById(id);
const status = byId("status");
const scheme = "bearer";

let ui;
let shown;
let session;
let renewal;

function say(text, mood = "") {
  status.textContent = text;
  status.className = `status ${mood}`;
}

/** Calls the auth server; throws its sentence when it refuses. */
async function call(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (answer.status === 204) return undefined;
  const content = await answer.json();
  if (!answer.ok) throw new Error(content.message);
  return content;
}

/** What a token says of its owner; it is not checked here, the server does that. */
function claimsOf(token) {
  try {
    const part = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(part), (c) => c.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

function show() {
  const token = session?.access_token;
  byId("signed-out").hidden = token !== undefined;
  byId("signed-in").hidden = token === undefined;
  if (token === undefined) {
    ui.authActions.logout([scheme]);
    return;
  }
  ui.preauthorizeApiKey(scheme, token);
  const { email, role } = claimsOf(token) ?? {};
  byId("who").textContent = email || "a token";
  byId("role").textContent = role ?? "unknown";
}

/** Takes a session, or a token alone, and trades it for the next one in time. */
function adopt(next) {
  clearTimeout(renewal);
  session = next;
  show();
  if (next?.refresh_token === undefined) return;
  const ms = Math.max(5, next.expires_in * 0.8) * 1000;
  renewal = setTimeout(async () => {
    let renewed;
    let word = "";
    try {
      renewed = await call("auth/v1/token?grant_type=refresh_token", {
        refresh_token: next.refresh_token,
      });
    } catch (error) {
      word = `Signed out: ${error.message}`;
    }
    // Somebody may have signed out, or in, meanwhile.
    if (session !== next) return;
    adopt(renewed);
    if (renewed === undefined) say(word, "bad");
  }, ms);
}

/** Runs what a button starts; meanwhile no button works. What it gives has the focus then. */
async function attempt(work) {
  let next = document.activeElement;
  const buttons = document.querySelectorAll(".account button");
  for (const button of buttons) button.disabled = true;
  try {
    next = await work() ?? next;
  } catch (error) {
    say(error.message, "bad");
  }
  for (const button of buttons) button.disabled = false;
  next.focus();
}

async function enter(path, done) {
  const form = byId("sign-in");
  say("…");
  const { email, password } = form.elements;
  adopt(await call(path, { email: email.value, password: password.value }));
  password.value = "";
  await refresh();
  say(done, "good");
  return byId("sign-out");
}

async function useToken(field) {
  const token = field.value.trim().replace(/^bearer\s+/i, "");
  if (claimsOf(token) === undefined) {
    throw new Error(
      "This is not a token: it must be a JWT, three parts with dots.",
    );
  }
  adopt({ access_token: token });
  field.value = "";
  try {
    await refresh();
  } catch (error) {
    adopt(undefined);
    throw error;
  }
  say("Calls carry this token now.", "good");
  return byId("sign-out");
}

function listen() {
  byId("sign-in").addEventListener("submit", (event) => {
    event.preventDefault();
    const signUp = event.submitter === byId("sign-up");
    attempt(() =>
      signUp
        ? enter("auth/v1/signup", "Account made, signed in.")
        : enter("auth/v1/token", "Signed in.")
    );
  });
  byId("use-token").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(() => useToken(event.target.elements.token));
  });
  byId("sign-out").addEventListener("click", () =>
    attempt(async () => {
      const { refresh_token: token } = session ?? {};
      adopt(undefined);
      if (token !== undefined) {
        await call("auth/v1/logout", { refresh_token: token });
      }
      await refresh();
      say("Signed out.", "good");
      return byId("email");
    }));
  byId("reload").addEventListener("click", () =>
    attempt(async () => {
      await refresh();
      say("The document is up to date.", "good");
    }));
}

/** Shows the document anew if it has changed. */
async function refresh() {
  const text = JSON.stringify(await readDocument());
  if (text === shown) return;
  shown = text;
  ui.specActions.updateSpec(text);
}

/** Reads the document as who is signed in: it shows what their role may use. */
async function readDocument() {
  const token = session?.access_token;
  const answer = await fetch("openapi.json", {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  const spec = await answer.json();
  if (!answer.ok) throw new Error(spec.message);
  // Calls go where this page came from, whatever the server is called elsewhere.
  spec.servers = [{ url: new URL(".", location.href).href.replace(/\/$/, "") }];
  return spec;
}

function followColors() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () =>
    document.documentElement.classList.toggle("dark-mode", dark.matches);
  follow();
  dark.addEventListener("change", follow);
}

async function start() {
  followColors();
  const spec = await readDocument();
  shown = JSON.stringify(spec);
  const many = spec.tags.length > 12;
  ui = globalThis.SwaggerUIBundle({
    spec,
    "dom_id": "#swagger-ui",
    presets: [globalThis.SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    deepLinking: true,
    displayRequestDuration: true,
    docExpansion: many ? "none" : "list",
    filter: many,
    defaultModelsExpandDepth: 0,
    defaultModelExpandDepth: 2,
    showCommonExtensions: true,
    validatorUrl: null,
    onComplete() {
      document.documentElement.dataset.ready = "yes";
    },
  });
  byId("account").hidden = spec.paths["/auth/v1/token"] === undefined;
  listen();
}

start().catch((error) => {
  byId("account").hidden = false;
  say(error.message, "bad");
});
