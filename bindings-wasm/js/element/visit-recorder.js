/**
 * Records the events of a reader who consented, as one visit over all pages of a tab.
 *
 * Event ids count up within a visit, so two pages must not resume the same one. The next page therefore takes the visit
 * out of the session storage, and puts it back when it goes away. A tab that was duplicated, or opened by this page, finds
 * nothing and begins a visit of its own.
 */

const KEY = "kenpoint-visit";

export class VisitRecorder {
  #snapshot;
  #options;
  #failed;
  #visit = null;
  /** The text form of the visit. */
  #text = null;
  /** The base of the events that wait, and the events. */
  #base = null;
  #events = [];
  /** The articles that a visit begun for a handoff has recorded as not helpful; null in a visit with consent. */
  #recorded = null;
  #work = Promise.resolve();
  /** Counts resets, so that writes begun before one are dropped. */
  #epoch = 0;

  /** `snapshot` and `options` are called when a visit begins. */
  constructor({ snapshot, options, failed }) {
    this.#snapshot = snapshot;
    this.#options = options;
    this.#failed = failed;
  }

  /** Takes over the visit that an earlier page of this tab stored. */
  claim() {
    const stored = storage("getItem", KEY);
    storage("removeItem", KEY);
    if (!stored) return;
    try {
      const { events: [...events], base, text } = JSON.parse(stored);
      this.#reset();
      [this.#events, this.#base, this.#text] = [events, base, text];
    } catch {
      // Not ours: a new visit begins.
    }
  }

  /** Stores the visit for the next page of this tab. It is synchronous, since this page may be about to go. */
  store() {
    const [text, base, events] = [this.#text, this.#base, this.#events];
    if (text) storage("setItem", KEY, JSON.stringify({ text, base, events }));
    this.#reset();
  }

  /** Forgets the visit, also in the storage. */
  forget() {
    this.#reset();
    storage("removeItem", KEY);
  }

  /** Continues with another snapshot. */
  renew() {
    this.#epoch += 1;
    this.#visit?.close();
    this.#visit = null;
  }

  #reset() {
    this.renew();
    this.#text = this.#recorded = null;
    this.#events = [];
  }

  /** Records events, one after the other. */
  record(...events) {
    const epoch = this.#epoch;
    const failed = (error) => epoch === this.#epoch && this.#failed(error);
    this.#work = this.#work.then(() => this.#write(events, epoch)).catch(failed);
    return this.#work;
  }

  async #write(events, epoch) {
    if (epoch !== this.#epoch) return;
    const visit = await this.#current(epoch);
    for (const event of events) {
      if (epoch !== this.#epoch) return;
      await visit.record(event);
    }
    const batch = await visit.takeEvents();
    const text = await visit.text();
    if (epoch !== this.#epoch) return;
    // Both at once: a page that goes away in between stores neither, and no id is used twice.
    this.#base = batch.base;
    this.#events.push(...batch.events);
    this.#text = text;
  }

  async #current(epoch) {
    if (this.#visit) return this.#visit;
    const visit = await this.#open(await this.#snapshot(), epoch);
    if (epoch !== this.#epoch) return visit;
    this.#recorded = null;
    this.#visit = visit;
    return visit;
  }

  /** Resumes the visit, or begins a new one where the engine rejects its text form. */
  async #open(snapshot, epoch) {
    let rejection;
    if (this.#text) {
      try {
        return await snapshot.resume(this.#text);
      } catch (error) {
        rejection = error;
      }
    }
    // If this fails, too, the snapshot is at fault, and the text form stays.
    const visit = await snapshot.visit(this.#options());
    const text = await visit.text();
    if (epoch !== this.#epoch) return visit;
    // A visit of another base or audience is no failure: the page searches something else now.
    if (rejection && rejection.kind !== "Contradiction") this.#failed(rejection);
    // The base of this visit would reject the events of another.
    this.#events = [];
    this.#text = text;
    this.#recorded = [];
    return visit;
  }

  settled() {
    return this.#work;
  }

  /** Returns the events since the last call; null if there are none. */
  takeEvents() {
    if (!this.#events.length) return null;
    return { base: this.#base, events: this.#events.splice(0) };
  }

  /** Puts a batch back that the host did not take. */
  giveBack(batch) {
    this.#events.unshift(...batch.events);
  }

  get waiting() {
    return this.#events.length;
  }

  /**
   * Makes the handoff from a copy of the visit, so that the visit is unchanged if sending fails. Without a visit it begins
   * one and records as not helpful the articles that the form lists. That visit stays until the message is sent, so that
   * a message sent again has the same events and ids, unless the reader took an article back.
   */
  handOver(message, tried) {
    const handoff = this.#work.then(() => this.#handOver(message, tried));
    this.#work = handoff.catch(() => {});
    return handoff;
  }

  async #handOver(message, tried) {
    if (this.#recorded?.some((article) => !tried.has(article))) this.#reset();
    const epoch = this.#epoch;
    const visit = await this.#open(await this.#snapshot(), epoch);
    try {
      const missing = this.#recorded ? [...tried].filter((article) => !this.#recorded.includes(article)) : [];
      for (const article of missing) await visit.record({ what: "did-not-solve", article });
      const text = await visit.text();
      if (epoch !== this.#epoch) throw new DOMException("the visit ended meanwhile", "AbortError");
      if (this.#recorded) {
        this.#recorded.push(...missing);
        this.#text = text;
      }
      return await visit.handOver(message);
    } finally {
      visit.close();
    }
  }
}

/** Calls the session storage, which a page may lack. */
function storage(call, ...values) {
  try {
    return sessionStorage[call](...values);
  } catch {
    return null;
  }
}
