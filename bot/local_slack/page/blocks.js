// Block Kit as elements. `scene` says who is who and what a click does:
//   { names, act(element, block, value, control), inputs }

import { el, safeLink } from "./dom.js";
import { icon } from "./icons.js";
import { emojiOf, markdown, mention, mrkdwn } from "./text.js";

const BLOCKS = {
  section, header, divider, context, actions, image, rich_text: richText, markdown: markdownBlock, table,
  context_actions: actions, container, card, input, alert,
};

export function renderBlocks(blocks, scene) {
  return blocks.map((block) => {
    const render = BLOCKS[block.type];
    return render ? render(block, scene) : el("p", { class: "unknown" }, `[${block.type}]`);
  });
}

function textOf(object, names) {
  if (object.type === "mrkdwn") return mrkdwn(object.text, names);
  return [object.text.replace(/:[a-z0-9_+-]+:/g, emojiOf)];
}

function section(block, scene) {
  const body = el("div", { class: "section-body" });
  if (block.text) body.append(el("div", { class: "text" }, ...textOf(block.text, scene.names)));
  if (block.fields) {
    const cells = block.fields.map((field) => el("div", { class: "text" }, ...textOf(field, scene.names)));
    body.append(el("div", { class: "fields" }, ...cells));
  }
  const accessory = block.accessory ? el("div", { class: "accessory" }, control(block.accessory, block, scene)) : null;
  return el("div", { class: "section" }, body, accessory);
}

function header(block) {
  return el("p", { class: "block-header" }, block.text.text);
}

function divider() {
  return el("hr", {});
}

function context(block, scene) {
  const parts = block.elements.map((part) =>
    part.type === "image" ? picture(part) : el("span", { class: "text" }, ...textOf(part, scene.names)),
  );
  return el("div", { class: "context" }, ...parts);
}

function actions(block, scene) {
  return el("div", { class: "actions" }, ...block.elements.map((element) => control(element, block, scene)));
}

function image(block) {
  return el("figure", {}, block.title ? el("figcaption", {}, block.title.text) : null, picture(block));
}

// Pictures would have to come from elsewhere; the page asks no other host for anything.
function picture(part) {
  return el("span", { class: "picture", role: "img", "aria-label": part.alt_text }, icon("picture"), part.alt_text);
}

function markdownBlock(block) {
  return el("div", { class: "text markdown" }, ...markdown(block.text));
}

function table(block, scene) {
  const align = (column) => block.column_settings?.[column]?.align ?? "left";
  const rows = block.rows.map((row, position) =>
    el("tr", {}, ...row.map((cell, column) => {
      const inside = cell.type === "rich_text" ? richText(cell, scene) : String(cell.text ?? cell.value);
      return el(position ? "td" : "th", { class: `align-${align(column)}`, scope: position ? null : "col" }, inside);
    })),
  );
  return el("div", { class: "table-scroll", tabindex: "0" }, el("table", {}, ...rows));
}

function container(block, scene) {
  const title = block.rich_text_title ? richText(block.rich_text_title, scene) : block.title.text;
  const subtitle = block.subtitle ? el("span", { class: "quiet" }, ...textOf(block.subtitle, scene.names)) : null;
  const body = el("div", { class: "container-body" }, ...renderBlocks(block.child_blocks, scene));
  if (!block.is_collapsible) return el("div", { class: "container" }, el("div", { class: "container-title" }, title, subtitle), body);
  return el("details", { class: "container", open: !block.default_collapsed },
    el("summary", { class: "container-title" }, title, subtitle), body);
}

function card(block, scene) {
  const line = (name, style) => (block[name] ? el("p", { class: style }, ...textOf(block[name], scene.names)) : null);
  return el("div", { class: "card" }, line("title", "heading"), line("subtitle", "quiet"), line("body", "text"),
    block.actions ? actions({ ...block, elements: block.actions }, scene) : null);
}

function alert(block, scene) {
  return el("div", { class: "alert", role: "note" }, ...textOf(block.text, scene.names));
}

function input(block, scene) {
  const field = control(block.element, block, scene);
  const optional = block.optional ? el("span", { class: "quiet" }, " (optional)") : null;
  const problem = el("p", { class: "input-problem", "data-problem-of": block.block_id, role: "alert" });
  return el("div", { class: "input" },
    el("label", {}, el("span", { class: "input-label" }, block.label.text, optional), field),
    block.hint ? el("p", { class: "quiet" }, block.hint.text) : null, problem);
}

function richText(block, scene) {
  return el("div", { class: "rich-text" }, ...block.elements.map((part) => richPart(part, scene)));
}

function richPart(part, scene) {
  const inside = part.elements.map((each) => richInline(each, scene));
  if (part.type === "rich_text_quote") return el("blockquote", {}, ...inside);
  if (part.type === "rich_text_preformatted") return el("pre", {}, ...inside);
  if (part.type === "rich_text_list") {
    const list = el(part.style === "ordered" ? "ol" : "ul", { class: `indent-${part.indent ?? 0}`, start: part.offset ? part.offset + 1 : null });
    list.append(...part.elements.map((item) => el("li", {}, ...item.elements.map((each) => richInline(each, scene)))));
    return list;
  }
  return el("div", { class: "text" }, ...inside);
}

function richInline(part, scene) {
  let made = plainInline(part, scene);
  const style = part.style ?? {};
  for (const [name, tag] of [["code", "code"], ["bold", "strong"], ["italic", "em"], ["strike", "s"], ["underline", "u"]]) {
    if (style[name]) made = el(tag, {}, made);
  }
  return made;
}

function plainInline(part, scene) {
  switch (part.type) {
    case "text": return part.text;
    case "link": return safeLink(part.url, part.text || part.url);
    case "user": return mention(scene.names, part.user_id);
    case "channel": return el("span", { class: "mention" }, `#${scene.names.get(part.channel_id) ?? part.channel_id}`);
    case "broadcast": return el("span", { class: "mention is-loud" }, `@${part.range}`);
    case "emoji": return emojiOf(`:${part.name}:`);
    case "date": return part.fallback || new Date(part.timestamp * 1000).toLocaleString();
    default: return `[${part.type}]`;
  }
}

function control(element, block, scene) {
  switch (element.type) {
    case "button": return button(element, block, scene);
    case "image": return picture(element);
    case "feedback_buttons": return feedback(element, block, scene);
    case "icon_button": return press(element.text.text, "quiet-button", element, block, scene, element.value, element.accessibility_label);
    case "overflow": return menu(element, block, scene, "⋯");
    case "static_select": return menu(element, block, scene, element.placeholder?.text ?? "Choose");
    case "radio_buttons":
    case "checkboxes": return choices(element, block, scene);
    case "plain_text_input":
    case "email_text_input":
    case "url_text_input":
    case "number_input": return typed(element, block);
    case "datepicker": return el("input", { type: "date", value: element.initial_date, "data-input": inputKey(block, element) });
    default: return el("span", { class: "unknown" }, `[${element.type}]`);
  }
}

function button(element, block, scene) {
  const style = `block-button ${element.style ?? ""}`;
  if (!element.url) return press(element.text.text, style, element, block, scene, element.value, element.accessibility_label);
  const link = safeLink(element.url, element.text.text);
  link.className = style;
  link.addEventListener("click", () => scene.act(element, block, element.value, null));
  return link;
}

function press(label, style, element, block, scene, value, spoken) {
  const made = el("button", { type: "button", class: style, "aria-label": spoken }, label);
  made.addEventListener("click", () => {
    if (!element.confirm || window.confirm(`${element.confirm.title.text}\n\n${element.confirm.text.text}`)) {
      scene.act(element, block, value, made);
    }
  });
  return made;
}

function feedback(element, block, scene) {
  return el("span", { class: "feedback" }, ...[["good", element.positive_button], ["bad", element.negative_button]].map(
    ([sign, each]) => press([icon(sign), each.text.text], "quiet-button", element, block, scene, each.value, each.accessibility_label),
  ));
}

function optionsOf(element) {
  return [...(element.options ?? []), ...(element.option_groups ?? []).flatMap((group) => group.options)];
}

function menu(element, block, scene, placeholder) {
  const isInput = block.type === "input";
  const made = el("select", { "aria-label": isInput ? null : placeholder === "⋯" ? "More actions" : placeholder,
    class: element.type, "data-input": isInput ? inputKey(block, element) : null },
  el("option", { value: "" }, placeholder),
  ...optionsOf(element).map((option) =>
    el("option", { value: option.value, selected: element.initial_option?.value === option.value }, option.text.text)));
  if (!isInput) {
    made.addEventListener("change", () => {
      if (!made.value) return;
      scene.act(element, block, made.value, made);
      if (element.type === "overflow") made.value = "";
    });
  }
  return made;
}

function choices(element, block, scene) {
  const kind = element.type === "checkboxes" ? "checkbox" : "radio";
  const chosen = new Set([element.initial_option?.value, ...(element.initial_options ?? []).map((option) => option.value)]);
  return el("span", { class: "choices", "data-choices": inputKey(block, element), "data-kind": kind },
    ...element.options.map((option) => {
      const box = el("input", { type: kind, name: inputKey(block, element), value: option.value, checked: chosen.has(option.value) });
      if (block.type !== "input") box.addEventListener("change", () => scene.act(element, block, option.value, null));
      return el("label", { class: "choice" }, box, option.text.text);
    }));
}

function typed(element, block) {
  const shared = { "data-input": inputKey(block, element), placeholder: element.placeholder?.text, maxlength: element.max_length };
  const made = element.multiline ? el("textarea", { ...shared, rows: 4 }) : el("input", { ...shared, type: "text" });
  made.value = element.initial_value ?? "";
  return made;
}

function inputKey(block, element) {
  return JSON.stringify([block.block_id, element.action_id]);
}

export function readInputs(root) {
  const values = {};
  const put = (key, value) => {
    const [block, action] = JSON.parse(key);
    (values[block] ??= {})[action] = value;
  };
  for (const field of root.querySelectorAll("[data-input]")) put(field.dataset.input, field.value);
  for (const group of root.querySelectorAll("[data-choices]")) {
    const chosen = [...group.querySelectorAll("input:checked")].map((box) => box.value);
    put(group.dataset.choices, group.dataset.kind === "checkbox" ? chosen : (chosen[0] ?? null));
  }
  return values;
}
