// A button that opens a menu, by pointer or keyboard.

import { el } from "./dom.js";
import { icon } from "./icons.js";

// `items` are { label, detail, title, act }.
export function menuButton(label, items) {
  const list = el("div", { class: "menu", role: "menu", "aria-label": label, hidden: true }, ...items.map((item) => el("button", {
    type: "button", role: "menuitem", tabindex: "-1", title: item.title,
    onclick: () => { toggle(false); button.focus(); item.act(); },
  }, el("span", {}, item.label), el("span", { class: "quiet" }, item.detail))));
  const button = el("button", {
    type: "button", class: "icon-button", "aria-label": label, title: label, "aria-haspopup": "menu", "aria-expanded": "false",
    onclick: () => toggle(list.hidden),
  }, icon("more"));
  const whole = el("span", { class: "menu-place" }, button, list);

  function toggle(isOpen) {
    list.hidden = !isOpen;
    list.classList.remove("is-up");
    button.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) return;
    const room = whole.closest(".scroll")?.getBoundingClientRect();
    if (room && list.getBoundingClientRect().bottom > room.bottom) list.classList.add("is-up");
    list.firstElementChild.focus();
  }

  whole.addEventListener("focusout", (event) => { if (!whole.contains(event.relatedTarget)) toggle(false); });
  list.addEventListener("keydown", (event) => {
    const stops = [...list.children];
    const at = stops.indexOf(document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: stops.length - 1 }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      stops[(next + stops.length) % stops.length].focus();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      toggle(false);
      button.focus();
    }
  });
  return whole;
}
