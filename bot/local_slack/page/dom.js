// Builds elements. Text only ever enters as text, never as markup.

export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

export function safeLink(url, label) {
  let address = null;
  try {
    address = new URL(url);
  } catch {
    return el("span", {}, label);
  }
  if (!["http:", "https:", "mailto:"].includes(address.protocol)) return el("span", {}, label);
  return el("a", { href: address.href, target: "_blank", rel: "noopener noreferrer" }, label);
}

export function trapFocus(container, event) {
  if (event.key !== "Tab") return;
  const stops = [...container.querySelectorAll("button, input, select, textarea, a[href], [tabindex='0']")].filter(
    (stop) => !stop.disabled,
  );
  if (!stops.length) return;
  const last = stops[stops.length - 1];
  if (event.shiftKey && document.activeElement === stops[0]) {
    event.preventDefault();
    last.focus();
  } else if (!event.shiftKey && document.activeElement === last) {
    event.preventDefault();
    stops[0].focus();
  }
}
