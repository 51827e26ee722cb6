/**
 * `fetch` for servers that may be slow, talkative or hostile: one deadline from
 * the first byte sent to the last byte read, a cap on the body after
 * decompression, no redirects followed.
 *
 * @module
 */

/** The part of `fetch` that is needed here; replaced in tests. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** What {@linkcode withDeadline} aborts with. */
export class DeadlineExceeded extends Error {
  override name = "DeadlineExceeded";
}

/**
 * Runs `body` with a signal that fires when the time is over, or when `body`
 * has settled and what it left running may stop.
 *
 * @param deadlineMs Milliseconds allowed in all.
 * @param body What to do.
 * @returns What `body` returned.
 * @throws {DeadlineExceeded} When the time was over first.
 */
export async function withDeadline<T>(
  deadlineMs: number,
  body: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const reason = new DeadlineExceeded("Deadline exceeded");
    controller.abort(reason);
    reject(reason);
  }, deadlineMs);
  try {
    return await Promise.race([body(controller.signal), late]);
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}

/** Limits of {@linkcode boundedFetch}. */
export interface BoundedFetchOptions {
  /** Does the work. */
  fetch: Fetch;
  /** Most bytes of a body. */
  maxBytes: number;
}

/**
 * Builds a `fetch` whose answer is already read, and never too long.
 *
 * @param options Limits.
 * @returns The `fetch`; the caller's signal bounds the time.
 */
export function boundedFetch({ fetch, maxBytes }: BoundedFetchOptions): Fetch {
  return async function bounded(url, init) {
    const response = await fetch(url, { ...init, redirect: "manual" });
    const body = await readCapped(response, maxBytes);
    const contentType = response.headers.get("content-type");
    return new Response(body.length === 0 ? null : body, {
      status: response.status,
      headers: contentType === null ? {} : { "content-type": contentType },
    });
  };
}

async function readCapped(
  response: Response,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop early cancels the rest of the body.
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > maxBytes) {
      throw new RangeError(
        `Cannot read answer: body exceeds ${maxBytes} bytes`,
      );
    }
    chunks.push(chunk);
  }
  const body = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.length;
  }
  return body;
}
