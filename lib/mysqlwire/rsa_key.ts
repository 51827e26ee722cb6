/**
 * The key that clients of `caching_sha2_password` encrypt a password with when the connection is not
 * encrypted: RSA with OAEP (MySQL manual, 8.4.1.2).
 *
 * @module
 */

import {
  constants,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  privateDecrypt,
} from "node:crypto";
import { promisify } from "node:util";

const modulusLength = 2048;

/** Length of what is encrypted with the key. */
export const cipherLength = modulusLength / 8;

/** A key pair, made when it is first asked for. */
export interface RsaKey {
  /** @returns Public key, PEM. */
  publicKey(): Promise<string>;
  /**
   * Decrypts.
   *
   * @param bytes What a client encrypted.
   * @returns What it was, `undefined` when it was not encrypted with this key.
   */
  decrypt(bytes: Uint8Array): Promise<Uint8Array | undefined>;
}

/** @returns A key pair of this server's life. */
export function rsaKey(): RsaKey {
  let made: Promise<KeyObject> | undefined;

  function privateKey(): Promise<KeyObject> {
    return made ??= promisify(generateKeyPair)("rsa", { modulusLength }).then(
      (pair) => pair.privateKey,
    );
  }

  return {
    async publicKey() {
      return createPublicKey(await privateKey())
        .export({ type: "spki", format: "pem" }).toString();
    },
    async decrypt(bytes) {
      try {
        return privateDecrypt({
          key: await privateKey(),
          padding: constants.RSA_PKCS1_OAEP_PADDING,
        }, bytes);
      } catch {
        return undefined;
      }
    },
  };
}
