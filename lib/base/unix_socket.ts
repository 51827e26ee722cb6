/**
 * A Unix socket for clients of this machine.
 *
 * @module
 */

/** Only the user who started the server may connect; others need a password over TCP. */
const mode = 0o700;

/** A listening Unix socket. */
export interface UnixSocket {
  readonly path: string;
  readonly listener: Deno.UnixListener;
  /** Stops listening and removes the socket. */
  close(): Promise<void>;
}

/** What messages tell the operator to do. */
export interface SocketAdvice {
  /** When somebody listens there, for example `set --port`. */
  readonly elsewhere: string;
  /** When the folder is the trouble. */
  readonly folder: string;
}

/** Whether a file of that name is in the way, and is a socket that nobody listens on any more. */
async function isStale(
  path: string,
  advice: SocketAdvice,
): Promise<boolean> {
  let info: Deno.FileInfo;
  try {
    info = await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
  if (info.isSocket !== true) {
    throw new Error(
      `Cannot listen on ${path}: something that is no socket is in the way`,
    );
  }
  try {
    (await Deno.connect({ transport: "unix", path })).close();
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return true;
    throw error;
  }
  throw new Error(
    `Cannot listen on ${path}: another server listens there, ${advice.elsewhere}`,
  );
}

/**
 * Listens.
 *
 * @param path Path of the socket; its folder must be there.
 * @param advice What messages tell to do.
 * @returns The socket.
 * @throws {Error} A sentence about why that cannot be.
 */
export async function listenOnPath(
  path: string,
  advice: SocketAdvice,
): Promise<UnixSocket> {
  try {
    // A server that was killed leaves its socket behind.
    if (await isStale(path, advice)) await Deno.remove(path);
    const listener = Deno.listen({ transport: "unix", path });
    await Deno.chmod(path, mode);
    return {
      path,
      listener,
      async close() {
        listener.close();
        try {
          await Deno.remove(path);
        } catch {
          // Somebody was quicker.
        }
      },
    };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new Error(
        `Cannot listen on ${path}: the folder does not exist, make it or ${advice.folder}`,
      );
    }
    if (
      error instanceof Deno.errors.PermissionDenied ||
      (error instanceof Error && "code" in error && error.code === "EACCES")
    ) {
      throw new Error(
        `Cannot listen on ${path}: permission denied, ${advice.folder}`,
      );
    }
    throw error;
  }
}
