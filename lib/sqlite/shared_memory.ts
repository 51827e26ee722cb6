/**
 * Makes a private folder in Linux's shared memory.
 *
 * Deno gives `/dev/shm` only to programs that may do everything, so this goes through the C library,
 * which the SQLite library is linked to. It deletes nothing but what it was told and made.
 *
 * @module
 */

/** Functions of the C library, each with its prototype. */
const functions = {
  // int statvfs(const char *path, struct statvfs *buf);
  statvfs: { parameters: ["buffer", "buffer"], result: "i32" },
  // char *realpath(const char *path, char *resolved_path);
  realpath: { parameters: ["buffer", "buffer"], result: "pointer" },
  // char *mkdtemp(char *template);
  mkdtemp: { parameters: ["buffer"], result: "pointer" },
  // int unlink(const char *pathname);
  unlink: { parameters: ["buffer"], result: "i32" },
  // int rmdir(const char *pathname);
  rmdir: { parameters: ["buffer"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** A folder in shared memory. */
export interface SharedMemoryFolder {
  /** Its real path; only its owner may enter it. */
  readonly path: string;
  /**
   * Removes files of it, and then the folder.
   *
   * @param names Files; one that is not there is no failure.
   */
  remove(names: readonly string[]): void;
}

const place = "/dev/shm";
const longestPath = 4096;

/**
 * Makes the folder.
 *
 * @param library Path or name of the SQLite library.
 * @param minimumBytes Room that must be free.
 * @returns The folder; nothing where there is no such memory or not enough of it.
 */
export function makeSharedMemoryFolder(
  library: string,
  minimumBytes: number,
): SharedMemoryFolder | undefined {
  if (Deno.build.os !== "linux") {
    return undefined;
  }
  const c = open(library);
  if (c === undefined) return undefined;

  const resolved = new Uint8Array(longestPath);
  if (
    c.symbols.realpath(cString(place), resolved) === null ||
    freeBytes(c.symbols, place) < minimumBytes
  ) {
    c.close();
    return undefined;
  }
  const template = cString(`${textOf(resolved)}/heliosdb-${Deno.pid}-XXXXXX`);
  if (c.symbols.mkdtemp(template) === null) {
    c.close();
    return undefined;
  }
  const path = textOf(template);
  return {
    path,
    remove(names) {
      for (const name of names) c.symbols.unlink(cString(`${path}/${name}`));
      c.symbols.rmdir(cString(path));
      c.close();
    },
  };
}

type Functions = Deno.DynamicLibrary<typeof functions>;

function open(library: string): Functions | undefined {
  try {
    return Deno.dlopen(library, functions);
  } catch {
    return undefined;
  }
}

function freeBytes({ statvfs }: Functions["symbols"], path: string): number {
  // On 64-bit Linux: unsigned long f_bsize, f_frsize; then 64-bit f_blocks, f_bfree, f_bavail.
  const answer = new BigUint64Array(longestPath / 8);
  if (statvfs(cString(path), answer) !== 0) return 0;
  return Number((answer[1] ?? 0n) * (answer[4] ?? 0n));
}

function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));
}
