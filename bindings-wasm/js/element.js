/**
 * `<ken-search>`: search as you type, article reader and contact form over one snapshot.
 * It loads only the snapshot and its engine, and sends nothing: the page does.
 */

import { articleCard } from "./element/article.js";
import { contactCard, sentCard } from "./element/contact.js";
import { button, h, icon } from "./element/dom.js";
import { loadTexts } from "./element/i18n.js";
import { Listbox } from "./element/listbox.js";
import { groupsOf } from "./element/results.js";
import { sheet } from "./element/style.js";
import { VisitRecorder } from "./element/visit-recorder.js";

/** Properties with a setter. */
const PROPERTIES = ["snapshot", "texts", "consent", "src", "limit", "placeholder", "channel"];

/** Default number of results. */
const LIMIT = 6;
/** Number of word completions. */
const COMPLETIONS = 3;
const RELATED = 5;
/** A query is recorded after this time without a change, even if nothing is opened. Milliseconds. */
const RECORD_AFTER_MS = 1000;
/** The number of results is announced with this delay, so that it does not interrupt typing. Milliseconds. */
const ANNOUNCE_AFTER_MS = 400;
/** Number of events after which a batch goes to the page. */
const BATCH_SIZE = 20;

export class KenHandoffEvent extends CustomEvent {
  sending = null;

  /** The element shows "sending" until the promise settles, and keeps the message if it is rejected. */
  waitUntil(promise) {
    this.sending = Promise.resolve(promise);
  }
}

// A server has no elements, but it can import the module.
const Base = globalThis.HTMLElement ?? class {};

export class KenSearch extends Base {
  static observedAttributes = ["src", "lang", "placeholder"];

  #snapshot = null;
  #own = null;
  #opening = null;
  /** Identifies the current snapshot; a new object for each. */
  #source = {};
  #texts = null;
  #i18n = null;
  #translated = null;
  #consent = false;
  #parts = null;
  #listbox;
  #recorder;
  #form = null;
  #leaving;
  #searching = new AbortController();
  #suggesting = new AbortController();
  #answer = null;
  #recordTimer;
  #wantsFirst = false;
  #announcing;
  /** Titles and states of the articles seen on this page, for lists of them. */
  #known = new Map();
  #ids = null;
  /** The articles that were opened, and those that did not help. */
  #opened = new Set();
  #unsolved = new Set();
  /** The open article, and the one that is loading. */
  #reading = null;
  #loading = null;
  /** Draws the current card again after a change of language. */
  #redraw = null;

  constructor() {
    super();
    // Class fields would overwrite properties that the page set before.
    this.context ??= {};
    this.contact ??= true;
    this.openOptions ??= {};
    this.#recorder = new VisitRecorder({
      snapshot: () => this.load(),
      options: () => this.#visitOptions(),
      failed: (error) => this.#fail(error),
    });
    this.#build();
  }

  connectedCallback() {
    // A property set before the element was defined would hide its setter.
    for (const name of PROPERTIES.filter((name) => Object.hasOwn(this, name))) {
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
    if (this.#consent) this.#recorder.claim();
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    document.addEventListener("visibilitychange", () => document.hidden && this.#offerBatch(), { signal });
    addEventListener("pagehide", () => this.#leave(), { signal });
    // A page restored from the back-forward cache resumes the visit of the last page of its tab.
    addEventListener("pageshow", ({ persisted }) => persisted && this.#consent && this.#recorder.claim(), { signal });
    this.#translated = this.#translate();
  }

  disconnectedCallback() {
    this.#leaving.abort();
    this.#abort();
    if (this.#consent) this.#recorder.store();
  }

  attributeChangedCallback(name, before, now) {
    if (before === now) return;
    if (name === "src") this.#drop();
    else if (this.isConnected) this.#translated = this.#translate();
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
    if (this.isConnected) this.#translated = this.#translate();
  }

  get consent() {
    return this.#consent;
  }
  set consent(value) {
    const given = value === true;
    if (given === this.#consent) return;
    this.#consent = given;
    if (!given) this.#recorder.forget();
    else if (this.isConnected) this.#recorder.claim();
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

  /** Aborts whatever is loading. */
  #abort() {
    this.#searching.abort();
    this.#suggesting.abort();
    this.#loading = null;
    clearTimeout(this.#recordTimer);
    clearTimeout(this.#announcing);
  }

  /** Changes to another snapshot: repeats the search, and closes an open article. A message stays. */
  #drop() {
    this.#abort();
    if (this.#consent) this.#offerBatch();
    this.#recorder.renew();
    this.#own?.close();
    this.#own = null;
    this.#opening = null;
    this.#source = {};
    this.#answer = null;
    for (const all of [this.#known, this.#opened, this.#unsolved]) all.clear();
    this.#ids = null;
    this.#parts.alert.replaceChildren();
    this.#listbox.show([]);
    this.#listbox.close();
    if (this.#reading) this.#show((this.#reading = null));
    if (!this.isConnected) return;
    this.#search();
    if (this.#form?.card.isConnected) this.#form.refresh();
  }

  async takeEvents() {
    await this.#recorder.settled();
    return this.#recorder.takeEvents();
  }

  search(text) {
    this.#parts.input.value = text;
    this.#parts.input.focus();
    return this.#search();
  }

  openArticle(id) {
    return this.#openArticle(id, {});
  }

  openContact(text) {
    return this.#openContact(text ?? this.#parts.input.value);
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
      oninput: () => this.#search(),
      onfocus: () => this.load().catch(() => {}),
    });
    const clear = h("button", { type: "button", part: "clear", hidden: true, tabindex: "-1", onclick: () => this.#clear() }, icon("clear"));
    const list = h("div", { id: "list", role: "listbox", part: "list", tabindex: "-1" });
    const empty = h("div", { part: "empty", hidden: true });
    const hints = h("div", { part: "hints", "aria-hidden": "true" });
    const popup = h("div", { part: "popup", hidden: true }, empty, list, hints);
    const alert = h("div", { class: "alert", role: "alert" });
    const status = h("div", { class: "unseen", role: "status" });
    const stage = h("div", { class: "stage", hidden: true });
    const field = h("div", { part: "field" }, icon("search"), label, input, clear);
    const search = h("div", { class: "search", role: "search" }, field, popup);
    const all = h("div", { part: "root" }, search, alert, stage, h("slot", { name: "footer" }), status);
    root.append(all);
    search.addEventListener("focusout", (event) => this.#focusLeft(event));
    this.#parts = { all, label, input, clear, list, empty, hints, popup, alert, status, stage, field };
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

  /** Closes the list when the focus leaves it, except for a link that the page put inside it. */
  #focusLeft({ relatedTarget }) {
    const { popup } = this.#parts;
    const stays = relatedTarget && (popup.contains(relatedTarget) || this.querySelector("[slot=empty]")?.contains(relatedTarget));
    if (!stays) this.#listbox.close();
  }

  async #translate() {
    const tag = this.getAttribute("lang") || this.closest("[lang]")?.lang || document.documentElement.lang || "en";
    const own = this.#texts;
    const i18n = await loadTexts(tag, own, (error) => this.#fail(error));
    if (own !== this.#texts) return;
    this.#i18n = i18n;
    const { all, label, input, clear, list, hints } = this.#parts;
    all.lang = i18n.lang;
    all.dir = i18n.dir;
    label.textContent = i18n.t("label");
    input.placeholder = this.placeholder || i18n.t("placeholder");
    clear.setAttribute("aria-label", i18n.t("clear"));
    list.setAttribute("aria-label", i18n.t("label"));
    const hint = (keys, key) => h("span", {}, keys.map((name) => h("kbd", {}, name)), i18n.t(key));
    hints.replaceChildren(hint(["↑", "↓"], "move"), hint(["↵"], "choose"), hint(["esc"], "close"));
    if (this.#answer) this.#render();
    this.#redraw?.();
  }

  #announce(text) {
    clearTimeout(this.#announcing);
    this.#announcing = setTimeout(() => (this.#parts.status.textContent = text), ANNOUNCE_AFTER_MS);
  }

  #emit(type, detail, cancelable = false) {
    return this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true, cancelable }));
  }

  /** Reports an error to the page. Shows it with a retry button if there is something to retry and the page did not prevent the event. */
  #fail(error, retry) {
    if (error?.name === "AbortError") return;
    if (!this.#emit("ken-error", error, true) || !retry) return;
    const click = () => {
      this.#parts.alert.replaceChildren();
      this.#parts.input.focus();
      retry();
    };
    this.#parts.alert.replaceChildren(
      icon("again"),
      h("span", {}, this.#i18n.t("failed")),
      button(this.#i18n.t("retry"), "retry", click),
    );
  }

  // Searching.

  /** Searches for the text in the field, and aborts the search before it. */
  async #search() {
    const { input, clear, field } = this.#parts;
    const typed = input.value;
    clear.hidden = !typed;
    this.#searching.abort();
    clearTimeout(this.#recordTimer);
    this.#wantsFirst = false;
    if (!typed.trim()) {
      this.#answer = null;
      field.classList.remove("busy");
      this.#listbox.close();
      this.#announce("");
      return;
    }
    // A failed load is not retried at every key: the reader has a button for it.
    if (!this.snapshot && this.#parts.alert.hasChildNodes()) return;
    const searching = new AbortController();
    this.#searching = searching;
    field.classList.add("busy");
    try {
      const answer = await this.#answerTo(typed, searching.signal);
      await this.#translated;
      if (searching.signal.aborted) return;
      this.#answer = answer;
      this.#parts.alert.replaceChildren();
      this.#render();
      if (this.shadowRoot.activeElement === input) this.#listbox.open();
      if (this.#wantsFirst) this.#enter();
      this.#emit("ken-search", { query: typed, hits: answer.hits, impression: answer.impression });
      this.#recordTimer = setTimeout(() => this.#recordSearch(), RECORD_AFTER_MS);
    } catch (error) {
      if (!searching.signal.aborted) this.#fail(error, () => this.#search());
    } finally {
      if (this.#searching === searching) field.classList.remove("busy");
    }
  }

  /** Activates the first article, once the answer for the text in the field is there. */
  #enter() {
    this.#wantsFirst = this.#answer?.typed !== this.#parts.input.value;
    if (this.#wantsFirst) return;
    this.#listbox.open();
    this.#listbox.activateWhere(({ article }) => article);
  }

  async #answerTo(typed, signal) {
    const snapshot = await this.load();
    if (signal.aborted) throw signal.reason;
    // Phone keyboards append a space to a word that may continue.
    const completing = snapshot.complete(typed.trimEnd(), { limit: COMPLETIONS + 1, signal });
    const [completions, answer] = await Promise.all([
      // A shard of the completions that does not load does not hide the articles.
      completing.catch((error) => ({ words: [], titles: [], error })),
      snapshot.search(typed, { context: this.#fullContext(), limit: this.limit, signal }),
    ]);
    if (completions.error) {
      // Without articles the completions may be the only answer.
      if (signal.aborted || !answer.hits.length) throw completions.error;
      this.#fail(completions.error);
    }
    const text = typed.trim().toLowerCase();
    const words = completions.words.filter((word) => word.text.toLowerCase() !== text).slice(0, COMPLETIONS);
    return { ...answer, typed, completions: { ...completions, words }, isRecorded: false };
  }

  #render() {
    const { empty } = this.#parts;
    const i18n = this.#i18n;
    const { typed, hits, impression, completions } = this.#answer;
    for (const hit of hits) this.#known.set(hit.id, hit);
    this.#listbox.show(groupsOf(i18n, { typed, completions, hits, impression, contact: this.contact }));
    const isEmpty = !hits.length && !completions.titles.length;
    empty.hidden = !isEmpty;
    const nothing = i18n.t("none", { query: typed.trim() });
    if (isEmpty) empty.replaceChildren(h("p", {}, nothing), h("slot", { name: "empty" }, h("p", { class: "hint" }, i18n.t("noneHint"))));
    const count = isEmpty ? nothing : i18n.t("count", { n: hits.length });
    const n = completions.words.length;
    this.#announce(n ? `${count}, ${i18n.t("completions", { n })}` : count);
  }

  #clear() {
    const { input } = this.#parts;
    input.value = "";
    input.focus();
    this.#search();
  }

  #choose({ text, article, contact, hit, rank, impression }) {
    const { input } = this.#parts;
    if (text) {
      input.value = `${text} `;
      this.#search();
    } else if (contact) {
      this.#recordSearch();
      this.#openContact(input.value);
    } else {
      this.#recordSearch();
      if (hit) this.#record({ what: "clicked", article, rank, impression });
      if (!this.#emit("ken-select", { article, query: input.value, rank, impression, hit }, true)) return;
      this.#openArticle(article, { impression, from: "search" });
    }
  }

  #fullContext() {
    const context = { ...this.context };
    context.language ??= this.#i18n?.lang.split("-")[0];
    if (this.channel) context.channel ??= this.channel;
    return context;
  }

  #visitOptions() {
    const { party, items, channel = this.channel } = this.context ?? {};
    return { ...(party && { party }), ...(channel && { channel }), ...(items && { products: items }) };
  }

  // Articles.

  async #openArticle(id, { impression, from = "search" }) {
    this.#listbox.close();
    const loading = {};
    this.#loading = loading;
    try {
      const snapshot = await this.load();
      const article = await snapshot.article(id);
      const related = await this.#related(snapshot, article);
      const ids = this.#ids ?? new Set(await snapshot.articleIds());
      await this.#translated;
      // Another card was opened meanwhile.
      if (this.#loading !== loading) return;
      this.#loading = null;
      this.#reading = { id, from, since: Date.now() };
      this.#ids = ids;
      this.#known.set(id, { ...this.#known.get(id), id, title: article.title });
      this.#opened.add(id);
      this.#record({ what: "viewed", article: id, ...(impression && { impression }) });
      const actions = {
        back: () => this.#back(),
        has: (other) => ids.has(other),
        open: (other) => this.#openArticle(other, { from }),
        answer: (solved) => this.#giveFeedback(id, solved),
        write: () => this.#openContact(this.#parts.input.value),
        copied: () => this.#record({ what: "copied", article: id }),
      };
      const next = this.#answer?.hits.find((hit) => !this.#opened.has(hit.id));
      const { freshness } = this.#known.get(id);
      const draw = () => articleCard(this.#i18n, { article, related, next, freshness, contact: this.contact }, actions);
      const { card, title } = draw();
      this.#show(card, title, () => this.#parts.stage.replaceChildren(draw().card));
    } catch (error) {
      if (this.#loading === loading) this.#fail(error, () => this.#openArticle(id, { impression, from }));
    }
  }

  /** Loads the related articles that are in the snapshot. */
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
    this.#reading = this.#loading = null;
    this.#record({ what: "returned", article: id, after_s: (Date.now() - since) / 1000 });
    if (from === "form" && this.#form) return this.#showForm();
    this.#show(null);
    const { input } = this.#parts;
    input.focus();
    if (!this.#answer) return;
    this.#listbox.open();
    this.#listbox.activateWhere(({ article }) => article === id);
  }

  #giveFeedback(article, solved) {
    if (solved) this.#unsolved.delete(article);
    else this.#unsolved.add(article);
    // Recorded first, so that a page that takes the events now gets it.
    this.#record({ what: solved ? "solved" : "did-not-solve", article });
    this.#emit("ken-feedback", { article, solved });
  }

  // Contact form.

  async #openContact(text) {
    await this.#translated;
    this.#listbox.close();
    this.#reading = this.#loading = null;
    this.#form ??= this.#newForm();
    if (!this.#form.area.value) this.#form.area.value = text;
    return this.#showForm();
  }

  #newForm() {
    return contactCard(this.#i18n, {
      back: () => {
        this.#show(null);
        this.#parts.input.focus();
      },
      open: (id, impression) => {
        if (this.#emit("ken-select", { article: id, impression }, true)) this.#openArticle(id, { impression, from: "form" });
      },
      suggest: (message) => {
        this.#suggesting.abort();
        this.#suggesting = new AbortController();
        return this.#suggest(message, this.#suggesting.signal);
      },
      tried: () => [...this.#unsolved].map((id) => this.#known.get(id)),
      announce: (text) => this.#announce(text),
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
      const answer = await snapshot.suggest(message, { ...this.#fullContext(), tried }, { signal });
      if (signal.aborted) return null;
      for (const hit of answer.suggestions) this.#known.set(hit.id, hit);
      return answer;
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
      return null;
    }
  }

  async #send(message) {
    const detail = await this.#recorder.handOver(message, this.#unsolved).catch((error) => {
      this.#fail(error);
      throw error;
    });
    const event = new KenHandoffEvent("ken-handoff", { detail, bubbles: true, composed: true, cancelable: true });
    // After `preventDefault` nothing was sent, and the message stays in the form.
    if (!this.dispatchEvent(event)) return;
    await event.sending;
    // The handoff contains all events; the next need is a new visit.
    this.#recorder.forget();
    this.#form = null;
    this.#opened.clear();
    this.#unsolved.clear();
    const { card, title } = sentCard(this.#i18n, detail, () => {
      this.#show(null);
      this.#clear();
    });
    this.#show(card, title);
  }

  // Recording.

  /** Records the query, once per answer. */
  #recordSearch() {
    clearTimeout(this.#recordTimer);
    const answer = this.#answer;
    if (!answer || answer.isRecorded) return;
    answer.isRecorded = true;
    const shown = { what: "shown", impression: answer.impression };
    this.#record({ what: "searched", query: answer.typed.trim() }, ...(answer.hits.length ? [shown] : []));
  }

  async #record(...events) {
    if (!this.#consent) return;
    await this.#recorder.record(...events);
    if (this.#recorder.waiting >= BATCH_SIZE) this.#offerBatch();
  }

  /** Offers the recorded events to the page; if it prevents the event, they stay. */
  #offerBatch() {
    const batch = this.#recorder.takeEvents();
    if (batch && !this.#emit("ken-batch", batch, true)) this.#recorder.giveBack(batch);
  }

  #leave() {
    if (!this.#consent) return;
    this.#offerBatch();
    this.#recorder.store();
  }
}

/** Attributes that are properties, and their defaults. */
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
