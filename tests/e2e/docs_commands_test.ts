/**
 * Runs every command of the documents, as printed.
 *
 * What stands in for the reader's machine: `npx` and `heliosdb-nano` lead to this Deno and this clone,
 * and `localhost:8080` to a server that runs already, on a free port. `task test` is this run.
 */
import { equal, match, ok } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { startFlags } from "../../scripts/compile/start_flags.ts";
import { type Program, startProgram } from "../support/program.ts";
import { type ShellBlock, shellBlocks } from "../support/shell_blocks.ts";

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(
  /\/$/,
  "",
);
const pages = [
  "README.md",
  "docs/auth.md",
  "docs/jwt.md",
  "docs/configuration.md",
  "docs/security.md",
  "docs/performance.md",
  "docs/postgresql.md",
  "docs/scram.md",
  "docs/rest.md",
  "docs/openapi.md",
  "docs/realtime.md",
  "docs/mysql.md",
];

/** Commands that other tests run, or that run this test. */
const elsewhere = /task (?:test|ok|compile|bench)\b/;

/** A folder with `npx` and `heliosdb-nano` in `bin` and, if it was built, the executable in `dist`. */
async function makeDesk(folder: string): Promise<void> {
  const deno = Deno.execPath();
  const program = `exec '${deno}' run --config '${root}/deno.json' ${
    (await startFlags(root)).join(" ")
  } '${root}/main.ts' "$@"\n`;
  const files: Record<string, string> = {
    "bin/npx": `#!/bin/sh\nshift 2\ncd '${root}' && exec '${deno}' "$@"\n`,
    "bin/heliosdb-nano": `#!/bin/sh\n${program}`,
    "dist/heliosdb-nano": `#!/bin/sh\n${program}`,
  };
  for (const [name, text] of Object.entries(files)) {
    await Deno.mkdir(`${folder}/${name.split("/")[0]}`, { recursive: true });
    await Deno.writeTextFile(`${folder}/${name}`, text, { mode: 0o755 });
  }
}

function shell(folder: string, script: string): Deno.Command {
  return new Deno.Command("bash", {
    args: ["-c", script],
    cwd: folder,
    env: {
      PATH: `${folder}/bin:${Deno.env.get("PATH")}`,
      NO_COLOR: "1",
      HELIOSDB_HTTP_PORT: "auto",
      HELIOSDB_PORT: "auto",
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** Runs a command that starts a server, until the server says that it is ready. */
async function startAndStop(folder: string, text: string): Promise<void> {
  const child = shell(folder, `exec ${text}`).spawn();
  const limit = setTimeout(() => child.kill("SIGKILL"), 60_000);
  let output = "";
  let told = false;
  const read = async (stream: ReadableStream<Uint8Array>) => {
    for await (const piece of stream.pipeThrough(new TextDecoderStream())) {
      output += piece;
      if (!told && output.includes("server.ready")) {
        told = true;
        child.kill("SIGTERM");
      }
    }
  };
  await Promise.all([read(child.stdout), read(child.stderr)]);
  const status = await child.status;
  clearTimeout(limit);
  ok(told, `never ready:\n${output}`);
  equal(status.code, 0, output);
}

/** What a reader has in the shell after docs/auth.md. */
const prelude = `
answer=$(curl -s -X POST http://localhost:8080/auth/v1/signup -H 'Content-Type: application/json' \\
  -d '{"email":"reader@example.com","password":"hunter2!"}')
ACCESS=$(echo "$answer" | jq -r .access_token)
REFRESH=$(echo "$answer" | jq -r .refresh_token)
`;

async function runBlocks(
  folder: string,
  blocks: readonly ShellBlock[],
  program: Program,
): Promise<void> {
  const commands = blocks.filter(({ text }) => !elsewhere.test(text));
  const script = ["set -eu", prelude, ...commands.map(({ text }) => text)]
    .join("\n").replaceAll("http://localhost:8080", program.base)
    .replaceAll("127.0.0.1:5432", `127.0.0.1:${program.pgPort}`)
    .replaceAll("-P 3306", `-P ${program.mysqlPort}`);
  const { code, stdout, stderr } = await shell(folder, script).output();
  const said = new TextDecoder().decode(stdout);
  equal(code, 0, `${said}\n${new TextDecoder().decode(stderr)}`);
  ok(!said.includes('"error"'), said);
}

for (const name of pages) {
  Deno.test(`${name} prints commands that work`, async () => {
    const page = await Deno.readTextFile(`${root}/${name}`);
    const blocks = shellBlocks(page);
    const folder = await Deno.makeTempDir();
    try {
      await makeDesk(folder);
      for (const { text } of blocks.filter(({ starts }) => starts)) {
        await startAndStop(folder, text);
      }
      await using program = await startProgram();
      await runBlocks(folder, blocks.filter(({ starts }) => !starts), program);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("README.md shows the banner as the program prints it", async () => {
  const page = await Deno.readTextFile(`${root}/README.md`);
  const shown = /^```text\n(heliosdb-nano [^]*?)^```$/m.exec(page)?.[1];
  ok(shown !== undefined, "no banner in the page");
  await using program = await startProgram();
  const said = program.output()
    .replaceAll(String(program.port), "8080")
    .replaceAll(`127.0.0.1:${program.pgPort}`, "127.0.0.1:5432")
    .replaceAll(`127.0.0.1:${program.mysqlPort}`, "127.0.0.1:3306");
  for (const line of shown.split("\n").filter((text) => text.trim() !== "")) {
    match(said, new RegExp(`^${RegExp.escape(line)}$`, "m"));
  }
});
