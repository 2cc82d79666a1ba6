/** The page's side of the engine: a queue of calls, which survives an engine that stops. */
import { KenpointError } from "./error.js";

export class EngineClient {
  /** The description of the snapshot, once it is open. */
  info;
  #connect;
  #opening;
  #onProgress;
  #port;
  #queue = [];
  #sent = new Map();
  #running;
  #last = 0;
  #isClosed = false;

  /** `connect` makes a port with the interface of a worker; `opening` makes the message that opens the snapshot there. */
  constructor(connect, opening, onProgress) {
    [this.#connect, this.#opening, this.#onProgress] = [connect, opening, onProgress];
  }

  /** Queues a call. Calls are sent one at a time, so that one that is aborted while it waits never starts. */
  call(call, args = [], signal) {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) throw closed();
      signal?.throwIfAborted();
      const job = { id: ++this.#last, call, args, resolve, reject };
      const abort = () => this.#drop(job, signal.reason);
      job.release = () => signal?.removeEventListener("abort", abort);
      signal?.addEventListener("abort", abort);
      this.#queue.push(job);
      this.#next();
    });
  }

  close() {
    this.#isClosed = true;
    this.#fail(closed());
  }

  #next() {
    if (this.#running || !this.#queue.length) return;
    if (!this.#port && !this.#start()) return;
    const { id, call, args, transfer, wantsProgress } = this.#queue[0];
    this.#sent.set(id, this.#queue.shift());
    this.#running = id;
    this.#port.postMessage({ id, call, args, wantsProgress }, transfer);
  }

  /** Connects, and queues the opening message first. */
  #start() {
    try {
      this.#port = this.#connect();
    } catch (error) {
      this.#fail(notStarted(error));
      return false;
    }
    this.#port.onmessage = ({ data }) => this.#receive(data);
    this.#port.onerror = (event) => this.#fail(notStarted(event));
    this.#port.onmessageerror = this.#port.onerror;
    const resolve = (info) => (this.info = info);
    const reject = (error) => this.#fail(error);
    this.#queue.unshift({ id: ++this.#last, call: "open", ...this.#opening(), resolve, reject, release() {} });
    return true;
  }

  #receive({ id, value, error, isWaiting, progress }) {
    if (progress) return this.#onProgress(...progress);
    if (id === this.#running) this.#running = undefined;
    if (!isWaiting) this.#settle(id, value, error);
    this.#next();
  }

  #settle(id, value, error) {
    const job = this.#sent.get(id);
    this.#sent.delete(id);
    if (error?.hasStopped) this.#restart();
    job?.release();
    if (error) job?.reject(new KenpointError(error));
    else job?.resolve(value);
  }

  /** Drops an engine that stopped. Its current call is lost; the other calls go to a new engine. */
  #restart() {
    this.#disconnect();
    this.#queue.unshift(...this.#sent.values());
    this.#sent.clear();
  }

  #disconnect() {
    if (this.#port) this.#port.onmessage = this.#port.onerror = this.#port.onmessageerror = null;
    this.#port?.terminate();
    this.#port = this.#running = undefined;
  }

  #fail(error) {
    this.#disconnect();
    const lost = [...this.#sent.values(), ...this.#queue.splice(0)];
    this.#sent.clear();
    for (const job of lost) {
      job.release();
      if (job.call !== "open") job.reject(error);
    }
  }

  #drop(job, reason) {
    const at = this.#queue.indexOf(job);
    if (at >= 0) this.#queue.splice(at, 1);
    this.#sent.delete(job.id);
    job.release();
    job.reject(reason);
  }
}

const closed = () => new KenpointError({ kind: "Closed", code: 212, message: "the snapshot was closed; open it again" });

function notStarted({ message }) {
  const why = message ? ` (${message})` : "";
  const advice = "serve worker.js from the page's origin, allow it by worker-src, or say where it is by workerUrl";
  return new KenpointError({ kind: "EngineFailed", code: 0, message: `the engine did not start${why}; ${advice}` });
}
