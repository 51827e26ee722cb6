/**
 * Side by side with `@supabase/lite`: the same table, the same policy, the same requests, both with a durable
 * file.
 *
 * @module
 */

import { type SignedUp, signUp } from "./accounts.ts";
import type { Bench } from "./bench.ts";
import { Lite } from "./lite.ts";
import type { RepeatedRequest } from "./load_job.ts";
import { idOf, insertOf } from "./measure_rest.ts";
import { Repeater } from "./repeat_rate.ts";
import { comparedRow, type Row, type Target } from "./report.ts";
import { makeNotesTable, notesTable } from "./rest_tables.ts";
import { alternate } from "./rounds.ts";
import type { StartCommand } from "./server.ts";
import { spreadOf } from "./statistics.ts";

const readers = 16;
const writers = 32;
/** Rows that are read by their keys. */
const rowCount = 100;

/** Somebody at one of the two servers. */
interface Side {
  readonly port: number;
  readonly user: SignedUp;
}

/**
 * @param bench Processes.
 * @param command How our server is started.
 * @returns The lines of the table; none where it cannot be installed.
 */
export async function measureBesideLite(
  bench: Bench,
  command: StartCommand,
): Promise<Row[]> {
  const folder = `${bench.folder}/lite`;
  if (!await Lite.install(folder)) return [];
  await using lite = await Lite.start(folder, notesTable);
  await using server = await bench.server({
    command,
    flags: ["--data-dir", `${bench.folder}/beside-lite`, "--auth", "trust"],
  });
  await makeNotesTable(server);
  // What one server demands the other is sent too.
  const headers = { apikey: lite.key };
  const side = async (port: number): Promise<Side> => {
    const [user] = await signUp(port, 1, headers);
    if (user === undefined) {
      throw new RangeError("Cannot measure without a user");
    }
    await insertRows(port, user, headers);
    return { port, user };
  };
  const sides = {
    ours: await side(server.port),
    theirs: await side(lite.port),
  };

  const compare = async (
    clients: number,
    requestOf: (user: SignedUp) => RepeatedRequest,
    what: string,
    target?: Target,
  ) => {
    await using repeater = await Repeater.start(bench, clients);
    const rate = ({ port, user }: Side) => (seconds: number) => {
      const request = requestOf(user);
      return repeater.rate(
        { ...request, headers: { ...headers, ...request.headers } },
        { port, seconds },
      );
    };
    const compared = await alternate({
      ...bench.pace,
      reference: rate(sides.theirs),
      ours: rate(sides.ours),
    });
    return comparedRow(compared, {
      what: `${what}, ${clients} clients ÷ ${Lite.title}`,
      unit: "/s",
      ...(target === undefined ? {} : { target }),
    });
  };

  const rows = [
    await compare(
      readers,
      ({ accessToken: token }) => ({
        method: "GET",
        path: "/rest/v1/notes?id=eq.{n}",
        turns: rowCount,
        token,
      }),
      "REST: a row by key under a policy",
      { bound: "at least", value: 8 },
    ),
    await compare(
      readers,
      ({ accessToken: token }) => ({
        method: "GET",
        path: "/auth/v1/user",
        token,
      }),
      "GET /user",
    ),
    await compare(
      writers,
      (user) => insertOf(idOf(user), user.accessToken),
      "REST: inserts, durable",
      { bound: "at least", value: 4 },
    ),
  ];
  const ours = await server.residentMib();
  const theirs = await lite.residentMib();
  rows.push(comparedRow({
    ours: spreadOf([ours]),
    reference: spreadOf([theirs]),
    ratio: spreadOf([ours / theirs]),
  }, {
    what: `resident memory after these loads ÷ ${Lite.title}`,
    unit: "MiB",
    target: { bound: "at most", value: 1 },
  }));
  return rows;
}

async function insertRows(
  port: number,
  user: SignedUp,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const { path, body } = insertOf(idOf(user), user.accessToken);
  for (let i = 0; i < rowCount; i++) {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: "POST",
      headers: {
        ...headers,
        "authorization": `Bearer ${user.accessToken}`,
        "content-type": "application/json",
      },
      body: JSON.stringify(body),
    });
    await answer.body?.cancel();
    if (answer.status !== 201) {
      throw new Error(`Cannot insert: the answer was ${answer.status}`);
    }
  }
}
