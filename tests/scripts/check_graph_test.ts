import { deepEqual, equal, match } from "node:assert/strict";
import {
  circles,
  forbiddenImports,
  readGraph,
  reservedWords,
} from "../../scripts/check_graph.ts";

Deno.test("forbiddenImports() allows what the table of rooms says", () => {
  const graph = new Map([
    ["main.ts", ["routes/user.ts", "lib/config.ts", "deno.json"]],
    ["deno.json", []],
    ["routes/user.ts", ["lib/auth/user.ts", "lib/http/router.ts"]],
    ["lib/auth/user.ts", ["lib/engine/engine.ts", "lib/base/clock.ts"]],
    ["lib/engine/sqlite/pool.ts", ["lib/engine/engine.ts", "lib/sqlite/x.ts"]],
    ["tests/lib/x_test.ts", ["main.ts", "scripts/check_graph.ts"]],
  ]);

  deepEqual(forbiddenImports(graph), []);
});

for (
  const [file, target] of [
    ["lib/base/log.ts", "lib/config.ts"],
    ["lib/auth/user.ts", "lib/http/router.ts"],
    ["lib/engine/engine.ts", "lib/auth/user.ts"],
    ["lib/sqlite/x.ts", "lib/engine/engine.ts"],
    ["lib/http/router.ts", "routes/user.ts"],
    ["routes/user.ts", "main.ts"],
    ["main.ts", "scripts/test.ts"],
    ["lib/auth/user.ts", "tests/support/auth_app.ts"],
    ["lib/configuration/x.ts", "lib/base/log.ts"],
  ] as const
) {
  Deno.test(`forbiddenImports() refuses ${target} in ${file}`, () => {
    equal(forbiddenImports(new Map([[file, [target]]])).length, 1);
  });
}

Deno.test("circles() finds files that import each other", () => {
  const graph = new Map([
    ["a.ts", ["b.ts"]],
    ["b.ts", ["c.ts", "d.ts"]],
    ["c.ts", ["a.ts"]],
    ["d.ts", []],
  ]);

  deepEqual(circles(graph), [
    "imports in a circle: a.ts → b.ts → c.ts → a.ts",
  ]);
});

Deno.test("circles() is content with two ways to one file", () => {
  const graph = new Map([
    ["a.ts", ["b.ts", "c.ts"]],
    ["b.ts", ["d.ts"]],
    ["c.ts", ["d.ts"]],
    ["d.ts", []],
  ]);

  deepEqual(circles(graph), []);
});

Deno.test("reservedWords() keeps the environment and the console to their places", () => {
  const source = `const a = Deno.env.get("A");\nconsole.log(a);\n`;

  equal(reservedWords("lib/auth/user.ts", source).length, 2);
  equal(reservedWords("main.ts", source).length, 1);
  equal(reservedWords("lib/config/sources.ts", source).length, 1);
  equal(reservedWords("lib/config.ts", source).length, 1);
  deepEqual(reservedWords("scripts/test.ts", source), []);
  match(
    reservedWords("routes/user.ts", source)[1] ?? "",
    /^routes\/user\.ts:2: /,
  );
});

Deno.test("reservedWords() does not mind comments", () => {
  deepEqual(
    reservedWords(
      "lib/a.ts",
      "/** Never `Deno.env`. */\n * console.log\n// console.log()\n",
    ),
    [],
  );
});

Deno.test("readGraph() sees type imports and circles between files", async () => {
  const root = await Deno.realPath(await Deno.makeTempDir());
  try {
    await Deno.writeTextFile(`${root}/deno.json`, "{}");
    await Deno.writeTextFile(
      `${root}/a.ts`,
      `import type { B } from "./b.ts";\nexport type A = B;\n`,
    );
    await Deno.writeTextFile(
      `${root}/b.ts`,
      `export { type A } from "./a.ts";\nexport type B = 1;\n`,
    );

    const { all, running } = await readGraph(root, ["a.ts"]);

    deepEqual([...all], [["a.ts", ["b.ts"]], ["b.ts", ["a.ts"]]]);
    equal(circles(all).length, 1);
    equal(circles(running).length, 0);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
