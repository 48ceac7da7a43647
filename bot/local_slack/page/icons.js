// Line icons, drawn here so that the page needs no font and no other file.

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  lock: ["M5 11h14v9H5z", "M8 11V8a4 4 0 0 1 8 0v3"],
  eye: ["M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z", "M12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z"],
  reply: ["M4 5h16v11h-8l-5 4v-4H4z", "M8 9.5h8", "M8 12.5h5"],
  more: ["M5.4 12a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0z", "M11.4 12a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0z", "M17.4 12a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0z"],
  close: ["M6 6l12 12", "M18 6L6 18"],
  menu: ["M4 7h16", "M4 12h16", "M4 17h16"],
  send: ["M4 12L20 5l-4 14-4.5-5.5z", "M11.5 13.5L20 5"],
  good: ["M7 11l4-7c1.500 0 2.500 1 2.500 2.500V10H19l-1.500 9H7z", "M7 11H4v8h3"],
  bad: ["M7 13l4 7c1.500 0 2.500-1 2.500-2.500V14H19l-1.500-9H7z", "M7 13H4V5h3"],
  picture: ["M4 5h16v14H4z", "M4 16l5-5 4 4 3-3 4 4"],
};

export function icon(name) {
  const made = document.createElementNS(SVG, "svg");
  made.setAttribute("viewBox", "0 0 24 24");
  made.setAttribute("class", "icon");
  made.setAttribute("aria-hidden", "true");
  for (const d of PATHS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    made.append(path);
  }
  return made;
}
