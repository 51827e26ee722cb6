/**
 * The server's part of SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677): no bytes of the
 * wire, no decision about roles. Whoever has no verifier is given one that nothing fits.
 *
 * @module
 */

import {
  checkClientProof,
  equalInConstantTime,
  fromBase64,
  hmac,
  type ScramVerifier,
} from "../base/scram.ts";
import { FatalError, violation } from "./protocol_violation.ts";
import { encode } from "../sql/utf8.ts";

/** Names of the mechanisms. */
export const mechanism = {
  plain: "SCRAM-SHA-256",
  plus: "SCRAM-SHA-256-PLUS",
} as const;

/** Bytes of a nonce before base64, as in PostgreSQL. */
const nonceBytes = 18;

/** Settings of {@linkcode ScramExchange}. */
export interface ScramExchangeOptions {
  readonly verifier: ScramVerifier;
  /** Mechanism that the client chose. */
  readonly mechanism: string;
  /** What a client can bind to; nothing when channel binding was not offered. */
  readonly endPoint: Uint8Array | undefined;
}

function malformed(detail: string): FatalError {
  return violation("malformed SCRAM message", detail);
}

/** Printable ASCII without a comma (RFC 5802, 7). */
const noncePattern = /^[\x21-\x2b\x2d-\x7e]+$/;

const attributePattern = /^[A-Za-z]=/;

/** What the client's first message says. */
interface ClientFirst {
  /** Channel binding flag and authorization identity, as they were sent. */
  readonly gs2Header: string;
  readonly binds: boolean;
  readonly bare: string;
  readonly nonce: string;
}

/** One exchange. */
export class ScramExchange {
  readonly #options: ScramExchangeOptions;
  #first: ClientFirst | undefined;
  #serverFirst = "";
  #nonce = "";

  /**
   * @param options Verifier, mechanism, channel binding.
   */
  constructor(options: ScramExchangeOptions) {
    this.#options = options;
  }

  /**
   * Answers client-first-message.
   *
   * @param text The message.
   * @returns server-first-message.
   * @throws {FatalError} 08P01, 0A000 or 28000 when it may not be.
   */
  first(text: string): string {
    const first = this.#first = this.#readFirst(text);
    const { salt, iterations } = this.#options.verifier;
    const random = crypto.getRandomValues(new Uint8Array(nonceBytes));
    this.#nonce = first.nonce + random.toBase64();
    return this.#serverFirst =
      `r=${this.#nonce},s=${salt.toBase64()},i=${iterations}`;
  }

  /**
   * Answers client-final-message.
   *
   * @param text The message.
   * @returns server-final-message; `undefined` when the client does not know the password.
   * @throws {FatalError} 08P01 or 28000 when the message is not what it must be.
   */
  final(text: string): string | undefined {
    const first = this.#first;
    if (first === undefined) throw malformed("Nonce does not match.");
    const proofAt = text.lastIndexOf(",p=");
    const attributes = text.slice(0, Math.max(proofAt, 0)).split(",");
    const [binding = "", nonce = "", ...extensions] = attributes;
    if (proofAt < 0 || !binding.startsWith("c=") || !nonce.startsWith("r=")) {
      throw malformed("Attributes expected: c, r, p.");
    }
    if (extensions.some((one) => !attributePattern.test(one))) {
      throw malformed("An attribute is a letter, an equals sign and a value.");
    }
    this.#checkBinding(first, binding.slice(2));
    // Both were sent in the clear, so the time of this tells nothing.
    if (nonce.slice(2) !== this.#nonce) {
      throw malformed("Nonce does not match.");
    }
    const proof = fromBase64(text.slice(proofAt + 3));
    if (proof?.length !== 32) {
      throw malformed("Malformed proof in client-final-message.");
    }
    const { storedKey, serverKey } = this.#options.verifier;
    const authMessage = `${first.bare},${this.#serverFirst},${
      text.slice(0, proofAt)
    }`;
    if (!checkClientProof(storedKey, authMessage, proof)) return undefined;
    return `v=${hmac(serverKey, authMessage).toBase64()}`;
  }

  #readFirst(text: string): ClientFirst {
    const match = /^(?:(n|y)|p=([A-Za-z0-9.-]+)),([^,]*),([^]*)$/.exec(text);
    if (match === null) throw malformed("Unexpected channel-binding flag.");
    const [, flag, bindingName, identity, bare = ""] = match;
    if (flag === undefined) this.#checkBindingName(bindingName!);
    else this.#checkNoBinding(flag);
    if (identity !== "") {
      throw new FatalError(
        "0A000",
        "client uses authorization identity, but it is not supported",
      );
    }
    const [name = "", nonce = "", ...extensions] = bare.split(",");
    if (name.startsWith("m=")) {
      throw new FatalError(
        "0A000",
        "client requires an unsupported SCRAM extension",
      );
    }
    // The name was given in the start-up packet; this one is ignored, as PostgreSQL ignores it.
    if (!name.startsWith("n=")) throw malformed("Attribute n expected.");
    if (!nonce.startsWith("r=") || !noncePattern.test(nonce.slice(2))) {
      throw malformed("Non-printable characters in SCRAM nonce, or none.");
    }
    if (extensions.some((one) => !attributePattern.test(one))) {
      throw malformed("An attribute is a letter, an equals sign and a value.");
    }
    return {
      gs2Header: text.slice(0, text.length - bare.length),
      binds: flag === undefined,
      bare,
      nonce: nonce.slice(2),
    };
  }

  #checkBindingName(name: string): void {
    if (this.#options.mechanism !== mechanism.plus) {
      throw malformed(
        "The client selected SCRAM-SHA-256 without channel binding, but the SCRAM message includes channel binding data.",
      );
    }
    if (name !== "tls-server-end-point") {
      throw violation(`unsupported SCRAM channel-binding type "${name}"`);
    }
  }

  #checkNoBinding(flag: string): void {
    if (this.#options.mechanism === mechanism.plus) {
      throw malformed(
        "The client selected SCRAM-SHA-256-PLUS, but the SCRAM message does not include channel binding data.",
      );
    }
    // Somebody between us took the offer out.
    if (flag === "y" && this.#options.endPoint !== undefined) {
      throw new FatalError("28000", "SCRAM channel binding negotiation error", {
        detail:
          "The client supports SCRAM channel binding but thinks the server does not.  However, this server does support channel binding.",
      });
    }
  }

  #checkBinding({ gs2Header, binds }: ClientFirst, encoded: string): void {
    const header = encode(gs2Header);
    const data = binds ? this.#options.endPoint! : new Uint8Array();
    const expected = new Uint8Array(header.length + data.length);
    expected.set(header);
    expected.set(data, header.length);
    const given = fromBase64(encoded);
    if (given !== undefined && equalInConstantTime(given, expected)) return;
    if (binds) {
      throw new FatalError("28000", "SCRAM channel binding check failed");
    }
    throw violation(
      "unexpected SCRAM channel-binding attribute in client-final-message",
    );
  }
}
