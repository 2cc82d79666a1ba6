/** kenpoint in the page. The types, `index.d.ts`, are its manual. */
import { invalid, json, KenpointError, text } from "./error.js";
import { Line } from "./line.js";

export { KenpointError };

/** Opens a snapshot from its address or its bytes. */
export async function open(source, options) {
  const { clock = Date.now, worker = !!globalThis.Worker, workerUrl, wasmUrl, stemUrl, cache, onProgress, signal } = options ?? {};
  const urls = { workerUrl, wasmUrl, stemUrl };
  for (const name in urls) urls[name] &&= address(name, urls[name]);
  const connect = worker ? () => startWorker(urls.workerUrl) : stayHere;
  const given = bytesOf(source);
  const url = given ? undefined : address("source", source);
  // The engine may have to be started again: the bytes stay with the page, and what is sent is a copy.
  const opening = () => {
    const bytes = given?.slice();
    return { args: [{ ...urls, url, bytes, cache }], transfer: bytes && [bytes.buffer], wantsProgress: !!onProgress };
  };
  const line = new Line(connect, opening, onProgress);
  try {
    await line.call("info", [], signal);
    return new Snapshot(line, clock);
  } catch (error) {
    line.close();
    throw error;
  }
}

/** Written so that bundlers see that the worker is a file of its own. */
function startWorker(url) {
  if (url) return new Worker(url, { type: "module" });
  return new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
}

/** What is like a worker, without one: the engine is loaded into this thread. */
function stayHere() {
  const port = {};
  const served = import("./host.js").then(({ serve }) => serve((data) => port.onmessage?.({ data })));
  port.postMessage = (message) => served.then((take) => take(message), (error) => port.onerror?.(error));
  port.terminate = () => served.then((take) => take.close(), () => {});
  return port;
}

function bytesOf(source) {
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  return source instanceof Uint8Array ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength) : undefined;
}

/** The whole address: a worker would take a relative one from where it is itself. In Node it may be a path. */
function address(name, given) {
  const base = globalThis.document?.baseURI ?? globalThis.location?.href;
  if (given instanceof URL) return given.href;
  const isPath = !base && !/^\w\w+:/.test(text(name, given));
  try {
    return isPath ? process.getBuiltinModule("node:url").pathToFileURL(given).href : new URL(given, base).href;
  } catch (error) {
    throw invalid(name, error.message);
  }
}

/** A base in the form that answers. */
export class Snapshot {
  #line;
  #clock;

  constructor(line, clock) {
    [this.#line, this.#clock] = [line, clock];
  }

  get info() {
    return this.#line.info;
  }

  async search(query, options) {
    return this.#ask("search", { query: text("query", query) }, options);
  }

  async suggest(message, context, options) {
    return this.#ask("suggest", { text: text("text", message), context }, options);
  }

  async complete(typed, options) {
    return this.#ask("complete", { query: text("typed", typed) }, options);
  }

  async article(id) {
    const article = await this.#line.call("article", [text("id", id)]);
    article.html = article.sections.map(asHtml).join("\n");
    return article;
  }

  articleIds() {
    return this.#line.call("articleIds");
  }

  async session(options) {
    const { id = randomId(), ...visitor } = options ?? {};
    return this.#begun("begin", text("id", id), json("visitor", visitor));
  }

  async resume(kept) {
    return this.#begun("visit", text("text", kept));
  }

  close() {
    this.#line.close();
  }

  /** A clock that is behind would ask about a time before the snapshot's, of which it knows nothing. */
  #now = () => Math.max(Math.trunc(this.#clock()), Date.parse(this.info.known));

  #ask(call, what, options) {
    const { signal, snippetChars, now = this.#now(), ...others } = options ?? {};
    return this.#line.call(call, [json(call, { ...others, ...what, snippet_chars: snippetChars, now })], signal);
  }

  async #begun(call, ...args) {
    return new Session(this.#line, this.#now, await this.#line.call(call, args));
  }
}

/** A section as HTML. Its text is, and was sanitised by the engine; its heading is text. */
function asHtml({ role, heading, text }) {
  const title = heading ? `<h2>${heading.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt()};`)}</h2>\n` : "";
  return `<section data-role="${role}">\n${title}${text}\n</section>`;
}

/** `crypto.randomUUID` is only there where the page came by https. */
function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A visit. What it knows is its text form; the engine is lent it for each call. */
export class Session {
  #line;
  #now;
  #id;
  #text;
  #last = Promise.resolve();
  #isClosed = false;

  constructor(line, now, { id, text }) {
    [this.#line, this.#now, this.#id, this.#text] = [line, now, id, text];
  }

  get id() {
    return this.#id;
  }

  async record(done) {
    await this.#tell("record", json("event", { ...done, at: done?.at ?? this.#now() }));
  }

  take() {
    return this.#tell("take");
  }

  end() {
    return this.#tell("end");
  }

  async handoff(message, at = this.#now()) {
    return this.#tell("hand_over", +new Date(at), text("message", message));
  }

  async text() {
    await this.#last;
    return this.#text;
  }

  close() {
    this.#isClosed = true;
  }

  /** One call begins where the one before it ended, also if nobody waited for that. */
  #tell(call, ...args) {
    const told = this.#last.then(async () => {
      if (this.#isClosed) throw new KenpointError({ kind: "Closed", code: 212, message: "the session was closed; resume it from its text" });
      const { text, value } = await this.#line.call("visit", [this.#text, call, ...args]);
      this.#text = text;
      return value;
    });
    this.#last = told.catch(() => {});
    return told;
  }
}
