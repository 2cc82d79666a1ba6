/** The engine with one snapshot, in a worker or in the page's own thread: it answers the messages of an `EngineClient`. */
import { readAnswer, toArgs } from "./convert.js";
import * as engine from "./engine.js";
import { compile, forget, load, start } from "./load.js";
import { stemmers } from "./stem.js";
import { begin, resume } from "./visit.js";

let starting;
let hasStopped = false;

/** Starts the engine once in this thread. A load that failed is tried again. */
function started(url = new URL("./engine.wasm", import.meta.url), options) {
  starting ??= compile(url, options).then((module) => run(() => start(engine, module)));
  starting.catch(() => (starting = undefined));
  return starting;
}

/**
 * Runs a call of the engine. An error of the library is text, `number name message`. Any other exception means that
 * the engine stopped halfway and its memory is no longer valid.
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

/** Makes a call whose request is JSON. */
const query = (name, read) => (snapshot, request) => read(snapshot[name](toArgs(JSON.parse(request))));

const names = (json) => JSON.parse(json).names;

/** The calls of a snapshot, with objects in place of JSON. */
const CALLS = {
  info: (snapshot) => JSON.parse(snapshot.info()),
  search: query("search", readAnswer),
  suggest: query("suggest", readAnswer),
  complete: query("complete", JSON.parse),
  article: (snapshot, id) => JSON.parse(snapshot.article(id)),
  articleIds: (snapshot) => names(snapshot.article_ids()),
  visit: begin,
  resume,
};

/** A snapshot, and its shards that are loaded on demand. */
class EngineServer {
  #snapshot;
  #url;
  #options;
  #loading = new Map();
  #isClosed = false;

  async open({ bytes, url, wasmUrl, stemUrl, ...options }, onProgress) {
    const file = bytes ?? load(url, { ...options, mayBeOld: true, onProgress });
    const [content] = await Promise.all([file, started(wasmUrl, options)]);
    const languages = names(run(() => engine.Snapshot.languages(content)));
    const stem = await stemmers(languages, stemUrl, options);
    [this.#url, this.#options] = [url, options];
    if (this.#isClosed) throw closed();
    this.#snapshot = run(() => engine.Snapshot.open(content, stem));
    this.#forgetOldShards();
    return this.call("info", []);
  }

  /** Removes the shards of earlier snapshots from the cache. */
  #forgetOldShards() {
    const shards = this.#url && names(run(() => this.#snapshot.shards()));
    if (!shards) return;
    const folder = this.#shardUrl("");
    const isOld = (url) => url.startsWith(folder) && !shards.includes(url.slice(folder.length));
    forget(this.#options.cache, isOld).catch(() => {});
  }

  /** Returns the address of a shard, in a folder beside the manifest. Query and fragment of the manifest are left out. */
  #shardUrl(name) {
    const url = new URL(this.#url);
    url.search = url.hash = "";
    url.pathname += `.d/${name}`;
    return url.href;
  }

  /** Runs a call, and repeats it once the shards that it missed are loaded. */
  async call(name, args, onWait) {
    const tried = new Set();
    for (;;) {
      if (!this.#snapshot) throw closed();
      try {
        return run(() => CALLS[name](this.#snapshot, ...args));
      } catch (error) {
        const wanted = error.kind === "NotLoaded" && this.#url ? names(run(() => this.#snapshot.wanted())) : [];
        const missing = wanted.filter((shard) => !tried.has(shard));
        if (!missing.length) throw error;
        onWait();
        await Promise.all(missing.map((shard) => tried.add(shard) && this.#load(shard)));
      }
    }
  }

  /** Loads a shard. Two calls that miss the same one share the request. */
  #load(shard) {
    if (!this.#loading.has(shard)) {
      const loading = this.#supply(shard).finally(() => this.#loading.delete(shard));
      this.#loading.set(shard, loading);
    }
    return this.#loading.get(shard);
  }

  async #supply(shard) {
    const url = this.#shardUrl(shard);
    const bytes = await load(url, { ...this.#options, isFixed: true });
    try {
      run(() => this.#snapshot?.supply(shard, bytes));
    } catch (error) {
      await forget(this.#options.cache, (kept) => kept === url);
      throw error;
    }
  }

  close() {
    this.#isClosed = true;
    if (this.#snapshot && !hasStopped) this.#snapshot.free();
    this.#snapshot = undefined;
  }
}

/** Makes a function that handles the messages of an `EngineClient`; `post` sends the replies. */
export function serve(post) {
  const server = new EngineServer();
  const handle = async ({ id, call, args, wantsProgress }) => {
    try {
      const onProgress = wantsProgress && ((...progress) => post({ progress }));
      const onWait = () => post({ id, isWaiting: true });
      const value = await (call === "open" ? server.open(...args, onProgress) : server.call(call, args, onWait));
      post({ id, value });
    } catch (error) {
      post({ id, error: error.kind ? error : { kind: "Internal", code: 901, message: `${error}` } });
    }
  };
  return Object.assign(handle, { close: () => server.close() });
}
