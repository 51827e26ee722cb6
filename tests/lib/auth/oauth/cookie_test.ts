import { equal } from "node:assert/strict";
import {
  flowCookie,
  looksLikeBrowser,
  readFlowCookie,
} from "../../../../lib/auth/oauth/cookie.ts";

const value = "A".repeat(43);
const other = "B".repeat(43);

Deno.test("flowCookie() is narrow over http and host-only over https", () => {
  equal(
    flowCookie(value, { secure: false }),
    `heliosdb_oauth=${value}; Path=/auth/v1; Max-Age=600; HttpOnly; SameSite=Lax`,
  );
  equal(
    flowCookie(value, { secure: true }),
    `__Host-heliosdb_oauth=${value}; Path=/; Secure; Max-Age=600; HttpOnly; SameSite=Lax`,
  );
});

Deno.test("readFlowCookie() finds the one cookie among others", async (t) => {
  const cases: [string, string | null, boolean, string | undefined][] = [
    ["absent", null, false, undefined],
    ["others only", "a=b; heliosdb_oauth2=x", false, undefined],
    ["among others", `a=b; heliosdb_oauth=${value}; c=d`, false, value],
    [
      "twice the same",
      `heliosdb_oauth=${value};heliosdb_oauth=${value}`,
      false,
      value,
    ],
    ["malformed", "heliosdb_oauth=short", false, ""],
    ["empty", "heliosdb_oauth=", false, ""],
    [
      "planted beside ours",
      `heliosdb_oauth=${other}; heliosdb_oauth=${value}`,
      false,
      "",
    ],
    ["unprefixed over https", `heliosdb_oauth=${value}`, true, undefined],
    ["prefixed over https", `__Host-heliosdb_oauth=${value}`, true, value],
  ];
  for (const [name, header, secure, expected] of cases) {
    await t.step(name, () => {
      equal(readFlowCookie(header, { secure }), expected);
    });
  }
});

Deno.test("looksLikeBrowser() tells browsers from scripts", async (t) => {
  const browsers: Record<string, Record<string, string>> = {
    "fetch metadata": { "sec-fetch-mode": "navigate" },
    "client hints": { "sec-ch-ua": '"Chromium";v="150"' },
    Chrome: {
      "user-agent":
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36",
    },
    Firefox: {
      "user-agent":
        "Mozilla/5.0 (X11; Linux x86_64; rv:149.0) Gecko/20100101 Firefox/149.0",
    },
    "old Opera": { "user-agent": "Opera/9.80 (Windows NT 6.1)" },
    Lynx: { "user-agent": "Lynx/2.9.0 libwww-FM/2.14" },
    w3m: { "user-agent": "w3m/0.5.3" },
    Links: { "user-agent": "Links (2.29; Linux; text)" },
  };
  for (const [name, headers] of Object.entries(browsers)) {
    await t.step(
      name,
      () => equal(looksLikeBrowser(new Headers(headers)), true),
    );
  }
  const scripts = [
    "curl/8.14.1",
    "Wget/1.25",
    "python-requests/2.32",
    "Deno/2.9.6",
    "node",
    "Go-http-client/1.1",
    "",
  ];
  for (const name of scripts) {
    await t.step(name || "no name", () => {
      const headers = new Headers(name === "" ? {} : { "user-agent": name });
      equal(looksLikeBrowser(headers), false);
    });
  }
});
