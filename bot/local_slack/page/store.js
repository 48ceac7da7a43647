// What the page knows of the workspace, kept up to date by the server's live stream.

export const store = {
  me: "", people: [], bot: null, channels: [], commands: [], shortcuts: [], connections: 0, home: null, modals: [], wire: [],
  messages: new Map(), ephemerals: new Map(), statuses: new Map(), names: new Map(), notes: new Map(),
  place: null, tab: "messages", thread: null, sent: new Set(), isLive: false, isReady: false,
};

const listeners = new Map();

export function on(kind, listener) {
  listeners.set(kind, [...(listeners.get(kind) ?? []), listener]);
}

export function emit(kind, data) {
  for (const listener of [...(listeners.get(kind) ?? []), ...(listeners.get("*") ?? [])]) listener(data, kind);
}

const apply = {
  snapshot(data) {
    Object.assign(store, {
      me: data.me, people: data.people, bot: data.bot, channels: data.channels, commands: data.commands, shortcuts: data.shortcuts,
      connections: data.connections, home: data.home, modals: data.modals, wire: data.wire, team: data.team,
    });
    store.names = new Map([...data.people.map((person) => [person.id, person.name]), ...data.channels.map((channel) => [channel.id, channel.name])]);
    store.messages = new Map(data.messages.map((message) => [message.channel + message.ts, message]));
    store.ephemerals = new Map(data.ephemerals.map((message) => [message.ts, message]));
    store.statuses = new Map(data.statuses.map((status) => [status.channel + status.thread_ts, status.status]));
    if (!store.channels.some((channel) => channel.id === store.place)) store.place = store.channels[0].id;
    store.isReady = true;
  },
  message(data) {
    store.messages.set(data.channel + data.ts, data);
    if (data.bot_id) store.statuses.delete(data.channel + (data.thread_ts ?? data.ts));
  },
  removed: (data) => store.messages.delete(data.channel + data.ts),
  ephemeral: (data) => store.ephemerals.set(data.ts, data),
  ephemeral_removed: (data) => store.ephemerals.delete(data.ts),
  status: (data) => (store.connections = data.connections),
  thread_status: (data) => store.statuses.set(data.channel + data.thread_ts, data.status),
  prompts(data) {
    const channel = store.channels.find((each) => each.id === data.channel);
    if (channel) channel.prompts = data.prompts;
  },
  joined(data) {
    const channel = store.channels.find((each) => each.id === data.channel);
    if (channel) channel.has_bot = true;
  },
  home: (data) => (store.home = data),
  modals: (data) => (store.modals = data.views),
  wire(data) {
    store.wire.push(data);
    if (store.wire.length > 500) store.wire.shift();
  },
};

let source = null;

export function connect(user) {
  source?.close();
  source = new EventSource(`/page/live?user=${encodeURIComponent(user)}`);
  source.addEventListener("open", () => setLive(true));
  source.addEventListener("error", () => setLive(false));
  source.addEventListener("message", (event) => {
    const { kind, data } = JSON.parse(event.data);
    const known = kind === "message" && store.messages.has(data.channel + data.ts);
    apply[kind]?.(data);
    emit(kind, { ...data, isNew: kind === "message" && !known });
  });
}

function setLive(isLive) {
  store.isLive = isLive;
  if (!isLive) store.connections = 0;
  emit("status", {});
}

export async function send(action, body) {
  let response = null;
  try {
    response = await fetch(`/page/${action}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ user: store.me, ...body }),
    });
  } catch {
    throw new Error("The local Slack does not answer. Is it still running?");
  }
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error ?? "That did not work.");
  return answer;
}

export function channelOf(id) {
  return store.channels.find((channel) => channel.id === id);
}

export function messagesOf(place) {
  return [...store.messages.values()].filter((message) => message.channel === place).sort((a, b) => (a.ts < b.ts ? -1 : 1));
}
