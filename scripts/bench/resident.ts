/**
 * Memory of a process, as Linux tells it.
 *
 * @module
 */

/**
 * @param pid Number of a process.
 * @returns Memory that is resident now, in MiB; not a number where there is no `/proc`.
 */
export async function residentMib(pid: number): Promise<number> {
  // Deno lets no program read /proc unless it may do everything.
  const { stdout } = await new Deno.Command("cat", {
    args: [`/proc/${pid}/status`],
    stderr: "null",
  }).output();
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(new TextDecoder().decode(stdout));
  return Number(kib?.[1] ?? NaN) / 1024;
}
