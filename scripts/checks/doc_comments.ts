/**
 * Finds modules and exports of `lib/` and `routes/` that no comment explains.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { relative } from "node:path";
import { run } from "../run.ts";

/** What `deno doc --json` says of one module, as far as it matters here. */
export interface DocModule {
  readonly "module_doc"?: { readonly doc?: string } | undefined;
  readonly symbols: readonly {
    readonly name: string;
    readonly declarations: readonly {
      readonly declarationKind: string;
      readonly location: { readonly filename: string; readonly line: number };
      readonly kind: string;
      readonly jsDoc?: unknown;
    }[];
  }[];
}

/**
 * Finds what is not explained in one module.
 *
 * @param path Path of the module, for the sentences.
 * @param url URL of the module; what is passed on from another one is explained there.
 * @param module What Deno says of it.
 * @returns One sentence a fault.
 */
export function uncommented(
  path: string,
  url: string,
  module: DocModule,
): string[] {
  const faults = module.module_doc?.doc
    ? []
    : [`${path}: opens with no comment that ends in @module`];
  for (const { name, declarations } of module.symbols) {
    const own = declarations.filter(({ declarationKind, kind, location }) =>
      declarationKind === "export" && kind !== "reference" &&
      location.filename === url
    );
    const [first] = own;
    // An overload is explained once.
    if (first === undefined || own.some(({ jsDoc }) => jsDoc !== undefined)) {
      continue;
    }
    const line = first.location.line + 1;
    faults.push(`${path}:${line}: export ${name} has no doc comment`);
  }
  return faults;
}

/**
 * Checks modules.
 *
 * @param root Folder of the project.
 * @param paths Modules, relative to it.
 * @returns One sentence a fault.
 */
export async function checkDocComments(
  root: string,
  paths: readonly string[],
): Promise<string[]> {
  if (paths.length === 0) return [];
  const { success, stdout, stderr } = await run([
    Deno.execPath(),
    "doc",
    "--json",
    ...paths,
  ], { cwd: root });
  if (!success) {
    throw new Error(`Cannot read the doc comments: ${stderr.trim()}`);
  }
  const { nodes }: { nodes: Record<string, DocModule> } = JSON.parse(stdout);
  const wanted = new Set(paths);
  return Object.entries(nodes).flatMap(([url, module]) => {
    const path = relative(root, fileURLToPath(url));
    return wanted.has(path) ? uncommented(path, url, module) : [];
  });
}
