// The wire panel: every frame and call between the local Slack and the bot.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { store } from "./store.js";

const ARROWS = { "to bot": "→", "from bot": "←", note: "·" };
const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", fractionalSecondDigits: 3 });

export function openWire(panel, close) {
  const list = el("ol", { class: "wire-lines", tabindex: "0", "aria-label": "Frames and calls" }, ...store.wire.map(line));
  panel.replaceChildren(
    el("header", { class: "bar" },
      el("div", { class: "bar-title" }, el("h2", {}, "Wire"), el("p", {}, `→ to ${store.bot.name}   ← from ${store.bot.name}`)),
      el("button", { type: "button", class: "icon-button", "aria-label": "Close the wire panel", onclick: close }, icon("close"))),
    ...(store.wire.length ? [] : [el("p", { class: "quiet pad" }, "Nothing has passed yet.")]),
    list,
  );
  list.scrollTop = list.scrollHeight;
}

export function addToWire(panel, data) {
  const list = panel.querySelector(".wire-lines");
  if (!list) return;
  panel.querySelector(".pad")?.remove();
  const isAtEnd = list.scrollTop + list.clientHeight > list.scrollHeight - 40;
  list.append(line(data));
  while (list.children.length > 500) list.firstChild.remove();
  if (isAtEnd) list.scrollTop = list.scrollHeight;
}

function line(data) {
  const took = data.milliseconds === null ? "" : `${data.milliseconds < 10 ? data.milliseconds.toFixed(1) : Math.round(data.milliseconds)} ms`;
  const head = [
    el("time", {}, CLOCK.format(new Date(data.at * 1000))),
    el("span", { class: "arrow", "aria-label": data.direction }, ARROWS[data.direction]),
    el("span", { class: "label" }, data.label),
    el("span", { class: "detail" }, data.detail),
    el("span", { class: "took" }, took),
  ];
  const style = data.is_problem ? "is-problem" : "";
  if (!Object.keys(data.body).length) return el("li", { class: style }, el("div", { class: "wire-head" }, ...head));
  const details = el("details", {}, el("summary", { class: "wire-head" }, ...head));
  details.addEventListener("toggle", () => {
    if (details.open && details.children.length === 1) details.append(el("pre", {}, JSON.stringify(data.body, null, 2)));
  });
  return el("li", { class: style }, details);
}
