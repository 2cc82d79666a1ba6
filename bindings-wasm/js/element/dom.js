/** Makes DOM nodes. Only `fill` accepts markup, that of an article. */

/** Makes an element with attributes, listeners (keys that begin with "on") and children. A part is a class as well. */
export function h(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  if (attributes.part) node.className = attributes.part;
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value === true) node.setAttribute(key, "");
    else if (value !== false && value != null) node.setAttribute(key, value);
  }
  node.append(...children.flat().filter((child) => child != null && child !== false));
  return node;
}

const ICONS = {
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14Zm5 12 4.5 4.5",
  clear: "M6.5 6.5l11 11m0-11l-11 11",
  back: "M19 12H5.5m6-6-6 6 6 6",
  open: "M9 5.5l6.5 6.5L9 18.5",
  write: "M5.5 5.5h13a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2v-9a2 2 0 0 1 2-2Zm-1.5 2 8 5.5 8-5.5",
  done: "M5 12.5l4.5 4.5L19 7.5",
  again: "M12 7.5v5m0 3.4v.1M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17Z",
};

/** Makes an icon, hidden from screen readers. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `icon icon-${name}`);
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

export function button(text, part, click, drawing) {
  return h("button", { type: "button", part, onclick: click }, drawing && icon(drawing), text);
}

/** Marks ranges of a text. It makes nodes, so that text of an article is never read as markup. */
export function marked(text, ranges) {
  const out = document.createDocumentFragment();
  let at = 0;
  for (const [from, to] of ranges) {
    out.append(text.slice(at, from), h("mark", { part: "mark" }, text.slice(from, to)));
    at = to;
  }
  out.append(text.slice(at));
  return out;
}

export function excerpt({ text, ranges, is_cut_before, is_cut_after }) {
  return [is_cut_before && "… ", marked(text, ranges), is_cut_after && " …"];
}

/**
 * Puts an article's HTML into a node. The engine sanitized it; `setHTML` of newer browsers does so again, which also
 * satisfies pages that require trusted types. The levels of its headings are adjusted to follow that of the title.
 */
export function fill(node, html) {
  if (node.setHTML) node.setHTML(html, { sanitizer: { removeAttributes: ["id", "style"] } });
  else node.innerHTML = html;
  const headings = [...node.querySelectorAll("h1, h2, h3, h4, h5, h6")];
  const levels = [...new Set(headings.map(({ localName }) => localName))].sort();
  for (const old of headings) old.replaceWith(h(`h${levels.indexOf(old.localName) + 3}`, {}, ...old.childNodes));
}
