/**
 * Runs Debian's `psql`.
 *
 * @module
 */

/** What psql came to. */
export interface PsqlRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Settings of {@linkcode psql}. */
export interface PsqlOptions {
  /** Text for its standard input; flags come before it. */
  readonly input?: string;
  /** Environment, for example `PGPASSWORD`. */
  readonly env?: Record<string, string>;
  /**
   * Program, for `pg_dump` and the like.
   *
   * @default {"psql"}
   */
  readonly program?: string;
}

/**
 * @param address `postgresql://…`.
 * @param args Flags after it.
 * @param options Input and environment.
 * @returns What it wrote.
 */
export async function psql(
  address: string,
  args: readonly string[],
  { input = "", env = {}, program = "psql" }: PsqlOptions = {},
): Promise<PsqlRun> {
  const flags = program === "psql" ? ["-X", "--no-password"] : [];
  const process = new Deno.Command(program, {
    args: [...flags, ...args, address],
    env: { PGCONNECT_TIMEOUT: "10", LC_ALL: "C", PAGER: "cat", ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input)).catch(() => {});
  await writer.close().catch(() => {});
  const { code, stdout, stderr } = await process.output();
  const decoder = new TextDecoder();
  return {
    code,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
  };
}
