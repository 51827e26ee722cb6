/**
 * Takes the clients of a wire from its TCP listener and, where there is one, its Unix socket.
 *
 * @module
 */

import { acceptAll, type AcceptFailure } from "./accept.ts";
import type { ByteStream } from "./byte_stream.ts";
import type { Clock } from "./clock.ts";
import { formatAddress, parseAddress } from "./network_address.ts";
import type { UnixSocket } from "./unix_socket.ts";

/** Where a client is; both are `null` on a Unix socket. */
export interface ClientPlace {
  readonly address: string | null;
  readonly port: number | null;
}

/** What {@linkcode acceptClients} tells and asks. */
export interface AcceptClientsOptions {
  readonly listener: Deno.TcpListener;
  readonly unix: UnixSocket | undefined;
  /** Takes a client. */
  readonly admit: (stream: ByteStream, place: ClientPlace) => void;
  /** Makes room, for the system has no more. */
  readonly makeWay: () => void;
  /** Told now and then why clients could not be accepted, with the system's code for it. */
  readonly tell: (code: string) => void;
  readonly clock: Pick<Clock, "monotonic">;
}

/** Clients are being accepted. */
export interface Accepting {
  /** Closes the listeners; nobody is accepted afterwards. */
  stop(): Promise<void>;
}

/** How often the log tells that the system refuses connections. */
const tellEveryMs = 10_000;

const onThisMachine: ClientPlace = { address: null, port: null };

/**
 * @param options Listeners, and what becomes of clients.
 * @returns What stops it.
 */
export function acceptClients(
  { listener, unix, admit, makeWay, tell, clock }: AcceptClientsOptions,
): Accepting {
  let stopping = false;
  let toldAt = -tellEveryMs;
  const common = {
    stopping: () => stopping,
    failed(failure: AcceptFailure, code: string): void {
      if (failure === "client_left") return;
      if (failure === "no_resources") makeWay();
      if (clock.monotonic() - toldAt < tellEveryMs) return;
      toldAt = clock.monotonic();
      tell(code);
    },
  };
  const accepting = [
    acceptAll(listener, {
      ...common,
      admit(stream: Deno.TcpConn) {
        // One write an answer: waiting for more to send with it would only delay it.
        stream.setNoDelay(true);
        stream.setKeepAlive(true);
        admit(stream, placeOf(stream.remoteAddr));
      },
    }),
    ...(unix === undefined ? [] : [
      acceptAll(unix.listener, {
        ...common,
        admit: (stream: Deno.UnixConn) => admit(stream, onThisMachine),
      }),
    ]),
  ];
  return {
    async stop() {
      stopping = true;
      listener.close();
      await unix?.close();
      await Promise.all(accepting);
    },
  };
}

function placeOf({ hostname, port }: Deno.NetAddr): ClientPlace {
  const parsed = parseAddress(hostname);
  return {
    address: parsed === undefined ? hostname : formatAddress(parsed),
    port,
  };
}
