/**
 * What a client asks for when it joins a channel.
 *
 * @module
 */

import { JoinError } from "./error.ts";

/** Kinds of changes. */
export const changeEvents = ["*", "INSERT", "UPDATE", "DELETE"] as const;

/** Which changes of which table; `*` for every table of the schema. */
export interface Binding {
  readonly event: (typeof changeEvents)[number];
  readonly schema: string;
  readonly table: string;
  /** Conditions as `column=operator.value`, with commas between. */
  readonly filter: string | undefined;
  /** Columns that are wanted; all if not given. */
  readonly select: readonly string[] | undefined;
  /** What the client sent, which it compares with what it is answered. */
  readonly asked: Readonly<Record<string, unknown>>;
}

/** See the top of the file. */
export interface JoinPayload {
  readonly token: string | undefined;
  /** Whether policies on `realtime.messages` decide who may join and send. */
  readonly private: boolean;
  readonly broadcast: {
    /** Whether the sender gets its own messages. */
    readonly self: boolean;
    /** Whether each message is answered. */
    readonly ack: boolean;
  };
  readonly presence: {
    /** Name under which it is tracked; nothing for one of ours. */
    readonly key: string | undefined;
    /** Whether it wants to know who is there. */
    readonly enabled: boolean;
  };
  readonly bindings: readonly Binding[];
}

type Fields = Readonly<Record<string, unknown>>;

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Fields
    : {};
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/**
 * @param topic Topic of the join, as it was sent.
 * @param payload Payload of the join.
 * @param most Bindings at most.
 * @returns What it asks for.
 * @throws {JoinError} When it cannot be understood.
 */
export function readJoin(
  topic: string,
  payload: unknown,
  most: number,
): JoinPayload {
  const { config, access_token: token, user_token: old } = fields(payload);
  const { broadcast, presence, private: hidden, postgres_changes: changes } =
    fields(config);
  const { key, enabled } = fields(presence);
  const asked = Array.isArray(changes)
    ? changes
    : config === undefined
    ? bindingOfTopic(topic)
    : [];
  if (asked.length > most) {
    throw new JoinError(
      `Cannot join: postgres_changes has more than ${most} entries`,
    );
  }
  return {
    token: text(token) ?? text(old),
    private: hidden === true,
    broadcast: {
      self: fields(broadcast)["self"] === true,
      ack: fields(broadcast)["ack"] === true,
    },
    presence: { key: text(key), enabled: enabled !== false },
    bindings: asked.map(readBinding),
  };
}

function readBinding(value: unknown): Binding {
  const asked = fields(value);
  const { event, schema, table, filter, select } = asked;
  const kind = String(event ?? "*").toUpperCase();
  const found = changeEvents.find((each) => each === kind);
  if (found === undefined) {
    throw new JoinError(
      "Cannot join: event of postgres_changes must be *, INSERT, UPDATE or DELETE",
    );
  }
  const texts = [schema, table, filter].every((each) =>
    each === undefined || each === null || typeof each === "string"
  );
  const list = select === undefined || select === null ||
    Array.isArray(select) && select.every((each) => typeof each === "string");
  if (!texts || !list) {
    throw new JoinError(
      "Cannot join: schema, table and filter of postgres_changes must be texts, and select a list of texts",
    );
  }
  return {
    event: found,
    schema: text(schema) ?? "public",
    table: text(table) ?? "*",
    filter: text(filter),
    select: Array.isArray(select) ? select : undefined,
    asked,
  };
}

/**
 * Clients without a library say all in the topic: `realtime:public:orders`, `realtime:public:*`, `realtime:*`,
 * with a condition as a third part.
 */
function bindingOfTopic(topic: string): Fields[] {
  const [first, schema, table, ...filter] = topic.split(":");
  if (first !== "realtime") return [];
  if (schema === "*" && table === undefined) {
    return [{ event: "*", schema: "public", table: "*" }];
  }
  if (!schema || !table) return [];
  return [{
    event: "*",
    schema,
    table,
    ...(filter.length > 0 ? { filter: filter.join(":") } : {}),
  }];
}
