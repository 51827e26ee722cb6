/**
 * The header `Accept`: what a client would take, and which of it can be served.
 *
 * @module
 */

import { RestError } from "../error.ts";
import {
  type Media,
  type MediaKind,
  mediaOf,
  mediaType,
  splitQuoted,
} from "./media_types.ts";
import { cut } from "./scanner.ts";

/** Something that a client would take. */
export interface Offer {
  /** As it came, without its weight. */
  readonly text: string;
  /** What it names; `undefined` for a range of types or one that is not known here. */
  readonly media: Media | undefined;
  /** What the types in a range begin with, for example `text/`; nothing for all types. */
  readonly range: string | undefined;
}

interface Weighed {
  readonly offer: Offer;
  readonly weight: number;
}

const anything: readonly Offer[] = [
  { text: "*/*", media: undefined, range: "" },
];

function weightOf(text: string | undefined): number {
  const weight = text === undefined || text === "" ? 1 : Number(text);
  return Number.isNaN(weight) ? 1 : Math.min(Math.max(weight, 0), 1);
}

function rangeOf(name: string): string | undefined {
  if (name === "*/*" || name === "*") return "";
  return name.endsWith("/*") ? name.slice(0, -1) : undefined;
}

/** How exact an offer is: among offers of one weight, the exact one is meant. */
function exactness({ range }: Offer): number {
  if (range === undefined) return 2;
  return range === "" ? 0 : 1;
}

function readOffer(text: string): Weighed {
  const { name, parameters } = mediaType(text);
  const plain = splitQuoted(text, ";").filter((part) => !/^q *=/i.test(part));
  const offer = {
    text: plain.join(";"),
    media: mediaOf({ name, parameters }),
    range: rangeOf(name),
  };
  return { offer, weight: weightOf(parameters.get("q")) };
}

/**
 * Reads `Accept` (RFC 9110, 12.5.1).
 *
 * @param header Its value; `null` if there was none.
 * @returns Offers, the most wanted first; without those of weight 0.
 */
export function parseAccept(header: string | null): readonly Offer[] {
  // What most clients send.
  if (header === null || header === "*/*") return anything;
  const parts = splitQuoted(header, ",").filter((part) => part !== "");
  if (parts.length === 0) return anything;
  return parts.map(readOffer)
    .filter(({ weight }) => weight > 0)
    .sort((a, b) =>
      b.weight - a.weight || exactness(b.offer) - exactness(a.offer)
    )
    .map(({ offer }) => offer);
}

/** What kinds are answered with where a range fits them. */
const defaults: Readonly<Partial<Record<MediaKind, readonly [string, Media]>>> =
  {
    json: ["application/json", { kind: "json", nullsStripped: false }],
    object: [
      "application/vnd.pgrst.object+json",
      { kind: "object", nullsStripped: false },
    ],
    csv: ["text/csv", { kind: "csv" }],
    text: ["text/plain", { kind: "text" }],
    xml: ["text/xml", { kind: "xml" }],
    binary: ["application/octet-stream", { kind: "binary" }],
    openapi: ["application/openapi+json", { kind: "openapi" }],
  };

function isServed(media: Media, served: readonly MediaKind[]): boolean {
  return served.includes(media.kind) &&
    (media.kind !== "plan" || served.includes(media.of.kind));
}

function inRange(
  range: string,
  served: readonly MediaKind[],
): Media | undefined {
  for (const kind of served) {
    const [name, media] = defaults[kind] ?? [];
    if (name?.startsWith(range)) return media;
  }
  return undefined;
}

/**
 * Chooses what to answer with.
 *
 * @param offers What the client would take.
 * @param served What there is, by preference: the first that fits answers a range.
 * @returns The representation.
 * @throws {RestError} PGRST107 if nothing fits.
 */
export function chooseMedia(
  offers: readonly Offer[],
  served: readonly MediaKind[],
): Media {
  for (const { media, range } of offers) {
    if (media !== undefined && isServed(media, served)) return media;
    if (range !== undefined) {
      const found = inRange(range, served);
      if (found !== undefined) return found;
    }
  }
  // The text is PostgREST's.
  throw new RestError(
    "PGRST107",
    `None of these media types are available: ${
      cut(offers.map(({ text }) => text).join(", "))
    }`,
  );
}
