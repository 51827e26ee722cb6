/**
 * What `doctor` prints.
 *
 * @module
 */

/** A finding as it is printed. */
export interface PrintedFinding {
  readonly code: string;
  readonly severity: "warning" | "notice";
  readonly object: string;
  readonly message: string;
  readonly advice: string;
}

/**
 * @param findings What was found.
 * @param json Whether a program reads it.
 * @returns The text.
 */
export function doctorText(
  findings: readonly PrintedFinding[],
  json: boolean,
): string {
  if (json) return JSON.stringify({ findings }, null, 2);
  if (findings.length === 0) return "Nothing to report.";
  const warnings = findings.filter(isWarning).length;
  return [
    ...findings.map(({ code, severity, object, message, advice }) =>
      `${severity} ${code} ${object}\n  ${message}.\n  To do: ${advice}.\n`
    ),
    `${count(warnings, "warning")}, ${
      count(findings.length - warnings, "notice")
    }.`,
  ].join("\n");
}

/**
 * @param findings What was found.
 * @returns Exit code: 1 if one of them is a warning.
 */
export function doctorExitCode(findings: readonly PrintedFinding[]): number {
  return findings.some(isWarning) ? 1 : 0;
}

function isWarning({ severity }: PrintedFinding): boolean {
  return severity === "warning";
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
