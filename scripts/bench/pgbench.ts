/**
 * `pgbench`, PostgreSQL's own load generator, and `psql` where rows are counted rather than transactions.
 *
 * @module
 */

/** What is asked. */
export interface PgbenchJob {
  readonly port: number;
  readonly seconds: number;
  readonly clients: number;
  /** `simple`, `extended` or `prepared`. */
  readonly mode: string;
  /** `select` for single-row reads, `tpcb` for the TPC-B-like transaction. */
  readonly script: "select" | "tpcb";
}

/** Where both servers have the tables of pgbench. */
export const pgbenchUser = "postgres";

/**
 * @param job What is asked.
 * @returns Transactions a second.
 */
export async function runPgbench(
  { port, seconds, clients, mode, script }: PgbenchJob,
): Promise<number> {
  const text = await runTool("pgbench", [
    "-n",
    ...(script === "select" ? ["-S"] : []),
    "-M",
    mode,
    "-c",
    String(clients),
    "-j",
    "2",
    "-T",
    String(seconds),
    ...connection(port),
  ]);
  const rate = /tps = ([\d.]+)/.exec(text)?.[1];
  const failed = /number of failed transactions: ([1-9]\d*)/.exec(text)?.[1];
  if (rate === undefined || failed !== undefined) {
    throw new Error(`Cannot measure with pgbench: it said\n${text}`);
  }
  return Number(rate);
}

/**
 * Makes the tables of pgbench.
 *
 * @param port Server.
 * @param scale 100 000 accounts each.
 */
export async function initPgbench(port: number, scale: number): Promise<void> {
  await runTool("pgbench", [
    "-i",
    "-q",
    "-s",
    String(scale),
    ...connection(port),
  ]);
}

/**
 * Runs one statement.
 *
 * @param port Server.
 * @param statement Text, or a command of psql.
 * @returns What psql took for it, in milliseconds, its start not counted.
 */
export async function timePsql(
  port: number,
  statement: string,
): Promise<number> {
  const text = await runTool("psql", [
    "-X",
    "-q",
    "-A",
    "-t",
    "-v",
    "ON_ERROR_STOP=1",
    "-c",
    "\\timing on",
    "-c",
    "\\o /dev/null",
    "-c",
    statement,
    "-h",
    "127.0.0.1",
    "-p",
    String(port),
    "-U",
    pgbenchUser,
    "postgres",
  ]);
  const ms = /Time: ([\d.]+) ms/.exec(text)?.[1];
  if (ms === undefined) throw new Error(`Cannot measure with psql: ${text}`);
  return Number(ms);
}

function connection(port: number): string[] {
  return ["-h", "127.0.0.1", "-p", String(port), "-U", pgbenchUser, "postgres"];
}

async function runTool(
  program: string,
  args: readonly string[],
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    env: { LC_ALL: "C", PGPASSWORD: "s3cret" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  const text = decoder.decode(stdout) + decoder.decode(stderr);
  if (!success) throw new Error(`Cannot run ${program}: it said\n${text}`);
  return text;
}
