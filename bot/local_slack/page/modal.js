// Modals that the bot opens.

import { readInputs, renderBlocks } from "./blocks.js";
import { el, trapFocus } from "./dom.js";
import { icon } from "./icons.js";
import { outcomeText } from "./conversation.js";
import { send, store } from "./store.js";

let shown = "";
let shownId = "";
let opener = null;

export function showModal(root) {
  const view = store.modals[store.modals.length - 1];
  if (!view) {
    if (shown) opener?.focus?.();
    shown = shownId = "";
    root.replaceChildren();
    return;
  }
  if (shown === view.hash) return;
  if (!shown) opener = document.activeElement;
  const focused = shownId === view.id ? root.querySelector(":focus")?.textContent : null;
  shown = view.hash;
  shownId = view.id;
  const problem = el("p", { class: "note is-problem", role: "alert" });
  const close = () => send("close", { view_id: view.id }).catch((error) => (problem.textContent = error.message));
  const act = (element, block, value, control) => press(view, element, block, value, control, problem);
  // Reachable by keyboard, so that a long passage without a single button in it can be scrolled.
  const body = el("div", { class: "modal-body blocks", tabindex: "0" }, ...renderBlocks(view.blocks, { names: store.names, act }));
  const form = el("form", { class: "modal-form" }, body);
  const submit = view.submit ? el("button", { type: "submit", class: "block-button primary" }, view.submit.text) : null;
  form.append(el("footer", { class: "modal-actions" }, problem,
    el("button", { type: "button", class: "block-button", onclick: close }, view.close?.text ?? (submit ? "Cancel" : "Close")), submit));
  form.addEventListener("submit", (event) => { event.preventDefault(); submitView(view, form, submit, problem); });
  const dialog = el("div", { class: "modal", role: "dialog", "aria-modal": "true", "aria-labelledby": "modal-title" },
    el("header", { class: "bar" }, el("div", { class: "bar-title" }, el("h2", { id: "modal-title" }, view.title.text)),
      el("button", { type: "button", class: "icon-button", "aria-label": "Close", onclick: close }, icon("close"))), form);
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.stopPropagation(); close(); }
    trapFocus(dialog, event);
  });
  root.replaceChildren(el("div", { class: "modal-backdrop" }, dialog));
  // A view that was updated under somebody's hands, page after page, keeps the focus on the button that did it.
  const same = focused ? [...dialog.querySelectorAll("button")].find((button) => button.textContent === focused) : null;
  (same ?? form.querySelector("input, textarea, select") ?? dialog.querySelector("button")).focus();
}

async function press(view, element, block, value, control, problem) {
  control?.classList.add("is-waiting");
  try {
    const answer = await send("click", { view_id: view.id, action_id: element.action_id, block_id: block.block_id, value: value ?? null });
    problem.textContent = outcomeText(answer.outcome) ?? "";
  } catch (error) {
    problem.textContent = error.message;
  }
  control?.classList.remove("is-waiting");
}

async function submitView(view, form, submit, problem) {
  for (const each of form.querySelectorAll("[data-problem-of]")) each.textContent = "";
  const values = readInputs(form);
  const empty = view.blocks.filter((block) => block.type === "input" && !block.optional && isEmpty(values[block.block_id]));
  for (const block of empty) problemOf(form, block.block_id).textContent = "Please complete this required field.";
  if (empty.length) return;
  submit.classList.add("is-waiting");
  try {
    const answer = await send("submit", { view_id: view.id, values });
    problem.textContent = outcomeText(answer.outcome) ?? "";
    for (const [block, text] of Object.entries(answer.ack?.errors ?? {})) {
      const place = problemOf(form, block);
      if (place) place.textContent = text;
    }
  } catch (error) {
    problem.textContent = error.message;
  }
  submit.classList.remove("is-waiting");
}

function problemOf(form, block) {
  return form.querySelector(`[data-problem-of="${CSS.escape(block)}"]`);
}

function isEmpty(given) {
  return Object.values(given ?? {}).every((value) => value === null || value === "" || (Array.isArray(value) && !value.length));
}
