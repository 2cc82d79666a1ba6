/**
 * A base in memory, fed by the page or by Node. Every call is answered before it returns, in the thread that calls.
 * It is meant for up to some thousand articles: with 3.3 KB of text each, putting one takes 1 to 2 ms, a search some 3 ms in
 * 1,000 as in 5,000, and memory is six to seven times the text, after a snapshot of 5,000 thirty times. With more than some hundred, or with imports and snapshots,
 * put it into a worker of your own. Nothing is kept: `export` gives the log, and importing it gives the base back.
 *
 * Drafts, events and answers are the JSON of `docs/json.md`.
 */
import type { Article, AskOptions, Batch, FreshnessState, Handoff, Instant, SearchAnswer, SearchOptions, SuggestAnswer, SuggestOptions, Viewer } from "./index.js";

export { KenpointError } from "./index.js";

/** JSON as `docs/json.md` has it. */
export type Json = Record<string, unknown>;
export type Recorded = "new" | "known" | "unchanged";

export interface LiveOptions {
  /** Where `live.wasm` is. Default: beside this module. */
  wasmUrl?: string | URL;
  /** The folder of the stemmers. Default: `stem/` beside this module. */
  stemUrl?: string | URL;
  /** The clock. Default: `Date.now`. */
  clock?: () => number;
  /** Makes ids for events that come without. Default: 0. */
  seed?: number;
  /** The language of cases and queries. Default: en. */
  language?: string;
  /**
   * What articles are written in, beside that language and English: their stemmers are loaded. An article in another
   * language that has a stemmer is refused with `UnknownName`, since it would be found by other words than elsewhere.
   */
  languages?: string[];
  /** Who may see what. Default: internal, customer, public. */
  audiences?: Json;
}

/** Makes an empty base. */
export declare function live(options?: LiveOptions): Promise<Base>;

export interface Merged {
  new: number;
  known: number;
  refused: { index: number; event: string; code: number; message: string }[];
}

export interface ImportReport {
  created: number;
  updated: number;
  unchanged: number;
  n_skipped: number;
  skipped: { place: { file: string; line: number | null }; code: number; reason: string }[];
  unknown_keys: Record<string, number>;
  files_ignored: number;
  stopped: boolean;
}

export interface ImportOptions {
  audience?: string;
  confidence?: string;
  language?: string;
  kind?: string;
  system?: string;
  arrivals?: "now" | "as-dated";
  survey_scale?: [number, number];
  /** Is told how many records were read; false stops. */
  onProgress?: (records: number) => boolean | void;
}

/** Who looks is always said. */
type By<Options extends AskOptions> = Omit<Options, "viewer" | "signal"> & { viewer: Viewer };

export declare class Base {
  private constructor();
  /** `expects` is the version the writer saw: an edit, which fails if it is no longer the current one. */
  put(article: Json, options?: { expects?: number }): { version: number; recorded: Recorded };
  setFact(fact: Json): { recorded: Recorded };
  changeState(article: string, change: { confidence?: string; audience?: string; governance?: string }): { recorded: Recorded };
  verifyArticle(article: string, by: string): { recorded: Recorded };
  flag(article: string, reason: string, by: string): { recorded: Recorded };
  merge(article: string, into: string): { recorded: Recorded };
  relate(article: string, to: string, relation: string): { recorded: Recorded };
  openCase(draft: Json): { recorded: Recorded };
  note(id: string, entry: Json): { recorded: Recorded };
  resolveCase(id: string, options?: { firstContact?: boolean }): { recorded: Recorded };
  closeCase(id: string): { recorded: Recorded };
  reopenCase(id: string): { recorded: Recorded };
  link(link: Json, by: string): { recorded: Recorded };
  judgeLink(id: string, article: string, link: string, verdict: string): { recorded: Recorded };
  retractLink(id: string, article: string, link: string): { recorded: Recorded };
  /** Events, wholly or not at all; those without an instant are of now. */
  record(events: Json | Json[]): Recorded[];
  setPolicy(policy: Json): { recorded: Recorded };
  /** Takes in what readers did, exactly once. */
  mergeEvents(batch: Batch, audience: string): Merged;
  openHandoff(handoff: Handoff, id: string, audience: string): Merged;

  search(query: string, options: By<SearchOptions>): SearchAnswer;
  /** For a text, or for the case on the screen with more text. */
  suggest(text: string, options: By<SuggestOptions> & { case?: string }): SuggestAnswer;
  article(id: string): Omit<Article, "html">;
  articleIds(options?: { after?: string; limit?: number }): string[];
  case(id: string): Json;
  linksOfArticle(id: string): Json[];
  linksOfCase(id: string): Json[];
  freshness(id: string): { state: FreshnessState; since: string | null; due: string | null; expires: string | null; suspect: Json | null; factor: number };
  solveRate(id: string): number;
  reviewQueue(request?: Json): Json[];
  readonly policy: Json;
  /** Stands for everything in it: equal logs give equal ones. */
  digest(): string;
  verify(): Json;
  /** The base as it was known then, to be read. */
  asOf(known: Instant): Base;

  /** Whether an import reads a file of this name, by its ending: what it does not read need not be loaded. */
  reads(name: string): boolean;
  importFiles(files: Iterable<[path: string, bytes: Uint8Array]>, options?: ImportOptions): ImportReport;
  /** What one audience may see, as the bytes that `open` takes, with articles in HTML. */
  snapshot(viewer: Viewer & { at?: Instant }): Uint8Array;
  /** The log, as JSON lines. */
  export(): Uint8Array;
  /** Frees what it holds; calls fail afterwards. */
  close(): void;
}

/** The names of the parts of a front, or of a whole file. Pages that have an earlier front still ask for its parts: remove only what none of these fronts names. */
export declare function partNames(front: Uint8Array, options?: { wasmUrl?: string | URL }): Promise<string[]>;

/** A snapshot in parts, for large bases: the front is served as `help.ken`, each part as `help.ken.d/<name>`. */
export declare function cut(snapshot: Uint8Array, options?: { wasmUrl?: string | URL }): Promise<{ front: Uint8Array; parts: Map<string, Uint8Array> }>;
