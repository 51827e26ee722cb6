/**
 * Checks who imports whom: each room of the house may import only what `rooms` says, nothing imports
 * in a circle, only `lib/config` reads the environment, and only programs write to the terminal.
 *
 * @module
 */

// deno-lint-ignore-file no-console -- this is a program for a terminal

import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { listFiles } from "./checks/list_files.ts";
import { run } from "./run.ts";

/**
 * What each room may import besides itself and `lib/base`. A file belongs to the room with the longest
 * name that its path starts with; a file in no room is a mistake.
 */
export const rooms: Readonly<Record<string, readonly string[]>> = {
  "main.ts": ["lib", "routes"],
  "routes": ["lib"],
  "lib/base": [],
  "lib/config": [],
  "lib/cli": ["lib/config"],
  "lib/start": ["lib", "routes"],
  "lib/http": [],
  "lib/auth": ["lib/engine"],
  "lib/rest": ["lib/engine"],
  "lib/websocket": ["lib/http"],
  "lib/openapi": ["lib/auth", "lib/engine", "lib/http", "lib/rest"],
  "lib/docs": ["lib/http"],
  "lib/realtime": ["lib/engine"],
  "lib/pgwire": ["lib/engine", "lib/auth", "lib/sql"],
  "lib/mysqlwire": ["lib/engine", "lib/auth", "lib/sql"],
  "lib/engine": ["lib/sql", "lib/sqlite"],
  "lib/sql": [],
  "lib/sqlite": [],
  "tests": ["main.ts", "lib", "routes", "scripts"],
  "scripts": ["lib"],
};

/**
 * Rooms whose files follow a grammar that contains itself, so that they call each other in a circle: a query
 * holds queries, and functions that show definitions ask the resolver, which resolves calls of functions. None of
 * them does anything while it is loaded.
 */
const recursive = ["lib/sql"];

/** Holds the version; anybody may import it. */
const manifest = "deno.json";

/** Imports of each file, by paths relative to the project. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/** Tells whether a path is a place or lies in it: `lib/config` holds `lib/config.ts` too. */
function within(path: string, place: string): boolean {
  return path === place || path === `${place}.ts` ||
    path.startsWith(`${place}/`);
}

function roomOf(path: string): string | undefined {
  return Object.keys(rooms)
    .filter((room) => within(path, room))
    .toSorted((a, b) => b.length - a.length)[0];
}

/**
 * Finds imports that the table of rooms does not allow.
 *
 * @param graph Who imports whom.
 * @returns One sentence each.
 */
export function forbiddenImports(graph: Graph): string[] {
  const faults: string[] = [];
  for (const [file, imports] of graph) {
    if (file === manifest) continue;
    const room = roomOf(file);
    if (room === undefined) {
      faults.push(`${file}: belongs to no room of scripts/check_graph.ts`);
      continue;
    }
    const allowed = [
      room,
      ...(room === "lib/base" ? [] : ["lib/base"]),
      ...(rooms[room] ?? []),
    ];
    for (const target of imports) {
      if (
        target === manifest || allowed.some((place) => within(target, place))
      ) continue;
      faults.push(`${file}: ${room} may not import ${target}`);
    }
  }
  return faults;
}

/**
 * Finds imports in a circle.
 *
 * @param graph Who imports whom.
 * @returns One sentence a circle.
 */
export function circles(graph: Graph): string[] {
  const faults: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];

  function visit(file: string): void {
    const at = path.indexOf(file);
    const circle = at >= 0 ? path.slice(at) : [];
    if (
      circle.length > 0 &&
      !recursive.some((room) => circle.every((each) => within(each, room)))
    ) faults.push(`imports in a circle: ${[...circle, file].join(" → ")}`);
    if (at >= 0 || done.has(file)) return;
    path.push(file);
    for (const target of graph.get(file) ?? []) visit(target);
    path.pop();
    done.add(file);
  }

  for (const file of graph.keys()) visit(file);
  return faults;
}

/** Words that only some places may say. */
const reserved: readonly {
  pattern: RegExp;
  places: readonly string[];
  what: string;
}[] = [
  {
    pattern: /\bDeno\.env\b|\bprocess\.env\b/,
    places: ["lib/config", "scripts", "tests"],
    what: "reads the environment, which only lib/config may",
  },
  {
    pattern: /\bconsole\.\w/,
    places: ["main.ts", "lib/cli", "scripts", "tests"],
    what: "writes to the console, which only main.ts and lib/cli may",
  },
];

/**
 * Finds uses of what is reserved for other files.
 *
 * @param path Path relative to the project.
 * @param source Content of the file.
 * @returns One sentence a line.
 */
export function reservedWords(path: string, source: string): string[] {
  return source.split("\n").flatMap((line, index) => {
    const code = line.replace(/^\s*(\*|\/\/|\/\*).*/, "");
    return reserved
      .filter(({ pattern, places }) =>
        pattern.test(code) && !places.some((place) => within(path, place))
      )
      .map(({ what }) => `${path}:${index + 1}: ${what}`);
  });
}

/**
 * Asks Deno who imports whom.
 *
 * @param root Folder of the project.
 * @param files Files to start from, relative to it.
 * @returns The graph of local files with imports of types, and without, as the program runs.
 */
export async function readGraph(
  root: string,
  files: readonly string[],
): Promise<{ readonly all: Graph; readonly running: Graph }> {
  const folder = await Deno.makeTempDir();
  try {
    const entry = join(folder, "everything.ts");
    await Deno.writeTextFile(
      entry,
      files.map((file) => `import ${JSON.stringify(join(root, file))};\n`).join(
        "",
      ),
    );
    const { success, stdout, stderr } = await run([
      Deno.execPath(),
      "info",
      "--json",
      "--config",
      join(root, "deno.json"),
      entry,
    ], { cwd: root });
    if (!success) {
      throw new Error(`Cannot read the import graph: ${stderr.trim()}`);
    }
    const info = JSON.parse(stdout);
    return {
      all: localGraph(root, info, { entry, types: true }),
      running: localGraph(root, info, { entry, types: false }),
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

interface InfoModule {
  local?: string | null;
  error?: string;
  dependencies?: {
    code?: { specifier?: string };
    type?: { specifier?: string };
  }[];
}

function localGraph(
  root: string,
  { modules }: { modules: InfoModule[] },
  { entry, types }: { readonly entry: string; readonly types: boolean },
): Graph {
  const graph = new Map<string, string[]>();
  for (const { local, error, dependencies = [] } of modules) {
    if (error !== undefined) {
      throw new Error(`Cannot read the import graph: ${error}`);
    }
    if (!local || local === entry || !local.startsWith(root)) continue;
    const imports = new Set(
      dependencies
        .flatMap(({ code, type }) =>
          types ? [code?.specifier, type?.specifier] : [code?.specifier]
        )
        .filter((specifier) => specifier?.startsWith("file:") === true)
        .map((specifier) => relative(root, fileURLToPath(specifier ?? ""))),
    );
    graph.set(relative(root, local), [...imports]);
  }
  return graph;
}

/**
 * Checks the whole project.
 *
 * @param root Folder of the project.
 * @returns One sentence a fault.
 */
export async function checkGraph(root: string): Promise<string[]> {
  const sources = (await listFiles(root)).filter((path) =>
    path.endsWith(".ts")
  );
  const { all, running } = await readGraph(root, sources);
  // A type may know of the file that uses it: that is gone when the program runs.
  const faults = [...forbiddenImports(all), ...circles(running)];
  for (const path of sources) {
    faults.push(
      ...reservedWords(path, await Deno.readTextFile(join(root, path))),
    );
  }
  return faults;
}

if (import.meta.main) {
  const faults = await checkGraph(join(import.meta.dirname ?? "", ".."));
  for (const fault of faults) console.error(fault);
  console.log(
    faults.length === 0
      ? "The import graph is as designed."
      : `${faults.length} faults in the import graph.`,
  );
  if (faults.length > 0) Deno.exit(1);
}
