/**
 * Finds what is wrong with pages and other texts: links that lead nowhere, error codes without a row,
 * and names of machines that are nobody else's business.
 *
 * @module
 */

import { dirname, join, normalize } from "node:path";

/**
 * Finds relative links of a Markdown page that lead nowhere.
 *
 * @param path Path of the page, relative to the project.
 * @param text Its content.
 * @param files All files of the project.
 * @returns One sentence a link.
 */
export function deadLinks(
  path: string,
  text: string,
  files: ReadonlySet<string>,
): string[] {
  const prose = text.replaceAll(/^```[^]*?^```/gm, "").replaceAll(
    /`[^`\n]*`/g,
    "",
  );
  const targets = [
    ...prose.matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)|^\[[^\]]+\]:\s*(\S+)/gm),
  ]
    .map(([, inline, reference]) => inline ?? reference ?? "");
  return targets.flatMap((target) => {
    if (/^[a-z][a-z0-9+.-]*:/i.test(target) || target.startsWith("#")) {
      return [];
    }
    const file = normalize(
      join(dirname(path), decodeURI(target.replace(/[#?].*$/, ""))),
    ).replace(/\/$/, "");
    const found = files.has(file) ||
      [...files].some((each) => each.startsWith(`${file}/`));
    return found ? [] : [`${path}: link to ${target} leads nowhere`];
  });
}

/**
 * Finds codes of `ProblemCode` that the page of errors does not explain, and rows for codes that are gone.
 *
 * @param source Content of `lib/base/problem.ts`.
 * @param page Content of `docs/errors.md`.
 * @returns One sentence a code.
 */
export function codesWithoutRow(source: string, page: string): string[] {
  const union = /export type ProblemCode =([^;]*);/.exec(source)?.[1] ?? "";
  const codes = new Set(
    [...union.matchAll(/"([a-z_]+)"/g)].map(([, code]) => code ?? ""),
  );
  if (codes.size === 0) {
    return ["lib/base/problem.ts: no codes found in ProblemCode"];
  }
  const rows = new Set(
    [...page.matchAll(/^\|\s*`([a-z_]+)`\s*\|/gm)].map(([, code]) =>
      code ?? ""
    ),
  );
  return [
    ...[...codes].filter((code) => !rows.has(code)).map((code) =>
      `docs/errors.md: no row for ${code}`
    ),
    ...[...rows].filter((code) => !codes.has(code)).map((code) =>
      `docs/errors.md: ${code} is no ProblemCode`
    ),
  ];
}

/** Written in pieces so that this file does not hold what it looks for. */
const hosts = [
  ["registry", "npmjs", "org"],
  ["npm", "jsr", "io"],
  ["deb", "debian", "org"],
  ["security", "debian", "org"],
  ["pypi", "org"],
  ["files", "pythonhosted", "org"],
  ["crates", "io"],
  ["proxy", "golang", "org"],
  ["repo1", "maven", "org"],
  ["repo", "maven", "apache", "org"],
].map((parts) => parts.join("."));

/** A folder of somebody's machine at the start of a path. */
const machinePath = /(?<![\w.}*)-])\/(?:work|root|home)\/[\w.-]/;

/**
 * Finds paths of the machine it was written on and hosts of package registries.
 *
 * @param path Path of the file, for the sentences.
 * @param text Its content.
 * @returns One sentence a line.
 */
export function privateNames(path: string, text: string): string[] {
  return text.split("\n").flatMap((line, index) => {
    const where = `${path}:${index + 1}`;
    const host = hosts.find((name) => line.includes(name));
    return [
      ...(machinePath.test(line)
        ? [`${where}: names a folder of one machine`]
        : []),
      ...(host === undefined
        ? []
        : [`${where}: names the host of a package registry`]),
    ];
  });
}
