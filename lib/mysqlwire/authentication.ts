/**
 * How a client proves who it is: `mysql_native_password` and `caching_sha2_password` (MySQL manual,
 * 8.4.1.1 and 8.4.1.2), or not at all with `trust`.
 *
 * Roles that do not exist, may not log in, have expired or have no password fail like a wrong
 * password: at the same point, with the same text, after the same work. The client's own plugin is
 * taken if it is one of the two, so none has to change it; any other one is switched.
 *
 * @module
 */

import type { Throttles } from "../auth/throttles.ts";
import type { Clock } from "../base/clock.ts";
import {
  checkMysqlProof,
  type MysqlDigests,
  mysqlDigests,
  type MysqlPlugin,
} from "../base/mysql_password.ts";
import { Problem } from "../base/problem.ts";
import { passwordMatches } from "../base/role_password.ts";
import { mockScramVerifier, printScramVerifier } from "../base/scram.ts";
import type { RoleVerifier } from "../engine/client_session.ts";
import { decode } from "../sql/utf8.ts";
import { FatalError, malformed } from "./failure.ts";
import type { ClientHello } from "./handshake_response.ts";
import { moreData, switchPlugin } from "./messages.ts";
import type { PacketReader } from "./packet_reader.ts";
import type { PacketWriter } from "./packet_writer.ts";
import { cipherLength, type RsaKey } from "./rsa_key.ts";

/** Plugins of ours. */
export const plugins: readonly MysqlPlugin[] = [
  "caching_sha2_password",
  "mysql_native_password",
];

/** What authentication needs. */
export interface AuthenticationOptions {
  /** Whether everybody is let in. */
  readonly trust: boolean;
  /** Plugin that is offered. */
  readonly plugin: MysqlPlugin;
  /** Looks a role up. */
  readonly verifier: (role: string) => RoleVerifier | undefined;
  /** Secret from which stand-ins of unknown roles are made. */
  readonly serverKey: Uint8Array;
  readonly throttles: Throttles;
  readonly clock: Clock;
  readonly rsa: RsaKey;
  /** Told of a role that exists and cannot be let in, with the reason, for the log. */
  readonly unusable: (reason: string) => void;
}

/** Who wants to be let in, from where. */
export interface Applicant {
  /** Name that the client gave. */
  readonly user: string;
  /** Canonical address, or `local`. */
  readonly address: string;
  /** Whether nobody can listen: TLS or a Unix socket. */
  readonly isPrivate: boolean;
}

/** Sends what waits and gives the client's next message; nothing when it has left. */
export type Ask = () => Promise<PacketReader | undefined>;

/** The way to a client. */
export interface Talk {
  readonly writer: PacketWriter;
  readonly ask: Ask;
}

const scrambleLength = 20;

const signal = {
  wantsPublicKey: 2,
  fastAuthSuccess: 3,
  fullAuthentication: 4,
} as const;

/** @returns Twenty bytes, none of them NUL or `$`, which some clients stop at. */
export function newScramble(): Uint8Array<ArrayBuffer> {
  const scramble = new Uint8Array(scrambleLength);
  crypto.getRandomValues(scramble);
  for (let i = 0; i < scrambleLength; i++) {
    let byte = scramble[i]! & 0x7f;
    while (byte === 0 || byte === 0x24) {
      byte = crypto.getRandomValues(new Uint8Array(1))[0]! & 0x7f;
    }
    scramble[i] = byte;
  }
  return scramble;
}

/**
 * @param user Name that a client gave.
 * @param verifier Looks roles up.
 * @returns Name of the role: MySQL's owner of everything is called `root`, unless a role is.
 */
export function roleOf(
  user: string,
  verifier: (role: string) => RoleVerifier | undefined,
): string {
  return user === "root" && verifier(user) === undefined ? "postgres" : user;
}

/**
 * The one text of all failures.
 *
 * @param applicant Who was not let in.
 * @param withPassword Whether it sent one.
 */
export function accessDenied(
  { user, address }: Pick<Applicant, "user" | "address">,
  withPassword: boolean,
): FatalError {
  const host = address === "local" ? "localhost" : address;
  return new FatalError(
    1045,
    "28000",
    `Access denied for user '${user}'@'${host}' (using password: ${
      withPassword ? "YES" : "NO"
    })`,
  );
}

function throttled<T>(take: () => T): T {
  try {
    return take();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw new FatalError(
      1045,
      "28000",
      `Access denied: too many failed sign-ins, try again in ${error.retryAfter} seconds`,
    );
  }
}

/** Of a password that nobody can send. */
function mockDigests(serverKey: Uint8Array, role: string): MysqlDigests {
  return mysqlDigests(
    mockScramVerifier(serverKey, `mysql ${role}`).storedKey.toHex(),
  );
}

/** One exchange. */
class Exchange {
  readonly #applicant: Applicant;
  readonly #options: AuthenticationOptions;
  readonly #talk: Talk;
  readonly #role: string;
  readonly #known: RoleVerifier | undefined;
  #scramble: Uint8Array;

  constructor(
    applicant: Applicant,
    options: AuthenticationOptions,
    { talk, scramble }: {
      readonly talk: Talk;
      readonly scramble: Uint8Array;
    },
  ) {
    this.#applicant = applicant;
    this.#options = options;
    this.#talk = talk;
    this.#scramble = scramble;
    this.#role = roleOf(applicant.user, options.verifier);
    this.#known = options.verifier(this.#role);
  }

  async run({ plugin, answer }: ClientHello): Promise<boolean> {
    const own = plugins.find((each) => each === plugin) ??
      (plugin === undefined ? "mysql_native_password" : undefined);
    const empty = answer.length === 0 ||
      (answer.length === 1 && answer[0] === 0);
    if (this.#options.trust) return this.#trust(own, empty);
    const { throttles, plugin: offered } = this.#options;
    throttled(() =>
      throttles.foreseeSignIn(this.#role, this.#applicant.address)
    );
    // A client that would have used another plugin than the one offered has not looked at the scramble.
    if (own === undefined || (empty && own !== offered)) {
      return await this.#switch(own ?? offered);
    }
    return await this.#check(own, answer);
  }

  async #switch(plugin: MysqlPlugin): Promise<boolean> {
    const { writer, ask } = this.#talk;
    this.#scramble = newScramble();
    switchPlugin(writer, plugin, this.#scramble);
    const message = await ask();
    return message !== undefined && await this.#check(plugin, message.rest());
  }

  #trust(plugin: MysqlPlugin | undefined, empty: boolean): boolean {
    if (this.#known?.login !== true) {
      throw accessDenied(this.#applicant, !empty);
    }
    // A client that has sent a proof of this kind waits for it to be judged.
    if (plugin === "caching_sha2_password" && !empty) this.#fastAuthSuccess();
    return true;
  }

  #fastAuthSuccess(): void {
    moreData(this.#talk.writer, new Uint8Array([signal.fastAuthSuccess]));
  }

  async #check(plugin: MysqlPlugin, answer: Uint8Array): Promise<boolean> {
    const { throttles, serverKey } = this.#options;
    const { address } = this.#applicant;
    const attempt = throttled(() => throttles.signIn(this.#role, address));
    const empty = answer.length === 0 ||
      (answer.length === 1 && answer[0] === 0);
    if (empty) throw this.#denied(false);
    const kept = this.#known?.mysqlDigests ?? undefined;
    // Made for everybody, so that its time tells nothing.
    const mock = mockDigests(serverKey, this.#role);
    const digests = kept ?? mock;
    const digest = plugin === "mysql_native_password"
      ? digests.native
      : digests.sha2;
    const scramble = this.#scramble;
    // Both are asked, so that neither answer shows in the time.
    const proves = checkMysqlProof(plugin, digest, { scramble, answer }) &&
      kept !== undefined;
    const may = this.#mayLogIn();
    if (plugin === "mysql_native_password") {
      if (!proves || !may) throw this.#denied(true);
      attempt.succeeded();
      return true;
    }
    if (proves) {
      if (!may) throw this.#denied(true);
      attempt.succeeded();
      this.#fastAuthSuccess();
      return true;
    }
    const password = await this.#fullPassword();
    if (password === undefined) return false;
    const verifier = this.#known?.verifier ??
      printScramVerifier(mockScramVerifier(serverKey, this.#role));
    const right = await passwordMatches(verifier, this.#role, password);
    if (!right || !may) throw this.#denied(true);
    attempt.succeeded();
    return true;
  }

  /** Whether the role, with the right password, may log in. */
  #mayLogIn(): boolean {
    const known = this.#known;
    return known !== undefined && known.login &&
      (known.validUntil === null ||
        known.validUntil > this.#options.clock.now());
  }

  #denied(withPassword: boolean): FatalError {
    const known = this.#known;
    if (known !== undefined && known.mysqlDigests === null) {
      this.#options.unusable(
        known.verifier === null
          ? "role has no password"
          : "password of the role was set as a verifier, set it in the clear",
      );
    }
    return accessDenied(this.#applicant, withPassword);
  }

  /** Asks for the password itself, which goes through TLS, a Unix socket, or encrypted with our key. */
  async #fullPassword(): Promise<string | undefined> {
    const { writer, ask } = this.#talk;
    const { rsa } = this.#options;
    moreData(writer, new Uint8Array([signal.fullAuthentication]));
    let message = await ask();
    if (message === undefined) return undefined;
    if (this.#applicant.isPrivate) return passwordOf(message.rest());
    if (message.left === 1 && message.byte() === signal.wantsPublicKey) {
      moreData(writer, new TextEncoder().encode(await rsa.publicKey()));
      message = await ask();
      if (message === undefined) return undefined;
    }
    // Anything else would be the password in the clear, or nonsense.
    if (message.left !== cipherLength) throw this.#denied(true);
    const bytes = await rsa.decrypt(message.rest());
    if (bytes === undefined) throw this.#denied(true);
    const scramble = this.#scramble;
    return passwordOf(
      Uint8Array.from(bytes, (byte, i) => byte ^ scramble[i % scrambleLength]!),
    );
  }
}

/** A password with the NUL after it. */
function passwordOf(bytes: Uint8Array): string {
  if (bytes.at(-1) !== 0) throw malformed();
  try {
    return decode(bytes, 0, bytes.length - 1);
  } catch {
    // What is no text is no password of anybody.
    return "";
  }
}

/**
 * Lets a client in, or not.
 *
 * @param applicant Who wants to be let in.
 * @param options Roles, throttles, key.
 * @param exchange What it has said, what it was asked, and the way to it.
 * @returns Whether it is let in; `false` when it has left.
 * @throws {FatalError} 1045.
 */
export function authenticate(
  applicant: Applicant,
  options: AuthenticationOptions,
  exchange: {
    readonly hello: ClientHello;
    /** Challenge of the greeting; used for nothing else. */
    readonly scramble: Uint8Array;
    readonly talk: Talk;
  },
): Promise<boolean> {
  return new Exchange(applicant, options, exchange).run(exchange.hello);
}
