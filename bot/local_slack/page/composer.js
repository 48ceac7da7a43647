// The message box: drafts, completion of names and commands, Enter to send.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { emit, send, store } from "./store.js";
import { outcomeText } from "./conversation.js";

const drafts = new Map();
let count = 0;

export function composer(form, { id = null, draftKey, placeholder, channel, thread = null }) {
  count += 1;
  const listId = `suggestions-${count}`;
  const field = el("textarea", {
    id, rows: 1, placeholder, "aria-label": placeholder, autocomplete: "off", "aria-autocomplete": "list",
    "aria-controls": listId, enterkeyhint: "send", maxlength: 12000,
  });
  const list = el("ul", { id: listId, class: "suggestions", role: "listbox", "aria-label": "Suggestions", hidden: true });
  const problem = el("p", { class: "note is-problem", role: "alert" });
  const button = el("button", { type: "submit", class: "send", "aria-label": "Send" }, icon("send"));
  const hint = el("p", { class: "hint" }, el("span", {}, el("kbd", {}, "Enter"), " sends · ", el("kbd", {}, "Shift"), "+", el("kbd", {}, "Enter"), " new line"));
  let chosen = 0;
  let offers = [];

  function resize() {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, 200)}px`;
    button.disabled = !field.value.trim();
  }

  function changed() {
    drafts.set(draftKey, field.value);
    problem.textContent = "";
    resize();
    offers = suggestions(field, thread);
    chosen = 0;
    showOffers();
  }

  function showOffers() {
    list.hidden = !offers.length;
    list.replaceChildren(...offers.map((offer, position) => el("li", {
      role: "option", id: `${listId}-${position}`, "aria-selected": position === chosen ? "true" : "false",
      onmousedown: (event) => { event.preventDefault(); take(offer); },
    }, el("strong", {}, offer.label), el("span", { class: "quiet" }, offer.detail))));
    if (offers.length) field.setAttribute("aria-activedescendant", `${listId}-${chosen}`);
    else field.removeAttribute("aria-activedescendant");
  }

  function take(offer) {
    if (offer.run) {
      field.value = "";
      changed();
      offer.run().catch((error) => (problem.textContent = error.message));
      return;
    }
    field.setRangeText(offer.insert, offer.start, field.selectionStart, "end");
    changed();
    field.focus();
  }

  async function submit() {
    const text = field.value.trim();
    if (!text) return;
    field.value = "";
    changed();
    try {
      await deliver(text, channel, thread);
    } catch (error) {
      if (!field.value) field.value = text;
      changed();
      problem.textContent = error.message;
    }
  }

  field.addEventListener("input", changed);
  field.addEventListener("blur", () => { offers = []; showOffers(); });
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (offers.length && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      chosen = (chosen + (event.key === "ArrowDown" ? 1 : offers.length - 1)) % offers.length;
      showOffers();
    } else if (offers.length && ["Enter", "Tab"].includes(event.key)) {
      event.preventDefault();
      take(offers[chosen]);
    } else if (offers.length && event.key === "Escape") {
      event.stopPropagation();
      offers = [];
      showOffers();
    } else if (event.key === "Escape" && field.value) {
      // What is being written stays in sight; once it is left, Escape closes the thread.
      event.stopPropagation();
      field.blur();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      submit();
    }
  });
  form.onsubmit = (event) => { event.preventDefault(); submit(); };
  field.value = drafts.get(draftKey) ?? "";
  form.replaceChildren(list, problem, el("div", { class: "box" }, field, button), hint);
  resize();
  return field;
}

function suggestions(field, thread) {
  const before = field.value.slice(0, field.selectionStart);
  const name = /(^|\s)@([\w ]{0,20})$/.exec(before);
  if (name) {
    const typed = name[2].toLowerCase();
    // A name that is typed out needs no completion: Enter then sends.
    const isOffered = (known) => known.startsWith(typed) && known !== typed;
    return store.people
      .filter((person) => person.id !== store.me && isOffered(person.name.toLowerCase()))
      .sort((a, b) => Number(b.is_bot) - Number(a.is_bot))
      .map((person) => ({
        label: person.name, detail: person.is_bot ? store.bot.description : "", insert: `@${person.name} `, start: before.length - name[2].length - 1,
      }));
  }
  const command = /^\/(\S*)$/.exec(before);
  if (command && !thread) {
    const commands = store.commands
      .filter((each) => each.name.startsWith(`/${command[1]}`) && each.name !== `/${command[1]}`)
      .map((each) => ({ label: `${each.name} ${each.hint}`, detail: each.description, insert: `${each.name} `, start: 0 }));
    const shortcuts = store.shortcuts
      .filter((each) => each.kind === "global" && each.name.toLowerCase().startsWith(command[1].toLowerCase()))
      .map((each) => ({ label: each.name, detail: each.text, run: () => runShortcut(each) }));
    return [...commands, ...shortcuts];
  }
  return [];
}

async function runShortcut({ callback_id }) {
  const { outcome } = await send("shortcut", { callback_id });
  const problem = outcomeText(outcome);
  if (problem) throw new Error(problem);
}

export async function deliver(text, channel, thread = null) {
  const command = /^(\/\S+)\s*([\s\S]*)$/.exec(text);
  if (!command) {
    const { ts } = await send("say", { channel, text, thread_ts: thread });
    emit("sent", { ts: thread ?? ts, channel });
    return;
  }
  if (thread) throw new Error(`${command[1]} is not supported in threads. Sorry!`);
  if (!store.commands.some((each) => each.name === command[1])) throw new Error(`${command[1]} is not a valid command.`);
  const { outcome } = await send("command", { channel, command: command[1], text: command[2] });
  const problem = outcomeText(outcome);
  if (problem) throw new Error(problem);
}
