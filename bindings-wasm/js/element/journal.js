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
  /** The visit as its text, and whose it is: `{ base, audience, visit }`. */
  #kept = null;
  /** What did not help, as a visit tells it that was begun for a message; null where it is told when it is said. */
  #told = null;
  #events = [];
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
    const text = stored("getItem", KEY);
    stored("removeItem", KEY);
    if (!text) return;
    try {
      const { events: [...events], ...kept } = JSON.parse(text);
      this.#reset();
      this.#kept = kept;
      this.#events = events;
    } catch {
      // Nothing of ours: a visit begins anew.
    }
  }

  /** Keeps the visit for the next page of this tab; at once, since this one may be about to go. */
  keep() {
    if (this.#kept) stored("setItem", KEY, JSON.stringify({ ...this.#kept, events: this.#events }));
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
    this.#kept = this.#told = null;
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
    const { events } = await session.take();
    const visit = await session.text();
    if (life !== this.#life) return;
    // Both at once: a page that goes away in between keeps neither, and no id is given twice.
    this.#events.push(...events);
    this.#kept = { ...this.#kept, visit };
  }

  async #begun(life) {
    if (this.#session) return this.#session;
    const session = await this.#visitOf(await this.#snapshot(), life);
    if (life !== this.#life) return session;
    this.#told = null;
    this.#session = session;
    return session;
  }

  /** A visit of this snapshot: the one that is kept, if it is of its base and audience and the engine takes it. */
  async #visitOf(snapshot, life) {
    const { base, audience } = snapshot.info;
    let refusal;
    if (this.#kept?.base === base && this.#kept.audience === audience) {
      try {
        return await snapshot.resume(this.#kept.visit);
      } catch (error) {
        refusal = error;
      }
    }
    // Where none can be begun either, it is not for the one that is kept, which stays.
    const session = await snapshot.session(this.#options());
    const visit = await session.text();
    if (life !== this.#life) return session;
    if (refusal) this.#failed(refusal);
    // Events of another base, or for another audience, are nothing that this one could be brought.
    this.#events = [];
    this.#kept = { base, audience, visit };
    this.#told = [];
    return session;
  }

  settled() {
    return this.#work;
  }

  /** The events since the last call; null where there are none. */
  take() {
    if (!this.#events.length) return null;
    return { base: this.#kept.base, events: this.#events.splice(0) };
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
   * one is begun for this, and of what was tried it has what the customer is shown to send. It stays until the message
   * is sent, so that one that is sent again says the same under the same ids; unless the customer took something back.
   */
  handoff(message, tried) {
    const handed = this.#work.then(() => this.#handOver(message, tried));
    this.#work = handed.catch(() => {});
    return handed;
  }

  async #handOver(message, tried) {
    if (this.#told?.some((article) => !tried.has(article))) this.#reset();
    const life = this.#life;
    const visit = await this.#visitOf(await this.#snapshot(), life);
    try {
      const untold = this.#told ? [...tried].filter((article) => !this.#told.includes(article)) : [];
      for (const article of untold) await visit.record({ what: "did-not-solve", article });
      const text = await visit.text();
      if (life !== this.#life) throw new DOMException("the visit ended meanwhile", "AbortError");
      if (this.#told) {
        this.#told.push(...untold);
        this.#kept.visit = text;
      }
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
