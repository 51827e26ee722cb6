/**
 * A SCRAM client that can be told to cheat in every field.
 *
 * @module
 */

import { createHmac, hash, pbkdf2Sync } from "node:crypto";
import { saslprep } from "../../lib/base/saslprep.ts";
import {
  bytes,
  fields,
  frame,
  type Message,
  send,
  startup,
  type WireClient,
} from "./postgres_wire.ts";

/** What the client does its own way. */
export interface Cheats {
  mechanism?: string;
  gs2?: string;
  /** Name in client-first-message. */
  name?: string;
  nonce?: string;
  /** Whole client-first-message. */
  first?: (honest: string) => string;
  /** Length that SASLInitialResponse names. */
  initialLength?: number;
  /** What is bound to, in base64. */
  binding?: (honest: string) => string;
  /** Nonce in client-final-message. */
  finalNonce?: (honest: string) => string;
  proof?: (honest: Uint8Array) => Uint8Array;
  /** Whole client-final-message. */
  final?: (honest: string) => string;
  /** Digest of the server's certificate. */
  endPoint?: Uint8Array;
  /** Sent instead of client-final-message. */
  insteadOfFinal?: Uint8Array;
}

/** How it ended. */
export interface Outcome {
  /** `in`, or what the server said last. */
  readonly end: string;
  readonly offered: readonly string[];
  readonly salt: string;
  readonly iterations: number;
  readonly serverNonce: string;
  /** Whether the server proved that it knows the password. */
  readonly serverKnows: boolean;
}

const decoder = new TextDecoder();

function hmac(key: Uint8Array, text: string): Uint8Array {
  return new Uint8Array(createHmac("sha256", key).update(text).digest());
}

function said(message: Message | undefined): string {
  if (message === undefined) return "hung up";
  if (message.type !== "E") return message.type;
  const { S, C, M } = fields(message.body);
  return `${S} ${C} ${M}`;
}

/** Code and rest of an Authentication message. */
function authentication(
  message: Message | undefined,
): { code: number; data: string } | undefined {
  if (message?.type !== "R") return undefined;
  const view = new DataView(message.body.buffer, message.body.byteOffset);
  return {
    code: view.getInt32(0),
    data: decoder.decode(message.body.subarray(4)),
  };
}

/**
 * Signs in.
 *
 * @param client A connection that has said nothing yet.
 * @param who Role and password.
 * @param cheats What is done otherwise.
 * @returns How it ended.
 */
export async function scramSignIn(
  client: WireClient,
  { user, password }: { user: string; password: string },
  cheats: Cheats = {},
): Promise<Outcome> {
  const outcome = {
    end: "",
    offered: [] as string[],
    salt: "",
    iterations: 0,
    serverNonce: "",
    serverKnows: false,
  };
  await client.send(startup({ user }));
  const hello = await client.next();
  const sasl = authentication(hello);
  if (sasl?.code !== 10) return { ...outcome, end: said(hello) };
  outcome.offered = sasl.data.split("\0").filter((name) => name !== "");

  const {
    mechanism = "SCRAM-SHA-256",
    gs2 = "n,,",
    name = "",
    nonce = "abcdefghijklmnopqrstuvwx",
  } = cheats;
  const bare = `n=${name},r=${nonce}`;
  const first = (cheats.first ?? ((text) => text))(gs2 + bare);
  await client.send(
    frame(
      "p",
      `${mechanism}\0`,
      cheats.initialLength ?? bytes(first).length,
      first,
    ),
  );
  const challenge = await client.next();
  const go = authentication(challenge);
  if (go?.code !== 11) return { ...outcome, end: said(challenge) };
  const serverFirst = go.data;
  const [, full = "", salt = "", i = ""] =
    /^r=([^,]+),s=([^,]+),i=(\d+)$/.exec(serverFirst) ?? [];
  outcome.salt = salt;
  outcome.iterations = Number(i);
  outcome.serverNonce = full.slice(nonce.length);

  const salted = new Uint8Array(pbkdf2Sync(
    saslprep(password),
    Uint8Array.fromBase64(salt),
    Number(i),
    32,
    "sha256",
  ));
  const clientKey = hmac(salted, "Client Key");
  const storedKey = new Uint8Array(hash("sha256", clientKey, "buffer"));
  const header = new TextEncoder().encode(gs2);
  const bound = bytes(header, cheats.endPoint ?? "").toBase64();
  const binding = (cheats.binding ?? ((text) => text))(bound);
  const finalNonce = (cheats.finalNonce ?? ((text) => text))(full);
  const withoutProof = `c=${binding},r=${finalNonce}`;
  const authMessage = `${bare},${serverFirst},${withoutProof}`;
  const signature = hmac(storedKey, authMessage);
  const proof = (cheats.proof ?? ((all) => all))(
    clientKey.map((byte, at) => byte ^ signature[at]!),
  );
  const final = `${withoutProof},p=${proof.toBase64()}`;
  await client.send(
    cheats.insteadOfFinal ??
      frame("p", (cheats.final ?? ((text) => text))(final)),
  );
  const answer = await client.next();
  const done = authentication(answer);
  if (done?.code !== 12) return { ...outcome, end: said(answer) };
  const serverSignature = hmac(hmac(salted, "Server Key"), authMessage);
  outcome.serverKnows = done.data === `v=${serverSignature.toBase64()}`;
  const ok = authentication(await client.next());
  if (ok?.code !== 0) return { ...outcome, end: "no AuthenticationOk" };
  await client.until("Z");
  await client.send(send.terminate);
  return { ...outcome, end: "in" };
}
