/**
 * `<ken-search>`: search, reading and writing to a person, in one element. Loading this module defines it.
 *
 * Nothing is sent by it, and nothing a reader does is written down before the page sets `consent`. With consent,
 * events wait in the page until it takes them: by `ken-batch`, or by `takeBatch()`.
 *
 * Attributes: `src` (address of the snapshot), `lang`, `limit`, `placeholder`, `channel`.
 * Slots: `empty` (below "nothing found"), `contact` (fields of the page in the form), `footer`.
 * Parts: root, field, input, clear, popup, list, group, group-label, option (with word, result or contact), result-title,
 * snippet, mark, badge (with its state), none, hints, card (with article, contact or sent), back, title, meta, notice, body, related, link,
 * feedback, label, hint, textarea, fault, maybe, suggestion, along, send, next, button, retry.
 * Custom properties: `--ken-accent`, `--ken-on-accent`, `--ken-text`, `--ken-muted`, `--ken-surface`, `--ken-line`, `--ken-edge`, `--ken-mark`,
 * `--ken-radius`, `--ken-shadow`, `--ken-font`, `--ken-size`. Dark or light is what `color-scheme` says at the element.
 */

import type { Batch, Context, Handoff, Hit, KenpointError, OpenOptions, Snapshot } from "./index.js";

/** A text: with `{name}` for its values, by plural category of `n`, or made by a function. */
export type Text =
  | string
  | ({ other: string } & { [category in Intl.LDMLPluralRule]?: string })
  | ((values: { n?: number; query?: string; date?: string; title?: string }) => string);

export type TextKey =
  | "label" | "placeholder" | "clear" | "words" | "articles" | "more" | "count" | "completions" | "none" | "noneHint"
  | "move" | "choose" | "close" | "failed" | "retry" | "due" | "overdue" | "expired" | "unverified" | "suspect"
  | "back" | "checked" | "edited" | "related" | "ask" | "yes" | "no" | "solved" | "unsolved" | "next" | "write" | "writeHint"
  | "message" | "missing" | "maybe" | "maybeCount" | "along" | "send" | "sending" | "unsent" | "sent" | "sentHint" | "again";

/** Texts in place of the built-in ones; `dir` where they are written the other way. */
export type Texts = { [key in TextKey]?: Text } & { dir?: "ltr" | "rtl" };

/** An answer came. Nothing is recorded by it. */
export interface Searched {
  query: string;
  hits: Hit[];
  impression: string;
}

/** An article was chosen, which counts as a click. Where the event is prevented, the element does not open it: the page does. */
export interface Selected {
  article: string;
  query?: string;
  /** Its place among the results, from 1. */
  rank?: number;
  impression?: string;
  hit?: Hit;
}

/** Whether an article solved it. */
export interface Feedback {
  article: string;
  solved: boolean;
}

/** The need is handed over; the page sends it. Where the event is prevented, nothing counts as sent and the message stays. */
export declare class KenHandoffEvent extends CustomEvent<Handoff> {
  /** Until it is settled the form says "sending"; when it is rejected, it says so and keeps the message. */
  waitUntil(sending: Promise<unknown>): void;
}

/** All of them bubble and leave shadow trees. */
export interface KenSearchEventMap {
  "ken-search": CustomEvent<Searched>;
  "ken-select": CustomEvent<Selected>;
  "ken-feedback": CustomEvent<Feedback>;
  "ken-handoff": KenHandoffEvent;
  /** Events to be brought to the base. Where the event is prevented, they wait on. */
  "ken-batch": CustomEvent<Batch>;
  /** A failure. Where the event is prevented, the element says nothing of it. */
  "ken-error": CustomEvent<KenpointError | Error>;
}

export declare class KenSearch extends HTMLElement {
  /** Address of the snapshot, as the attribute. It is opened when the field is first used, or by `load()`. */
  src: string;
  /** Results wanted. Default: 6. */
  limit: number;
  placeholder: string;
  channel: string | null;
  /** A snapshot that the page opened, to share it. The element does not close it. */
  snapshot: Snapshot | null;
  /** How `src` is opened: `cache` for use offline, `wasmUrl`, `clock` and so on. */
  openOptions: OpenOptions;
  /** What is known of the situation. */
  context: Context;
  texts: Texts | null;
  /**
   * Whether the reader agreed that what they do is recorded. Default: false, and then nothing is stored and nothing
   * leaves but what they send by the form: their message, and the articles shown there that they said did not help.
   */
  consent: boolean;
  /** Whether there is a form to write to a person. Default: true. */
  contact: boolean;

  /** Opens the snapshot now. */
  load(): Promise<Snapshot>;
  /** Searches as if it was typed. */
  search(text: string): Promise<void>;
  openArticle(id: string): Promise<void>;
  /** Opens the form, with what was searched for unless a text is given. */
  openContact(text?: string): Promise<void>;
  /** The events that wait; null where there are none. */
  takeBatch(): Promise<Batch | null>;

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
  /** And so of elements, documents and windows. */
  interface GlobalEventHandlersEventMap extends KenSearchEventMap {}
}
