// The local Slack in a browser: where you are, what you see there, and the keyboard.

import { renderBlocks } from "./blocks.js";
import { composer, deliver } from "./composer.js";
import { messageRows, outcomeText, showRows, statusLine } from "./conversation.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { showModal } from "./modal.js";
import { channelOf, connect, messagesOf, on, send, store } from "./store.js";
import { addToWire, openWire } from "./wire.js";

const $ = (id) => document.getElementById(id);
const WIDE = window.matchMedia("(min-width: 960px)");
let threadOpener = null;


function go(place, tab = "messages") {
  store.place = place;
  store.tab = tab;
  closeThread();
  setDrawer(false);
  const channel = channelOf(place);
  if (channel.kind === "im") send("home", { tab }).catch(() => {});
  history.replaceState(null, "", `#${channel.kind === "im" ? "@" : ""}${channel.name}${tab === "home" ? "/home" : ""}`);
  showPlace();
  if (WIDE.matches && tab === "messages") $("composer-text")?.focus();
}

function placeInAddress() {
  const wanted = decodeURIComponent(location.hash.slice(1)).split("/");
  const found = store.channels.find((channel) => (channel.kind === "im" ? `@${channel.name}` : channel.name) === wanted[0]);
  if (found) [store.place, store.tab] = [found.id, found.kind === "im" && wanted[1] === "home" ? "home" : "messages"];
}

function isStarting() {
  return store.connections === 0;
}

function titleOf(channel) {
  return channel.kind === "im" ? store.bot.name : `# ${channel.name}`;
}


function showSidebar() {
  const link = (channel) => el("li", {}, el("button", {
    type: "button", class: "place", "aria-current": channel.id === store.place ? "page" : null, onclick: () => go(channel.id),
  }, el("span", { class: "sign", "aria-hidden": "true" }, channel.kind === "group" ? icon("lock") : "#"), channel.name));
  const direct = store.channels.find((channel) => channel.kind === "im");
  const presence = isStarting() ? (store.isLive ? "starting…" : "away") : "online";
  const me = el("select", { "aria-label": "You are", onchange: (event) => connect(event.target.value) },
    ...store.people.filter((person) => !person.is_bot).map((person) =>
      el("option", { value: person.id, selected: person.id === store.me }, person.name)));
  const hadFocus = $("sidebar").contains(document.activeElement) ? document.activeElement.textContent : null;
  $("sidebar").replaceChildren(
    el("div", { class: "team" }, el("img", { src: "/icon.svg", alt: "", class: "team-icon" }), el("strong", {}, store.team)),
    el("h2", {}, "Channels"),
    el("ul", {}, ...store.channels.filter((channel) => channel.kind !== "im").map(link)),
    el("h2", {}, "Direct messages"),
    el("ul", {}, el("li", {}, el("button", {
      type: "button", class: "place", "aria-current": direct.id === store.place ? "page" : null, onclick: () => go(direct.id),
    }, el("span", { class: `presence ${isStarting() ? "" : "is-online"}`, "aria-hidden": "true" }), store.bot.name,
    el("span", { class: "presence-text" }, presence)))),
    el("label", { class: "me" }, el("span", {}, "You are"), me),
  );
  if (hadFocus) [...$("sidebar").querySelectorAll("button")].find((button) => button.textContent === hadFocus)?.focus();
}

function setDrawer(isOpen) {
  document.body.classList.toggle("has-drawer", isOpen);
  $("scrim").hidden = !isOpen;
  $("open-sidebar").setAttribute("aria-expanded", String(isOpen));
  if (isOpen) $("sidebar").querySelector("button")?.focus();
}


function showPlace() {
  const channel = channelOf(store.place);
  showSidebar();
  $("title").textContent = titleOf(channel);
  document.title = `${titleOf(channel)} · ${store.team}`;
  showSubtitle();
  showTabs(channel);
  const isHome = channel.kind === "im" && store.tab === "home";
  $("composer").hidden = isHome;
  if (isHome) showHome();
  else {
    $("stream").className = "stream";
    showMessages();
    const example = (channel.prompts[0]?.message ?? "what can I ask?").replace(/^./, (letter) => letter.toLowerCase());
    composer($("composer"), {
      id: "composer-text", draftKey: channel.id, channel: channel.id,
      placeholder: channel.kind === "im" ? `Message ${store.bot.name}` : `Message #${channel.name}. Try @${store.bot.name} ${example}`,
    });
  }
  $("scroll").scrollTop = isHome ? 0 : $("scroll").scrollHeight;
}

function showSubtitle() {
  const channel = channelOf(store.place);
  const parts = [];
  if (!store.isLive) parts.push("The local Slack does not answer.");
  else if (isStarting()) parts.push(`${store.bot.name} is starting…`);
  else if (!channel.has_bot) parts.push(`${store.bot.name} is not in this channel; only ${store.shortcuts.length ? "commands and shortcuts" : "commands"} reach it from here.`);
  else parts.push(channel.kind === "im" ? store.bot.description : `${store.bot.name} is here and answers when you mention it.`);
  $("subtitle").textContent = parts.join(" ");
}

function showTabs(channel) {
  const hasTabs = channel.kind === "im" && store.bot.has_home;
  $("tabs").hidden = !hasTabs;
  if (!hasTabs) return;
  const tabs = [["home", "Home"], ["messages", "Messages"]];
  $("tabs").replaceChildren(...tabs.map(([name, label]) => el("button", {
    type: "button", role: "tab", "aria-selected": String(store.tab === name), tabindex: store.tab === name ? "0" : "-1",
    onclick: () => go(channel.id, name),
    onkeydown: (event) => {
      if (!["ArrowLeft", "ArrowRight"].includes(event.key)) return;
      go(channel.id, name === "home" ? "messages" : "home");
      $("tabs").querySelector("[aria-selected='true']").focus();
    },
  }, label)));
}

function showHome() {
  const note = el("p", { class: "note is-problem", role: "alert" });
  const act = async (element, block, value, control) => {
    control?.classList.add("is-waiting");
    try {
      const answer = await send("click", { view_id: store.home.id, action_id: element.action_id, block_id: block.block_id, value: value ?? null });
      note.textContent = outcomeText(answer.outcome) ?? "";
    } catch (error) {
      note.textContent = error.message;
    }
    control?.classList.remove("is-waiting");
  };
  $("stream").className = "stream home";
  const blocks = store.home ? renderBlocks(store.home.blocks, { names: store.names, act }) : [
    el("p", { class: "quiet" }, isStarting() ? `${store.bot.name} is starting…` : `${store.bot.name} has not published its home yet.`)];
  $("stream").replaceChildren(el("div", { class: "home-view blocks" }, ...blocks, note));
}

function visible(place, thread) {
  const mine = messagesOf(place);
  const private_ = [...store.ephemerals.values()].filter((message) => message.channel === place);
  const kept = thread
    ? [...mine.filter((message) => message.thread_ts === thread), ...private_.filter((message) => message.thread_ts === thread)]
    : [...mine.filter((message) => !message.thread_ts), ...private_.filter((message) => !message.thread_ts)];
  return kept.sort((a, b) => (a.ts < b.ts ? -1 : 1));
}

function repliesByRoot(place) {
  const replies = new Map();
  for (const message of messagesOf(place)) {
    if (message.thread_ts) replies.set(message.thread_ts, [...(replies.get(message.thread_ts) ?? []), message]);
  }
  return replies;
}

function showMessages() {
  const channel = channelOf(store.place);
  if (channel.kind === "im" && store.tab === "home") return;
  const rows = messageRows(visible(store.place, null), { replies: repliesByRoot(store.place) });
  const scroll = $("scroll");
  const isAtEnd = scroll.scrollTop + scroll.clientHeight > scroll.scrollHeight - 80;
  if (!rows.length) rows.push({ key: "empty", signature: `${channel.id} ${JSON.stringify(channel.prompts)}`, render: () => welcome(channel) });
  showRows($("stream"), rows);
  if (isAtEnd) scroll.scrollTop = scroll.scrollHeight;
}

function welcome(channel) {
  const problem = el("p", { class: "note is-problem", role: "alert" });
  const example = (text, label) => el("button", {
    type: "button", class: "example",
    onclick: () => deliver(text, channel.id).catch((error) => (problem.textContent = error.message)),
  }, label ?? text);
  const lower = (text) => text.replace(/^[A-Z](?![A-Z])/, (letter) => letter.toLowerCase());
  if (channel.kind === "im") {
    return el("section", { class: "welcome" },
      el("img", { src: "/icon.svg", alt: "", class: "welcome-icon" }), el("h2", {}, store.bot.name), el("p", {}, store.bot.about || store.bot.description),
      el("h3", {}, "Suggested questions"), el("div", { class: "examples" }, ...channel.prompts.map((prompt) => example(prompt.message, prompt.title))), problem);
  }
  const mentions = channel.has_bot ? channel.prompts.filter((prompt) => prompt.message.includes(" ")).slice(0, 3).map((prompt) => example(`@${store.bot.name} ${lower(prompt.message)}`)) : [];
  // A hint in brackets says what may follow, and is nothing to send.
  const commands = store.commands.map((command) => example(command.hint.startsWith("[") ? command.name : `${command.name} ${command.hint}`));
  return el("section", { class: "welcome" },
    el("img", { src: "/icon.svg", alt: "", class: "welcome-icon" }),
    el("h2", {}, channel.has_bot ? `Ask ${store.bot.name} something` : `This is #${channel.name}`),
    el("p", {}, channel.has_bot
      ? `Mention @${store.bot.name} in a channel and it answers in the thread below your message. Write to it under “Direct messages”, or use ${store.commands[0]?.name ?? "a command"} for an answer that only you see.`
      : `${store.bot.name} was not invited here, so it does not hear mentions. Commands work everywhere.`),
    el("h3", {}, "One click sends it"), el("div", { class: "examples" }, ...mentions, ...commands), problem);
}


function openThread(ts, { takeFocus = true } = {}) {
  if (!store.thread) threadOpener = document.activeElement;
  store.thread = ts;
  const channel = channelOf(store.place);
  const form = el("form", { class: "composer", "aria-label": "Reply" });
  $("thread").replaceChildren(
    el("header", { class: "bar" },
      el("div", { class: "bar-title" }, el("h2", {}, "Thread"), el("p", {}, titleOf(channel))),
      el("button", { type: "button", class: "icon-button", "aria-label": "Close thread", onclick: closeThread }, icon("close"))),
    el("div", { class: "scroll", id: "thread-scroll", tabindex: "-1" }, el("div", { class: "stream", id: "thread-stream" })),
    form,
  );
  $("thread").hidden = false;
  document.body.classList.add("has-thread");
  const field = composer(form, { draftKey: channel.id + ts, channel: channel.id, thread: ts, placeholder: "Reply…" });
  showThread();
  if (takeFocus) field.focus();
}

// An answer to what was asked here opens beside it, where there is room, so that a newcomer sees it come.
function openAnswer(channel, ts) {
  if (channel === store.place && store.tab === "messages" && !store.thread && WIDE.matches) openThread(ts, { takeFocus: false });
}

function closeThread() {
  if (!store.thread) return;
  store.thread = null;
  $("thread").hidden = true;
  $("thread").replaceChildren();
  document.body.classList.remove("has-thread");
  if (threadOpener?.isConnected) threadOpener.focus();
}

function showThread() {
  if (!store.thread) return;
  const root = store.messages.get(store.place + store.thread);
  if (!root) return closeThread();
  const replies = visible(store.place, store.thread);
  const rows = messageRows([root]);
  const count = replies.length === 1 ? "1 reply" : `${replies.length} replies`;
  if (replies.length) rows.push({ key: "count", signature: count, render: () => el("div", { class: "day is-count" }, el("span", {}, count)) });
  rows.push(...messageRows(replies).filter((row) => !row.key.startsWith("day ")));
  const status = store.statuses.get(store.place + store.thread);
  if (status) rows.push({ key: "status", signature: status, render: () => statusLine(status) });
  showRows($("thread-stream"), rows);
}


function toggleWire() {
  const isOpen = $("wire").hidden;
  $("wire").hidden = !isOpen;
  $("toggle-wire").setAttribute("aria-pressed", String(isOpen));
  if (isOpen) openWire($("wire"), toggleWire);
  else {
    $("wire").replaceChildren();
    $("toggle-wire").focus();
  }
}


let isFirst = true;
on("snapshot", () => {
  placeInAddress();
  if (channelOf(store.place).kind === "im") send("home", { tab: store.tab }).catch(() => {});
  showPlace();
  if (store.thread) showThread();
  // A modal is open in the page that opened it, not in one that is loaded anew.
  if (isFirst) for (const view of store.modals.splice(0)) send("close", { view_id: view.id }).catch(() => {});
  isFirst = false;
  showModal($("modal-root"));
});
on("message", (message) => {
  showMessages();
  if (store.thread && message.channel === store.place) showThread();
  if (!message.isNew || message.user === store.me) return;
  $("announcer").textContent = `${store.names.get(message.user) ?? "Somebody"}: ${message.text.slice(0, 300)}`;
  if (store.sent.has(message.thread_ts)) openAnswer(message.channel, message.thread_ts);
});
on("sent", ({ channel, ts }) => {
  store.sent.add(ts);
  if (repliesByRoot(channel).get(ts)?.length) openAnswer(channel, ts);
});
for (const kind of ["removed", "ephemeral", "ephemeral_removed", "thread_status", "prompts", "notes"]) {
  on(kind, () => { showMessages(); showThread(); });
}
on("ephemeral", (message) => {
  $("announcer").textContent = `Only visible to you: ${message.text.slice(0, 300)}`;
});
on("status", () => {
  if (!store.isReady) return;
  showSidebar();
  showSubtitle();
});
on("joined", showSubtitle);
on("home", () => { if (store.tab === "home") showHome(); });
on("modals", () => showModal($("modal-root")));
on("wire", (line) => addToWire($("wire"), line));
on("open-thread", ({ ts }) => openThread(ts));

$("open-sidebar").append(icon("menu"));
$("open-sidebar").addEventListener("click", () => setDrawer(true));
$("scrim").addEventListener("click", () => setDrawer(false));
$("toggle-wire").addEventListener("click", toggleWire);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (document.body.classList.contains("has-drawer")) {
    setDrawer(false);
    $("open-sidebar").focus();
  } else closeThread();
});
window.addEventListener("hashchange", () => { placeInAddress(); showPlace(); });

connect("");
