import { deepEqual, equal } from "node:assert/strict";
import {
  chooseMedia,
  parseAccept,
} from "../../../../lib/rest/grammar/accept.ts";
import {
  contentType,
  type Media,
  type MediaKind,
} from "../../../../lib/rest/grammar/media_types.ts";
import { refusal } from "./support.ts";

const rows: readonly MediaKind[] = ["json", "object", "csv"];
const json: Media = { kind: "json", nullsStripped: false };
const object: Media = { kind: "object", nullsStripped: false };
const csv: Media = { kind: "csv" };
const plan: Media = { kind: "plan", format: "text", of: json, options: [] };

function choose(header: string | null, served = rows): Media {
  return chooseMedia(parseAccept(header), served);
}

Deno.test("chooseMedia() gives what Accept names", () => {
  for (
    const [header, expected] of [
      [null, json],
      ["", json],
      [" , ", json],
      ["*/*", json],
      ["application/json", json],
      ["Application/JSON; charset=utf-8", json],
      ["application/vnd.pgrst.array+json", json],
      ["application/vnd.pgrst.array", json],
      ["application/vnd.pgrst.array+json;nulls=stripped", {
        kind: "json",
        nullsStripped: true,
      }],
      ["application/vnd.pgrst.object+json", object],
      ["application/vnd.pgrst.object", object],
      ["application/vnd.pgrst.object+json; nulls=stripped", {
        kind: "object",
        nullsStripped: true,
      }],
      ['application/vnd.pgrst.object+json;nulls="stripped"', {
        kind: "object",
        nullsStripped: true,
      }],
      ["text/csv", csv],
      ["application/*", json],
      ["text/*", csv],
    ] as readonly (readonly [string | null, Media])[]
  ) deepEqual(choose(header), expected, String(header));
});

Deno.test("chooseMedia() honours weights, then what is exact, then the order", () => {
  for (
    const [header, expected] of [
      ["text/csv, application/json", csv],
      ["application/json, text/csv", json],
      ["text/csv;q=0.5, application/json", json],
      ["application/json;q=0.1, text/csv;q=0.2", csv],
      ["*/*, text/csv", csv],
      ["*/*;q=0.9, text/csv;q=0.8", json],
      ["text/html, application/xhtml+xml, */*;q=0.8", json],
      ["application/json;q=0, text/csv;q=0.1", csv],
      ["text/csv;q=x, application/json;q=0.9", csv],
      ["text/csv;q=7, application/json", csv],
      ["image/png, text/csv", csv],
      ["application/vnd.pgrst.object+json;q=0.3, text/csv;Q=0.4", csv],
    ] as readonly (readonly [string, Media])[]
  ) deepEqual(choose(header), expected, header);
});

Deno.test("chooseMedia() reads plans where they are served", () => {
  const served: readonly MediaKind[] = [...rows, "plan"];
  for (
    const [header, expected] of [
      ["application/vnd.pgrst.plan", plan],
      ["application/vnd.pgrst.plan+text", plan],
      ["application/vnd.pgrst.plan;", plan],
      ["application/vnd.pgrst.plan+json", { ...plan, format: "json" }],
      [
        'application/vnd.pgrst.plan+json; for="text/csv"; options=analyze|wal|nothing',
        {
          kind: "plan",
          format: "json",
          of: csv,
          options: ["analyze", "wal"],
        },
      ],
      [
        'application/vnd.pgrst.plan; for="application/vnd.pgrst.object+json;nulls=stripped"; options=verbose|settings|buffers',
        {
          kind: "plan",
          format: "text",
          of: { kind: "object", nullsStripped: true },
          options: ["verbose", "settings", "buffers"],
        },
      ],
    ] as readonly (readonly [string, Media])[]
  ) deepEqual(choose(header, served), expected, header);
  equal(refusal(() => choose("application/vnd.pgrst.plan")).code, "PGRST107");
  for (
    const inner of ["application/geo+json", "application/vnd.pgrst.plan", "x"]
  ) {
    const header = `application/vnd.pgrst.plan; for="${inner}"`;
    equal(refusal(() => choose(header, served)).code, "PGRST107", header);
  }
});

Deno.test("chooseMedia() gives a range the first kind that is served", () => {
  deepEqual(choose("*/*", ["binary", "text"]), { kind: "binary" });
  deepEqual(choose("text/*", ["binary", "text"]), { kind: "text" });
  deepEqual(choose("*/*", ["openapi", "json"]), { kind: "openapi" });
});

Deno.test("chooseMedia() refuses when nothing acceptable is served", () => {
  for (
    const [header, shown] of [
      ["image/png", "image/png"],
      ["application/geo+json", "application/geo+json"],
      ["application/openapi+json", "application/openapi+json"],
      ["image/*, text/html;q=0.5;level=1", "image/*, text/html;level=1"],
      ["__proto__, constructor", "__proto__, constructor"],
      ["application/vnd.pgrst.other", "application/vnd.pgrst.other"],
      ["x".repeat(300), `${"x".repeat(200)}…`],
    ] as const
  ) {
    const error = refusal(() => choose(header));
    deepEqual([error.code, error.message], [
      "PGRST107",
      `None of these media types are available: ${shown}`,
    ]);
  }
});

Deno.test("contentType() names what is answered", () => {
  for (
    const [media, expected] of [
      [json, "application/json; charset=utf-8"],
      [
        { kind: "json", nullsStripped: true },
        "application/vnd.pgrst.array+json;nulls=stripped; charset=utf-8",
      ],
      [object, "application/vnd.pgrst.object+json; charset=utf-8"],
      [
        { kind: "object", nullsStripped: true },
        "application/vnd.pgrst.object+json;nulls=stripped; charset=utf-8",
      ],
      [csv, "text/csv; charset=utf-8"],
      [{ kind: "text" }, "text/plain; charset=utf-8"],
      [{ kind: "xml" }, "text/xml; charset=utf-8"],
      [{ kind: "binary" }, "application/octet-stream"],
      [{ kind: "openapi" }, "application/openapi+json; charset=utf-8"],
      [
        plan,
        'application/vnd.pgrst.plan+text; for="application/json"; charset=utf-8',
      ],
      [
        {
          kind: "plan",
          format: "json",
          of: object,
          options: ["analyze", "wal"],
        },
        'application/vnd.pgrst.plan+json; for="application/vnd.pgrst.object+json"; options=analyze|wal; charset=utf-8',
      ],
    ] as readonly (readonly [Media, string])[]
  ) {
    equal(contentType(media), expected);
    const served = [media.kind, media.kind === "plan" ? media.of.kind : "json"];
    deepEqual(choose(expected, served as MediaKind[]), media, expected);
  }
});
