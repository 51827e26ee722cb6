/**
 * Writes a tar archive (POSIX ustar, https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html).
 *
 * The same entries always give the same bytes: no owner, no time of the day, modes that only the
 * owner can use. What ustar cannot say (paths over 255 bytes, files over 8 GiB) is refused.
 *
 * @module
 */

/** Something in an archive. */
export interface TarEntry {
  /** Path inside the archive, `/` between its parts. */
  readonly path: string;
  /** Content of a file; a path relative to the entry's own folder for a symbolic link. */
  readonly content: Uint8Array | { readonly link: string };
  /** Whether the file may be run. */
  readonly executable?: boolean;
}

const block = 512;
/** One moment for all: tar warns about files from 1970. */
const modifiedAt = Date.UTC(2020, 0, 1) / 1000;
const encoder = new TextEncoder();

/**
 * Writes an archive; folders are made from the paths of what lies in them.
 *
 * @param entries Files and links, in any order.
 * @returns The archive in pieces.
 */
export function* tar(entries: readonly TarEntry[]): Generator<Uint8Array> {
  const sorted = entries.toSorted((a, b) =>
    a.path < b.path ? -1 : a.path > b.path ? 1 : 0
  );
  const folders = new Set<string>();
  for (const { path, content, executable = false } of sorted) {
    const parts = path.split("/").slice(0, -1);
    for (let depth = 1; depth <= parts.length; depth++) {
      const folder = parts.slice(0, depth).join("/");
      if (folders.has(folder)) continue;
      folders.add(folder);
      yield header({ path: `${folder}/`, type: "5", mode: 0o700, size: 0 });
    }
    if (!(content instanceof Uint8Array)) {
      yield header({
        path,
        type: "2",
        mode: 0o700,
        size: 0,
        link: content.link,
      });
      continue;
    }
    yield header({
      path,
      type: "0",
      mode: executable ? 0o700 : 0o600,
      size: content.length,
    });
    yield content;
    yield new Uint8Array(-content.length & (block - 1));
  }
  yield new Uint8Array(2 * block);
}

interface Header {
  path: string;
  /** `0` a file, `2` a symbolic link, `5` a folder. */
  type: "0" | "2" | "5";
  mode: number;
  size: number;
  link?: string;
}

function header({ path, type, mode, size, link = "" }: Header): Uint8Array {
  const bytes = new Uint8Array(block);
  const put = (offset: number, length: number, text: string) => {
    const value = encoder.encode(text);
    if (value.length > length) {
      throw new RangeError(
        `Cannot put "${path}" into a tar archive: "${text}" is too long`,
      );
    }
    bytes.set(value, offset);
  };
  const octal = (value: number, digits: number) =>
    `${value.toString(8).padStart(digits, "0")}\0`;

  const [prefix, name] = splitPath(path);
  put(0, 100, name);
  put(100, 8, octal(mode, 7));
  put(108, 8, octal(0, 7));
  put(116, 8, octal(0, 7));
  put(124, 12, octal(size, 11));
  put(136, 12, octal(modifiedAt, 11));
  put(148, 8, " ".repeat(8));
  put(156, 1, type);
  put(157, 100, link);
  put(257, 8, "ustar\x0000");
  put(345, 155, prefix);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  put(148, 8, `${sum.toString(8).padStart(6, "0")}\0 `);
  return bytes;
}

/** A path that is too long for the name field is split at a `/` into prefix and name. */
function splitPath(path: string): [prefix: string, name: string] {
  const size = (text: string) => encoder.encode(text).length;
  if (size(path) <= 100) return ["", path];
  for (let at = path.indexOf("/"); at > 0; at = path.indexOf("/", at + 1)) {
    const name = path.slice(at + 1);
    if (size(name) <= 100 && name !== "") return [path.slice(0, at), name];
  }
  throw new RangeError(
    `Cannot put "${path}" into a tar archive: the path is too long`,
  );
}
