/**
 * LISTEN, NOTIFY, UNLISTEN.
 *
 * @module
 */

import type { ListenStmt, NotifyStmt, UnlistenStmt } from "@pgsql/types";
import type { Utility } from "./utility.ts";

/** See the top of the file. */
export const listen: Utility = {
  name: "LISTEN",
  run({ core, node }) {
    const { conditionname = "" } = (node as { ListenStmt: ListenStmt })
      .ListenStmt;
    core.notifications.listen(conditionname);
    return { tag: "LISTEN" };
  },
};

/** See the top of the file. */
export const notify: Utility = {
  name: "NOTIFY",
  run({ core, node }) {
    const { conditionname: channel = "", payload = "" } =
      (node as { NotifyStmt: NotifyStmt }).NotifyStmt;
    const { processId } = core;
    core.notifications.notify({ processId, channel, payload });
    return { tag: "NOTIFY" };
  },
};

/** See the top of the file. */
export const unlisten: Utility = {
  name: "UNLISTEN",
  run({ core, node }) {
    const { conditionname } = (node as { UnlistenStmt: UnlistenStmt })
      .UnlistenStmt;
    core.notifications.unlisten(conditionname);
    return { tag: "UNLISTEN" };
  },
};
