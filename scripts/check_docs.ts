/**
 * Checks what people read: doc comments, links between pages, the page of errors, and that no file
 * names somebody's machine or the host of a package registry.
 *
 * @module
 */

// deno-lint-ignore-file no-console -- this is a program for a terminal

import { join } from "node:path";
import { checkDocComments } from "./checks/doc_comments.ts";
import { listFiles } from "./checks/list_files.ts";
import { codesWithoutRow, deadLinks, privateNames } from "./checks/pages.ts";

/**
 * Checks the whole project.
 *
 * @param root Folder of the project.
 * @returns One sentence a fault.
 */
export async function checkDocs(root: string): Promise<string[]> {
  const files = await listFiles(root);
  const known = new Set(files);
  const modules = files.filter((path) => /^(lib|routes)\/.*\.ts$/.test(path));
  const faults = await checkDocComments(root, modules);

  const texts = new Map<string, string>();
  for (const path of files) {
    const text = await readText(join(root, path));
    if (text !== undefined) texts.set(path, text);
  }
  for (const [path, text] of texts) {
    faults.push(...privateNames(path, text));
    if (path.endsWith(".md")) faults.push(...deadLinks(path, text, known));
  }
  faults.push(
    ...codesWithoutRow(
      texts.get("lib/base/problem.ts") ?? "",
      texts.get("docs/errors.md") ?? "",
    ),
  );
  return faults;
}

/** Reads a file; nothing when it is not text. */
async function readText(path: string): Promise<string | undefined> {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(
      await Deno.readFile(path),
    );
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

if (import.meta.main) {
  const faults = await checkDocs(join(import.meta.dirname ?? "", ".."));
  for (const fault of faults) console.error(fault);
  console.log(
    faults.length === 0
      ? "The documentation is whole."
      : `${faults.length} faults in the documentation.`,
  );
  if (faults.length > 0) Deno.exit(1);
}
