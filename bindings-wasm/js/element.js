/**
 * `<ken-search>`: searches a snapshot while the reader types, shows its articles, and hands over what they did not solve.
 * It asks the network for nothing but the snapshot and its engine; whatever is to be sent, the page sends.
 */

import { button, h, icon } from "./element/dom.js";
import { contactCard, sentCard } from "./element/contact.js";
import { groupsOf } from "./element/results.js";
import { Journal } from "./element/journal.js";
import { Listbox } from "./element/listbox.js";
import { readerCard } from "./element/reader.js";
import { sheet } from "./element/style.js";
import { wordsFor } from "./element/words.js";

/** Properties with a setter. */
const PROPERTIES = ["snapshot", "texts", "consent", "src", "limit", "placeholder", "channel"];

/** Results wanted where the page does not say. */
const LIMIT = 6;
/** Completions of words. */
const COMPLETIONS = 3;
const RELATED = 5;
/** A query that stands this long was meant, even if nothing is opened. Milliseconds. */
const MEANT_AFTER_MS = 1000;
/** The count of results waits to be spoken, so that it does not talk over the typing. Milliseconds. */
const SPOKEN_AFTER_MS = 400;
/** A batch goes to the page when so many events wait. */
const BATCH = 20;

export class KenHandoffEvent extends CustomEvent {
  sending = null;

  /** The element says "sending" until it is settled, and keeps the message when it is rejected. */
  waitUntil(promise) {
    this.sending = Promise.resolve(promise);
  }
}

// On a server there are no elements; the module can be loaded there all the same.
const Base = globalThis.HTMLElement ?? class {};

export class KenSearch extends Base {
  static observedAttributes = ["src", "lang", "placeholder"];

  #snapshot = null;
  #own = null;
  #opening = null;
  /** Another one since what is searched is another. */
  #source = {};
  #texts = null;
  #words = null;
  #spoken = null;
  #consent = false;
  #parts = null;
  #listbox;
  #journal;
  #form = null;
  #leaving;
  #asked = new AbortController();
  #suggested = new AbortController();
  #answer = null;
  #meant;
  #wantsFirst = false;
  #speaking;
  /** What is known of the articles met on this page: titles and states, for lists of them. */
  #met = new Map();
  #ids = null;
  /** What was opened, and of it what did not help. */
  #opened = new Set();
  #unsolved = new Set();
  /** What is read, and what is on its way to be. */
  #reading = null;
  #coming = null;
  /** Makes the card that is shown anew, in other words. */
  #redraw = null;

  constructor() {
    super();
    // Fields would overwrite what the page set before.
    this.context ??= {};
    this.contact ??= true;
    this.openOptions ??= {};
    this.#journal = new Journal({
      snapshot: () => this.load(),
      options: () => this.#visitor(),
      failed: (error) => this.#fail(error),
    });
    this.#build();
  }

  connectedCallback() {
    // A property that was set before it was one of ours would hide the setter.
    for (const name of PROPERTIES.filter((name) => Object.hasOwn(this, name))) {
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
    if (this.#consent) this.#journal.claim();
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    document.addEventListener("visibilitychange", () => document.hidden && this.#handBatch(), { signal });
    addEventListener("pagehide", () => this.#leave(), { signal });
    // A page that comes back from the browser's memory goes on where the last page of its tab stopped.
    addEventListener("pageshow", ({ persisted }) => persisted && this.#consent && this.#journal.claim(), { signal });
    this.#spoken = this.#speak();
  }

  disconnectedCallback() {
    this.#leaving.abort();
    this.#giveUp();
    if (this.#consent) this.#journal.keep();
  }

  attributeChangedCallback(name, before, now) {
    if (before === now) return;
    if (name === "src") this.#drop();
    else if (this.isConnected) this.#spoken = this.#speak();
  }

  get snapshot() {
    return this.#snapshot ?? this.#own;
  }
  set snapshot(value) {
    this.#snapshot = value;
    this.#drop();
  }

  get texts() {
    return this.#texts;
  }
  set texts(value) {
    this.#texts = value;
    if (this.isConnected) this.#spoken = this.#speak();
  }

  get consent() {
    return this.#consent;
  }
  set consent(value) {
    const given = value === true;
    if (given === this.#consent) return;
    this.#consent = given;
    if (!given) this.#journal.forget();
    else if (this.isConnected) this.#journal.claim();
  }

  load() {
    if (this.#snapshot) return Promise.resolve(this.#snapshot);
    this.#opening ??= this.#open();
    return this.#opening;
  }

  async #open() {
    const { src } = this;
    const source = this.#source;
    try {
      if (!src) throw new Error("ken-search has neither `src` nor a snapshot");
      const { open } = await import("./index.js");
      const opened = await open(new URL(src, document.baseURI), { ...this.openOptions });
      if (source === this.#source) return (this.#own = opened);
      opened.close();
    } catch (error) {
      if (source === this.#source) {
        this.#opening = null;
        throw error;
      }
    }
    return this.load();
  }

  /** Nothing that is still on its way is shown any more. */
  #giveUp() {
    this.#asked.abort();
    this.#suggested.abort();
    this.#coming = null;
    clearTimeout(this.#meant);
    clearTimeout(this.#speaking);
  }

  /** Lets the snapshot go, and asks the next one what stands in the field. An article of it is not shown any more; a message stays. */
  #drop() {
    this.#giveUp();
    if (this.#consent) this.#handBatch();
    this.#journal.renew();
    this.#own?.close();
    this.#own = null;
    this.#opening = null;
    this.#source = {};
    this.#answer = null;
    for (const known of [this.#met, this.#opened, this.#unsolved]) known.clear();
    this.#ids = null;
    this.#parts.alert.replaceChildren();
    this.#listbox.show([]);
    this.#listbox.close();
    if (this.#reading) this.#show((this.#reading = null));
    if (!this.isConnected) return;
    this.#ask();
    if (this.#form?.card.isConnected) this.#form.refresh();
  }

  async takeBatch() {
    await this.#journal.settled();
    return this.#journal.take();
  }

  search(text) {
    this.#parts.input.value = text;
    this.#parts.input.focus();
    return this.#ask();
  }

  openArticle(id) {
    return this.#openArticle(id, {});
  }

  openContact(text) {
    return this.#write(text ?? this.#parts.input.value);
  }

  focus(options) {
    this.#parts.input.focus(options);
  }

  #build() {
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet()];
    const label = h("label", { for: "input", class: "unseen" });
    const input = h("input", {
      id: "input",
      part: "input",
      type: "text",
      role: "combobox",
      inputmode: "search",
      enterkeyhint: "search",
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": "list",
      dir: "auto",
      oninput: () => this.#ask(),
      onfocus: () => this.load().catch(() => {}),
    });
    const clear = h("button", { type: "button", part: "clear", hidden: true, tabindex: "-1", onclick: () => this.#clear() }, icon("clear"));
    const list = h("div", { id: "list", role: "listbox", part: "list", tabindex: "-1" });
    const none = h("div", { part: "none", hidden: true });
    const hints = h("div", { part: "hints", "aria-hidden": "true" });
    const popup = h("div", { part: "popup", hidden: true }, none, list, hints);
    const alert = h("div", { class: "alert", role: "alert" });
    const status = h("div", { class: "unseen", role: "status" });
    const stage = h("div", { class: "stage", hidden: true });
    const field = h("div", { part: "field" }, icon("search"), label, input, clear);
    const search = h("div", { class: "search", role: "search" }, field, popup);
    const all = h("div", { part: "root" }, search, alert, stage, h("slot", { name: "footer" }), status);
    root.append(all);
    search.addEventListener("focusout", (event) => this.#left(event));
    this.#parts = { all, label, input, clear, list, none, hints, popup, alert, status, stage, field };
    this.#listbox = new Listbox({
      input,
      list,
      popup,
      chosen: (value) => this.#choose(value),
      entered: () => this.#enter(),
      cleared: () => this.#clear(),
    });
    input.addEventListener("click", () => this.#answer && input.value.trim() && this.#listbox.open());
  }

  /** The list goes when the focus does, unless to a link of the page's own inside it. */
  #left({ relatedTarget }) {
    const { popup } = this.#parts;
    const stays = relatedTarget && (popup.contains(relatedTarget) || this.querySelector("[slot=empty]")?.contains(relatedTarget));
    if (!stays) this.#listbox.close();
  }

  async #speak() {
    const tag = this.getAttribute("lang") || this.closest("[lang]")?.lang || document.documentElement.lang || "en";
    const own = this.#texts;
    const words = await wordsFor(tag, own, (error) => this.#fail(error));
    if (own !== this.#texts) return;
    this.#words = words;
    const { all, label, input, clear, list, hints } = this.#parts;
    all.lang = words.lang;
    all.dir = words.dir;
    label.textContent = words.say("label");
    input.placeholder = this.placeholder || words.say("placeholder");
    clear.setAttribute("aria-label", words.say("clear"));
    list.setAttribute("aria-label", words.say("label"));
    const hint = (keys, key) => h("span", {}, keys.map((name) => h("kbd", {}, name)), words.say(key));
    hints.replaceChildren(hint(["↑", "↓"], "move"), hint(["↵"], "choose"), hint(["esc"], "close"));
    if (this.#answer) this.#render();
    this.#redraw?.();
  }

  #announce(text) {
    clearTimeout(this.#speaking);
    this.#speaking = setTimeout(() => (this.#parts.status.textContent = text), SPOKEN_AFTER_MS);
  }

  #emit(type, detail, cancelable = false) {
    return this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true, cancelable }));
  }

  /** Tells the page of a failure; and the reader, where there is something to try again and the page does not say so itself. */
  #fail(error, again) {
    if (error?.name === "AbortError") return;
    if (!this.#emit("ken-error", error, true) || !again) return;
    const click = () => {
      this.#parts.alert.replaceChildren();
      this.#parts.input.focus();
      again();
    };
    this.#parts.alert.replaceChildren(
      icon("again"),
      h("span", {}, this.#words.say("failed")),
      button(this.#words.say("retry"), "retry", click),
    );
  }

  // Searching.

  /** Asks for what stands in the field. The latest question wins; one before it is given up. */
  async #ask() {
    const { input, clear, field } = this.#parts;
    const typed = input.value;
    clear.hidden = !typed;
    this.#asked.abort();
    clearTimeout(this.#meant);
    this.#wantsFirst = false;
    if (!typed.trim()) {
      this.#answer = null;
      field.classList.remove("busy");
      this.#listbox.close();
      this.#announce("");
      return;
    }
    // What could not be loaded is not asked for at every key: the reader has a button for it.
    if (!this.snapshot && this.#parts.alert.hasChildNodes()) return;
    const asked = new AbortController();
    this.#asked = asked;
    field.classList.add("busy");
    try {
      const answer = await this.#answerTo(typed, asked.signal);
      await this.#spoken;
      if (asked.signal.aborted) return;
      this.#answer = answer;
      this.#parts.alert.replaceChildren();
      this.#render();
      if (this.shadowRoot.activeElement === input) this.#listbox.open();
      if (this.#wantsFirst) this.#enter();
      this.#emit("ken-search", { query: typed, hits: answer.hits, impression: answer.impression });
      this.#meant = setTimeout(() => this.#noteSearch(), MEANT_AFTER_MS);
    } catch (error) {
      if (!asked.signal.aborted) this.#fail(error, () => this.#ask());
    } finally {
      if (this.#asked === asked) field.classList.remove("busy");
    }
  }

  /** Goes to the first article, as soon as the answer to what stands in the field is there. */
  #enter() {
    this.#wantsFirst = this.#answer?.typed !== this.#parts.input.value;
    if (this.#wantsFirst) return;
    this.#listbox.open();
    this.#listbox.activateWhere(({ article }) => article);
  }

  async #answerTo(typed, signal) {
    const snapshot = await this.load();
    if (signal.aborted) throw signal.reason;
    // Keyboards of phones put a space behind a word that may well go on.
    const completing = snapshot.complete(typed.trimEnd(), { limit: COMPLETIONS + 1, signal });
    const [completions, answer] = await Promise.all([
      // A part of theirs that does not load takes no article from the reader.
      completing.catch((error) => ({ words: [], titles: [], error })),
      snapshot.search(typed, { context: this.#situation(), limit: this.limit, signal }),
    ]);
    if (completions.error) {
      // Without articles they may have been the only answer.
      if (signal.aborted || !answer.hits.length) throw completions.error;
      this.#fail(completions.error);
    }
    const said = typed.trim().toLowerCase();
    const words = completions.words.filter(({ text }) => text.toLowerCase() !== said).slice(0, COMPLETIONS);
    return { ...answer, typed, completions: { ...completions, words }, isNoted: false };
  }

  #render() {
    const { none } = this.#parts;
    const words = this.#words;
    const { typed, hits, impression, completions } = this.#answer;
    for (const hit of hits) this.#met.set(hit.id, hit);
    this.#listbox.show(groupsOf(words, { typed, completions, hits, impression, contact: this.contact }));
    const isEmpty = !hits.length && !completions.titles.length;
    none.hidden = !isEmpty;
    const nothing = words.say("none", { query: typed.trim() });
    if (isEmpty) none.replaceChildren(h("p", {}, nothing), h("slot", { name: "empty" }, h("p", { class: "hint" }, words.say("noneHint"))));
    const count = isEmpty ? nothing : words.say("count", { n: hits.length });
    const n = completions.words.length;
    this.#announce(n ? `${count}, ${words.say("completions", { n })}` : count);
  }

  #clear() {
    const { input } = this.#parts;
    input.value = "";
    input.focus();
    this.#ask();
  }

  #choose({ text, article, contact, hit, rank, impression }) {
    const { input } = this.#parts;
    if (text) {
      input.value = `${text} `;
      this.#ask();
    } else if (contact) {
      this.#noteSearch();
      this.#write(input.value);
    } else {
      this.#noteSearch();
      if (hit) this.#note({ what: "clicked", article, rank, impression });
      if (!this.#emit("ken-select", { article, query: input.value, rank, impression, hit }, true)) return;
      this.#openArticle(article, { impression, from: "search" });
    }
  }

  #situation() {
    const known = { ...this.context };
    known.language ??= this.#words?.lang.split("-")[0];
    if (this.channel) known.channel ??= this.channel;
    return known;
  }

  #visitor() {
    const { party, items, channel = this.channel } = this.context ?? {};
    return { ...(party && { party }), ...(channel && { channel }), ...(items && { products: items }) };
  }

  // Reading.

  async #openArticle(id, { impression, from = "search" }) {
    this.#listbox.close();
    const coming = {};
    this.#coming = coming;
    try {
      const snapshot = await this.load();
      const article = await snapshot.article(id);
      const related = await this.#related(snapshot, article);
      const ids = this.#ids ?? new Set(await snapshot.articleIds());
      await this.#spoken;
      // Another one was opened meanwhile, or something else than an article.
      if (this.#coming !== coming) return;
      this.#coming = null;
      this.#reading = { id, from, since: Date.now() };
      this.#ids = ids;
      this.#met.set(id, { ...this.#met.get(id), id, title: article.title });
      this.#opened.add(id);
      this.#note({ what: "viewed", article: id, ...(impression && { impression }) });
      const acts = {
        back: () => this.#back(),
        has: (other) => ids.has(other),
        open: (other) => this.#openArticle(other, { from }),
        said: (solved) => this.#said(id, solved),
        write: () => this.#write(this.#parts.input.value),
        copied: () => this.#note({ what: "copied", article: id }),
      };
      const next = this.#answer?.hits.find((hit) => !this.#opened.has(hit.id));
      const { freshness } = this.#met.get(id);
      const draw = () => readerCard(this.#words, { article, related, next, freshness, contact: this.contact }, acts);
      const { card, title } = draw();
      this.#show(card, title, () => this.#parts.stage.replaceChildren(draw().card));
    } catch (error) {
      if (this.#coming === coming) this.#fail(error, () => this.#openArticle(id, { impression, from }));
    }
  }

  /** Articles that this one names, where the snapshot has them. */
  async #related(snapshot, article) {
    const ids = [...new Set(article.relations.map(([, id]) => id))].slice(0, RELATED);
    const found = await Promise.allSettled(ids.map((id) => snapshot.article(id)));
    return found.filter(({ status }) => status === "fulfilled").map(({ value }) => value);
  }

  /** Shows a card below the field, or none. */
  #show(card, focused, redraw = null) {
    const { stage } = this.#parts;
    this.#redraw = redraw;
    stage.replaceChildren(...(card ? [card] : []));
    stage.hidden = !card;
    focused?.focus({ preventScroll: true });
    if (card) this.#parts.all.scrollIntoView({ block: "nearest" });
  }

  #back() {
    const { id, from, since } = this.#reading;
    this.#reading = this.#coming = null;
    this.#note({ what: "returned", article: id, after_s: (Date.now() - since) / 1000 });
    if (from === "form" && this.#form) return this.#showForm();
    this.#show(null);
    const { input } = this.#parts;
    input.focus();
    if (!this.#answer) return;
    this.#listbox.open();
    this.#listbox.activateWhere(({ article }) => article === id);
  }

  #said(article, solved) {
    if (solved) this.#unsolved.delete(article);
    else this.#unsolved.add(article);
    // Noted first, so that a page that takes the batch now has it.
    this.#note({ what: solved ? "solved" : "did-not-solve", article });
    this.#emit("ken-feedback", { article, solved });
  }

  // Writing.

  async #write(text) {
    await this.#spoken;
    this.#listbox.close();
    this.#reading = this.#coming = null;
    this.#form ??= this.#newForm();
    if (!this.#form.area.value) this.#form.area.value = text;
    return this.#showForm();
  }

  #newForm() {
    return contactCard(this.#words, {
      back: () => {
        this.#show(null);
        this.#parts.input.focus();
      },
      open: (id, impression) => {
        if (this.#emit("ken-select", { article: id, impression }, true)) this.#openArticle(id, { impression, from: "form" });
      },
      suggest: (message) => {
        this.#suggested.abort();
        this.#suggested = new AbortController();
        return this.#suggest(message, this.#suggested.signal);
      },
      tried: () => [...this.#unsolved].map((id) => this.#met.get(id)),
      announce: (words) => this.#announce(words),
      send: (message) => this.#send(message),
    });
  }

  #showForm() {
    const { card, area, refresh } = this.#form;
    this.#show(card, area, () => {
      const { value } = this.#form.area;
      this.#form = this.#newForm();
      this.#form.area.value = value;
      this.#parts.stage.replaceChildren(this.#form.card);
      this.#form.refresh();
    });
    return refresh();
  }

  async #suggest(message, signal) {
    try {
      const snapshot = await this.load();
      const tried = [...new Set([...(this.context?.tried ?? []), ...this.#opened])];
      const answer = await snapshot.suggest(message, { ...this.#situation(), tried }, { signal });
      if (signal.aborted) return null;
      for (const hit of answer.suggestions) this.#met.set(hit.id, hit);
      return answer;
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
      return null;
    }
  }

  async #send(message) {
    const detail = await this.#journal.handoff(message, this.#unsolved).catch((error) => {
      this.#fail(error);
      throw error;
    });
    const event = new KenHandoffEvent("ken-handoff", { detail, bubbles: true, composed: true, cancelable: true });
    // Where the page prevents it, nothing was sent: the message stays in the form.
    if (!this.dispatchEvent(event)) return;
    await event.sending;
    // What was noted is in the handoff; another need is another visit.
    this.#journal.forget();
    this.#form = null;
    this.#opened.clear();
    this.#unsolved.clear();
    const { card, title } = sentCard(this.#words, detail, () => {
      this.#show(null);
      this.#clear();
    });
    this.#show(card, title);
  }

  // What is written down.

  /** A query that was meant, once for each answer. */
  #noteSearch() {
    clearTimeout(this.#meant);
    const answer = this.#answer;
    if (!answer || answer.isNoted) return;
    answer.isNoted = true;
    const shown = { what: "shown", impression: answer.impression };
    this.#note({ what: "searched", query: answer.typed.trim() }, ...(answer.hits.length ? [shown] : []));
  }

  async #note(...done) {
    if (!this.#consent) return;
    await this.#journal.note(...done);
    if (this.#journal.waiting >= BATCH) this.#handBatch();
  }

  /** Hands what waits to the page; what the page refuses, waits on. */
  #handBatch() {
    const batch = this.#journal.take();
    if (batch && !this.#emit("ken-batch", batch, true)) this.#journal.giveBack(batch);
  }

  #leave() {
    if (!this.#consent) return;
    this.#handBatch();
    this.#journal.keep();
  }
}

/** Attributes that are properties too, and what they are where they are missing. */
const REFLECTED = { src: "", placeholder: "", channel: null, limit: LIMIT };
for (const [name, missing] of Object.entries(REFLECTED)) {
  Object.defineProperty(KenSearch.prototype, name, {
    get() {
      const value = this.getAttribute(name);
      return (name === "limit" ? Number(value) : value) || missing;
    },
    set(value) {
      if (value == null) this.removeAttribute(name);
      else this.setAttribute(name, value);
    },
    enumerable: true,
    configurable: true,
  });
}

if (globalThis.customElements && !customElements.get("ken-search")) customElements.define("ken-search", KenSearch);
