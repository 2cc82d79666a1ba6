/**
 * A base in memory, fed by the page or by Node. All calls are synchronous.
 *
 * It suits up to some thousand articles. With 3.3 KB of text each, a put takes 1 to 2 ms and a search some 3 ms, in 1,000
 * articles as in 5,000. Memory is six to seven times the text, and thirty times after a snapshot of 5,000. Run it in a
 * worker of your own with more than some hundred articles, or for imports and snapshots. Nothing is stored: `export`
 * returns the log, and importing the log restores the base.
 *
 * Options are in camelCase; drafts, events and answers are the JSON of `docs/json.md`, in snake_case.
 */
import type { Article, EventBatch, FreshnessState, Handoff, Instant, QueryOptions, SearchAnswer, SearchOptions, SuggestAnswer, SuggestOptions, Viewer } from "./index.js";

export { KenpointError } from "./index.js";

/** JSON of `docs/json.md`. */
export type Json = Record<string, unknown>;
export type Recorded = "new" | "duplicate" | "unchanged";

export interface LiveOptions {
  /** Address of `live.wasm`. Default: beside this module. */
  wasmUrl?: string | URL;
  /** Folder of the stemmers. Default: `stem/` beside this module. */
  stemUrl?: string | URL;
  /** The clock. Default: `Date.now`. */
  clock?: () => number;
  /** Seed of the ids of events without one. Default: 0. */
  seed?: number;
  /** Language of cases and queries. Default: en. */
  language?: string;
  /**
   * Languages of the articles besides `language` and English, whose stemmers are loaded. An article in another language
   * that has a stemmer is rejected with `UnknownName`, since its search results would differ from those elsewhere.
   */
  languages?: string[];
  /** The audiences. Default: internal, customer, public. */
  audiences?: Json;
}

/** Makes an empty base. */
export declare function live(options?: LiveOptions): Promise<Base>;

/** Options of functions that may have to load the engine. */
export interface LoadOptions {
  /** Address of `live.wasm`. Default: beside this module. */
  wasmUrl?: string | URL;
}

export interface PutOptions {
  /** The version that the writer read: makes the put an edit, which fails if another version is current. */
  expects?: number;
}

export interface ResolveOptions {
  /** True if the first contact resolved the case. */
  firstContact?: boolean;
}

export interface ArticleIdsOptions {
  /** The last id of the page before. */
  after?: string;
  /** Default: 1000. */
  limit?: number;
}

export interface MergeReport {
  new: number;
  duplicates: number;
  rejected: { index: number; event: string; code: number; message: string }[];
}

export interface ImportReport {
  /** A sentence for the operator if the import took nothing, or refused more than it took; it names the option that helps. */
  warning: string | null;
  created: number;
  updated: number;
  unchanged: number;
  n_skipped: number;
  skipped: { place: { file: string; line: number | null }; code: number; reason: string }[];
  /** Values that were not taken as they stand; `read_as` is null if a value was dropped. The first 1,000. */
  n_adjusted: number;
  adjusted: { place: { file: string; line: number | null }; key: string; value: string; read_as: string | null; reason: string }[];
  unknown_keys: Record<string, number>;
  /** Pages that their site holds back, such as drafts. `withdrawn`: an earlier import took it, and it is work in progress now. The first 1,000. */
  n_held_back: number;
  held_back: { place: { file: string; line: number | null }; key: string; value: string; withdrawn: boolean }[];
  /** Files that are no source, each with the reason. The first 1,000. */
  files_ignored: number;
  ignored: { file: string; reason: string }[];
  /** The system that the folder was written for, if its files tell. */
  preset: string | null;
  stopped: boolean;
}

export interface ImportOptions {
  audience?: string;
  confidence?: string;
  language?: string;
  kind?: string;
  system?: string;
  arrivals?: "now" | "as-dated";
  /** Dates more than a day ahead of the clock: the record is skipped, or the date becomes now. Default: refuse. */
  datesAhead?: "refuse" | "set-to-now";
  /** Lowest and highest value of surveys. */
  surveyScale?: [number, number];
  /** Called with the number of records so far; returns false to stop the import. */
  onProgress?: (records: number) => boolean | void;
}

/** Options with the viewer, which is required. */
type WithViewer<Options extends QueryOptions> = Omit<Options, "viewer" | "signal"> & { viewer: Viewer };

export declare class Base {
  private constructor();
  put(article: Json, options?: PutOptions): { version: number; recorded: Recorded };
  setFact(fact: Json): { recorded: Recorded };
  changeState(article: string, change: { confidence?: string; audience?: string; governance?: string }): { recorded: Recorded };
  verifyArticle(article: string, by: string): { recorded: Recorded };
  flag(article: string, reason: string, by: string): { recorded: Recorded };
  merge(article: string, into: string): { recorded: Recorded };
  relate(article: string, to: string, relation: string): { recorded: Recorded };
  openCase(draft: Json): { recorded: Recorded };
  note(id: string, entry: Json): { recorded: Recorded };
  resolveCase(id: string, options?: ResolveOptions): { recorded: Recorded };
  closeCase(id: string): { recorded: Recorded };
  reopenCase(id: string): { recorded: Recorded };
  link(link: Json, by: string): { recorded: Recorded };
  judgeLink(id: string, article: string, link: string, verdict: string): { recorded: Recorded };
  retractLink(id: string, article: string, link: string): { recorded: Recorded };
  /** Records all events or none. Default of `at`: now. */
  record(events: Json | Json[]): Recorded[];
  setPolicy(policy: Json): { recorded: Recorded };
  /** Merges the events of readers, each exactly once. `audience` is that of the page, as a viewer if it has entitlements. */
  mergeEvents(batch: EventBatch, audience: string | Viewer): MergeReport;
  /** Merges the events of a handoff and opens a case for it. */
  openHandoff(handoff: Handoff, id: string, audience: string | Viewer): MergeReport;

  search(query: string, options: WithViewer<SearchOptions>): SearchAnswer;
  /** Suggests articles for a text, for a case, or for a case with more text. */
  suggest(text: string, options: WithViewer<SuggestOptions> & { case?: string }): SuggestAnswer;
  /**
   * Returns an article as a viewer sees it, as his snapshot would give it; `ArticleNotFound` for what he may not see.
   * Without a viewer it hides nothing, like the calls after it (docs/viewers.md).
   */
  article(id: string, options?: { viewer?: string | Viewer }): Omit<Article, "html">;
  articleIds(options?: ArticleIdsOptions): string[];
  case(id: string): Json;
  linksOfArticle(id: string): Json[];
  linksOfCase(id: string): Json[];
  freshness(id: string): { state: FreshnessState; since: string | null; due: string | null; expires: string | null; suspect: Json | null; factor: number };
  solveRate(id: string): number;
  /** The reviews of the base. */
  readonly reviews: Reviews;
  readonly policy: Json;
  /** Digest of the content: equal logs have equal digests. */
  digest(): string;
  verify(): Json;
  /** Returns a read-only base with the knowledge of an earlier instant. Close it after use. */
  asOf(known: Instant): Base;

  /** Returns true if `importFiles` reads a file of this name. */
  canImport(name: string): boolean;
  importFiles(files: Iterable<[path: string, bytes: Uint8Array]>, options?: ImportOptions): ImportReport;
  /** Makes a snapshot for a viewer, for `open`, with articles in HTML. */
  snapshot(viewer: Viewer & { at?: Instant }): Uint8Array;
  /** Exports the log as JSON lines. */
  export(): Uint8Array;
  /** Frees the memory; later calls fail. */
  close(): void;
}

export interface Reviews {
  /** Lists the articles to review, the most urgent first. */
  queue(request?: Json): Json[];
}

/**
 * Lists the shards that a manifest, or a whole file, refers to. Pages with an earlier manifest still load its shards:
 * delete only shards that no recent manifest refers to.
 */
export declare function shardNames(manifest: Uint8Array, options?: LoadOptions): Promise<string[]>;

/** Splits a snapshot, for large bases. Serve the manifest as `help.ken` and each shard as `help.ken.d/<name>`. */
export declare function split(snapshot: Uint8Array, options?: LoadOptions): Promise<{ manifest: Uint8Array; shards: Map<string, Uint8Array> }>;
