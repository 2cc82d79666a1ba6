/**
 * kenpoint in the page: a snapshot of a base, searched offline by the ranking of the base.
 *
 * Answers, events and handoffs are the JSON of `docs/json.md`, with the same keys as in C, Python and Rust;
 * what is an option of a function here is in camelCase.
 */

/** Milliseconds since 1970, a date, or RFC 3339. Answers have RFC 3339 in UTC. */
export type Instant = number | Date | string;

/**
 * Every failure but a question that its signal gave up: that is rejected with the reason of the signal.
 *
 * Kinds to expect: `NotABase`, `FormatTooNew` and `Corrupt` of a file; `LoadFailed` where a file did not come and
 * `EngineFailed` where the browser does not start the engine, both with the code 0; `InvalidValue` and `InvalidRecord`
 * of what was given; `ArticleNotFound`; `Closed`; and `Internal` where the engine stopped: it is started again with
 * the next call, so try again.
 */
export declare class KenpointError extends Error {
  private constructor();
  /** The name of the code, such as "Corrupt". */
  readonly kind: string;
  /** Its number, the same in every language; 0 where JavaScript itself failed: loading, the network of the page. */
  readonly code: number;
}

export interface OpenOptions {
  /** Where `engine.wasm` is. Default: beside this module. */
  wasmUrl?: string | URL;
  /** Where `worker.js` is. Default: beside this module. */
  workerUrl?: string | URL;
  /** The folder of the stemmers. Default: `stem/` beside this module. */
  stemUrl?: string | URL;
  /** Whether a worker answers, so that typing never waits. Default: where there are workers. */
  worker?: boolean;
  /** The clock. Default: `Date.now`. */
  clock?: () => number;
  /**
   * Keeps what is loaded in the Cache API under this name, for use offline. A snapshot that was kept answers at once
   * and is renewed behind its answers, for the next time. Default: nothing is kept.
   */
  cache?: string;
  /** How far the file has come, in bytes. The total is not known of a file that is packed on its way. */
  onProgress?: (loaded: number, total: number | undefined) => void;
  signal?: AbortSignal;
}

/**
 * Opens a snapshot: from its address (of a file, or of a manifest with shards beside it), or from its bytes, which are
 * not to be changed before it is closed. In Node an address may be a path.
 */
export declare function open(source: string | URL | ArrayBuffer | Uint8Array, options?: OpenOptions): Promise<Snapshot>;

export interface SnapshotInfo {
  /** The base it was made from: 16 hexadecimal digits. */
  base: string;
  audience: string;
  entitlements: string[];
  /** It answers from what the base knew then. */
  known: string;
  articles: number;
  cases: number;
  /** Stands for everything in it: equal snapshots have equal ones. */
  digest: string;
  bytes: number;
}

export interface Viewer {
  audience: string;
  entitlements?: string[];
}

export interface ProductItem {
  id: string;
  version?: string | null;
}

/** What is known of the situation; what is left out is neutral. */
export interface Context {
  party?: string;
  items?: ProductItem[];
  components?: string[];
  region?: string;
  channel?: string;
  language?: string;
  /** Articles that were tried: a suggestion leaves them out. */
  tried?: string[];
}

export type Kind = "product" | "process" | "company" | "competitive" | "general" | "analytical" | "crm" | "community";
export type FreshnessState = "unverified" | "fresh" | "due-soon" | "due" | "overdue" | "expired";
export type Confidence = "work-in-progress" | "not-validated" | "validated" | "archived";

export interface Filter {
  kinds?: Kind[];
  product?: ProductItem;
  language?: string;
  channel?: string;
  confidence?: Confidence[];
  tags?: string[];
  edited_from?: Instant;
  edited_to?: Instant;
}

export interface AskOptions {
  /** Who looks. Default: the viewer that the snapshot was made for. */
  viewer?: Viewer;
  context?: Context;
  filter?: Filter;
  /** Results wanted, 1 to 10000. Default: 10, for suggestions 3. */
  limit?: number;
  /** Longest snippet in characters, 0 to 2000. Default: 240. With 0 no text is read. */
  snippetChars?: number;
  /** The instant of the view. Default: now, and not before the snapshot's `known`. */
  now?: Instant;
  /** Gives the question up: the promise is rejected with the signal's reason, by default an `AbortError`. */
  signal?: AbortSignal;
}

export interface SearchOptions extends AskOptions {
  /** Results left out at the front. Default: 0. */
  offset?: number;
  /** Whether each hit carries its explanation. Default: false. */
  explain?: boolean;
}

export interface SuggestOptions extends AskOptions {
  /** Nothing below this chance to solve it, 0 to 1. Default: the policy's. */
  threshold?: number;
}

export interface Snippet {
  text: string;
  /** What matches: [from, to) in UTF-16 units of `text`, ascending. (Elsewhere these are bytes of UTF-8.) */
  ranges: [number, number][];
  is_cut_before: boolean;
  is_cut_after: boolean;
}

export interface Factor {
  name: "freshness" | "usefulness" | "relevance" | "context" | "failures";
  value: number;
  words: string;
}

export interface Explanation {
  score: number;
  factors: Factor[];
  text: number;
  case_evidence: number;
  matched: [string, number][];
  summary: string;
}

export interface Hit {
  id: string;
  kind: Kind;
  title: string;
  version: number;
  score: number;
  /** The chance that it solves the problem, 0 to 1. */
  solve: number;
  snippet: Snippet;
  freshness: FreshnessState;
  explanation: Explanation | null;
}

export interface SearchAnswer {
  hits: Hit[];
  /** Names this answer in feedback. */
  impression: string;
  answerable: number;
  is_partial: boolean;
}

export interface Suggestion extends Hit {
  explanation: Explanation;
}

export interface SimilarCase {
  id: string;
  similarity: number;
  solved_by: string[];
}

export interface SuggestAnswer {
  suggestions: Suggestion[];
  similar: SimilarCase[];
  impression: string;
  abstained: boolean;
}

export interface Completions {
  words: { text: string; articles: number }[];
  titles: { text: string; article: string }[];
}

export interface Section {
  role: "issue" | "environment" | "cause" | "resolution" | "summary" | "note";
  heading: string | null;
  /** Sanitised HTML. */
  text: string;
}

/** Where it holds; what is empty or null holds everywhere. */
export interface Scope {
  products: { id: string; versions: string | null }[];
  components: string[];
  regions: string[];
  channels: string[];
  valid_from: string | null;
  valid_to: string | null;
  entitlement: string[];
}

export interface Article {
  id: string;
  kind: Kind;
  version: number;
  change: "minor" | "major" | "fact" | "review-only";
  title: string;
  sections: Section[];
  language: string;
  audience: string;
  confidence: Confidence;
  governance: "open" | "restricted";
  scope: Scope;
  /** When it is due for review. Null of a fact. */
  freshness: { interval_days: number | null; date: string | null; ttl_days: number | null } | null;
  tags: string[];
  created: string;
  edited: string;
  verified: string | null;
  suspect: { reason: "outdated" | "wrong" | "unsafe"; since: string; event: string } | null;
  /** Pairs: what the relation is, and the id of the other article. */
  relations: [string, string][];
  /** What it says as a fact, if it is one. */
  fact: { subject: string; predicate: string; as_of: string; expires: string | null; source: string | null } | null;
  /** All sections as sanitised HTML, each in a `<section data-role>`, with its heading as `<h2>`. */
  html: string;
}

/** A base in the form that answers: a snapshot. */
export declare class Snapshot {
  private constructor();
  /** What it is. After the engine was started again it may be that of a newer file. */
  readonly info: SnapshotInfo;
  search(query: string, options?: SearchOptions): Promise<SearchAnswer>;
  /** What helps with a text that is no case yet: a message as it is being written. */
  suggest(text: string, context?: Context, options?: Omit<SuggestOptions, "context">): Promise<SuggestAnswer>;
  /** How what is being typed may go on. */
  complete(typed: string, options?: { limit?: number; now?: Instant; signal?: AbortSignal }): Promise<Completions>;
  article(id: string): Promise<Article>;
  articleIds(): Promise<string[]>;
  /** A visit, to which everything that a reader does about one need is told. */
  session(options?: SessionOptions): Promise<Session>;
  /** Goes on with a visit whose text form was kept. */
  resume(text: string): Promise<Session>;
  /** Ends the worker and what is under way in it; calls fail afterwards. Without it the worker stays with the page. */
  close(): void;
}

export interface SessionOptions {
  /** Unique among all visits, at most 224 bytes. Default: random. */
  id?: string;
  party?: string;
  channel?: string;
  products?: ProductItem[];
}

/** What a reader does. `at` is now unless said otherwise. */
export type What = { at?: Instant } & (
  // Generated from core/src/model/event_kind.rs.
  | { what: "flagged"; article: string; reason: "outdated" | "wrong" | "unclear" | "duplicate" | "unsafe" }
  | { what: "searched"; query: string }
  | { what: "shown"; impression: string }
  | { what: "clicked"; article: string; rank?: number; impression?: string }
  | { what: "viewed"; article: string; impression?: string }
  | { what: "dwelt"; article: string; seconds: number }
  | { what: "copied"; article: string }
  | { what: "returned"; article: string; after_s: number }
  | { what: "rated"; article: string; value: number }
  | { what: "solved"; article: string }
  | { what: "did-not-solve"; article: string }
  | { what: "commented"; article: string; text: string }
  // End of the generated part.
);

/** Events on their way to the base: `merge_events` takes them in exactly once. */
export interface Batch {
  base: string;
  events: Record<string, unknown>[];
}

export interface Handoff {
  session: string;
  at: string;
  audience: string;
  party: string | null;
  channel: string | null;
  products: ProductItem[];
  words: { at: string; from: "query" | "message"; text: string }[];
  shown: string[];
  tried: { article: string; at: string; came: "solved" | "did-not-solve" | "unsaid" }[];
  leave_out: string[];
  batch: Batch;
}

export type VisitEnd = { ended: "solved"; article: string } | { ended: "handed-over" } | { ended: "silent" };

/** A visit. Its calls take effect in the order in which they were made, whether or not they were awaited. */
export declare class Session {
  private constructor();
  readonly id: string;
  /** Records what the reader did. */
  record(done: What): Promise<void>;
  /** The events since the last call. */
  take(): Promise<Batch>;
  /** What came of it so far. To leave in silence is not to be helped. */
  end(): Promise<VisitEnd>;
  /** Hands the need over: everything an agent needs to go on, for `open_handoff` at the base. */
  handoff(message: string, at?: Instant): Promise<Handoff>;
  /** The text form, for `Snapshot.resume`. */
  text(): Promise<string>;
  /** Calls fail afterwards. */
  close(): void;
}
