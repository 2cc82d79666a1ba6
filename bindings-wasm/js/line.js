/** The line to the engine: what waits, what is under way, and what becomes of it when the engine stops. */
import { KenpointError } from "./error.js";

export class Line {
  /** What the snapshot is, once it is open. */
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

  /** `connect` makes a port as a worker is one; `opening` makes the message that opens the snapshot there. */
  constructor(connect, opening, onProgress) {
    [this.#connect, this.#opening, this.#onProgress] = [connect, opening, onProgress];
  }

  /** Asks. Questions are sent one at a time, so that those given up in the meantime are never begun. */
  call(call, args = [], signal) {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) throw closed();
      signal?.throwIfAborted();
      const job = { id: ++this.#last, call, args, resolve, reject };
      const giveUp = () => this.#drop(job, signal.reason);
      job.forget = () => signal?.removeEventListener("abort", giveUp);
      signal?.addEventListener("abort", giveUp);
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

  /** Connects, and puts the opening in front of what waits: first of all, and after the engine has stopped. */
  #start() {
    try {
      this.#port = this.#connect();
    } catch (error) {
      this.#fail(notStarted(error));
      return false;
    }
    this.#port.onmessage = ({ data }) => this.#take(data);
    this.#port.onerror = (event) => this.#fail(notStarted(event));
    this.#port.onmessageerror = this.#port.onerror;
    const resolve = (info) => (this.info = info);
    const reject = (error) => this.#fail(error);
    this.#queue.unshift({ id: ++this.#last, call: "open", ...this.#opening(), resolve, reject, forget() {} });
    return true;
  }

  #take({ id, value, error, isWaiting, progress }) {
    if (progress) return this.#onProgress(...progress);
    if (id === this.#running) this.#running = undefined;
    if (!isWaiting) this.#settle(id, value, error);
    this.#next();
  }

  #settle(id, value, error) {
    const job = this.#sent.get(id);
    this.#sent.delete(id);
    if (error?.hasStopped) this.#restart();
    job?.forget();
    if (error) job?.reject(new KenpointError(error));
    else job?.resolve(value);
  }

  /** An engine that stopped is let go of. Only what asked it is lost: the rest is asked again of a new one. */
  #restart() {
    this.#hangUp();
    this.#queue.unshift(...this.#sent.values());
    this.#sent.clear();
  }

  #hangUp() {
    if (this.#port) this.#port.onmessage = this.#port.onerror = this.#port.onmessageerror = null;
    this.#port?.terminate();
    this.#port = this.#running = undefined;
  }

  #fail(error) {
    this.#hangUp();
    const lost = [...this.#sent.values(), ...this.#queue.splice(0)];
    this.#sent.clear();
    for (const job of lost) {
      job.forget();
      if (job.call !== "open") job.reject(error);
    }
  }

  #drop(job, reason) {
    const at = this.#queue.indexOf(job);
    if (at >= 0) this.#queue.splice(at, 1);
    this.#sent.delete(job.id);
    job.forget();
    job.reject(reason);
  }
}

const closed = () => new KenpointError({ kind: "Closed", code: 212, message: "the snapshot was closed; open it again" });

function notStarted({ message }) {
  const why = message ? ` (${message})` : "";
  const advice = "serve worker.js from the page's origin, allow it by worker-src, or say where it is by workerUrl";
  return new KenpointError({ kind: "EngineFailed", code: 0, message: `the engine did not start${why}; ${advice}` });
}
