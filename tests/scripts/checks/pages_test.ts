import { deepEqual, equal } from "node:assert/strict";
import {
  codesWithoutRow,
  deadLinks,
  privateNames,
} from "../../../scripts/checks/pages.ts";

const files = new Set([
  "README.md",
  "docs/auth.md",
  "docs/jwt.md",
  "lib/auth/x.ts",
]);

for (
  const text of [
    "[a](jwt.md)",
    "[a](jwt.md#claims)",
    "[a](../README.md)",
    "[a](../lib/auth)",
    "[a](../lib/auth/)",
    "[a](https://example.com/x)",
    "[a](mailto:a@example.com)",
    "[a](#here)",
    '[a](jwt.md "The card")',
    "[a]: jwt.md",
    "`[a](gone.md)`",
    "```md\n[a](gone.md)\n```",
  ]
) {
  Deno.test(`deadLinks() is content with ${JSON.stringify(text)}`, () => {
    deepEqual(deadLinks("docs/auth.md", text, files), []);
  });
}

for (
  const text of [
    "[a](gone.md)",
    "[a](docs/jwt.md)",
    "[a](../lib/aut)",
    "![a](picture.png)",
    "[a]: gone.md",
    "[a](jwt.md) and [b](gone.md#x)",
  ]
) {
  Deno.test(`deadLinks() finds ${JSON.stringify(text)}`, () => {
    equal(deadLinks("docs/auth.md", text, files).length, 1);
  });
}

Deno.test("codesWithoutRow() compares the union with the table, both ways", () => {
  const source =
    `export type ProblemCode =\n  // first\n  | "bad_json"\n  | "not_found";\n`;
  const page = "| code |\n| --- |\n| `bad_json` | 400 |\n| `gone` | 410 |\n";

  deepEqual(codesWithoutRow(source, page), [
    "docs/errors.md: no row for not_found",
    "docs/errors.md: gone is no ProblemCode",
  ]);
});

Deno.test("codesWithoutRow() does not pass when it finds no codes", () => {
  equal(codesWithoutRow("", "").length, 1);
});

const folder = (name: string) => `/${name}/someone/project`;

for (const name of ["work", "root", "home"]) {
  Deno.test(`privateNames() finds a path below ${name}`, () => {
    deepEqual(privateNames("a.md", `fine\nsee ${folder(name)}`), [
      "a.md:2: names a folder of one machine",
    ]);
  });
}

Deno.test("privateNames() lets URLs and relative paths be", () => {
  deepEqual(
    privateNames(
      "a.md",
      `https://example.com${folder("home")} src${folder("work")}`,
    ),
    [],
  );
});

Deno.test("privateNames() finds the host of a package registry", () => {
  const host = ["registry", "npmjs", "org"].join(".");

  equal(privateNames("a.md", `https://${host}/zod`).length, 1);
});
