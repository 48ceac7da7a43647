// Slack's mrkdwn, and a little Markdown, as elements.

import { el, safeLink } from "./dom.js";

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const INLINE = /(<[^<>\n]+>)|(`[^`\n]+`)|(?<![\w*])\*(?=\S)([^*\n]*\S)\*(?![\w*])|(?<![\w_])_(?=\S)([^_\n]*\S)_(?![\w_])|(?<![\w~])~(?=\S)([^~\n]*\S)~(?![\w~])|(:[a-z0-9_+-]+:)/;
const EMOJI = {
  ":mag:": "🔍", ":white_check_mark:": "✅", ":warning:": "⚠️", ":eyes:": "👀", ":thumbsup:": "👍", ":+1:": "👍",
  ":thumbsdown:": "👎", ":-1:": "👎", ":books:": "📚", ":page_facing_up:": "📄", ":link:": "🔗", ":wave:": "👋",
  ":bulb:": "💡", ":x:": "❌", ":scroll:": "📜", ":hourglass_flowing_sand:": "⏳",
};

export function unescape(text) {
  return text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity]);
}

export function emojiOf(shortcode) {
  return EMOJI[shortcode] ?? shortcode;
}

export function mention(names, id) {
  return el("span", { class: "mention" }, `@${names.get(id) ?? id}`);
}

export function mrkdwn(text, names) {
  const parts = [];
  const fences = text.split(/```\n?([\s\S]*?)```/);
  fences.forEach((piece, position) => {
    if (position % 2 === 1) parts.push(el("pre", {}, unescape(piece.replace(/\n$/, ""))));
    else if (piece) parts.push(...lines(piece, names));
  });
  return parts;
}

function lines(text, names) {
  const parts = [];
  let quote = null;
  let isFirst = true;
  for (const line of text.split("\n")) {
    const quoted = /^&gt; ?(.*)$/.exec(line);
    if (quoted) {
      if (quote) quote.append("\n");
      else parts.push((quote = el("blockquote", {})));
      quote.append(...inline(quoted[1], names));
    } else {
      if (!isFirst && !quote) parts.push("\n");
      quote = null;
      parts.push(...inline(line, names));
    }
    isFirst = false;
  }
  return parts;
}

function inline(text, names) {
  const parts = [];
  let rest = text;
  while (rest) {
    const found = INLINE.exec(rest);
    if (!found) break;
    if (found.index) parts.push(unescape(rest.slice(0, found.index)));
    parts.push(marked(found, names));
    rest = rest.slice(found.index + found[0].length);
  }
  if (rest) parts.push(unescape(rest));
  return parts;
}

function marked(found, names) {
  const [whole, special, code, bold, italic, strike, emoji] = found;
  if (special) return reference(special.slice(1, -1), names);
  if (code) return el("code", {}, unescape(code.slice(1, -1)));
  if (bold) return el("strong", {}, ...inline(bold, names));
  if (italic) return el("em", {}, ...inline(italic, names));
  if (strike) return el("s", {}, ...inline(strike, names));
  return emoji ? emojiOf(emoji) : whole;
}

function reference(inside, names) {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? "" : unescape(inside.slice(bar + 1));
  if (target.startsWith("@")) return mention(names, target.slice(1));
  if (target.startsWith("#")) return el("span", { class: "mention" }, `#${label || names.get(target.slice(1)) || target.slice(1)}`);
  if (target.startsWith("!date^")) return label || target;
  if (target.startsWith("!")) return el("span", { class: "mention is-loud" }, `@${label || target.slice(1).split("^")[0]}`);
  const url = unescape(target);
  return safeLink(url, label || url);
}

export function markdown(text) {
  const parts = [];
  for (const chunk of text.split(/\n{2,}/)) {
    const heading = /^#{1,6} (.*)$/.exec(chunk);
    const items = chunk.split("\n");
    if (heading) parts.push(el("p", { class: "heading" }, ...markdownInline(heading[1])));
    else if (items.every((item) => /^[-*] /.test(item))) {
      parts.push(el("ul", {}, ...items.map((item) => el("li", {}, ...markdownInline(item.slice(2))))));
    } else if (items.every((item) => /^> ?/.test(item))) {
      parts.push(el("blockquote", {}, ...markdownInline(items.map((item) => item.replace(/^> ?/, "")).join("\n"))));
    } else parts.push(el("p", {}, ...markdownInline(chunk)));
  }
  return parts;
}

function markdownInline(text) {
  const parts = [];
  const pattern = /\*\*([^*]+)\*\*|\*([^*\n]+)\*|`([^`\n]+)`|\[([^\]\n]+)\]\(([^)\s]+)\)/g;
  let end = 0;
  for (const found of text.matchAll(pattern)) {
    parts.push(text.slice(end, found.index));
    if (found[1]) parts.push(el("strong", {}, found[1]));
    else if (found[2]) parts.push(el("em", {}, found[2]));
    else if (found[3]) parts.push(el("code", {}, found[3]));
    else parts.push(safeLink(found[5], found[4]));
    end = found.index + found[0].length;
  }
  parts.push(text.slice(end));
  return parts;
}
