/** The engine with one snapshot, wherever it runs: what the worker and the page's own thread share. */
import { answer, told } from "./ask.js";
import * as engine from "./engine.js";
import { compile, forget, load, start } from "./load.js";
import { stemmers } from "./stem.js";
import { begin, goOn } from "./visit.js";

let starting;
let hasStopped = false;

/** Starts the engine once in this thread. What failed to load may be tried again. */
function started(url = new URL("./engine.wasm", import.meta.url), options) {
  starting ??= compile(url, options).then((module) => run(() => start(engine, module)));
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
    if (thrown?.kind) throw thrown;
    const [, code, kind, message] = /^(\d+) (\w+) (.*)/s.exec(thrown) ?? [];
    if (kind) throw { kind, code: +code, message };
    hasStopped = true;
    throw internal(`the engine stopped (${thrown}); try again`);
  }
}

const closed = () => ({ kind: "Closed", code: 212, message: "the snapshot was closed; open it again" });

/** A question, as JSON, and its answer. */
const question = (kind, read) => (reader, request) => read(reader[kind](told(JSON.parse(request))));

const names = (json) => JSON.parse(json).names;

/** What a snapshot is asked: the calls of the engine, with objects instead of JSON. */
const CALLS = {
  info: (reader) => JSON.parse(reader.info()),
  search: question("search", answer),
  suggest: question("suggest", answer),
  complete: question("complete", JSON.parse),
  article: (reader, id) => JSON.parse(reader.article(id)),
  articleIds: (reader) => names(reader.article_ids()),
  begin,
  visit: goOn,
};

/** A snapshot and the parts of it that are loaded when a question needs them. */
class Host {
  #reader;
  #url;
  #options;
  #parts = new Map();
  #isClosed = false;

  async open({ bytes, url, wasmUrl, stemUrl, ...options }, onProgress) {
    const file = bytes ?? load(url, { ...options, mayBeOld: true, onProgress });
    const [snapshot] = await Promise.all([file, started(wasmUrl, options)]);
    const languages = names(run(() => engine.Reader.languages(snapshot)));
    const stem = await stemmers(languages, stemUrl, options);
    [this.#url, this.#options] = [url, options];
    if (this.#isClosed) throw closed();
    this.#reader = run(() => engine.Reader.open(snapshot, stem));
    this.#forgetParts();
    return this.call("info", []);
  }

  /** Forgets the parts of earlier snapshots, which nobody will ask for again. */
  #forgetParts() {
    const parts = this.#url && names(run(() => this.#reader.parts()));
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
      if (!this.#reader) throw closed();
      try {
        return run(() => CALLS[name](this.#reader, ...args));
      } catch (error) {
        const wanted = error.kind === "Io" && this.#url ? names(run(() => this.#reader.wanted())) : [];
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
    this.#isClosed = true;
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
