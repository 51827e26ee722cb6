import { deepEqual, equal, rejects } from "node:assert/strict";
import { startFlags } from "../../../scripts/compile/start_flags.ts";

async function flagsOf(command: unknown): Promise<string[]> {
  const root = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(
      `${root}/deno.json`,
      JSON.stringify({ tasks: { start: { command } } }),
    );
    return await startFlags(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("startFlags() reads what stands between deno run and the program", async () => {
  deepEqual(
    await flagsOf(
      "deno run --frozen --allow-net --allow-env=A_*,B dist/start/main.js start",
    ),
    [
      "--allow-net",
      "--allow-env=A_*,B",
    ],
  );
});

Deno.test("startFlags() refuses a task of another form", async () => {
  await rejects(() => flagsOf("sh start.sh"), /Cannot read the start task/);
});

Deno.test("the start task grants no permission to run programs, and not all permissions", async () => {
  const flags = await startFlags(new URL("../../..", import.meta.url).pathname);

  equal(flags.includes("--no-prompt"), true);
  deepEqual(
    flags.filter((flag) =>
      /^(-A|--allow-all|--allow-run|--allow-env|--allow-sys)(=\*?)?$/.test(flag)
    ),
    [],
  );
});
