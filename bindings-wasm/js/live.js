/** A base in memory, fed by the page or by Node. All calls are synchronous. `live.d.ts` documents it. */
import { instant, readAnswer, toArgs } from "./convert.js";
import { json, KenpointError, text } from "./error.js";
import * as engine from "./live-engine.js";
import { compile, start } from "./load.js";
import { stemmers } from "./stem.js";

export { KenpointError };

let starting;

/** Loads the engine once. A load that failed is tried again. */
async function started(wasmUrl = new URL("./live.wasm", import.meta.url)) {
  starting ??= compile(`${wasmUrl}`, {}).then((module) => start(engine, module));
  starting.catch(() => (starting = undefined));
  await starting.catch(rethrow);
}

/** Makes an empty base. */
export async function live({ wasmUrl, stemUrl, clock = Date.now, ...options } = {}) {
  await started(wasmUrl);
  const given = JSON.stringify(options);
  const languages = run(() => engine.Live.languages(given));
  const stem = await stemmers(languages, stemUrl, {}).catch(rethrow);
  return run(() => new Base(new engine.Live(given, stem, now(clock)), clock));
}

/** Throws a `KenpointError` for an error of the engine, text of the form `number name message`, or of `convert.js`. */
function rethrow(thrown) {
  const [, code, kind, message] = /^(\d+) (\w+) (.*)/s.exec(thrown) ?? [];
  if (kind) throw new KenpointError({ kind, code: +code, message });
  throw thrown.kind ? new KenpointError(thrown) : thrown;
}

/** Returns the viewer of a call that also takes the audience alone. */
function viewerOf(audience) {
  return typeof audience === "string" ? { audience } : audience;
}

function run(work) {
  try {
    return work();
  } catch (thrown) {
    return rethrow(thrown);
  }
}

/** Removes the schema number from JSON that the library wrote, and fails unless it is 1. */
function withoutSchema(args) {
  const values = Object.entries(args).map(([name, value]) => {
    const { schema = 1, ...others } = Array.isArray(value) ? {} : Object(value);
    if (schema !== 1) throw { kind: "InvalidRecord", code: 107, message: `${name}: schema ${schema} is not the one this library reads, 1; update the library` };
    return [name, value?.schema === undefined ? value : others];
  });
  return Object.fromEntries(values);
}

const now = (clock) => Math.trunc(clock());

/** Names options as the core names its members. An option in snake_case is unknown. */
function toMembers(options) {
  const members = Object.entries(options).map(([name, value]) => {
    if (name.includes("_")) throw { kind: "InvalidRecord", code: 107, message: `${name}: there is no such option; options are in camelCase` };
    return [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value];
  });
  return Object.fromEntries(members);
}

/** A base. `asOf` returns one, too, which is read-only. */
export class Base {
  #live;
  #clock;

  constructor(live, clock) {
    [this.#live, this.#clock] = [live, clock];
  }

  put(article, options = {}) {
    return this.#command("put", { article }, options);
  }

  setFact(fact) {
    return this.#command("set_fact", { fact });
  }

  changeState(article, change) {
    return this.#command("change_state", { article, change });
  }

  verifyArticle(article, by) {
    return this.#command("verify_article", { article, by });
  }

  flag(article, reason, by) {
    return this.#command("flag", { article, reason, by });
  }

  merge(article, into) {
    return this.#command("merge", { article, into });
  }

  relate(article, to, relation) {
    return this.#command("relate", { article, to, relation });
  }

  openCase(draft) {
    return this.#command("open_case", { draft });
  }

  note(id, entry) {
    return this.#command("note", { case: id, entry });
  }

  resolveCase(id, options = {}) {
    return this.#command("resolve_case", { case: id }, options);
  }

  closeCase(id) {
    return this.#command("close_case", { case: id });
  }

  reopenCase(id) {
    return this.#command("reopen_case", { case: id });
  }

  link(link, by) {
    return this.#command("link", { link, by });
  }

  judgeLink(id, article, link, verdict) {
    return this.#command("judge_link", { case: id, article, link, verdict });
  }

  retractLink(id, article, link) {
    return this.#command("retract_link", { case: id, article, link });
  }

  /** Records all events or none. The time of an event without `at` is now. */
  record(events) {
    const at = now(this.#clock);
    const all = [events].flat().map((event) => ({ ...event, at: event.at ?? at }));
    return this.#command("record", { events: all }).recorded;
  }

  setPolicy(policy) {
    return this.#command("set_policy", { policy });
  }

  mergeEvents(batch, audience) {
    return this.#command("merge_events", { batch, viewer: viewerOf(audience) });
  }

  openHandoff(handoff, id, audience) {
    return this.#command("open_handoff", { handoff, case: id, viewer: viewerOf(audience) });
  }

  search(query, { viewer, ...options }) {
    return this.#search("search", { ...options, query, viewer });
  }

  suggest(message, { viewer, ...options }) {
    return this.#search("suggest", { ...options, text: message, viewer });
  }

  article(id, { viewer } = {}) {
    return viewer ? this.#query("article_for", { id, viewer: viewerOf(viewer) }) : this.#query("article", { id });
  }

  articleIds({ after, limit = 1000 } = {}) {
    return this.#query("article_ids", { after, limit }).ids;
  }

  case(id) {
    return this.#query("case", { id });
  }

  linksOfArticle(id) {
    return this.#query("links_of_article", { id }).links;
  }

  linksOfCase(id) {
    return this.#query("links_of_case", { id }).links;
  }

  freshness(id) {
    return this.#query("freshness", { id });
  }

  solveRate(id) {
    return this.#query("solve_rate", { id }).solve_rate;
  }

  get reviews() {
    return { queue: (request = {}) => this.#query("review_queue", { request }).items };
  }

  get policy() {
    return this.#query("policy");
  }

  digest() {
    return this.#query("digest").digest;
  }

  verify() {
    return this.#query("verify");
  }

  /** Returns the base as known at an earlier instant. */
  asOf(known) {
    return run(() => {
      const then = instant("known", known);
      return new Base(this.#live.as_of(then), () => then);
    });
  }

  /** Returns true if an import reads a file of this name. */
  canImport(name) {
    return this.#live.can_import(text("name", name));
  }

  /** Imports files by their paths relative to one folder. */
  importFiles(files, { onProgress = () => true, ...options } = {}) {
    const all = [...files];
    const [names, lengths] = [all.map(([name]) => text("name", name)), Uint32Array.from(all, ([, bytes]) => bytes.length)];
    const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
    let at = 0;
    for (const [, one] of all) {
      bytes.set(one, at);
      at += one.length;
    }
    const goesOn = (records) => onProgress(records) !== false;
    return this.#run(() => JSON.parse(this.#live.import_files(names, lengths, bytes, JSON.stringify(toMembers(options)), goesOn)));
  }

  /** Makes a snapshot for a viewer. */
  snapshot({ audience, entitlements = [], at }) {
    const known = at == null ? undefined : instant("at", at);
    return this.#run(() => this.#live.snapshot(text("audience", audience), entitlements, known));
  }

  /** Exports the log as JSON lines. */
  export() {
    return this.#run(() => this.#live.export());
  }

  close() {
    this.#live.free();
  }

  #run(work) {
    return run(() => {
      this.#live.tick(now(this.#clock));
      return work();
    });
  }

  #command(call, args, options = {}) {
    const members = () => JSON.stringify({ ...withoutSchema(args), ...toMembers(options) });
    return this.#run(() => JSON.parse(this.#live.command(call, members())));
  }

  #query(call, args = {}) {
    return this.#run(() => JSON.parse(this.#live.query(call, JSON.stringify(withoutSchema(args)))));
  }

  #search(call, { now: at = now(this.#clock), ...members }) {
    return this.#run(() => readAnswer(this.#live[call](toArgs(JSON.parse(json(call, { ...members, now: at }))))));
  }
}

/** Splits a snapshot into a manifest and shards by name. */
export async function split(snapshot, { wasmUrl } = {}) {
  await started(wasmUrl);
  return run(() => {
    const split = new engine.Split(snapshot);
    try {
      const shards = split.names().map((name, index) => [name, split.shard(index)]);
      return { manifest: split.manifest(), shards: new Map(shards) };
    } finally {
      split.free();
    }
  });
}

/** Returns the names of the shards that a manifest refers to. */
export async function shardNames(manifest, { wasmUrl } = {}) {
  await started(wasmUrl);
  return run(() => engine.shard_names(manifest));
}
