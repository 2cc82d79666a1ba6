/** The card of an article. */

import { badge } from "./results.js";
import { button, fill, h, icon } from "./dom.js";

/**
 * Makes the card. `actions` has `back()`, `has(id)`, `open(id)`, `answer(solved)`, `write()` and `copied()`; `next` is the hit to
 * offer if this article did not help, `related` are articles to list below it.
 */
export function articleCard(i18n, { article, freshness, related, next, contact }, actions) {
  const title = h("h2", { part: "title", tabindex: "-1", lang: article.language, dir: "auto" }, article.title);
  const body = h("div", { part: "body", lang: article.language, dir: "auto", oncopy: actions.copied });
  fill(body, article.html);
  linkArticles(body, article.id, actions);
  const dates = [
    article.verified && i18n.t("checked", { date: i18n.date(article.verified) }),
    i18n.t("edited", { date: i18n.date(article.edited) }),
  ];
  const card = h(
    "article",
    { part: "card article" },
    button(i18n.t("back"), "back", actions.back, "back"),
    title,
    h(
      "p",
      { part: "meta" },
      badge(i18n, freshness),
      dates.filter(Boolean).map((date) => h("span", {}, date)),
    ),
    article.suspect && h("p", { part: "notice" }, icon("again"), h("span", {}, i18n.t("suspect"))),
    body,
    related.length > 0 && relatedList(i18n, related, actions),
    feedback(i18n, { next, contact }, actions),
  );
  return { card, title };
}

/** Makes links to other articles, by id or by file name, open here. */
function linkArticles(body, from, actions) {
  for (const link of body.querySelectorAll("a[href]")) {
    const id = idsOf(link.getAttribute("href"), from).find(actions.has);
    if (id === undefined) continue;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      actions.open(id);
    });
  }
}

/** Returns the ids that a link in the article `from` may mean: its path from there, then its last segment. */
function idsOf(href, from) {
  const path = href.trim().replace(/[?#].*/s, "").replace(/\.\w+$/, "");
  // A link with a scheme or a host leads away; one without a path leads to this page.
  if (!path || /^([a-z][a-z\d+.-]*:|[/\\]{2})/i.test(path)) return [];
  const names = path.startsWith("/") ? [] : from.split("/").slice(0, -1);
  for (const name of path.split("/")) {
    if (name === "..") names.pop();
    else if (name && name !== ".") names.push(decoded(name));
  }
  return [names.join("/"), ...names.slice(-1)];
}

/** Decodes a segment; invalid escapes stay as they are. */
function decoded(name) {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function relatedList(i18n, related, actions) {
  return h(
    "nav",
    { part: "related", "aria-labelledby": "related" },
    h("h3", { id: "related" }, i18n.t("related")),
    h(
      "ul",
      {},
      related.map(({ id, title }) => h("li", {}, button(title, "link", () => actions.open(id)))),
    ),
  );
}

/** Asks "did this solve it?", and offers the next step. */
function feedback(i18n, { next, contact }, actions) {
  const box = h("div", { part: "feedback" });
  const answer = (solved) => {
    actions.answer(solved);
    // The focused button is gone, so its replacement takes the focus.
    const reply = h("p", { class: "answer", tabindex: "-1" }, solved && icon("done"), i18n.t(solved ? "solved" : "unsolved"));
    const steps = solved
      ? []
      : [
          next && button(i18n.t("next", { title: next.title }), "next", () => actions.open(next.id), "open"),
          contact && button(i18n.t("write"), next ? "button" : "next", actions.write, "write"),
        ];
    box.replaceChildren(reply, ...(steps.some(Boolean) ? [h("div", { class: "actions" }, steps)] : []));
    reply.focus();
  };
  box.append(
    h("p", { id: "ask" }, i18n.t("ask")),
    h(
      "div",
      { class: "actions", role: "group", "aria-labelledby": "ask" },
      button(i18n.t("yes"), "button", () => answer(true)),
      button(i18n.t("no"), "button", () => answer(false)),
    ),
  );
  return box;
}
