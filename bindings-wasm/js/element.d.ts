/**
 * `<ken-search>`: search, article reader and contact form in one element. Importing this module defines it.
 *
 * It sends nothing, and records nothing before the page sets `consent`. With consent, recorded events wait until the page
 * takes them, by `ken-batch` or by `takeEvents()`.
 *
 * Attributes: `src` (address of the snapshot), `lang`, `limit`, `placeholder`, `channel`.
 * Slots: `empty` (below "nothing found"), `contact` (fields of the page in the form), `footer`.
 * Parts: root, field, input, clear, popup, list, group, group-label, option (with word, result or contact), result-title,
 * snippet, mark, badge (with its state), empty, hints, card (with article, contact or sent), back, title, meta, notice, body, related, link,
 * feedback, label, hint, textarea, error, suggestions, suggestion, attached, send, next, button, retry.
 * Custom properties: `--ken-accent`, `--ken-on-accent`, `--ken-text`, `--ken-muted`, `--ken-surface`, `--ken-border`, `--ken-control-border`, `--ken-mark`,
 * `--ken-radius`, `--ken-shadow`, `--ken-font`, `--ken-size`. `color-scheme` selects dark or light.
 */

import type { Context, EventBatch, Handoff, Hit, KenpointError, OpenOptions, Snapshot } from "./index.js";

/** A text: a string with `{name}` for values, one string per plural category of `n`, or a function. */
export type Text =
  | string
  | ({ other: string } & { [category in Intl.LDMLPluralRule]?: string })
  | ((values: { n?: number; query?: string; date?: string; title?: string }) => string);

export type TextKey =
  | "label" | "placeholder" | "clear" | "words" | "articles" | "more" | "count" | "completions" | "none" | "noneHint"
  | "move" | "choose" | "close" | "failed" | "retry" | "due" | "overdue" | "expired" | "unverified" | "suspect"
  | "back" | "checked" | "edited" | "related" | "ask" | "yes" | "no" | "solved" | "unsolved" | "next" | "write" | "writeHint"
  | "message" | "missing" | "maybe" | "maybeCount" | "along" | "send" | "sending" | "unsent" | "sent" | "sentHint" | "again";

/** Texts that replace the built-in ones, and their direction. */
export type Texts = { [key in TextKey]?: Text } & { dir?: "ltr" | "rtl" };

/** An answer. Nothing is recorded by it. */
export interface SearchDetail {
  query: string;
  hits: Hit[];
  impression: string;
}

/** A choice of an article, which counts as a click. `preventDefault` keeps the element from opening it. */
export interface SelectDetail {
  article: string;
  query?: string;
  /** Rank among the results, from 1. */
  rank?: number;
  impression?: string;
  hit?: Hit;
}

/** An answer to "did this solve it?". */
export interface FeedbackDetail {
  article: string;
  solved: boolean;
}

/** A handoff for the page to send. After `preventDefault` nothing counts as sent and the message stays. */
export declare class KenHandoffEvent extends CustomEvent<Handoff> {
  /** The form shows "sending" until the promise settles; if it is rejected, the form shows an error and keeps the message. */
  waitUntil(sending: Promise<unknown>): void;
}

/** All events bubble and cross shadow roots. */
export interface KenSearchEventMap {
  "ken-search": CustomEvent<SearchDetail>;
  "ken-select": CustomEvent<SelectDetail>;
  "ken-feedback": CustomEvent<FeedbackDetail>;
  "ken-handoff": KenHandoffEvent;
  /** Recorded events for the base. After `preventDefault` they stay. */
  "ken-batch": CustomEvent<EventBatch>;
  /** An error. After `preventDefault` the element does not show it. */
  "ken-error": CustomEvent<KenpointError | Error>;
}

export declare class KenSearch extends HTMLElement {
  /** Address of the snapshot. It is opened when the field first gets the focus, or by `load()`. */
  src: string;
  /** Greatest number of results. Default: 6. */
  limit: number;
  placeholder: string;
  channel: string | null;
  /** A snapshot of the page, in place of `src`. The element does not close it. */
  snapshot: Snapshot | null;
  /** Options for opening `src`: `cache` for use offline, `wasmUrl`, `clock` and so on. */
  openOptions: OpenOptions;
  /** The situation of the reader. */
  context: Context;
  texts: Texts | null;
  /**
   * The reader's consent to recording. Default: false. Without it nothing is stored, and a handoff contains only the
   * message and the articles that the form lists as not helpful.
   */
  consent: boolean;
  /** Offers the contact form. Default: true. */
  contact: boolean;

  /** Opens the snapshot. */
  load(): Promise<Snapshot>;
  /** Searches for a text as if it were typed. */
  search(text: string): Promise<void>;
  openArticle(id: string): Promise<void>;
  /** Opens the contact form with a text; default: the text in the field. */
  openContact(text?: string): Promise<void>;
  /** Takes the recorded events; null if there are none. */
  takeEvents(): Promise<EventBatch | null>;

  addEventListener<K extends keyof KenSearchEventMap>(
    type: K,
    listener: (this: KenSearch, event: KenSearchEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener<K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (this: KenSearch, event: HTMLElementEventMap[K]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "ken-search": KenSearch;
  }
  /** Types the events on elements, documents and windows. */
  interface GlobalEventHandlersEventMap extends KenSearchEventMap {}
}
