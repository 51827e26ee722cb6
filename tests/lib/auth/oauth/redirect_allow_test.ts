import { equal, throws } from "node:assert/strict";
import { createRedirectAllowList } from "../../../../lib/auth/oauth/redirect_allow.ts";
import { Problem } from "../../../../lib/base/problem.ts";

const list = createRedirectAllowList([
  "https://app.example/done",
  "https://app.example/below/*",
  "https://all.example:8443/*",
  "http://localhost:3000/",
  "http://127.0.0.1:3000/done",
  "com.example.app://done",
]);

Deno.test("check() answers an allowed address in canonical spelling, query kept", async (t) => {
  const cases: Record<string, string> = {
    "https://app.example/done": "https://app.example/done",
    "https://app.example/done?next=%2Fa&x=1":
      "https://app.example/done?next=%2Fa&x=1",
    "HTTPS://APP.EXAMPLE/done": "https://app.example/done",
    "https://app.example:443/done": "https://app.example/done",
    "https://app.example/a/../done": "https://app.example/done",
    "https://app.example/below/": "https://app.example/below/",
    "https://app.example/below/a/b?c": "https://app.example/below/a/b?c",
    "https://all.example:8443": "https://all.example:8443/",
    "https://all.example:8443/x": "https://all.example:8443/x",
    "http://localhost:3000": "http://localhost:3000/",
    "http://127.0.0.1:3000/done": "http://127.0.0.1:3000/done",
    "com.example.app://done": "com.example.app://done",
    "com.example.app://done?x=1": "com.example.app://done?x=1",
  };
  for (const [asked, answer] of Object.entries(cases)) {
    await t.step(asked, () => equal(list.check(asked), answer));
  }
});

Deno.test("check() does not allow an open redirect", async (t) => {
  const attacks = [
    "https://app.example.evil.example/done",
    "https://evil.example/done",
    "https://app.example@evil.example/done",
    "https://app.example:secret@evil.example/done",
    "https://user@app.example/done",
    "https://@app.example/done",
    "https://evil.example\\@app.example/done",
    "https://app.example\\done",
    "https:\\\\app.example/done",
    "https://app.example/done#token=stolen",
    "https://app.example/done#",
    "https:app.example/done",
    "https:/app.example/done",
    "https:///app.example/done",
    "//app.example/done",
    "/done",
    "done",
    "",
    "http://app.example/done",
    "https://app.example:444/done",
    "https://app.example/Done",
    "https://app.example/done/",
    "https://app.example/done/more",
    "https://app.example/below",
    "https://app.example/belowmore",
    "https://app.example/below/../other",
    "https://app.example/below/%2e%2e/other",
    "https://app.example/below/..%2fother",
    "https://app.example/below/..%5Cother",
    "https://app.example./done",
    "https://app%2eexample/done",
    "https://ａpp.example/done",
    "http://2130706433:3000/done",
    "http://0x7f.1:3000/done",
    "http://0177.0.0.1:3000/done",
    "http://127.1:3000/done",
    " https://app.example/done",
    "https://app.example/done ",
    "https://app.exa\tmple/done",
    "https://app.example/done\r\nSet-Cookie: a=b",
    "https://app.example/done\u0000",
    "javascript:alert(1)",
    "javascript://app.example/done%0aalert(1)",
    "data:text/html,x",
    "com.example.app://other",
    "com.example.app:done",
    "com.example.app://user@done",
    `https://all.example:8443/${"a".repeat(2100)}`,
  ];
  for (const attack of attacks) {
    await t.step(JSON.stringify(attack).slice(0, 60), () => {
      throws(
        () => list.check(attack),
        (e) =>
          e instanceof Problem && e.code === "redirect_not_allowed" &&
          !e.message.includes("evil"),
      );
    });
  }
});

Deno.test("check() allows nothing when the list is empty", () => {
  throws(
    () => createRedirectAllowList([]).check("http://localhost:3000/"),
    (e) => e instanceof Problem && e.code === "redirect_not_allowed",
  );
});

Deno.test("createRedirectAllowList() refuses an entry that says something else than it seems to", async (t) => {
  const cases: Record<string, RegExp> = {
    "app.example/done": /absolute URL/,
    "*": /absolute URL/,
    "https://*.app.example/": /a star may only stand for/,
    "https://app.example/**": /a star may only stand for/,
    "https://app.example/*/done": /a star may only stand for/,
    "https://app.example/done*": /a star may only stand for/,
    "com.example.app://done/*": /a star may only stand for/,
    "https://app.example/done?x=1": /it must have no query$/,
    "https://app.example/done?": /it must have no query$/,
    "https://app.example/done#x": /no fragment$/,
    "https://user@app.example/": /plain spelling/,
    "http://2130706433/": /plain spelling/,
    "javascript:alert(1)": /absolute URL/,
  };
  for (const [entry, message] of Object.entries(cases)) {
    await t.step(entry, () => {
      throws(() => createRedirectAllowList([entry]), {
        name: "RangeError",
        message,
      });
    });
  }
});
