/**
 * How a client proves who it is: `trust`, `password`, `md5`, `scram-sha-256` (PostgreSQL manual,
 * 55.2.1 and 55.3).
 *
 * Roles that do not exist, may not log in, have expired or have no password fail like a wrong
 * password: at the same point, with the same text, after the same work.
 *
 * @module
 */

import type { Throttles } from "../auth/throttles.ts";
import type { Clock } from "../base/clock.ts";
import { Problem } from "../base/problem.ts";
import {
  md5Response,
  md5Verifier,
  passwordMatches,
  verifierKind,
} from "../base/role_password.ts";
import {
  equalInConstantTime,
  mockScramVerifier,
  parseScramVerifier,
  printScramVerifier,
  type ScramVerifier,
} from "../base/scram.ts";
import type { RoleVerifier } from "../engine/client_session.ts";
import {
  authentication,
  authenticationCode,
  saslMechanisms,
} from "./backend_messages.ts";
import type { MessageReader } from "./message_reader.ts";
import type { MessageWriter } from "./message_writer.ts";
import { FatalError, violation } from "./protocol_violation.ts";
import { mechanism, ScramExchange } from "./scram_exchange.ts";
import { decode, encode } from "../sql/utf8.ts";

/** Ways to prove who one is. */
export type AuthMethod = "trust" | "password" | "md5" | "scram-sha-256";

/** What authentication needs. */
export interface AuthenticationOptions {
  readonly method: AuthMethod;
  /** Looks a role up. */
  readonly verifier: (role: string) => RoleVerifier | undefined;
  /** Secret from which the salts of unknown roles are made. */
  readonly serverKey: Uint8Array;
  readonly throttles: Throttles;
  readonly clock: Clock;
  /** Whether passwords may come in the clear over a network. */
  readonly allowClearPassword: boolean;
}

/** Who wants to be let in, from where. */
export interface Applicant {
  readonly user: string;
  /** Canonical address, or `local`. */
  readonly address: string;
  /** Whether nobody can listen: TLS, loopback, or a Unix socket. */
  readonly isPrivate: boolean;
  /** What SCRAM can bind to, over TLS. */
  readonly endPoint: Uint8Array | undefined;
}

/** An exchange with one client. */
export interface Authentication {
  /**
   * Writes the first message.
   *
   * @returns Whether the client is let in already.
   * @throws {FatalError} When it is not let in.
   */
  begin(writer: MessageWriter): boolean;
  /**
   * Takes an answer of the client.
   *
   * @param message Body of the message.
   * @returns Whether the client is let in; if not, another answer is awaited.
   * @throws {FatalError} When it is not let in.
   */
  answer(
    message: MessageReader,
    writer: MessageWriter,
  ): boolean | Promise<boolean>;
}

/** What is known of the role, with a stand-in for what is not. */
interface Candidate extends Applicant {
  readonly known: RoleVerifier | undefined;
  readonly options: AuthenticationOptions;
}

/** The one text of all failures. */
function failure(user: string): FatalError {
  return new FatalError(
    "28P01",
    `password authentication failed for user "${user}"`,
  );
}

function throttled<T>(take: () => T): T {
  try {
    return take();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw new FatalError(
      "28000",
      `too many failed sign-ins, try again in ${error.retryAfter} seconds`,
    );
  }
}

/** Whether the role, with the right password, may log in. */
function mayLogIn({ known, options }: Candidate): boolean {
  return known !== undefined && known.login &&
    (known.validUntil === null || known.validUntil > options.clock.now());
}

/**
 * Lets the client in, or not. Counted before the outcome counts, so that a burst cannot slip in.
 */
function settle(
  candidate: Candidate,
  check: () => boolean,
): void {
  const { user, address, options } = candidate;
  const attempt = throttled(() => options.throttles.signIn(user, address));
  // Both are asked, so that neither answer shows in the time.
  const right = check();
  if (!mayLogIn(candidate) || !right) throw failure(user);
  attempt.succeeded();
}

function trust({ known, user }: Candidate): Authentication {
  return {
    begin() {
      if (known === undefined) {
        throw new FatalError("28000", `role "${user}" does not exist`);
      }
      if (!known.login) {
        throw new FatalError(
          "28000",
          `role "${user}" is not permitted to log in`,
        );
      }
      return true;
    },
    answer() {
      throw violation("no password was asked for");
    },
  };
}

/** Reads a PasswordMessage. */
function passwordOf(message: MessageReader): string {
  const password = message.text();
  message.finish();
  return password;
}

function clearPassword(candidate: Candidate): Authentication {
  const { user, isPrivate, known, options } = candidate;
  return {
    begin(writer) {
      if (!isPrivate && !options.allowClearPassword) {
        throw new FatalError(
          "28000",
          "password authentication needs TLS here, because the password would travel in the clear",
        );
      }
      authentication(writer, authenticationCode.cleartextPassword);
      return false;
    },
    async answer(message) {
      const password = passwordOf(message);
      throttled(() => options.throttles.foreseeSignIn(user, candidate.address));
      // For a role without a verifier the same work is done in vain.
      const verifier = known?.verifier ??
        printScramVerifier(mockScramVerifier(options.serverKey, user));
      const right = await passwordMatches(verifier, user, password);
      settle(candidate, () => right);
      return true;
    },
  };
}

function md5(candidate: Candidate): Authentication {
  const salt = crypto.getRandomValues(new Uint8Array(4));
  const { user, known } = candidate;
  // Of a password that nobody can send.
  const verifier = known?.verifier ??
    md5Verifier(crypto.getRandomValues(new Uint8Array(32)).toHex(), user);
  return {
    begin(writer) {
      authentication(writer, authenticationCode.md5Password, salt);
      return false;
    },
    answer(message) {
      const given = encode(passwordOf(message));
      settle(
        candidate,
        () => equalInConstantTime(given, encode(md5Response(verifier, salt))),
      );
      return true;
    },
  };
}

/** Reads SASLInitialResponse: name of the mechanism, length, client-first-message. */
function initialResponse(message: MessageReader): [string, string | undefined] {
  const chosen = message.text();
  const length = message.int32();
  if (length === -1) {
    message.finish();
    return [chosen, undefined];
  }
  const start = message.skip(length);
  message.finish();
  return [chosen, decode(message.bytes, start, start + length)];
}

function scram(candidate: Candidate, verifier: ScramVerifier): Authentication {
  const { endPoint } = candidate;
  let chosen: string | undefined;
  let exchange: ScramExchange | undefined;
  let isFirst = true;

  function choose(name: string): void {
    const offered = name === mechanism.plain ||
      (name === mechanism.plus && endPoint !== undefined);
    if (!offered) {
      throw violation(
        "client selected an invalid SASL authentication mechanism",
      );
    }
    chosen = name;
    exchange = new ScramExchange({ verifier, mechanism: name, endPoint });
  }

  function rest(message: MessageReader): string {
    const { left } = message;
    const start = message.skip(left);
    return decode(message.bytes, start, start + left);
  }

  return {
    begin(writer) {
      saslMechanisms(
        writer,
        endPoint === undefined
          ? [mechanism.plain]
          : [mechanism.plus, mechanism.plain],
      );
      return false;
    },
    answer(message, writer) {
      let text: string | undefined;
      if (chosen === undefined) {
        const [name, initial] = initialResponse(message);
        choose(name);
        text = initial;
        if (text === undefined) {
          // The client lets the server speak first; it has nothing to say.
          authentication(writer, authenticationCode.saslContinue);
          return false;
        }
      } else {
        text = rest(message);
      }
      if (isFirst) {
        isFirst = false;
        const first = exchange!.first(text);
        authentication(writer, authenticationCode.saslContinue, encode(first));
        return false;
      }
      let final: string | undefined;
      settle(candidate, () => {
        final = exchange!.final(text);
        return final !== undefined;
      });
      authentication(writer, authenticationCode.saslFinal, encode(final!));
      return true;
    },
  };
}

/**
 * Begins an exchange.
 *
 * @param applicant Who wants to be let in.
 * @param options Method, roles, throttles.
 * @returns The exchange.
 * @throws {FatalError} 28000 after too many failures from there.
 */
export function authenticate(
  applicant: Applicant,
  options: AuthenticationOptions,
): Authentication {
  const { user, address } = applicant;
  const known = options.verifier(user);
  const candidate: Candidate = { ...applicant, known, options };
  if (options.method === "trust") return trust(candidate);
  throttled(() => options.throttles.foreseeSignIn(user, address));
  if (options.method === "password") return clearPassword(candidate);
  const { verifier = null } = known ?? {};
  // Where only a SCRAM verifier is kept, md5 cannot be spoken; PostgreSQL goes on to SCRAM as well.
  const parsed = verifier === null ? undefined : parseScramVerifier(verifier);
  if (options.method === "md5" && parsed === undefined) {
    const usable = verifier !== null && verifierKind(verifier) === "md5";
    return md5({
      ...candidate,
      known: usable ? known : undefined,
    });
  }
  return scram(
    candidate,
    parsed ?? mockScramVerifier(options.serverKey, user),
  );
}
