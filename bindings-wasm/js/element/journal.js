/**
 * What a reader does, written down for the base where there is consent.
 *
 * Event ids count up within a visit, so no two pages may go on with the same one. What is kept for a reload is therefore
 * taken out of the session storage by the page that goes on with it, and put back when that page goes away: a tab that was
 * duplicated, or opened by this page, finds nothing and begins a visit of its own.
 */

const KEY = "kenpoint-visit";

export class Journal {
  #snapshot;
  #options;
  #failed;
  #session = null;
  #kept = null;
  #events = [];
  #base = null;
  #work = Promise.resolve();
  /** A write that began in another life comes to nothing. */
  #life = 0;

  /** `snapshot` and `options` are asked when a visit begins. */
  constructor({ snapshot, options, failed }) {
    this.#snapshot = snapshot;
    this.#options = options;
    this.#failed = failed;
  }

  /** Takes over what a page before this one kept. */
  claim() {
    this.#reset();
    const text = stored("getItem", KEY);
    stored("removeItem", KEY);
    if (!text) return;
    try {
      const { base, visit, events } = JSON.parse(text);
      this.#base = base;
      this.#kept = visit;
      this.#events = events;
    } catch {
      // Nothing of ours: a visit begins anew.
    }
  }

  /** Keeps the visit for the next page of this tab; at once, since this one may be about to go. */
  keep() {
    if (this.#kept) {
      stored("setItem", KEY, JSON.stringify({ base: this.#base, visit: this.#kept, events: this.#events }));
    }
    this.#reset();
  }

  /** Forgets the visit, here and in the storage. */
  forget() {
    this.#reset();
    stored("removeItem", KEY);
  }

  /** Goes on with another snapshot. */
  renew() {
    this.#life += 1;
    this.#session?.close();
    this.#session = null;
  }

  #reset() {
    this.renew();
    this.#kept = null;
    this.#events = [];
  }

  /** Writes down what was done, one after the other. */
  note(...done) {
    const life = this.#life;
    const failed = (error) => life === this.#life && this.#failed(error);
    this.#work = this.#work.then(() => this.#write(done, life)).catch(failed);
    return this.#work;
  }

  async #write(done, life) {
    if (life !== this.#life) return;
    const session = await this.#begun(life);
    for (const what of done) {
      if (life !== this.#life) return;
      await session.record(what);
    }
    const batch = await session.take();
    const text = await session.text();
    if (life !== this.#life) return;
    // Both at once: a page that goes away in between keeps neither, and no id is given twice.
    this.#base = batch.base;
    this.#events.push(...batch.events);
    this.#kept = text;
  }

  async #begun(life) {
    if (this.#session) return this.#session;
    const snapshot = await this.#snapshot();
    const goesOn = this.#kept && this.#base === snapshot.info.base;
    // Events of another base are nothing that this one could be brought.
    if (!goesOn) this.#events = [];
    const session = await (goesOn ? snapshot.resume(this.#kept) : snapshot.session(this.#options()));
    if (life === this.#life) this.#session = session;
    return session;
  }

  settled() {
    return this.#work;
  }

  /** The events since the last call; null where there are none. */
  take() {
    if (!this.#events.length) return null;
    return { base: this.#base, events: this.#events.splice(0) };
  }

  /** Puts a batch back that the host could not take. */
  giveBack(batch) {
    this.#events.unshift(...batch.events);
  }

  get waiting() {
    return this.#events.length;
  }

  /**
   * The need as it is handed over, made of a copy: when sending fails, the visit goes on as it was. Without a visit
   * one is begun for this, and of what was tried it has what the customer is shown to send.
   */
  async handoff(message, tried) {
    await this.#work;
    const snapshot = await this.#snapshot();
    const visit = await (this.#kept ? snapshot.resume(this.#kept) : snapshot.session(this.#options()));
    try {
      if (!this.#kept) for (const article of tried) await visit.record({ what: "did-not-solve", article });
      return await visit.handoff(message);
    } finally {
      visit.close();
    }
  }
}

/** The storage of the session, which a page may not have. */
function stored(call, ...values) {
  try {
    return sessionStorage[call](...values);
  } catch {
    return null;
  }
}
