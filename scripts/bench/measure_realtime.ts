/**
 * Realtime: how long a row takes to a thousand people who may see it, what it costs not to tell those who may
 * not, and what an idle socket takes.
 *
 * @module
 */

import type { Bench } from "./bench.ts";
import { PostgresqlClient } from "./postgresql_client.ts";
import type { Collected, RealtimeJob } from "./realtime_client.ts";
import { figureRow, type Row } from "./report.ts";
import type { Server, StartCommand } from "./server.ts";
import type { SideProcess } from "./side_process.ts";
import { spreadOf } from "./statistics.ts";

const subscribers = 1000;
const rowsPerSecond = 100;
const seconds = 8;
const idleSockets = 10_000;

/** Everybody is a different person; the policy compares a column with a claim. */
const schema = `
  CREATE TABLE ticks (id int PRIMARY KEY, room text NOT NULL, body text);
  ALTER TABLE ticks ENABLE ROW LEVEL SECURITY;
  CREATE POLICY room ON ticks FOR SELECT USING (room = auth.jwt() ->> 'room');
`;

/**
 * @param bench Processes.
 * @param command Starts the server.
 * @returns The lines of the table.
 */
export async function measureRealtime(
  bench: Bench,
  command: StartCommand,
): Promise<Row[]> {
  const secret = crypto.randomUUID();
  await using server = await bench.server({
    command,
    flags: [
      "--memory",
      "--no-auth-api",
      "--max-connections",
      "20000",
      "--max-connections-per-address",
      "20000",
      "--realtime-max-sockets",
      "20000",
      "--realtime-max-sockets-per-address",
      "20000",
    ],
    env: { JWT_SECRET: secret },
  });
  using operator = await PostgresqlClient.connect(server.postgresPort);
  await operator.run(schema);
  const run = { bench, server, operator, secret, next: 1 };

  const none = await costOf(run, []);
  const entitled = await costOf(run, ["a"]);
  const others = await costOf(run, ["b"]);
  const { latencies, lost, wrong } = entitled.collected;
  const told = subscribers * rowsPerSecond * seconds;
  return [
    figureRow(spreadOf([latencies.p99]), {
      what:
        `p99 from commit to client, ${rowsPerSecond} rows/s to ${subscribers} people (p50 ${latencies.p50} ms, ${
          (entitled.cpu / seconds).toFixed(2)
        } cores)`,
      unit: "ms",
      target: { bound: "at most", value: 500 },
    }),
    figureRow(spreadOf([lost + wrong]), {
      what: `of ${told} messages lost, doubled or out of order`,
      unit: "",
      target: { bound: "at most", value: 0 },
    }),
    figureRow(
      spreadOf([100 * (others.cpu - none.cpu) / (entitled.cpu - none.cpu)]),
      {
        what:
          `work for one who may not see a row, of that for one who may (${others.collected.strayed} strayed)`,
        unit: "%",
        target: { bound: "at most", value: 10 },
      },
    ),
    await idleMemory(run),
  ];
}

interface Run {
  readonly bench: Bench;
  readonly server: Server;
  readonly operator: PostgresqlClient;
  readonly secret: string;
  /** Id of the next row. */
  next: number;
}

/** Inserts rows at a steady pace while people of some rooms listen; all rows are of room `a`. */
async function costOf(
  run: Run,
  rooms: readonly string[],
): Promise<{ cpu: number; collected: Collected }> {
  const { bench, server, secret } = run;
  await using client = bench.realtime();
  for (const room of rooms) {
    const token = await Promise.all(
      Array.from({ length: subscribers }, () => sign(secret, room)),
    );
    const joined = await open(client, { server, token, table: "ticks" });
    if (joined !== subscribers) {
      throw new Error(`Cannot measure: ${joined} of ${subscribers} joined`);
    }
  }
  const listening = rooms.includes("a") ? subscribers : 0;
  // The first rows find both processes cold.
  await tell(run, { client, listening, rows: 2 * rowsPerSecond });
  const before = await server.cpuSeconds();
  const collected = await tell(run, {
    client,
    listening,
    rows: rowsPerSecond * seconds,
  });
  // What strays comes late.
  await new Promise((resolve) => setTimeout(resolve, 200));
  const cpu = await server.cpuSeconds() - before;
  return { cpu, collected };
}

/** Inserts rows at a steady pace and waits until all have come, or for long enough. */
async function tell(
  run: Run,
  { client, listening, rows }: {
    readonly client: SideProcess;
    readonly listening: number;
    readonly rows: number;
  },
): Promise<Collected> {
  const timeoutMs = rows / rowsPerSecond * 1000 + 20_000;
  const collecting = client.ask<RealtimeJob, Collected>(
    { kind: "collect", sockets: listening, rows, timeoutMs },
    timeoutMs + 10_000,
  );
  const began = performance.now();
  for (let i = 0; i < rows; i++) {
    const wait = began + i * 1000 / rowsPerSecond - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    await run.operator.run(
      `INSERT INTO ticks VALUES (${run
        .next++}, 'a', 'something that happened')`,
    );
  }
  return await collecting;
}

async function idleMemory({ bench, server, secret }: Run): Promise<Row> {
  await using client = bench.realtime();
  const token = await sign(secret, "a");
  // The first ones show what a server that has such sockets takes anyway.
  await open(client, {
    server,
    token: new Array<string>(500).fill(token),
    table: "ticks",
  });
  const before = await server.residentMib();
  const joined = await open(client, {
    server,
    token: new Array<string>(idleSockets).fill(token),
    table: "ticks",
  });
  const kib = (await server.residentMib() - before) * 1024 / joined;
  return figureRow(spreadOf([kib]), {
    what: `resident memory for each of ${joined} idle sockets`,
    unit: "KiB",
    target: { bound: "at most", value: 60 },
  });
}

async function open(
  client: SideProcess,
  { server, token, table }: {
    readonly server: Server;
    readonly token: readonly string[];
    readonly table: string;
  },
): Promise<number> {
  return await client.ask<RealtimeJob, number>(
    { kind: "open", port: server.port, token, table },
    60_000,
  );
}

/** A token of somebody whom nobody knows (RFC 7515, HS256). */
async function sign(secret: string, room: string): Promise<string> {
  const encoder = new TextEncoder();
  const part = (bytes: Uint8Array) =>
    bytes.toBase64({ alphabet: "base64url", omitPadding: true });
  const json = (value: unknown) => part(encoder.encode(JSON.stringify(value)));
  const text = `${json({ alg: "HS256", typ: "JWT" })}.${
    json({
      role: "authenticated",
      sub: crypto.randomUUID(),
      room,
      exp: Math.floor(Date.now() / 1000) + 3600,
    })
  }`;
  const key = await crypto.subtle.importKey(
    "raw",
    encoder.encode(secret),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  const signature = await crypto.subtle.sign("HMAC", key, encoder.encode(text));
  return `${text}.${part(new Uint8Array(signature))}`;
}
