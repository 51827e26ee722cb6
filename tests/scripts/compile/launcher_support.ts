/**
 * A self-extracting executable with a small script in Deno's place, and a way to start it.
 *
 * @module
 */

import { join } from "node:path";
import { writeSelfExtracting } from "../../../scripts/compile/self_extracting.ts";

/** Stands for Deno: prints what it was given, or waits for SIGTERM. */
const deno = `#!/bin/sh
[ "$1" = --version ] && exit "\${FAKE_FAULT-0}"
printf '%s\\n' "$@"
printf 'env %s\\n' "$DENO_DIR" "$HELIOSDB_SQLITE_LIBRARY" "$DENO_NO_UPDATE_CHECK" "$(umask)"
case " $* " in
  *" wait "*) trap 'exit 7' TERM; echo "pid $$"; while :; do sleep 0.02; done ;;
esac
exit 5
`;

/** A folder with the executable in it. */
export interface Place {
  /** Parent of everything the test makes; anybody may enter it. */
  readonly folder: string;
  readonly executable: string;
  start(options?: StartOptions): Promise<Started>;
}

/** How to start it. */
export interface StartOptions {
  args?: string[];
  env?: Record<string, string>;
  uid?: number;
  cwd?: string;
}

/** How it ended. */
export interface Started {
  code: number;
  out: string;
  err: string;
}

/**
 * Builds the executable, runs `body` and takes everything away again.
 *
 * @param body Uses it.
 */
export async function withExecutable(
  body: (place: Place) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const executable = join(folder, "heliosdb-nano");
  const bytes = (text: string) => new TextEncoder().encode(text);
  try {
    await Deno.chmod(folder, 0o755);
    await writeSelfExtracting(executable, [
      { path: "deno", content: bytes(deno), executable: true },
      { path: "app/main.js", content: bytes("") },
      {
        path: "libsqlite3.so",
        content: crypto.getRandomValues(new Uint8Array(60_000)),
      },
    ], {
      version: "1.2.3",
      target: "any",
      library: "libsqlite3.so",
      flags: ["--allow-net", "--allow-env=A_*,B"],
    });
    await body({
      folder,
      executable,
      start: (options) => start(executable, options),
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function start(
  executable: string,
  { args = [], env = {}, uid, cwd }: StartOptions = {},
): Promise<Started> {
  // Not run by itself: a file that was just written is busy while any other test starts a program.
  const { code, stdout, stderr } = await new Deno.Command("sh", {
    args: [executable, ...args],
    clearEnv: true,
    env: { PATH: "/usr/bin:/bin", ...env },
    ...(uid === undefined ? {} : { uid, gid: uid }),
    ...(cwd === undefined ? {} : { cwd }),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

/**
 * @param folder A folder.
 * @returns Names of what is in it, sorted.
 */
export async function names(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name)
    .toSorted();
}

/** Somebody else. */
export const nobody = 65_534;
/** Whether we may act as somebody else. */
export const isRoot = Deno.uid() === 0;
