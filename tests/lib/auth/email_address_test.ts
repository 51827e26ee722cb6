import { equal, notEqual } from "node:assert/strict";
import { parseEmail } from "../../../lib/auth/email_address.ts";

const good: Record<string, string> = {
  "alice@example.com": "alice@example.com",
  "Alice@Example.COM": "alice@example.com",
  "a.b+c_d-e'f@sub.example.co": "a.b+c_d-e'f@sub.example.co",
  "grüße@example.com": "grüße@example.com",
  "a@xn--bcher-kva.example": "a@xn--bcher-kva.example",
  "a@bücher.example": "a@xn--bcher-kva.example",
  "1@2.ab": "1@2.ab",
};
for (const [text, email] of Object.entries(good)) {
  Deno.test(`parseEmail() takes ${text}`, () =>
    equal(parseEmail(text)?.email, email));
}

const bad = [
  "",
  "@",
  "a@",
  "@example.com",
  "a",
  "a@b",
  "@@@",
  "a@@example.com",
  " a@example.com",
  "a@example.com ",
  "a b@example.com",
  "a@exam ple.com",
  "a@example.com\n",
  "a\0@example.com",
  "a@-example.com",
  "a@example-.com",
  "a@example..com",
  "a@.example.com",
  "a@example.com.",
  "a@127.0.0.1",
  "a@0x7f.1",
  "a@[::1]",
  "a@example.c",
  "a@example.123",
  "a@example.com/path",
  "a@example.com:80",
  "a@user@example.com",
  "a@example.com?x",
  "a@example%2ecom",
  ".a@example.com",
  "a.@example.com",
  "a..b@example.com",
  '"a"@example.com',
  "a(b)@example.com",
  "a\u200b@example.com",
  "a\u202e@example.com",
  "a＠b@example.com",
  "\ud800@example.com",
  `${"a".repeat(65)}@example.com`,
  `a@${"b".repeat(250)}.com`,
  "a@" + "x.".repeat(130) + "com",
];
for (const text of bad) {
  Deno.test(`parseEmail() refuses ${JSON.stringify(text).slice(0, 60)}`, () =>
    equal(parseEmail(text), null));
}

const same: [string, string][] = [
  ["alice@example.com", "ALICE@EXAMPLE.COM"],
  ["ﬁn@example.com", "fin@example.com"],
  ["ａｌｉｃｅ@example.com", "alice@example.com"],
  ["a@BÜCHER.example", "a@xn--bcher-kva.example"],
  ["e\u0301@example.com", "\u00e9@example.com"],
  ["a@ｅｘａｍｐｌｅ.com", "a@example.com"],
];
for (const [one, other] of same) {
  Deno.test(`parseEmail() gives ${one} and ${other} the same key`, () => {
    notEqual(parseEmail(one), null);
    equal(parseEmail(one)?.key, parseEmail(other)?.key);
  });
}

Deno.test("parseEmail() keeps addresses apart that are different mailboxes", () => {
  notEqual(
    parseEmail("a.b@example.com")?.key,
    parseEmail("ab@example.com")?.key,
  );
  notEqual(
    parseEmail("a+b@example.com")?.key,
    parseEmail("a@example.com")?.key,
  );
});
