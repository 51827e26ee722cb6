/**
 * Says in a sentence why the server cannot listen.
 *
 * @module
 */

/**
 * @param error What listening threw.
 * @param place Where it should have listened.
 * @returns An error with a sentence; `error` itself when it is about something else.
 */
export function listenError(
  error: unknown,
  { host, port, flag }: { host: string; port: number; flag: string },
): unknown {
  const name = host.includes(":") ? `[${host}]` : host;
  const place = port === 0 ? name : `${name}:${port}`;
  if (error instanceof Deno.errors.AddrInUse) {
    return new Error(
      `Cannot listen on ${place}: address already in use, set --${flag}`,
    );
  }
  if (error instanceof Deno.errors.AddrNotAvailable) {
    return new Error(
      `Cannot listen on ${place}: this machine does not have the address, set --listen`,
    );
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return new Error(
      `Cannot listen on ${place}: permission denied, set --${flag} to 1024 or above`,
    );
  }
  if (
    error instanceof Deno.errors.InvalidData ||
    (error instanceof Error && /KeyMismatch|certificate/i.test(error.message))
  ) {
    return new Error(
      "Cannot use --tls-cert and --tls-key: they do not hold a PEM certificate and the key that belongs to it",
    );
  }
  if (error instanceof Error && /lookup|resolve/i.test(error.message)) {
    return new Error(
      `Cannot listen on ${place}: the host name is unknown, set --listen`,
    );
  }
  return error;
}
