/**
 * Sees to it that the programs which the tests start are on this machine: from Debian's packages where
 * that is possible, otherwise by saying exactly what to install.
 *
 * @module
 */

import { run } from "../run.ts";

/** A program and the Debian packages that bring it. */
export interface Tool {
  readonly program: string;
  readonly packages: readonly string[];
  /** A file that must be there instead of a program that starts. */
  readonly file?: string;
}

/** What the tests start. */
export const tools: readonly Tool[] = [
  // Compiles SQLite, once.
  { program: "cc", packages: ["gcc", "libc6-dev"] },
  // The smoke script.
  { program: "bash", packages: ["bash"] },
  { program: "curl", packages: ["curl"] },
  { program: "jq", packages: ["jq"] },
  // Reads the data file, as README.md shows.
  { program: "sqlite3", packages: ["sqlite3"] },
  // Signs in at a provider as a person does.
  { program: "chromium", packages: ["chromium"] },
  // PostgreSQL itself, which answers are compared with, and its tools.
  {
    program: "PostgreSQL 15",
    packages: ["postgresql-15"],
    file: "/usr/lib/postgresql/15/bin/initdb",
  },
  { program: "psql", packages: ["postgresql-client-15"] },
  { program: "setpriv", packages: ["util-linux"] },
  // MariaDB, which MySQL's answers are compared with; not `mariadb-server`, which would start one.
  {
    program: "MariaDB",
    packages: ["mariadb-server-core"],
    file: "/usr/sbin/mariadbd",
  },
  { program: "mariadb", packages: ["mariadb-client"] },
  // Clients in other languages.
  {
    program: "PyMySQL",
    packages: ["python3-pymysql"],
    file: "/usr/lib/python3/dist-packages/pymysql/__init__.py",
  },
  {
    program: "psycopg2",
    packages: ["python3-psycopg2"],
    file: "/usr/lib/python3/dist-packages/psycopg2/__init__.py",
  },
  { program: "java", packages: ["default-jdk-headless"] },
  {
    program: "PostgreSQL's JDBC driver",
    packages: ["libpostgresql-jdbc-java"],
    file: "/usr/share/java/postgresql.jar",
  },
  { program: "go", packages: ["golang-go"] },
  {
    program: "pgx",
    packages: ["golang-github-jackc-pgx-v4-dev"],
    file: "/usr/share/gocode/src/github.com/jackc/pgx/v4/conn.go",
  },
  // Tells which files belong to the project.
  { program: "git", packages: ["git"] },
];

/**
 * Installs what is missing.
 *
 * @param say Receives progress.
 * @returns What to do by hand; nothing when all is there.
 */
export async function ensureTools(
  say: (line: string) => void,
): Promise<string | undefined> {
  const missing = await missingTools();
  if (missing.length === 0) return undefined;
  const packages = missing.flatMap((tool) => tool.packages);
  const names = missing.map(({ program }) => program).join(", ");
  const advice =
    `Install what the tests need (${names}) and start again, on Debian: apt-get install ${
      packages.join(" ")
    }`;
  if (
    Deno.build.os !== "linux" || Deno.uid() !== 0 || !await starts("apt-get")
  ) return advice;

  say(`Installing ${packages.join(" ")} from Debian, for ${names} …`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await run(["apt-get", "update", "-qq"], { env });
  const { success, stderr } = await run(
    ["apt-get", "install", "-y", "-qq", "--no-install-recommends", ...packages],
    { env },
  );
  return success ? undefined : `${advice}\napt-get said: ${stderr.trim()}`;
}

async function missingTools(): Promise<Tool[]> {
  const there = await Promise.all(
    tools.map(({ program, file }) =>
      file === undefined ? starts(program) : exists(file)
    ),
  );
  return tools.filter((_, index) => !there[index]);
}

async function exists(file: string): Promise<boolean> {
  try {
    await Deno.stat(file);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function starts(program: string): Promise<boolean> {
  try {
    await run([program, "--version"]);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
