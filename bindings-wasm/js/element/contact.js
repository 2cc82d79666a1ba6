/** The form for what no article answered. It looks for answers while the customer writes, and sends nothing itself. */

import { button, excerpt, h } from "./dom.js";
import { badge } from "./results.js";

/** Fewer characters than this say nothing yet. */
const LEAST = 8;

/**
 * The card of the form. `acts` has `back()`, `open(id, impression)`, `suggest(text)` (an answer, or null where it is not the
 * latest), `tried()` (what did not help, by id and title), `announce(text)` and `send(text)`, which rejects when sending failed.
 */
export function contactCard(words, acts) {
  const area = h("textarea", {
    id: "message",
    part: "textarea",
    rows: "5",
    "aria-describedby": "message-hint message-fault",
    required: true,
    dir: "auto",
  });
  const fault = h("p", { id: "message-fault", part: "fault", role: "alert" });
  const maybe = h("div", { part: "maybe" });
  const along = h("div", { part: "along" });
  const send = h("button", { type: "submit", part: "next send" }, words.say("send"));

  const suggest = async () => {
    const answer = area.value.trim().length < LEAST ? { suggestions: [] } : await acts.suggest(area.value);
    if (!answer) return;
    const found = answer.suggestions;
    acts.announce(found.length ? words.say("maybeCount", { n: found.length }) : "");
    maybe.replaceChildren(...(found.length ? suggestions(words, found, (id) => acts.open(id, answer.impression)) : []));
  };
  const complain = (key) => {
    fault.textContent = key ? words.say(key) : "";
    if (key === "missing") area.setAttribute("aria-invalid", "true");
    else area.removeAttribute("aria-invalid");
  };
  const submit = async (event) => {
    event.preventDefault();
    if (send.getAttribute("aria-disabled")) return;
    complain(area.value.trim() ? "" : "missing");
    if (!area.value.trim()) return area.focus();
    // It keeps the focus while it is busy, which `disabled` would take away.
    send.setAttribute("aria-disabled", "true");
    send.textContent = words.say("sending");
    try {
      await acts.send(area.value);
    } catch {
      complain("unsent");
    }
    send.removeAttribute("aria-disabled");
    send.textContent = words.say("send");
  };
  area.addEventListener("input", () => {
    complain("");
    suggest();
  });

  const card = h(
    "form",
    { part: "card contact", novalidate: true, "aria-labelledby": "contact-title", onsubmit: submit },
    button(words.say("back"), "back", acts.back, "back"),
    h("h2", { id: "contact-title", part: "title" }, words.say("write")),
    h("label", { for: "message", part: "label" }, words.say("message")),
    h("p", { id: "message-hint", part: "hint" }, words.say("writeHint")),
    area,
    fault,
    maybe,
    h("slot", { name: "contact" }),
    along,
    h("div", { class: "ways" }, send),
  );

  /** Brings what changed since the form was last seen. */
  const refresh = () => {
    const tried = acts.tried();
    along.replaceChildren(
      ...(tried.length
        ? [h("p", {}, words.say("along")), h("ul", {}, tried.map(({ title }) => h("li", { dir: "auto" }, title)))]
        : []),
    );
    return suggest();
  };
  return { card, area, refresh };
}

function suggestions(words, found, open) {
  return [
    h("h3", { id: "maybe" }, words.say("maybe")),
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
            h("span", { class: "line" }, h("span", { part: "result-title" }, hit.title), " ", badge(words, hit.freshness)),
            " ",
                  h("span", { part: "snippet" }, excerpt({ ...hit.snippet, ranges: [] })),
          ),
        ),
      ),
    ),
  ];
}

/** The card that takes the form's place once the message is on its way. */
export function sentCard(words, { tried }, again) {
  const title = h("h2", { part: "title", tabindex: "-1" }, words.say("sent"));
  const card = h(
    "section",
    { part: "card sent" },
    title,
    tried.length > 0 && h("p", {}, words.say("sentHint")),
    h("div", { class: "ways" }, button(words.say("again"), "button", again)),
  );
  return { card, title };
}
