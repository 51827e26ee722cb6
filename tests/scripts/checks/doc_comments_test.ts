import { deepEqual } from "node:assert/strict";
import { checkDocComments } from "../../../scripts/checks/doc_comments.ts";

async function faultsOf(source: string): Promise<string[]> {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    await Deno.writeTextFile(`${root}/other.ts`, "export const other = 1;\n");
    await Deno.writeTextFile(`${root}/a.ts`, source);
    return await checkDocComments(root, ["a.ts"]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const opening = "/**\n * Opens.\n *\n * @module\n */\n\n";

for (
  const [what, source] of [
    ["a described export", "/** One. */\nexport const one = 1;\n"],
    [
      "a comment of tags only",
      "/** @returns One. */\nexport function one(): number {\n  return 1;\n}\n",
    ],
    [
      "what is not exported",
      "const one = 1;\n/** Two. */\nexport const two: number = one;\n",
    ],
    ["what another file exports", `export { other } from "./other.ts";\n`],
    [
      "what it imports",
      `import { other } from "./other.ts";\n/** Two. */\nexport const two: number = other;\n`,
    ],
    [
      "an overload explained once",
      "/** A. */\nexport function a(x: 1): 1;\nexport function a(x: 2): 2;\nexport function a(x: unknown): unknown {\n  return x;\n}\n",
    ],
  ] as const
) {
  Deno.test(`checkDocComments() is content with ${what}`, async () => {
    deepEqual(await faultsOf(opening + source), []);
  });
}

for (
  const kind of [
    "const x = 1",
    "function x(): void {}",
    "class x {}",
    "interface x {}",
    "type x = 1",
  ]
) {
  Deno.test(`checkDocComments() finds a bare \`export ${kind}\``, async () => {
    deepEqual(
      await faultsOf(
        `${opening}/** Y. */\nexport const y = 1;\nexport ${kind}\n`,
      ),
      [
        "a.ts:9: export x has no doc comment",
      ],
    );
  });
}

Deno.test("checkDocComments() finds a file without an opening comment", async () => {
  deepEqual(await faultsOf("/** One. */\nexport const one = 1;\n"), [
    "a.ts: opens with no comment that ends in @module",
  ]);
});
