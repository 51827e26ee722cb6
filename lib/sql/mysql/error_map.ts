/**
 * The engine's errors in MySQL's numbers and words (MySQL manual, Error Reference).
 *
 * @module
 */

import type { SqlErrorFields } from "../error.ts";
import { keyName } from "../functions/notes.ts";
import { MysqlError } from "./error.ts";

/** What the engine's errors have: `EngineError` and `SqlError` are such. */
export interface EngineError {
  /** PostgreSQL's SQLSTATE. */
  readonly sqlState: string;
  readonly message: string;
  readonly fields: SqlErrorFields;
  readonly constraint?: string | undefined;
}

interface EngineFailure {
  readonly message: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  readonly table?: string | undefined;
  readonly column?: string | undefined;
  readonly constraint?: string | undefined;
}

/** Where it happened. */
export interface ErrorPlace {
  /** Database of USE. */
  readonly database?: string | undefined;
  readonly user?: string | undefined;
  /** First word of the statement. */
  readonly verb?: string | undefined;
}

const quoted = (message: string) => /"((?:[^"]|"")*)"/.exec(message)?.[1] ?? "";

type Make = (error: EngineFailure, place: ErrorPlace) => MysqlError;

const say = (errno: number, sqlState: string, message: string) =>
  new MysqlError(errno, sqlState, message);

/** An error whose sentence stays as it is. */
const same = (errno: number, sqlState: string): Make => ({ message }) =>
  say(errno, sqlState, message);

const duplicate: Make = ({ detail = "", table, constraint, message }) => {
  const values =
    /=\((.*)\)\s+(?:already exists|is duplicated)/s.exec(detail)?.[1] ?? "";
  const key = keyName(table ?? "", constraint ?? quoted(message));
  return say(
    1062,
    "23000",
    `Duplicate entry '${values.split(", ").join("-")}' for key '${key}'`,
  );
};

const foreign: Make = ({ message, detail = "", constraint }) =>
  /still referenced|update or delete/.test(message + detail)
    ? say(
      1451,
      "23000",
      `Cannot delete or update a parent row: a foreign key constraint fails (\`${
        constraint ?? ""
      }\`)`,
    )
    : say(
      1452,
      "23000",
      `Cannot add or update a child row: a foreign key constraint fails (\`${
        constraint ?? ""
      }\`)`,
    );

const notNull: Make = ({ column, message, hint }) => {
  const name = column ?? quoted(message);
  return hint === "no default"
    ? say(1364, "HY000", `Field '${name}' doesn't have a default value`)
    : say(1048, "23000", `Column '${name}' cannot be null`);
};

const noTable: Make = ({ message }, { database, verb }) => {
  const name = quoted(message);
  if (/missing FROM-clause|invalid reference/.test(message)) {
    return say(1054, "42S22", `Unknown table '${name}' in 'field list'`);
  }
  const full = name.includes(".")
    ? name.replace(/^public\./, "postgres.")
    : `${database ?? ""}.${name}`;
  return verb === "drop"
    ? say(1051, "42S02", `Unknown table '${full}'`)
    : say(1146, "42S02", `Table '${full}' doesn't exist`);
};

const noColumn: Make = ({ message }, { verb }) => {
  const name = /column "?((?:[^"\s]|"")+)"?/.exec(message)?.[1] ??
    quoted(message);
  if (/named in key|in foreign key constraint/.test(message)) {
    return say(1072, "42000", `Key column '${name}' doesn't exist in table`);
  }
  return verb === "alter" && message.includes(" of relation ")
    ? say(1091, "42000", `Can't DROP '${name}'; check that column/key exists`)
    : say(1054, "42S22", `Unknown column '${name}' in 'field list'`);
};

const cannotUser = (verb: string, name: string) =>
  say(
    1396,
    "HY000",
    `Operation ${verb.toUpperCase()} USER failed for '${name}'@'%'`,
  );

/** What is said of a user that is not there. */
function noUser(name: string, { verb = "" }: ErrorPlace): MysqlError {
  switch (verb) {
    case "set":
      return say(
        1133,
        "42000",
        "Can't find any matching row in the user table",
      );
    case "grant":
      return say(
        1410,
        "42000",
        "You are not allowed to create a user with GRANT",
      );
    case "revoke":
      return say(
        1269,
        "HY000",
        "Can't revoke all privileges for one or more of the requested users",
      );
    default:
      return cannotUser(verb, name);
  }
}

const check: Make = ({ constraint = "", message, column }) => {
  const name = constraint || quoted(message);
  const [, owner, kind] = /\.([^.]+)\.(range|list)$/.exec(name) ?? [];
  if (kind === undefined) {
    return say(3819, "HY000", `Check constraint '${name}' is violated.`);
  }
  return kind === "list"
    ? say(
      1265,
      "01000",
      `Data truncated for column '${column ?? owner}' at row 1`,
    )
    : say(
      1264,
      "22003",
      `Out of range value for column '${column ?? owner}' at row 1`,
    );
};

const outOfRange: Make = ({ message }) =>
  message.startsWith("Out of range value for column")
    ? say(1264, "22003", `${message} at row 1`)
    : message.startsWith("bigint unsigned")
    ? say(1690, "22003", "BIGINT UNSIGNED value is out of range")
    : /^(?:smallint|integer|bigint) out of range/.test(message)
    ? say(
      1690,
      "22003",
      `${
        message.startsWith("bigint") ? "BIGINT" : "INT"
      } value is out of range`,
    )
    : say(1264, "22003", `Out of range value: ${message}`);

const badValue: Make = ({ message }) =>
  say(
    1366,
    "HY000",
    message.startsWith("Incorrect")
      ? `${message} at row 1`
      : `Incorrect value: ${message}`,
  );

const makers: Readonly<Record<string, Make>> = {
  "22000": same(1366, "HY000"),
  "22001": ({ column }) =>
    say(
      1406,
      "22001",
      column === undefined
        ? "Data too long for column at row 1"
        : `Data too long for column '${column}' at row 1`,
    ),
  "22003": outOfRange,
  "22007": ({ message }) => say(1292, "22007", message),
  "22008": same(1292, "22007"),
  "22012": same(1365, "22012"),
  "22021": same(1366, "HY000"),
  "22023": same(1210, "HY000"),
  "22032": same(3141, "22032"),
  "22P02": badValue,
  "2201B": ({ message }) => say(3692, "HY000", message),
  "23502": notNull,
  "23503": foreign,
  "23505": duplicate,
  "23514": check,
  "25006": same(1792, "25006"),
  "25P01": ({ message }) => say(1305, "42000", message),
  "25P02": same(1213, "40001"),
  "28000": (_, { user = "" }) =>
    say(1045, "28000", `Access denied for user '${user}'`),
  "28P01": (_, { user = "" }) =>
    say(1045, "28000", `Access denied for user '${user}'`),
  "3B001": ({ message }) =>
    say(1305, "42000", `SAVEPOINT ${quoted(message)} does not exist`),
  "3D000": ({ message }) =>
    say(1049, "42000", `Unknown database '${quoted(message)}'`),
  "3F000": ({ message }) =>
    say(1049, "42000", `Unknown database '${quoted(message)}'`),
  "40001": () =>
    say(
      1213,
      "40001",
      "Deadlock found when trying to get lock; try restarting transaction",
    ),
  "40P01": () =>
    say(
      1213,
      "40001",
      "Deadlock found when trying to get lock; try restarting transaction",
    ),
  "42501": ({ message }, { user = "", verb = "" }) =>
    /schema|database/.test(message)
      ? say(
        1044,
        "42000",
        `Access denied for user '${user}' to database '${
          (/(?:schema|database) (\S+)$/.exec(message)?.[1] ?? "")
            .replace(/^public$/, "postgres")
        }'`,
      )
      : say(
        1142,
        "42000",
        `${verb.toUpperCase()} command denied to user '${user}' for table '${
          /(?:table|view|relation) (\S+)$/.exec(message)?.[1] ?? quoted(message)
        }'`,
      ),
  "42601": ({ message }) =>
    /^INSERT has more|VALUES lists must/.test(message)
      ? say(1136, "21S01", "Column count doesn't match value count at row 1")
      : say(1064, "42000", message),
  "42701": ({ message }) =>
    say(
      message.includes("specified more than once") ? 1110 : 1060,
      "42S21",
      `Duplicate column name '${quoted(message)}'`,
    ),
  "42702": ({ message }) =>
    say(
      1052,
      "23000",
      `Column '${quoted(message)}' in field list is ambiguous`,
    ),
  "42703": noColumn,
  "0P000": ({ message }, { user = "" }) =>
    say(
      3530,
      "HY000",
      `\`${quoted(message)}\`@\`%\` is not granted to \`${user}\`@\`%\``,
    ),
  "42704": ({ message }, place) =>
    /^(?:index|constraint)/.test(message)
      ? say(
        1091,
        "42000",
        `Can't DROP '${
          quoted(message).split(".").at(-1)
        }'; check that column/key exists`,
      )
      : /^role/.test(message)
      ? noUser(quoted(message), place)
      : say(1305, "42000", message),
  "42710": ({ message }, { verb = "create" }) =>
    /^role/.test(message)
      ? cannotUser(verb, quoted(message))
      : say(1826, "HY000", message),
  "42712": ({ message }) =>
    say(1066, "42000", `Not unique table/alias: '${quoted(message)}'`),
  "42803": ({ message }) =>
    /aggregate functions are not allowed/.test(message)
      ? say(1111, "HY000", "Invalid use of group function")
      : say(
        1055,
        "42000",
        `Expression of SELECT list is not in GROUP BY clause: ${message}`,
      ),
  "42804": same(1366, "HY000"),
  "42809": same(1347, "HY000"),
  "44000": ({ message }, { database }) =>
    say(
      1369,
      "HY000",
      `CHECK OPTION failed '${database === undefined ? "" : `${database}.`}${
        quoted(message)
      }'`,
    ),
  "42830": same(1822, "HY000"),
  "42846": same(1366, "HY000"),
  "42883": ({ message }) => {
    if (message.startsWith("Incorrect parameter count")) {
      return say(1582, "42000", message);
    }
    const name = /function ([^(]+)\(/.exec(message)?.[1];
    return name === undefined
      ? say(1210, "HY000", message)
      : say(1305, "42000", `FUNCTION ${name} does not exist`);
  },
  "42P01": noTable,
  "42P02": same(1210, "HY000"),
  "42P06": ({ message }) =>
    say(
      1007,
      "HY000",
      `Can't create database '${quoted(message)}'; database exists`,
    ),
  "42P07": ({ message }) => {
    const name = quoted(message);
    return name.includes(".")
      ? say(1061, "42000", `Duplicate key name '${name.split(".").at(-1)}'`)
      : say(1050, "42S01", `Table '${name}' already exists`);
  },
  "42P10": same(1064, "42000"),
  "42P16": same(1068, "42000"),
  "42P17": ({ message }) =>
    say(message.startsWith("Incorrect prefix") ? 1089 : 1064, "42000", message),
  "2BP01": ({ message, detail = "" }) => {
    if (/^role/.test(message)) {
      return say(
        1396,
        "HY000",
        `Operation DROP USER failed for '${quoted(message)}'`,
      );
    }
    const [why = ""] = detail.split("\n");
    return say(
      /table|constraint/.test(message) ? 3730 : 1451,
      "HY000",
      why === ""
        ? message
        : message.replace(" because other objects depend on it", `: ${why}`),
    );
  },
  "53300": () => say(1040, "08004", "Too many connections"),
  "54000": same(1301, "HY000"),
  "54001": same(1436, "HY000"),
  "55000": same(1210, "HY000"),
  "55P03": () =>
    say(
      1205,
      "HY000",
      "Lock wait timeout exceeded; try restarting transaction",
    ),
  "57014": ({ message }) =>
    /statement timeout/.test(message)
      ? say(
        3024,
        "HY000",
        "Query execution was interrupted, maximum statement execution time exceeded",
      )
      : say(1317, "70100", "Query execution was interrupted"),
  "57P01": () => say(1053, "08S01", "Server shutdown in progress"),
  "0A000": ({ message }) =>
    say(
      1235,
      "42000",
      `This version of MySQL doesn't yet support '${
        message.replace(/ is not supported$/, "")
      }'`,
    ),
};

/** By the first two characters, when the whole is not listed. */
const classes: Readonly<Record<string, Make>> = {
  "08": same(1158, "08S01"),
  "22": same(1366, "HY000"),
  "23": same(1452, "23000"),
  "25": same(1568, "25001"),
  "42": same(1064, "42000"),
  "53": same(1041, "HY000"),
};

/**
 * @param error What the engine threw.
 * @param place Where.
 * @returns It in MySQL's terms.
 */
export function mysqlErrorOf(
  error: EngineError,
  place: ErrorPlace = {},
): MysqlError {
  const make = makers[error.sqlState] ?? classes[error.sqlState.slice(0, 2)] ??
    same(1105, "HY000");
  return make({
    ...error.fields,
    message: error.message,
    constraint: error.constraint ?? error.fields.constraint,
  }, place);
}
