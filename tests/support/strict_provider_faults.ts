/**
 * The ways in which the strict provider can misbehave.
 *
 * @module
 */

/** Endpoints that can misbehave. */
export type StrictEndpoint = "/token" | "/userinfo" | "/user" | "/user/emails";

/** Ways to misbehave. */
export type StrictFault =
  /** Never answers. */
  | "slow"
  /** Sends headers and half a body, then nothing. */
  | "slow-body"
  /** Two MiB of good JSON. */
  | "oversized"
  /** 302 to `/elsewhere`, which records whoever follows. */
  | "redirect"
  /** 200 and half a JSON text. */
  | "invalid-json"
  /** 200 and a JSON array. */
  | "json-array"
  /** 500 with HTML. */
  | "server-error"
  /** 200 with HTML of type `text/html`. */
  | "wrong-type"
  /** `/token` only: GitHub's way to refuse, 200 with an error inside. */
  | "error-in-200"
  /** `/token` only: adds an ID token that no key of ours signed. */
  | "id-token"
  /** Userinfo only: leaves out `sub` and `id`. */
  | "missing-subject";

/** Text of every faulty body, to be looked for where it must not appear. */
export const leakMarker = "strict-provider-internal-detail";

/** What a faulty answer is made of. */
export interface FaultSurroundings {
  /** Where redirects point. */
  readonly baseUrl: string;
  /** Fires when the provider stops: held answers end then. */
  readonly stop: AbortSignal;
}

/**
 * @param fault How to misbehave.
 * @param surroundings What the answer is made of.
 * @returns The answer; `undefined` when the fault is a detail of a good one.
 */
export function misbehave(
  fault: StrictFault,
  { baseUrl, stop }: FaultSurroundings,
): Response | Promise<Response> | undefined {
  switch (fault) {
    case "slow":
      return stopped(stop).then(() => new Response(null, { status: 503 }));
    case "slow-body":
      return json(stalled(stop));
    case "oversized":
      return json(`{"access_token":"${"a".repeat(2 << 20)}"}`);
    case "redirect":
      return Response.redirect(`${baseUrl}/elsewhere`);
    case "invalid-json":
      return json(`{"access_token":"${leakMarker}`);
    case "json-array":
      return json(`["${leakMarker}"]`);
    case "server-error":
      return html(500);
    case "wrong-type":
      return html(200);
    case "error-in-200":
      return json({ error: "bad_verification_code", detail: leakMarker });
    case "id-token":
    case "missing-subject":
      return undefined;
  }
}

function stopped(stop: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (stop.aborted) resolve();
  stop.addEventListener("abort", () => resolve());
  return promise;
}

function stalled(stop: AbortSignal): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"access_token":'));
      stop.addEventListener("abort", () => {
        try {
          controller.close();
        } catch {
          // The client has gone already.
        }
      });
    },
  });
}

/**
 * @param body JSON text, a stream of it, or a value.
 * @param status HTTP status.
 * @returns The answer.
 */
export function json(body: unknown, status = 200): Response {
  const ready = typeof body === "string" || body instanceof ReadableStream;
  return new Response(ready ? body : JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json" },
  });
}

function html(status: number): Response {
  return new Response(`<h1>${leakMarker}</h1>`, {
    status,
    headers: { "content-type": "text/html" },
  });
}
