/** The options of the list: completions, articles and the contact form. */

import { excerpt, h, icon } from "./dom.js";

/** States that get a badge. */
const GRAVE = { due: "mild", unverified: "mild", overdue: "grave", expired: "grave" };

/** Makes the badge of a state; undefined for a fresh article. */
export function badge(i18n, freshness) {
  const grave = GRAVE[freshness];
  return grave && h("span", { part: `badge ${freshness}`, class: `badge ${grave}` }, i18n.t(freshness));
}

const option = (name, ...children) =>
  h("div", { role: "option", part: `option ${name}`, dir: name === "result" && "auto" }, ...children);

export function groupsOf(i18n, { typed, completions, hits, impression, contact }) {
  const known = new Set(hits.map(({ id }) => id));
  const titles = completions.titles.filter(({ article }) => !known.has(article));
  const groups = [
    {
      label: i18n.t("words"),
      options: completions.words.map(({ text }) => ({ key: `word ${text}`, node: completion(typed, text), value: { text } })),
    },
    {
      label: i18n.t("articles"),
      options: [
        ...hits.map((hit, at) => ({
          key: hit.id,
          node: result(i18n, hit),
          value: { article: hit.id, hit, rank: at + 1, impression },
        })),
        ...titles.map(({ text, article }) => ({ key: article, node: titleOption(text), value: { article } })),
      ],
    },
    {
      label: i18n.t("more"),
      options: contact ? [{ key: "contact", node: contactOption(i18n), value: { contact } }] : [],
    },
  ];
  return groups.filter(({ options }) => options.length);
}

/** Makes the option of a completion, with its new letters in bold. */
function completion(typed, text) {
  const begun = typed.trimEnd();
  const known = text.toLowerCase().startsWith(begun.toLowerCase()) ? begun.length : 0;
  return option("word", icon("search"), h("span", { dir: "auto" }, text.slice(0, known), h("b", {}, text.slice(known))));
}

const contactOption = (i18n) => option("contact", icon("write"), h("span", {}, i18n.t("write")));

function result(i18n, hit) {
  return option(
    "result",
    h(
      "div",
      { class: "row" },
      h("span", { part: "result-title" }, hit.title),
      // The space keeps screen readers from reading title and badge as one word.
      " ",
      badge(i18n, hit.freshness),
    ),
    " ",
    hit.snippet.text && h("div", { part: "snippet" }, excerpt(hit.snippet)),
  );
}

function titleOption(title) {
  return option("result", h("span", { part: "result-title" }, title));
}
