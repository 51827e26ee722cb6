/**
 * The page of /docs/live: one WebSocket, one table, its changes with the newest on top.
 */

const byId = (id) => document.getElementById(id);
const status = byId("status");
const events = byId("events");

/** Changes that are shown at most. */
const mostShown = 200;
const heartbeatMs = 25_000;
const topic = "realtime:live";

let socket;

function say(text, mood = "") {
  status.textContent = text;
  status.className = `status ${mood}`;
}

function show({ type, commit_timestamp: moment, record, old_record: old }) {
  const row = document.createElement("tr");
  for (
    const text of [
      new Date(moment).toLocaleTimeString(),
      type,
      JSON.stringify(record ?? old),
    ]
  ) {
    const cell = document.createElement("td");
    cell.textContent = text;
    row.append(cell);
  }
  events.prepend(row);
  while (events.rows.length > mostShown) events.lastElementChild.remove();
}

function stop() {
  const open = socket;
  socket = undefined;
  open?.close();
  byId("stop").disabled = true;
}

function follow({ table, filter, token }) {
  stop();
  const [name, schema = "public"] = table.split(".").reverse();
  const url = new URL("../realtime/v1/websocket", location.href);
  url.protocol = url.protocol.replace("http", "ws");
  const mine = new WebSocket(url);
  socket = mine;
  let ref = 0;
  const push = (event, payload, to = topic) =>
    mine.send(
      JSON.stringify({ topic: to, event, payload, ref: String(++ref) }),
    );
  let beating;
  mine.onopen = () => {
    push("phx_join", {
      config: {
        postgres_changes: [{
          event: "*",
          schema,
          table: name,
          ...(filter === "" ? {} : { filter }),
        }],
      },
      ...(token === "" ? {} : { access_token: token }),
    });
    beating = setInterval(() => push("heartbeat", {}, "phoenix"), heartbeatMs);
  };
  mine.onmessage = ({ data }) => {
    if (socket !== mine) return;
    const { event, payload } = JSON.parse(data);
    if (event === "postgres_changes") show(payload.data);
    if (event === "system") {
      const good = payload.status === "ok";
      say(
        good ? `Following ${schema}.${name}` : payload.message,
        good ? "good" : "bad",
      );
    }
    if (event === "phx_reply" && payload.status === "error") {
      say(payload.response.reason, "bad");
      stop();
    }
  };
  mine.onclose = ({ reason }) => {
    clearInterval(beating);
    if (socket !== mine) return;
    stop();
    say(reason === "" ? "The connection has ended" : reason, "bad");
  };
  say("Connecting …");
  byId("stop").disabled = false;
}

byId("follow").addEventListener("submit", (event) => {
  event.preventDefault();
  const value = (name) => byId(name).value.trim();
  follow({
    table: value("table"),
    filter: value("filter"),
    token: value("token"),
  });
});

byId("stop").addEventListener("click", () => {
  stop();
  say("Stopped");
});
