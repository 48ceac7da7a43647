// Messages as rows, in a channel or in a thread.

import { renderBlocks } from "./blocks.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { menuButton } from "./menu.js";
import { emit, send, store } from "./store.js";
import { emojiOf, mrkdwn } from "./text.js";

const GROUP_SECONDS = 300;
const TIME = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", month: "long", day: "numeric" });
const NOT_ANSWERED = {
  timeout: "did not respond in time.",
  dispatch_failed: "is not connected, so this reached nobody.",
  http_error: "answered with an error.",
};

export function timeOf(ts) {
  return TIME.format(new Date(Number(ts) * 1000));
}

function dayOf(ts) {
  const date = new Date(Number(ts) * 1000);
  const today = new Date();
  return date.toDateString() === today.toDateString() ? "Today" : DAY.format(date);
}

export function outcomeText(outcome) {
  return outcome === "acked" ? null : `${store.bot.name} ${NOT_ANSWERED[outcome] ?? "did not take this."}`;
}

// Keeps the elements of rows that did not change, so that focus and open parts survive an update.
export function showRows(container, rows) {
  const old = new Map([...container.children].map((child) => [child.dataset.key, child]));
  const fresh = rows.map((row) => {
    const kept = old.get(row.key);
    if (kept && kept.dataset.signature === row.signature) return kept;
    const made = row.render();
    made.dataset.key = row.key;
    made.dataset.signature = row.signature;
    return made;
  });
  const wanted = new Set(fresh);
  for (const child of [...container.children]) if (!wanted.has(child)) child.remove();
  fresh.forEach((element, position) => {
    if (container.children[position] !== element) container.insertBefore(element, container.children[position] ?? null);
  });
}

export function messageRows(messages, { replies = null } = {}) {
  const rows = [];
  let previous = null;
  for (const message of messages) {
    const day = dayOf(message.ts);
    if (!previous || dayOf(previous.ts) !== day) {
      rows.push({ key: `day ${day}`, signature: day, render: () => el("div", { class: "day" }, el("span", {}, day)) });
      previous = null;
    }
    const answers = replies?.get(message.ts) ?? [];
    const isNext = Boolean(previous) && !message.is_ephemeral && !previous.is_ephemeral && previous.user === message.user &&
      Number(message.ts) - Number(previous.ts) < GROUP_SECONDS && !(replies?.get(previous.ts)?.length);
    const status = replies ? store.statuses.get(message.channel + message.ts) : null;
    const note = store.notes.get(message.ts);
    const signature = JSON.stringify([message.text, message.blocks, message.edited, message.reactions, isNext, answers.map((each) => each.ts), status, note]);
    rows.push({ key: message.ts, signature, render: () => row(message, { isNext, answers, status, note }) });
    previous = message;
  }
  return rows;
}

function avatar(user) {
  if (user === store.bot.id) return el("img", { class: "avatar", src: "/icon.svg", alt: "" });
  const name = store.names.get(user) ?? "Slackbot";
  const letter = name.replace(/^A /, "").charAt(0).toUpperCase();
  return el("span", { class: `avatar is-${letter.toLowerCase()}`, "aria-hidden": "true" }, letter);
}

function row(message, { isNext, answers, status, note }) {
  const name = store.names.get(message.user) ?? "Slackbot";
  const isApp = message.user === store.bot.id || !store.names.has(message.user);
  const time = el("time", { datetime: new Date(Number(message.ts) * 1000).toISOString() }, timeOf(message.ts));
  const body = el("div", { class: "message-body" });
  if (message.is_ephemeral) body.append(el("p", { class: "only-you" }, icon("eye"), "Only visible to you"));
  if (!isNext) {
    body.append(el("p", { class: "who" }, el("strong", {}, name), isApp ? el("span", { class: "app-badge" }, "APP") : null, time));
  }
  body.append(...content(message));
  if (message.is_ephemeral) body.append(dismissal(message));
  if (message.reactions?.length) body.append(reactions(message));
  if (note) body.append(el("p", { class: "note is-problem", role: "alert" }, note));
  if (answers.length) body.append(repliesLink(message, answers));
  else if (status) body.append(statusLine(status));
  return el("article", {
    class: `message${isNext ? " is-next" : ""}${message.is_ephemeral ? " is-ephemeral" : ""}`,
    "aria-label": `${name}, ${timeOf(message.ts)}`,
    "data-ts": message.ts,
  }, isNext ? el("span", { class: "gutter" }, time) : avatar(message.user), body, toolbar(message));
}

export function statusLine(status) {
  return el("p", { class: "typing", role: "status" }, el("span", { class: "spinner", "aria-hidden": "true" }), `${store.bot.name} ${status}`);
}

function content(message) {
  // Slack does not mark what an app changed in its own blocks, such as a turned page.
  const edited = message.edited && !(message.bot_id && message.blocks?.length) ? [el("span", { class: "edited" }, " (edited)")] : [];
  if (!message.blocks?.length) return [el("div", { class: "text" }, ...mrkdwn(message.text, store.names), ...edited)];
  const scene = { names: store.names, act: (element, block, value, control) => act(message, element, block, value, control) };
  return [el("div", { class: "blocks" }, ...renderBlocks(message.blocks, scene)), ...edited];
}

async function act(message, element, block, value, control) {
  control?.classList.add("is-waiting");
  control?.setAttribute("aria-busy", "true");
  await interact(message, "click", { action_id: element.action_id, block_id: block.block_id, value: value ?? null });
  control?.classList.remove("is-waiting");
  control?.removeAttribute("aria-busy");
}

async function interact(message, action, body) {
  store.notes.delete(message.ts);
  let note = null;
  try {
    const answer = await send(action, { channel: message.channel, ts: message.ts, ...body });
    note = outcomeText(answer.outcome);
  } catch (error) {
    note = error.message;
  }
  if (note) {
    store.notes.set(message.ts, note);
    emit("notes", {});
  }
}

function dismissal(message) {
  return el("button", { type: "button", class: "link-button", onclick: () => send("dismiss", { ts: message.ts }) }, "Dismiss message");
}

function repliesLink(message, answers) {
  const faces = [...new Set(answers.map((each) => each.user))].slice(0, 3).map(avatar);
  const count = answers.length === 1 ? "1 reply" : `${answers.length} replies`;
  return el("button", { type: "button", class: "replies", onclick: () => emit("open-thread", { ts: message.ts }) },
    ...faces, el("strong", {}, count), el("span", { class: "quiet" }, `Last reply ${timeOf(answers[answers.length - 1].ts)}`));
}

function reactions(message) {
  return el("p", { class: "reactions" }, ...message.reactions.map((each) => el("span", {
    class: "reaction", title: each.users.map((user) => store.names.get(user) ?? user).join(", "),
  }, emojiOf(`:${each.name}:`), " ", el("span", { class: "quiet" }, String(each.count)))));
}

function toolbar(message) {
  if (message.is_ephemeral || message.subtype === "tombstone") return null;
  const reply = message.thread_ts ? null : el("button", {
    type: "button", class: "icon-button", "aria-label": "Reply in thread", title: "Reply in thread",
    onclick: () => emit("open-thread", { ts: message.ts }),
  }, icon("reply"));
  const shortcuts = store.shortcuts.filter((each) => each.kind === "message").map((each) => ({
    label: each.name, detail: store.bot.name, title: each.text,
    act: () => interact(message, "shortcut", { callback_id: each.callback_id }),
  }));
  if (!reply && !shortcuts.length) return null;
  return el("div", { class: "toolbar" }, reply, shortcuts.length ? menuButton("More actions", shortcuts) : null);
}
