import { deepEqual, throws } from "node:assert/strict";
import {
  NotificationHub,
  SessionNotifications,
} from "../../../../lib/engine/session/notifications.ts";
import { SqlError } from "../../../../lib/sql/error.ts";

function pair() {
  const hub = new NotificationHub();
  const heard: string[] = [];
  const listener = new SessionNotifications(
    hub,
    ({ channel, payload }) => heard.push(`${channel} ${payload}`),
  );
  const sender = new SessionNotifications(hub, () => {});
  listener.listen("c");
  listener.end(true);
  const notify = (payload: string) =>
    sender.notify({ processId: 1, channel: "c", payload });
  return { listener, sender, heard, notify };
}

Deno.test("SessionNotifications sends at the commit, each message once", () => {
  const { sender, heard, notify } = pair();
  notify("a");
  notify("b");
  notify("a");
  deepEqual(heard, []);
  sender.end(true);
  deepEqual(heard, ["c a", "c b"]);
});

Deno.test("SessionNotifications sends nothing of what was rolled back", () => {
  const { sender, heard, notify } = pair();
  sender.begin(1);
  notify("a");
  sender.begin(2);
  notify("b");
  sender.rollbackTo(2);
  notify("c");
  sender.end(true);
  notify("d");
  sender.end(false);
  deepEqual(heard, ["c a", "c c"]);
});

Deno.test("SessionNotifications waits while the client is busy", () => {
  const { listener, sender, heard, notify } = pair();
  listener.busy = true;
  notify("a");
  sender.end(true);
  deepEqual(heard, []);
  listener.busy = false;
  deepEqual(heard, ["c a"]);
});

Deno.test("SessionNotifications hears nothing after UNLISTEN", () => {
  const { listener, sender, heard, notify } = pair();
  listener.unlisten();
  listener.end(true);
  notify("a");
  sender.end(true);
  deepEqual(heard, []);
});

Deno.test("SessionNotifications.notify() refuses what is too long", () => {
  const { sender } = pair();
  const cases: [string, string, string][] = [
    ["", "", "channel name cannot be empty"],
    ["x".repeat(64), "", "channel name too long"],
    ["c", "x".repeat(8000), "payload string too long"],
  ];
  for (const [channel, payload, message] of cases) {
    throws(
      () => sender.notify({ processId: 1, channel, payload }),
      (error) =>
        error instanceof SqlError && error.sqlState === "22023" &&
        error.message === message,
    );
  }
});
