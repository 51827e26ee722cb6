/**
 * The PostgreSQL listener beside PostgreSQL 15 on this machine: the same data, the same `pgbench`.
 *
 * @module
 */

import {
  type PostgresqlServer,
  startPostgresql,
} from "../postgresql_server.ts";
import type { Bench } from "./bench.ts";
import { initPgbench, runPgbench, timePsql } from "./pgbench.ts";
import { comparedRow, figureRow, type Row } from "./report.ts";
import { PostgresqlClient } from "./postgresql_client.ts";
import { alternate } from "./rounds.ts";
import type { Server } from "./server.ts";
import { percentile, spreadOf } from "./statistics.ts";

const clients = 8;
const copiedRows = 100_000;
const readRows = 1_000_000;
const idleConnections = 1000;
/** Point reads of one half of the measurement beside a slow query. */
const pointReads = 3000;

/** What is measured. */
export interface PostgresqlContest {
  readonly server: Server;
  /** One that has done nothing yet. */
  readonly idle: Server;
  /** Scale of pgbench; 100 000 accounts each. */
  readonly scale: number;
}

/**
 * @param bench How long to measure.
 * @param contest The server.
 * @returns Its lines.
 */
export async function measurePostgresql(
  bench: Bench,
  { server, idle, scale }: PostgresqlContest,
): Promise<Row[]> {
  const { postgresPort: pgPort } = server;
  // Durable, as ours is.
  await using reference = await startPostgresql({
    settings: ["fsync = on", "max_connections = 1100"],
  });
  for (const port of [reference.port, pgPort]) await initPgbench(port, scale);
  const rows: Row[] = [];
  for (
    const [script, mode, what, value] of [
      ["select", "prepared", "point reads, prepared", 0.75],
      ["select", "simple", "point reads, simple protocol", 1],
      ["tpcb", "prepared", `TPC-B, scale ${scale}, durable`, 0.7],
    ] as const
  ) {
    const run = (port: number) => (seconds: number) =>
      runPgbench({ port, seconds, clients, mode, script });
    rows.push(comparedRow(
      await alternate({
        ...bench.pace,
        reference: run(reference.port),
        ours: run(pgPort),
      }),
      {
        what: `pgbench: ${what}, ${clients} connections`,
        unit: "/s",
        target: { bound: "at least", value },
      },
    ));
  }
  rows.push(
    ...await measureBulk(bench, reference, pgPort),
    await measureBesideSlowQuery(pgPort),
    await measureIdle(idle),
  );
  return rows;
}

/** COPY in and a long SELECT out, as rows a second. */
async function measureBulk(
  bench: Bench,
  reference: PostgresqlServer,
  pgPort: number,
): Promise<Row[]> {
  const file = `${bench.folder}/copy.tsv`;
  const lines = Array.from(
    { length: copiedRows },
    (_, i) => `${i}\t${i * 7}\trow number ${i}\t${i / 4}`,
  );
  await Deno.writeTextFile(file, `${lines.join("\n")}\n`);
  const copy = (port: number) => async () => {
    await timePsql(port, "DROP TABLE IF EXISTS bulk");
    await timePsql(
      port,
      "CREATE TABLE bulk (id int PRIMARY KEY, n bigint, t text, f float8)",
    );
    return copiedRows / await timePsql(port, `\\copy bulk FROM '${file}'`) *
      1000;
  };
  const select = (port: number) => async () =>
    readRows /
    await timePsql(
      port,
      `SELECT aid, bid, abalance FROM pgbench_accounts LIMIT ${readRows}`,
    ) * 1000;
  const compared = (run: (port: number) => () => Promise<number>) =>
    alternate({
      ...bench.pace,
      reference: run(reference.port),
      ours: run(pgPort),
    });
  const target = { bound: "at least", value: 0.5 } as const;
  return [
    comparedRow(await compared(copy), {
      what: `COPY FROM STDIN of ${copiedRows} rows`,
      unit: "rows/s",
      target,
    }),
    comparedRow(await compared(select), {
      what: `SELECT of ${readRows} rows`,
      unit: "rows/s",
      target,
    }),
  ];
}

/** Point reads on one connection while another runs a query of many seconds. */
async function measureBesideSlowQuery(pgPort: number): Promise<Row> {
  using point = await PostgresqlClient.connect(pgPort);
  using slow = await PostgresqlClient.connect(pgPort);
  await point.prepare("SELECT abalance FROM pgbench_accounts WHERE aid = $1");
  const measure = async () => {
    const times = new Float64Array(pointReads);
    for (let i = 0; i < pointReads; i++) {
      const started = performance.now();
      await point.execute(String(i + 1));
      times[i] = performance.now() - started;
    }
    return percentile(times, 0.99);
  };
  await measure();
  const alone = await measure();
  let over = false;
  const busy = (async () => {
    while (!over) {
      await slow.run(
        "SELECT count(*) FROM pgbench_accounts a WHERE a.abalance + a.bid * 3 % 7 = 1",
      );
    }
  })();
  const beside = await measure();
  over = true;
  await busy;
  return figureRow(spreadOf([beside / alone]), {
    what: `p99 of point reads beside a slow query (${alone.toFixed(2)} → ${
      beside.toFixed(2)
    } ms)`,
    unit: "×",
    target: { bound: "at most", value: 3 },
  });
}

async function measureIdle(server: Server): Promise<Row> {
  const { postgresPort: pgPort } = server;
  // What the first ones load is nobody's in particular.
  for (let i = 0; i < 10; i++) {
    using client = await PostgresqlClient.connect(pgPort);
    await client.run("SELECT 1");
  }
  const before = await server.residentMib();
  using connections = new DisposableStack();
  for (let i = 0; i < idleConnections; i++) {
    connections.use(await PostgresqlClient.connect(pgPort));
  }
  const after = await server.residentMib();
  return figureRow(
    spreadOf([(after - before) * 1024 / idleConnections]),
    {
      what: `memory of an idle connection, ${idleConnections} of them`,
      unit: "KiB",
      target: { bound: "at most", value: 100 },
    },
  );
}
