/**
 * kenpoint in the page: offline search in a snapshot of a base, ranked as the base ranks it.
 *
 * Functions, properties and options (the types whose names end in `Options`) are in camelCase; everything that is JSON
 * of `docs/json.md` (answers, events, filters, drafts) has the snake_case keys that it has in every language.
 */

/** Milliseconds since 1970, a `Date`, or RFC 3339. Answers contain RFC 3339 in UTC. */
export type Instant = number | Date | string;

/**
 * Every error of the library. A call that its signal aborts is rejected with the reason of the signal.
 *
 * Kinds to expect: `NotABase`, `FormatTooNew` and `Corrupt` for a file; `LoadFailed` if a file cannot be loaded and
 * `EngineFailed` if the browser does not start the engine, both with the code 0; `InvalidValue` and `InvalidRecord`
 * for arguments; `ArticleNotFound`; `Contradiction` for a visit of another base or audience; `Closed`; and `Internal`
 * if the engine stopped: the next call starts it again, so try again.
 */
export declare class KenpointError extends Error {
  private constructor();
  /** Name of the code, such as "Corrupt". */
  readonly kind: string;
  /** Number of the code, the same in every language; 0 for errors of JavaScript itself, such as loading a file. */
  readonly code: number;
}

export interface OpenOptions {
  /** Address of `engine.wasm`. Default: beside this module. */
  wasmUrl?: string | URL;
  /** Address of `worker.js`. Default: beside this module. */
  workerUrl?: string | URL;
  /** Folder of the stemmers. Default: `stem/` beside this module. */
  stemUrl?: string | URL;
  /** Runs the engine in a worker, so that typing never waits. Default: true if there are workers. */
  worker?: boolean;
  /** The clock. Default: `Date.now`. */
  clock?: () => number;
  /**
   * Keeps the loaded files in the Cache API under this name, for use offline. A cached snapshot answers at once and is
   * renewed in the background, for the next time. Default: nothing is kept.
   */
  cache?: string;
  /** Reports the loaded bytes. The total of a compressed response is unknown. */
  onProgress?: (loaded: number, total: number | undefined) => void;
  signal?: AbortSignal;
}

/**
 * Opens a snapshot from an address, of a file or of a manifest with shards beside it, or from bytes. Do not change the
 * bytes before it is closed. In Node an address may be a path.
 */
export declare function open(source: string | URL | ArrayBuffer | Uint8Array, options?: OpenOptions): Promise<Snapshot>;

export interface SnapshotInfo {
  /** Id of its base: 16 hexadecimal digits. */
  base: string;
  audience: string;
  entitlements: string[];
  /** Instant of its knowledge. */
  known: string;
  articles: number;
  cases: number;
  /** Digest of the content: equal snapshots have equal digests. */
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

/** The situation of the reader; absent members are neutral. */
export interface Context {
  party?: string;
  items?: ProductItem[];
  components?: string[];
  region?: string;
  channel?: string;
  language?: string;
  /** Articles that the reader tried; suggestions leave them out. */
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

export interface QueryOptions {
  /** Default: the viewer of the snapshot. */
  viewer?: Viewer;
  context?: Context;
  filter?: Filter;
  /** Greatest number of results, 1 to 10000. Default: 10, for suggestions 3. */
  limit?: number;
  /** Greatest length of a snippet in characters, 0 to 2000. Default: 240. With 0 no text is read. */
  snippetChars?: number;
  /** Instant of the view. Default: now, at least the `known` of the snapshot. */
  now?: Instant;
  /** Aborts the call: the promise is rejected with the reason of the signal, by default an `AbortError`. */
  signal?: AbortSignal;
}

export interface SearchOptions extends QueryOptions {
  /** Number of results to skip. Default: 0. */
  offset?: number;
  /** Adds an explanation to each hit. Default: false. */
  explain?: boolean;
}

export interface SuggestOptions extends QueryOptions {
  /** Least `solve_probability` of a suggestion, 0 to 1. Default: that of the ranking policy. */
  threshold?: number;
}

export interface CompleteOptions {
  /** Greatest number of completions. Default: 10. */
  limit?: number;
  now?: Instant;
  signal?: AbortSignal;
}

export interface Snippet {
  text: string;
  /** Matches: [from, to) in UTF-16 units of `text`, ascending. (In other languages these are bytes of UTF-8.) */
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
  /** Probability that it solves the problem, 0 to 1. */
  solve_probability: number;
  snippet: Snippet;
  freshness: FreshnessState;
  explanation: Explanation | null;
}

export interface SearchAnswer {
  hits: Hit[];
  /** Identifies this answer in feedback. */
  impression: string;
  /** `solve_probability` of the best hit, 0 if there is none. */
  answerable: number;
  is_partial: boolean;
  /**
   * The parts of the query, as typed, that were read as plain words although their signs ask for more, or dropped:
   * conditions that no visible article meets, signs in a pasted text or a command, words of a long text. Usually empty.
   */
  relaxed: string[];
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
  /** True if there were candidates, all of them below the threshold. */
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

/** Where an article holds; empty and null members hold everywhere. */
export interface Scope {
  products: { id: string; versions: string | null }[];
  components: string[];
  regions: string[];
  channels: string[];
  valid_from: string | null;
  /** The first instant at which it holds no longer. In a draft a bare date lasts through that day in UTC. */
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
  /** The review schedule. Null for a fact. */
  freshness: { interval_days: number | null; date: string | null; ttl_days: number | null } | null;
  tags: string[];
  created: string;
  edited: string;
  verified: string | null;
  suspect: { reason: "outdated" | "wrong" | "unsafe"; since: string; event: string } | null;
  /** Pairs of a relation and the id of the other article. */
  relations: [string, string][];
  /** The content of a fact. */
  fact: { subject: string; predicate: string; as_of: string; expires: string | null; source: string | null } | null;
  /** All sections as sanitised HTML, each in a `<section data-role>`, with its heading as `<h2>`. */
  html: string;
}

/** A snapshot of a base. */
export declare class Snapshot {
  private constructor();
  /** Describes the snapshot. After a restart of the engine it may describe a newer file. */
  readonly info: SnapshotInfo;
  search(query: string, options?: SearchOptions): Promise<SearchAnswer>;
  /** Suggests articles for a text, such as a message that is being written. */
  suggest(text: string, context?: Context, options?: Omit<SuggestOptions, "context">): Promise<SuggestAnswer>;
  /** Completes the text that is being typed. */
  complete(typed: string, options?: CompleteOptions): Promise<Completions>;
  article(id: string): Promise<Article>;
  articleIds(): Promise<string[]>;
  /** Begins a visit, which records the events of a reader with one need. */
  visit(options?: VisitOptions): Promise<Visit>;
  /** Resumes a visit from its text form. Fails with `Contradiction` for a visit of another base or audience: begin a new one. */
  resume(text: string): Promise<Visit>;
  /** Ends the worker and its pending calls; later calls fail. Otherwise the worker lives as long as the page. */
  close(): void;
}

export interface VisitOptions {
  /** Id, unique among all visits, at most 224 bytes. Default: random. */
  id?: string;
  party?: string;
  channel?: string;
  products?: ProductItem[];
}

/** An event of a reader. Default of `at`: now. */
export type Feedback = { at?: Instant } & (
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

/** Events for the base: `merge_events` merges each of them exactly once. */
export interface EventBatch {
  base: string;
  events: Record<string, unknown>[];
}

/** A need for an agent, with everything to continue from. */
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
  batch: EventBatch;
}

export type VisitOutcome = { ended: "solved"; article: string } | { ended: "handed-over" } | { ended: "silent" };

/** A visit. Its calls take effect in the order in which they are made, whether or not they are awaited. */
export declare class Visit {
  private constructor();
  readonly id: string;
  /** Records an event of the reader. */
  record(event: Feedback): Promise<void>;
  /** Returns the events since the last call. */
  takeEvents(): Promise<EventBatch>;
  /** Returns the outcome so far. A visit that ends in silence is not counted as solved. */
  outcome(): Promise<VisitOutcome>;
  /** Makes the handoff, for `open_handoff` of the base. Default of `at`: now. */
  handOver(message: string, at?: Instant): Promise<Handoff>;
  /** Returns the text form, for `Snapshot.resume`. */
  text(): Promise<string>;
  /** Closes the visit; later calls fail. */
  close(): void;
}
