/**
 * Takes connections from a listener, whatever goes wrong with some of them.
 *
 * Clients that left before they were accepted are everyday, and anybody can make many of them: they
 * must cost nothing. A lack of file descriptors is another matter, and only time and closed
 * connections cure it.
 *
 * @module
 */

/** Why a connection could not be accepted. */
export type AcceptFailure = "client_left" | "no_resources" | "other";

/** What {@linkcode acceptAll} tells and asks. */
export interface AcceptOptions<Conn> {
  /** Takes a connection. */
  readonly admit: (stream: Conn) => void;
  /** Told of every failure, with the system's code for it. */
  readonly failed: (failure: AcceptFailure, code: string) => void;
  /** Whether the listener was closed on purpose. */
  readonly stopping: () => boolean;
  /**
   * Waits before the next try when trying at once would be in vain.
   *
   * @default {50 milliseconds}
   */
  readonly pause?: () => Promise<void>;
}

const noResources = new Set(["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"]);

/** Errors of the connection, not of the listener; the second line as accept(2) names them. */
const clientLeft = new Set([
  ...["ENOTCONN", "ECONNABORTED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "EINTR"],
  ...["ENETDOWN", "EPROTO", "ENOPROTOOPT", "EHOSTDOWN", "ENONET"],
  ...["EHOSTUNREACH", "EOPNOTSUPP", "ENETUNREACH", "EPERM", "EINVAL"],
]);

function failureOf(code: string): AcceptFailure {
  if (noResources.has(code)) return "no_resources";
  return clientLeft.has(code) ? "client_left" : "other";
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error
    ? String(error.code)
    : "unknown";
}

function shortPause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50));
}

/**
 * Accepts until told to stop. Never throws.
 *
 * @param listener Where connections come from.
 * @param options What becomes of them.
 */
export async function acceptAll<Conn extends { close(): void }>(
  listener: { accept(): Promise<Conn> },
  { admit, failed, stopping, pause = shortPause }: AcceptOptions<Conn>,
): Promise<void> {
  while (!stopping()) {
    let stream: Conn;
    try {
      stream = await listener.accept();
    } catch (error) {
      if (stopping()) return;
      const code = codeOf(error);
      const failure = failureOf(code);
      failed(failure, code);
      if (failure !== "client_left") await pause();
      continue;
    }
    try {
      admit(stream);
    } catch {
      stream.close();
    }
  }
}
