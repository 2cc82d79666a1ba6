/** The contact form. It suggests articles while the reader writes, and sends nothing itself. */

import { button, excerpt, h } from "./dom.js";
import { badge } from "./results.js";

/** Least number of characters for suggestions. */
const MIN_LENGTH = 8;

/**
 * Makes the card. `actions` has `back()`, `open(id, impression)`, `suggest(text)` (an answer, or null if a later call replaced
 * it), `tried()` (the articles that did not help), `announce(text)` and `send(text)`, which rejects if sending failed.
 */
export function contactCard(i18n, actions) {
  const area = h("textarea", {
    id: "message",
    part: "textarea",
    rows: "5",
    "aria-describedby": "message-hint message-error",
    required: true,
    dir: "auto",
  });
  const error = h("p", { id: "message-error", part: "error", role: "alert" });
  const list = h("div", { part: "suggestions" });
  const attached = h("div", { part: "attached" });
  const send = h("button", { type: "submit", part: "next send" }, i18n.t("send"));

  const suggest = async () => {
    const answer = area.value.trim().length < MIN_LENGTH ? { suggestions: [] } : await actions.suggest(area.value);
    if (!answer) return;
    const found = answer.suggestions;
    actions.announce(found.length ? i18n.t("maybeCount", { n: found.length }) : "");
    list.replaceChildren(...(found.length ? suggestionList(i18n, found, (id) => actions.open(id, answer.impression)) : []));
  };
  const showError = (key) => {
    error.textContent = key ? i18n.t(key) : "";
    if (key === "missing") area.setAttribute("aria-invalid", "true");
    else area.removeAttribute("aria-invalid");
  };
  const submit = async (event) => {
    event.preventDefault();
    if (send.getAttribute("aria-disabled")) return;
    showError(area.value.trim() ? "" : "missing");
    if (!area.value.trim()) return area.focus();
    // `disabled` would take the focus away.
    send.setAttribute("aria-disabled", "true");
    send.textContent = i18n.t("sending");
    try {
      await actions.send(area.value);
    } catch {
      showError("unsent");
    }
    send.removeAttribute("aria-disabled");
    send.textContent = i18n.t("send");
  };
  area.addEventListener("input", () => {
    showError("");
    suggest();
  });

  const card = h(
    "form",
    { part: "card contact", novalidate: true, "aria-labelledby": "contact-title", onsubmit: submit },
    button(i18n.t("back"), "back", actions.back, "back"),
    h("h2", { id: "contact-title", part: "title" }, i18n.t("write")),
    h("label", { for: "message", part: "label" }, i18n.t("message")),
    h("p", { id: "message-hint", part: "hint" }, i18n.t("writeHint")),
    area,
    error,
    list,
    h("slot", { name: "contact" }),
    attached,
    h("div", { class: "actions" }, send),
  );

  /** Updates the form. */
  const refresh = () => {
    const tried = actions.tried();
    attached.replaceChildren(
      ...(tried.length
        ? [h("p", {}, i18n.t("along")), h("ul", {}, tried.map(({ title }) => h("li", { dir: "auto" }, title)))]
        : []),
    );
    return suggest();
  };
  return { card, area, refresh };
}

function suggestionList(i18n, found, open) {
  return [
    h("h3", { id: "maybe" }, i18n.t("maybe")),
    h(
      "ul",
      { "aria-labelledby": "maybe" },
      found.map((hit) =>
        h(
          "li",
          {},
          h(
            "button",
            { type: "button", part: "suggestion", dir: "auto", onclick: () => open(hit.id) },
            h("span", { class: "row" }, h("span", { part: "result-title" }, hit.title), " ", badge(i18n, hit.freshness)),
            " ",
            h("span", { part: "snippet" }, excerpt({ ...hit.snippet, ranges: [] })),
          ),
        ),
      ),
    ),
  ];
}

/** Makes the card that replaces the form after sending. */
export function sentCard(i18n, { tried }, again) {
  const title = h("h2", { part: "title", tabindex: "-1" }, i18n.t("sent"));
  const card = h(
    "section",
    { part: "card sent" },
    title,
    tried.length > 0 && h("p", {}, i18n.t("sentHint")),
    h("div", { class: "actions" }, button(i18n.t("again"), "button", again)),
  );
  return { card, title };
}
