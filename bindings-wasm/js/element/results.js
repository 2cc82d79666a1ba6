/** Options of the list: what may be typed next, articles, and the way to a person. */

import { excerpt, h, icon } from "./dom.js";

/** States that a reader should know of. */
const GRAVE = { due: "mild", unverified: "mild", overdue: "grave", expired: "grave" };

/** The badge of a state; nothing where an article is as it should be. */
export function badge(words, freshness) {
  const grave = GRAVE[freshness];
  return grave && h("span", { part: `badge ${freshness}`, class: `badge ${grave}` }, words.say(freshness));
}

const option = (name, ...children) =>
  h("div", { role: "option", part: `option ${name}`, dir: name === "result" && "auto" }, ...children);

export function groupsOf(words, { typed, completions, hits, impression, contact }) {
  const known = new Set(hits.map(({ id }) => id));
  const titles = completions.titles.filter(({ article }) => !known.has(article));
  const groups = [
    {
      label: words.say("words"),
      options: completions.words.map(({ text }) => ({ key: `word ${text}`, node: completion(typed, text), value: { text } })),
    },
    {
      label: words.say("articles"),
      options: [
        ...hits.map((hit, at) => ({
          key: hit.id,
          node: result(words, hit),
          value: { article: hit.id, hit, rank: at + 1, impression },
        })),
        ...titles.map(({ text, article }) => ({ key: article, node: named(text), value: { article } })),
      ],
    },
    {
      label: words.say("more"),
      options: contact ? [{ key: "contact", node: way(words), value: { contact } }] : [],
    },
  ];
  return groups.filter(({ options }) => options.length);
}

/** What may be typed next: what is new in it stands out. */
function completion(typed, text) {
  const begun = typed.trimEnd();
  const known = text.toLowerCase().startsWith(begun.toLowerCase()) ? begun.length : 0;
  return option("word", icon("search"), h("span", { dir: "auto" }, text.slice(0, known), h("b", {}, text.slice(known))));
}

const way = (words) => option("contact", icon("write"), h("span", {}, words.say("write")));

function result(words, hit) {
  return option(
    "result",
    h(
      "div",
      { class: "line" },
      h("span", { part: "result-title" }, hit.title),
      // The name of an option is its text: without the space, title and badge would be read as one word.
      " ",
      badge(words, hit.freshness),
    ),
    " ",
    hit.snippet.text && h("div", { part: "snippet" }, excerpt(hit.snippet)),
  );
}

function named(title) {
  return option("result", h("span", { part: "result-title" }, title));
}
