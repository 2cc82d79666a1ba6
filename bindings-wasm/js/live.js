/**
 * A base in memory, fed by the page or by Node: the second engine, with objects for its JSON. Every call is
 * answered before it returns. The types, `live.d.ts`, are its manual.
 */
import { answer, instant, text, told } from "./ask.js";
import { json, KenpointError } from "./error.js";
import * as engine from "./live-engine.js";
import { compile, start } from "./load.js";
import { stemmers } from "./stem.js";

export { KenpointError };

let starting;

/** Loads the engine, once. What failed to load may be tried again. */
async function started(wasmUrl = new URL("./live.wasm", import.meta.url)) {
  starting ??= compile(`${wasmUrl}`, {}).then((module) => start(engine, module));
  starting.catch(() => (starting = undefined));
  await starting.catch(refuse);
}

/** Makes an empty base. */
export async function live({ wasmUrl, stemUrl, clock = Date.now, ...options } = {}) {
  await started(wasmUrl);
  const given = JSON.stringify(options);
  const languages = tried(() => engine.Live.languages(given));
  const stem = await stemmers(languages, stemUrl, {}).catch(refuse);
  return tried(() => new Base(new engine.Live(given, stem, now(clock)), clock));
}

/** What the engine refuses is text, `number name message`; what JavaScript refuses has these members already. */
function refuse(thrown) {
  const [, code, kind, message] = /^(\d+) (\w+) (.*)/s.exec(thrown) ?? [];
  if (kind) throw new KenpointError({ kind, code: +code, message });
  throw thrown.kind ? new KenpointError(thrown) : thrown;
}

function tried(work) {
  try {
    return work();
  } catch (thrown) {
    return refuse(thrown);
  }
}

/** What the library wrote says its schema in front; inside of a call it has one place, and is checked there. */
function bare(given) {
  const values = Object.entries(given).map(([name, value]) => {
    const { schema = 1, ...others } = Array.isArray(value) ? {} : Object(value);
    if (schema !== 1) throw { kind: "InvalidRecord", code: 107, message: `${name}: schema ${schema} is not the one this library reads, 1; update the library` };
    return [name, value?.schema === undefined ? value : others];
  });
  return Object.fromEntries(values);
}

const now = (clock) => Math.trunc(clock());

/** A base. What is known of it at an instant of the past is one, too, and read only. */
export class Base {
  #live;
  #clock;

  constructor(live, clock) {
    [this.#live, this.#clock] = [live, clock];
  }

  put(article, { expects } = {}) {
    return this.#act("put", { article, expects });
  }

  setFact(fact) {
    return this.#act("set_fact", { fact });
  }

  changeState(article, change) {
    return this.#act("change_state", { article, change });
  }

  verifyArticle(article, by) {
    return this.#act("verify_article", { article, by });
  }

  flag(article, reason, by) {
    return this.#act("flag", { article, reason, by });
  }

  merge(article, into) {
    return this.#act("merge", { article, into });
  }

  relate(article, to, relation) {
    return this.#act("relate", { article, to, relation });
  }

  openCase(draft) {
    return this.#act("open_case", { draft });
  }

  note(id, entry) {
    return this.#act("note", { case: id, entry });
  }

  resolveCase(id, { firstContact } = {}) {
    return this.#act("resolve_case", { case: id, first_contact: firstContact });
  }

  closeCase(id) {
    return this.#act("close_case", { case: id });
  }

  reopenCase(id) {
    return this.#act("reopen_case", { case: id });
  }

  link(link, by) {
    return this.#act("link", { link, by });
  }

  judgeLink(id, article, link, verdict) {
    return this.#act("judge_link", { case: id, article, link, verdict });
  }

  retractLink(id, article, link) {
    return this.#act("retract_link", { case: id, article, link });
  }

  /** Records events, wholly or not at all; those without an instant are of now. */
  record(events) {
    const at = now(this.#clock);
    const all = [events].flat().map((event) => ({ ...event, at: event.at ?? at }));
    return this.#act("record", { events: all }).recorded;
  }

  setPolicy(policy) {
    return this.#act("set_policy", { policy });
  }

  mergeEvents(batch, audience) {
    return this.#act("merge_events", { batch, audience });
  }

  openHandoff(handoff, id, audience) {
    return this.#act("open_handoff", { handoff, case: id, audience });
  }

  search(query, { viewer, ...options }) {
    return this.#ask("search", answer, { ...options, query, viewer });
  }

  suggest(message, { viewer, ...options }) {
    return this.#ask("suggest", answer, { ...options, text: message, viewer });
  }

  article(id) {
    return this.#look("article", { id });
  }

  articleIds({ after, limit = 1000 } = {}) {
    return this.#look("article_ids", { after, limit }).ids;
  }

  case(id) {
    return this.#look("case", { id });
  }

  linksOfArticle(id) {
    return this.#look("links_of_article", { id }).links;
  }

  linksOfCase(id) {
    return this.#look("links_of_case", { id }).links;
  }

  freshness(id) {
    return this.#look("freshness", { id });
  }

  solveRate(id) {
    return this.#look("solve_rate", { id }).solve_rate;
  }

  reviewQueue(request = {}) {
    return this.#look("review_queue", { request }).items;
  }

  get policy() {
    return this.#look("policy");
  }

  digest() {
    return this.#look("digest").digest;
  }

  verify() {
    return this.#look("verify");
  }

  /** The base as it was known then, for as long as it is needed: `close` frees it. */
  asOf(known) {
    return tried(() => {
      const then = instant("known", known);
      return new Base(this.#live.as_of(then), () => then);
    });
  }

  /** Whether an import reads a file of this name. */
  reads(name) {
    return this.#live.reads(text("name", name));
  }

  /** Imports files, by their paths below the folder they come from. */
  importFiles(files, { onProgress = () => true, ...options } = {}) {
    const all = [...files];
    const [names, lengths] = [all.map(([name]) => text("name", name)), Uint32Array.from(all, ([, bytes]) => bytes.length)];
    const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
    let at = 0;
    for (const [, one] of all) {
      bytes.set(one, at);
      at += one.length;
    }
    const told = (n) => onProgress(n) !== false;
    return this.#do(() => JSON.parse(this.#live.import_files(names, lengths, bytes, JSON.stringify(options), told)));
  }

  /** What one audience may see, as the bytes that `open` takes, with bodies in HTML. */
  snapshot({ audience, entitlements = [], at }) {
    const known = at == null ? undefined : instant("at", at);
    return this.#do(() => this.#live.snapshot(text("audience", audience), entitlements, known));
  }

  /** The whole log, as JSON lines. */
  export() {
    return this.#do(() => this.#live.export());
  }

  close() {
    this.#live.free();
  }

  #do(work) {
    return tried(() => {
      this.#live.tick(now(this.#clock));
      return work();
    });
  }

  #act(call, given) {
    return this.#do(() => JSON.parse(this.#live.act(call, JSON.stringify(bare(given)))));
  }

  #look(call, given = {}) {
    return this.#do(() => JSON.parse(this.#live.look(call, JSON.stringify(bare(given)))));
  }

  #ask(kind, read, { snippetChars, now: at = now(this.#clock), ...others }) {
    const request = { ...others, snippet_chars: snippetChars, now: at };
    return this.#do(() => read(this.#live[kind](told(JSON.parse(json(kind, request))))));
  }
}

/** A snapshot in parts, for large bases: what stands in front of them, and the parts by their names. */
export async function cut(snapshot, { wasmUrl } = {}) {
  await started(wasmUrl);
  return tried(() => {
    const parts = new engine.Parts(snapshot);
    try {
      const all = parts.names().map((name, place) => [name, parts.part(place)]);
      return { front: parts.front(), parts: new Map(all) };
    } finally {
      parts.free();
    }
  });
}

/** The names of the parts of a front. */
export async function partNames(front, { wasmUrl } = {}) {
  await started(wasmUrl);
  return tried(() => engine.part_names(front));
}
