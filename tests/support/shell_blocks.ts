/**
 * Finds the commands in a Markdown page.
 *
 * @module
 */

/** A block of commands. */
export interface ShellBlock {
  /** Line of the page at which it starts, from 1. */
  readonly line: number;
  readonly text: string;
  /** Whether it starts a server, which ends only when it is told to. */
  readonly starts: boolean;
}

/**
 * @param page A Markdown page.
 * @returns Its `bash` blocks, in order; one that starts a server along with other commands is split.
 */
export function shellBlocks(page: string): ShellBlock[] {
  const blocks: ShellBlock[] = [];
  for (const match of page.matchAll(/^```bash\n([^]*?)^```$/gm)) {
    const line = page.slice(0, match.index).split("\n").length + 1;
    for (const text of pieces(match[1]!)) {
      const starts = startsServer(text);
      blocks.push({ line, text, starts });
    }
  }
  return blocks;
}

function startsServer(text: string): boolean {
  return /(?:task|heliosdb-nano) start\b(?!.*--help)/.test(text);
}

/** Splits at the lines that start a server; other commands stay together. */
function pieces(text: string): string[] {
  const pieces: string[] = [];
  for (const line of text.trimEnd().split("\n")) {
    const last = pieces.at(-1);
    if (last === undefined || startsServer(line) || startsServer(last)) {
      pieces.push(line);
    } else {
      pieces[pieces.length - 1] = `${last}\n${line}`;
    }
  }
  return pieces;
}
