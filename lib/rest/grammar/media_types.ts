/**
 * Representations of `/rest/v1`, by the media types that name them.
 *
 * @module
 */

/** What EXPLAIN is to tell. */
export type PlanOption = "analyze" | "verbose" | "settings" | "buffers" | "wal";

/** A representation of rows. */
export type RowsMedia =
  | {
    /** `json`: an array, or the bare value of a function. `object`: one row. */
    readonly kind: "json" | "object";
    /** Whether members that are null are left out. */
    readonly nullsStripped: boolean;
  }
  | { readonly kind: "csv" | "geojson" | "text" | "xml" | "binary" };

/** EXPLAIN instead of rows. */
export interface PlanMedia {
  readonly kind: "plan";
  readonly format: "json" | "text";
  /** What the statement would have made. */
  readonly of: RowsMedia;
  readonly options: readonly PlanOption[];
}

/** A representation that can be answered. */
export type Media = RowsMedia | PlanMedia | { readonly kind: "openapi" };

/** Kinds of representations. */
export type MediaKind = Media["kind"];

const planOptions: readonly PlanOption[] = [
  "analyze",
  "verbose",
  "settings",
  "buffers",
  "wal",
];

/** Plain names; the first of a kind is what answers are labelled with. */
const plainTypes = new Map<string, Media>([
  ["application/json", { kind: "json", nullsStripped: false }],
  ["text/csv", { kind: "csv" }],
  ["application/geo+json", { kind: "geojson" }],
  ["text/plain", { kind: "text" }],
  ["text/xml", { kind: "xml" }],
  ["application/octet-stream", { kind: "binary" }],
  ["application/openapi+json", { kind: "openapi" }],
]);

/** Parameters of a media type, names in lower case. */
export type MediaParameters = ReadonlyMap<string, string>;

/** A media type in parts. */
export interface MediaType {
  /** `type/subtype` in lower case. */
  readonly name: string;
  readonly parameters: MediaParameters;
}

/**
 * Splits at a character, save inside double quotes.
 *
 * @param text A header's value or a part of one.
 * @param separator One character.
 * @returns Its parts, blanks around them cut off.
 */
export function splitQuoted(text: string, separator: string): string[] {
  const parts: string[] = [];
  let from = 0;
  let inQuotes = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') inQuotes = !inQuotes;
    else if (inQuotes && character === "\\") at++;
    else if (!inQuotes && character === separator) {
      parts.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  parts.push(text.slice(from).trim());
  return parts;
}

function parameterValue(text: string): string {
  if (!text.startsWith('"')) return text;
  let value = "";
  for (let at = 1; at < text.length && text[at] !== '"'; at++) {
    if (text[at] === "\\") at++;
    value += text[at] ?? "";
  }
  return value;
}

/**
 * Takes a media type apart (RFC 9110, 8.3.1).
 *
 * @param text For example `application/json; charset=utf-8`.
 * @returns Its parts.
 */
export function mediaType(text: string): MediaType {
  const [name = "", ...rest] = splitQuoted(text, ";");
  const parameters = new Map<string, string>();
  for (const parameter of rest) {
    const equals = parameter.indexOf("=");
    if (equals < 0) continue;
    parameters.set(
      parameter.slice(0, equals).trim().toLowerCase(),
      parameterValue(parameter.slice(equals + 1).trim()),
    );
  }
  return { name: name.toLowerCase(), parameters };
}

/** The name behind `application/vnd.pgrst.`, and what may follow it after a plus. */
const vendor = "application/vnd.pgrst.";

function planOf(
  format: PlanMedia["format"],
  parameters: MediaParameters,
): PlanMedia | undefined {
  const of = mediaOf(mediaType(parameters.get("for") ?? "application/json"));
  if (of === undefined || of.kind === "plan" || of.kind === "openapi") {
    return undefined;
  }
  const wanted = parameters.get("options")?.split("|") ?? [];
  const options = planOptions.filter((option) => wanted.includes(option));
  return { kind: "plan", format, of, options };
}

/**
 * Finds the representation that a media type names.
 *
 * @param type The media type.
 * @returns The representation; `undefined` if it names none.
 */
export function mediaOf({ name, parameters }: MediaType): Media | undefined {
  if (!name.startsWith(vendor)) return plainTypes.get(name);
  const nullsStripped = parameters.get("nulls") === "stripped";
  switch (name.slice(vendor.length)) {
    case "object":
    case "object+json":
      return { kind: "object", nullsStripped };
    case "array":
    case "array+json":
      return { kind: "json", nullsStripped };
    case "plan":
    case "plan+text":
      return planOf("text", parameters);
    case "plan+json":
      return planOf("json", parameters);
    default:
      return undefined;
  }
}

/** Media type without `charset`. */
function typeText(media: Media): string {
  const stripped = "nullsStripped" in media && media.nullsStripped
    ? ";nulls=stripped"
    : "";
  switch (media.kind) {
    case "object":
      return `${vendor}object+json${stripped}`;
    case "plan": {
      const options = media.options.length === 0
        ? ""
        : `; options=${media.options.join("|")}`;
      return `${vendor}plan+${media.format}; for="${
        typeText(media.of)
      }"${options}`;
    }
    default:
      if (stripped !== "") return `${vendor}array+json${stripped}`;
      for (const [name, plain] of plainTypes) {
        if (plain.kind === media.kind) return name;
      }
      return "application/json";
  }
}

/**
 * Writes `Content-Type`.
 *
 * @param media What is answered.
 * @returns Value of the header.
 */
export function contentType(media: Media): string {
  const text = typeText(media);
  return media.kind === "binary" ? text : `${text}; charset=utf-8`;
}
