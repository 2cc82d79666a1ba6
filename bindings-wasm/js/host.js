/** The engine with one snapshot, wherever it runs: what the worker and the page's own thread share. */
import { initSync, Reader, Visit } from "./engine.js";
import { compile, forget, load } from "./load.js";

let starting;
let hasStopped = false;

/** Starts the engine once in this thread. What failed to load may be tried again. */
function start(url = new URL("./engine.wasm", import.meta.url), options) {
  starting ??= compile(url, options).then((module) => run(() => initSync({ module })));
  starting.catch(() => (starting = undefined));
  return starting;
}

/**
 * Runs work of the engine. What it refuses is text, `number name message`. Anything else thrown means that
 * it stopped in the middle of its work, and that its memory cannot be trusted any more.
 */
function run(work) {
  const internal = (message) => ({ kind: "Internal", code: 901, message, hasStopped });
  if (hasStopped) throw internal("the engine stopped earlier, and is started again only in a worker; load the page again");
  try {
    return work();
  } catch (thrown) {
    const [, code, kind, message] = /^(\d+) (\w+) (.*)/s.exec(thrown) ?? [];
    if (kind) throw { kind, code: +code, message };
    hasStopped = true;
    throw internal(`the engine stopped (${thrown}); try again`);
  }
}

/** A stemmer: it works on a word in a small area of its own memory. What is longer than that is no word. */
async function stemmer(url, options) {
  const { exports } = await WebAssembly.instantiate(await compile(url, options));
  const [from, to] = [new TextEncoder(), new TextDecoder()];
  return (word) => {
    const area = (length) => new Uint8Array(exports.memory.buffer, exports.buffer(), length);
    const { read, written } = from.encodeInto(word, area(256));
    return read < word.length ? word : to.decode(area(exports.stem(written)));
  };
}

/** The stemmers of these languages, as one function. */
async function stemmers(languages, stemUrl, options) {
  const made = languages.map((language) => {
    const given = stemUrl && `${stemUrl.replace(/\/$/, "")}/${language}.wasm`;
    return stemmer(given ?? new URL(`./stem/${language}.wasm`, import.meta.url), options);
  });
  const all = await Promise.all(made);
  return (language, word) => all[languages.indexOf(language)](word);
}

/** The ranges of a snippet are bytes of UTF-8 until here, and units of UTF-16 from here. They ascend. */
function inUnits(snippet) {
  const { text, ranges } = snippet;
  if (!/[^\0-\x7f]/.test(text)) return;
  let [units, bytes] = [0, 0];
  const unitsAt = (offset) => {
    while (bytes < offset) {
      const code = text.codePointAt(units);
      bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
      units += code < 0x10000 ? 1 : 2;
    }
    return units;
  };
  snippet.ranges = ranges.map((range) => range.map(unitsAt));
}

function answer(text) {
  const found = JSON.parse(text);
  for (const hit of found.hits ?? found.suggestions) inUnits(hit.snippet);
  return found;
}

/** Visits live as text between calls, so that they outlive an engine that stopped. */
function withVisit(visit, call, args = []) {
  try {
    const value = call && visit[call](...args);
    return { id: visit.session(), text: visit.json(), value: value && JSON.parse(value) };
  } finally {
    visit.free();
  }
}

/** What a snapshot is asked: the calls of the engine, with objects instead of JSON. */
const CALLS = {
  info: (reader) => JSON.parse(reader.info()),
  search: (reader, request) => answer(reader.search(request)),
  suggest: (reader, request) => answer(reader.suggest(request)),
  complete: (reader, request) => JSON.parse(reader.complete(request)),
  article: (reader, id) => JSON.parse(reader.article(id)),
  articleIds: (reader) => reader.article_ids(),
  begin: (reader, id, visitor) => withVisit(reader.visit(id, visitor)),
  visit: (_, text, call, ...args) => withVisit(Visit.read(text), call, args),
};

/** A snapshot and the parts of it that are loaded when a question needs them. */
class Host {
  #reader;
  #url;
  #options;
  #parts = new Map();

  async open({ bytes, url, wasmUrl, stemUrl, ...options }, onProgress) {
    const file = bytes ?? load(url, { ...options, mayBeOld: true, onProgress });
    const [snapshot] = await Promise.all([file, start(wasmUrl, options)]);
    const languages = run(() => Reader.languages?.(snapshot)) ?? [];
    const stem = await stemmers(languages, stemUrl, options);
    [this.#url, this.#options] = [url, options];
    this.#reader = run(() => Reader.open(snapshot, stem));
    this.#forgetParts();
    return this.call("info", []);
  }

  /** Forgets the parts of earlier snapshots, which nobody will ask for again. */
  #forgetParts() {
    const parts = this.#url && run(() => this.#reader.parts?.());
    if (!parts) return;
    const folder = this.#partUrl("");
    const isOld = (url) => url.startsWith(folder) && !parts.includes(url.slice(folder.length));
    forget(this.#options.cache, isOld).catch(() => {});
  }

  /** A part is in a folder beside the snapshot. What an address asks for besides its path names no part. */
  #partUrl(digest) {
    const url = new URL(this.#url);
    url.search = url.hash = "";
    url.pathname += `.d/${digest}`;
    return url.href;
  }

  /** Asks, and asks again when the parts are there that the engine named. */
  async call(name, args, onWait) {
    const tried = new Set();
    for (;;) {
      if (!this.#reader) throw { kind: "Closed", code: 212, message: "the snapshot was closed; open it again" };
      try {
        return run(() => CALLS[name](this.#reader, ...args));
      } catch (error) {
        const wanted = error.kind === "NotLoaded" && this.#url ? run(() => this.#reader.wanted()) : [];
        const missing = wanted.filter((digest) => !tried.has(digest));
        if (!missing.length) throw error;
        onWait();
        await Promise.all(missing.map((digest) => tried.add(digest) && this.#part(digest)));
      }
    }
  }

  /** Loads a part; two questions that want the same one share it. */
  #part(digest) {
    if (!this.#parts.has(digest)) {
      const coming = this.#supply(digest).finally(() => this.#parts.delete(digest));
      this.#parts.set(digest, coming);
    }
    return this.#parts.get(digest);
  }

  async #supply(digest) {
    const url = this.#partUrl(digest);
    const bytes = await load(url, { ...this.#options, isFixed: true });
    try {
      run(() => this.#reader?.supply(digest, bytes));
    } catch (error) {
      await forget(this.#options.cache, (kept) => kept === url);
      throw error;
    }
  }

  close() {
    if (this.#reader && !hasStopped) this.#reader.free();
    this.#reader = undefined;
  }
}

/** Answers messages of a `Line`: what is returned takes them, `post` sends back. */
export function serve(post) {
  const host = new Host();
  const take = async ({ id, call, args, wantsProgress }) => {
    try {
      const onProgress = wantsProgress && ((...progress) => post({ progress }));
      const onWait = () => post({ id, isWaiting: true });
      const value = await (call === "open" ? host.open(...args, onProgress) : host.call(call, args, onWait));
      post({ id, value });
    } catch (error) {
      post({ id, error: error.kind ? error : { kind: "Internal", code: 901, message: `${error}` } });
    }
  };
  return Object.assign(take, { close: () => host.close() });
}
