/**
 * The MySQL listener beside MariaDB on this machine: the same data, the same clients.
 *
 * @module
 */

import { startMariadbProcess } from "../mariadb_server.ts";
import type { Bench } from "./bench.ts";
import { MysqlClient } from "./mysql_client.ts";
import { comparedRow, type Row } from "./report.ts";
import { alternate } from "./rounds.ts";
import type { StartCommand } from "./server.ts";

const clients = 8;
const accounts = 100_000;
/** Rows of one INSERT. */
const batch = 1000;
/** Statements of `mariadb-slap` for each second that it should take. */
const slapRate = 25_000;
/** Texts of its file. */
const slapTexts = 5000;

/** Makes the table on a server. */
async function fill(port: number): Promise<void> {
  using client = await MysqlClient.connect(port);
  await client.run("CREATE DATABASE bench");
  await client.run(
    "CREATE TABLE bench.accounts (id int PRIMARY KEY, balance int NOT NULL)",
  );
  for (let from = 1; from <= accounts; from += batch) {
    const rows = Array.from(
      { length: batch },
      (_, i) => `(${from + i}, ${(from + i) * 7 % 1000})`,
    );
    await client.run(`INSERT INTO bench.accounts VALUES ${rows.join(", ")}`);
  }
}

/** Point reads a second, each by a statement that was prepared once. */
async function readPrepared(port: number, seconds: number): Promise<number> {
  let count = 0;
  const until = performance.now() + seconds * 1000;
  const work = async (seed: number) => {
    using client = await MysqlClient.connect(port);
    await client.prepare("SELECT balance FROM bench.accounts WHERE id = ?");
    for (let at = seed; performance.now() < until; count++) {
      at = at * 48_271 % 2_147_483_647;
      await client.execute(at % accounts + 1);
    }
  };
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: clients }, (_, i) => work(i * 7919 + 1)),
  );
  return count / (performance.now() - startedAt) * 1000;
}

/** Point reads as most programs send them, the number in the text; each text differs from the others. */
function readTexts(): string {
  let at = 1;
  return Array.from({ length: slapTexts }, () => {
    at = at * 48_271 % 2_147_483_647;
    return `select balance from bench.accounts where id = ${at % accounts + 1}`;
  }).join(";");
}

/**
 * Runs statements with MariaDB's own load generator.
 *
 * @param query A statement, or a file of several with `;` between them.
 * @param port Where.
 * @param seconds How long, roughly.
 * @returns Statements a second.
 */
async function slap(
  query: string,
  port: number,
  seconds: number,
): Promise<number> {
  const count = Math.ceil(slapRate * seconds / clients) * clients;
  const { code, stdout, stderr } = await new Deno.Command("mariadb-slap", {
    args: [
      "--no-defaults",
      "--host=127.0.0.1",
      `--port=${port}`,
      "--user=root",
      "--skip-ssl",
      `--concurrency=${clients}`,
      `--number-of-queries=${count}`,
      "--iterations=1",
      "--create-schema=bench",
      "--no-drop",
      `--query=${query}`,
      "--delimiter=;",
    ],
    stdout: "piped",
    stderr: "piped",
  }).output();
  const said = new TextDecoder().decode(stdout);
  const taken = /Average number of seconds to run all queries: ([\d.]+)/.exec(
    said,
  )?.[1];
  const complaint = new TextDecoder().decode(stderr);
  if (code !== 0 || taken === undefined || complaint !== "") {
    throw new Error(
      `Cannot measure with mariadb-slap: it said\n${said}${complaint}`,
    );
  }
  return count / Number(taken);
}

/**
 * @param bench How long to measure.
 * @param command Starts the server.
 * @returns Its lines.
 */
export async function measureMysql(
  bench: Bench,
  command: StartCommand,
): Promise<Row[]> {
  const { mysqlPort: port } = await bench.server({
    command,
    flags: [
      "--data-dir",
      `${bench.folder}/mysql`,
      "--auth",
      "trust",
      "--mysql-listen",
      "127.0.0.1:auto",
    ],
  });
  if (port === undefined) {
    throw new Error("Cannot measure MySQL: the server did not name its port");
  }
  await using reference = await startMariadbProcess([]);
  for (const each of [reference.port, port]) await fill(each);
  const contest = (
    run: (port: number, seconds: number) => Promise<number>,
  ) =>
    alternate({
      ...bench.pace,
      reference: (seconds) => run(reference.port, seconds),
      ours: (seconds) => run(port, seconds),
    });
  const texts = `${bench.folder}/mysql_reads.sql`;
  await Deno.writeTextFile(texts, readTexts());
  return [
    comparedRow(await contest(readPrepared), {
      what: `MySQL: point reads, prepared, ${clients} connections`,
      unit: "/s",
      target: { bound: "at least", value: 0.75 },
    }),
    comparedRow(await contest((...at) => slap("select 1", ...at)), {
      what: `mariadb-slap: select 1, ${clients} connections`,
      unit: "/s",
      target: { bound: "at least", value: 1 },
    }),
    comparedRow(await contest((...at) => slap(texts, ...at)), {
      what:
        `mariadb-slap: point reads, each text another, ${clients} connections`,
      unit: "/s",
    }),
  ];
}
