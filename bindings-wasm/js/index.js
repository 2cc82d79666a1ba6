/** kenpoint in the page. `index.d.ts` documents it. */
import { invalid, json, KenpointError, text } from "./error.js";
import { EngineClient } from "./engine-client.js";

export { KenpointError };

/** Opens a snapshot from its address or its bytes. */
export async function open(source, options) {
  const { clock = Date.now, worker = !!globalThis.Worker, workerUrl, wasmUrl, stemUrl, cache, onProgress, signal } = options ?? {};
  const urls = { workerUrl, wasmUrl, stemUrl };
  for (const name in urls) urls[name] &&= address(name, urls[name]);
  const connect = worker ? () => startWorker(urls.workerUrl) : startHere;
  const given = bytesOf(source);
  const url = given ? undefined : address("source", source);
  // The page keeps the bytes and sends a copy, since the engine may have to be started again.
  const opening = () => {
    const bytes = given?.slice();
    return { args: [{ ...urls, url, bytes, cache }], transfer: bytes && [bytes.buffer], wantsProgress: !!onProgress };
  };
  const client = new EngineClient(connect, opening, onProgress);
  try {
    await client.call("info", [], signal);
    return new Snapshot(client, clock);
  } catch (error) {
    client.close();
    throw error;
  }
}

/** Starts the worker, in the form by which bundlers recognise a worker file. */
function startWorker(url) {
  if (url) return new Worker(url, { type: "module" });
  return new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
}

/** Loads the engine into this thread, behind the interface of a worker. */
function startHere() {
  const port = {};
  const served = import("./engine-server.js").then(({ serve }) => serve((data) => port.onmessage?.({ data })));
  port.postMessage = (message) => served.then((handle) => handle(message), (error) => port.onerror?.(error));
  port.terminate = () => served.then((handle) => handle.close(), () => {});
  return port;
}

function bytesOf(source) {
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  return source instanceof Uint8Array ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength) : undefined;
}

/** Returns the absolute address, since a worker resolves a relative one from its own place. In Node it may be a path. */
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

/** A snapshot of a base. */
export class Snapshot {
  #client;
  #clock;

  constructor(client, clock) {
    [this.#client, this.#clock] = [client, clock];
  }

  get info() {
    return this.#client.info;
  }

  async search(query, options) {
    return this.#query("search", { query: text("query", query) }, options);
  }

  async suggest(message, context, options) {
    return this.#query("suggest", { text: text("text", message), context }, options);
  }

  async complete(typed, options) {
    return this.#query("complete", { query: text("typed", typed) }, options);
  }

  async article(id) {
    const article = await this.#client.call("article", [text("id", id)]);
    article.html = article.sections.map(asHtml).join("\n");
    return article;
  }

  articleIds() {
    return this.#client.call("articleIds");
  }

  async visit(options) {
    const { id = randomId(), ...others } = options ?? {};
    return this.#visit("visit", json("visit", { ...others, id }));
  }

  async resume(kept) {
    return this.#visit("resume", text("text", kept));
  }

  close() {
    this.#client.close();
  }

  /** Returns the time, and at least that of the snapshot, since a query about an earlier time fails. */
  #now = () => Math.max(Math.trunc(this.#clock()), Date.parse(this.info.known));

  #query(call, members, options) {
    const { signal, now = this.#now(), ...others } = options ?? {};
    return this.#client.call(call, [json(call, { ...others, ...members, now })], signal);
  }

  async #visit(call, arg) {
    return new Visit(this.#client, this.#now, await this.#client.call(call, [arg]));
  }
}

/** Makes the HTML of a section. Its text is HTML that the engine sanitized; its heading is plain text. */
function asHtml({ role, heading, text }) {
  const title = heading ? `<h2>${heading.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt()};`)}</h2>\n` : "";
  return `<section data-role="${role}">\n${title}${text}\n</section>`;
}

/** Makes an id. `crypto.randomUUID` exists only in pages that came by https. */
function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A visit. It holds the text form and passes it to the engine with each call. */
export class Visit {
  #client;
  #now;
  #id;
  #text;
  #last = Promise.resolve();
  #isClosed = false;

  constructor(client, now, { id, text }) {
    [this.#client, this.#now, this.#id, this.#text] = [client, now, id, text];
  }

  get id() {
    return this.#id;
  }

  async record(event) {
    await this.#call("record", json("event", { ...event, at: event?.at ?? this.#now() }));
  }

  takeEvents() {
    return this.#call("takeEvents");
  }

  outcome() {
    return this.#call("outcome");
  }

  async handOver(message, at = this.#now()) {
    return this.#call("handOver", +new Date(at), text("message", message));
  }

  async text() {
    await this.#last;
    return this.#text;
  }

  close() {
    this.#isClosed = true;
  }

  /** Runs a call after the one before it, also if the caller awaited none of them. */
  #call(...call) {
    const result = this.#last.then(async () => {
      if (this.#isClosed) throw new KenpointError({ kind: "Closed", code: 212, message: "the visit was closed; resume it from its text" });
      const { text, value } = await this.#client.call("resume", [this.#text, ...call]);
      this.#text = text;
      return value;
    });
    this.#last = result.catch(() => {});
    return result;
  }
}
