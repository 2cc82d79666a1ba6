/** One article, to be read inside the element. */

import { badge } from "./results.js";
import { button, fill, h, icon } from "./dom.js";

/**
 * The card of an article. `acts` has `back()`, `has(id)`, `open(id)`, `said(solved)`, `write()` and `copied()`; `next` is the hit
 * to go on with when this one did not help, `related` are articles to name below it.
 */
export function readerCard(words, { article, freshness, related, next, contact }, acts) {
  const title = h("h2", { part: "title", tabindex: "-1", lang: article.language, dir: "auto" }, article.title);
  const body = h("div", { part: "body", lang: article.language, dir: "auto", oncopy: acts.copied });
  fill(body, article.html);
  linkArticles(body, article.id, acts);
  const dates = [
    article.verified && words.say("checked", { date: words.day(article.verified) }),
    words.say("edited", { date: words.day(article.edited) }),
  ];
  const card = h(
    "article",
    { part: "card article" },
    button(words.say("back"), "back", acts.back, "back"),
    title,
    h(
      "p",
      { part: "meta" },
      badge(words, freshness),
      dates.filter(Boolean).map((date) => h("span", {}, date)),
    ),
    article.suspect && h("p", { part: "notice" }, icon("again"), h("span", {}, words.say("suspect"))),
    body,
    related.length > 0 && relatedList(words, related, acts),
    question(words, { next, contact }, acts),
  );
  return { card, title };
}

/** Links to other articles, by their ids or the files that they were written in, open here. */
function linkArticles(body, from, acts) {
  for (const link of body.querySelectorAll("a[href]")) {
    const id = namesIn(link.getAttribute("href"), from).find(acts.has);
    if (id === undefined) continue;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      acts.open(id);
    });
  }
}

/** The ids that a link in the article `from` may mean: by its path from there, then by its last name alone. */
function namesIn(href, from) {
  const path = href.trim().replace(/[?#].*/s, "").replace(/\.\w+$/, "");
  // A link with a scheme or a host leads away, and one without a path to this very place.
  if (!path || /^([a-z][a-z\d+.-]*:|[/\\]{2})/i.test(path)) return [];
  const names = path.startsWith("/") ? [] : from.split("/").slice(0, -1);
  for (const name of path.split("/")) {
    if (name === "..") names.pop();
    else if (name && name !== ".") names.push(decoded(name));
  }
  return [names.join("/"), ...names.slice(-1)];
}

/** A name whose escapes cannot be read is taken as it stands. */
function decoded(name) {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function relatedList(words, related, acts) {
  return h(
    "nav",
    { part: "related", "aria-labelledby": "related" },
    h("h3", { id: "related" }, words.say("related")),
    h(
      "ul",
      {},
      related.map(({ id, title }) => h("li", {}, button(title, "link", () => acts.open(id)))),
    ),
  );
}

/** "Did this solve it?", and what follows from the answer. */
function question(words, { next, contact }, acts) {
  const box = h("div", { part: "feedback" });
  const answer = (solved) => {
    acts.said(solved);
    // The button that had the focus is gone: the focus goes to what takes its place.
    const said = h("p", { class: "said", tabindex: "-1" }, solved && icon("done"), words.say(solved ? "solved" : "unsolved"));
    const ways = solved
      ? []
      : [
          next && button(words.say("next", { title: next.title }), "next", () => acts.open(next.id), "open"),
          contact && button(words.say("write"), next ? "button" : "next", acts.write, "write"),
        ];
    box.replaceChildren(said, ...(ways.some(Boolean) ? [h("div", { class: "ways" }, ways)] : []));
    said.focus();
  };
  box.append(
    h("p", { id: "ask" }, words.say("ask")),
    h(
      "div",
      { class: "ways", role: "group", "aria-labelledby": "ask" },
      button(words.say("yes"), "button", () => answer(true)),
      button(words.say("no"), "button", () => answer(false)),
    ),
  );
  return box;
}
