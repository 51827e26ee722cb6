/**
 * Says in words of our own why the operating system, or Deno, refused to work on a file.
 *
 * @module
 */

/** By code of the operating system: why, and what mends it if something short does. */
const reasons: Readonly<Record<string, readonly [why: string, mend?: string]>> =
  {
    ENOSPC: ["the disk is full", "make room"],
    EDQUOT: ["the disk quota is used up", "make room"],
    EROFS: ["the file system is read-only", "make it writable"],
    EACCES: ["the file system denied access", "give this user the right"],
    EPERM: ["the file system denied access", "give this user the right"],
    ENOTDIR: ["a part of the path is a file"],
    EEXIST: ["something else has the name, such as a link to nowhere"],
    ELOOP: ["its symbolic links lead in a circle"],
    ENAMETOOLONG: ["the path is too long"],
    EIO: ["reading or writing the disk failed", "check the disk"],
    EMFILE: ["too many files are open", "raise the limit"],
    ENFILE: ["too many files are open", "close other programs"],
  };

/**
 * @param error What an operation on a file threw.
 * @param otherwise What the user can do in any case, for example `choose another --data-dir`.
 * @returns Why and what to do, without a full stop; nothing when the error is no such refusal.
 */
export function fileTrouble(
  error: unknown,
  otherwise: string,
): string | undefined {
  if (error instanceof Deno.errors.NotCapable) {
    return `this program is not allowed to use that place, ${otherwise}`;
  }
  const code = codeOf(error);
  if (code === undefined) return undefined;
  const [why, mend] = Object.hasOwn(reasons, code)
    ? reasons[code]!
    : [`the operating system refused (${code})`];
  return `${why}, ${mend === undefined ? "" : `${mend} or `}${otherwise}`;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error &&
      typeof error.code === "string" && /^E[A-Z0-9]+$/.test(error.code)
    ? error.code
    : undefined;
}
