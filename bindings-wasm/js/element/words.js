/** The words of the element in the reader's language. */

const KNOWN = {
  ar: () => import("./texts/ar.js"),
  de: () => import("./texts/de.js"),
  en: () => import("./texts/en.js"),
  es: () => import("./texts/es.js"),
  fr: () => import("./texts/fr.js"),
};

/** Words of one language, those of the page before the built-in ones. */
export class Words {
  #texts;
  #lang;

  /** `lang` says how numbers and dates are written. */
  constructor(lang, texts, own) {
    this.lang = texts.lang;
    this.dir = own?.dir ?? texts.dir;
    this.#texts = { ...texts, ...own };
    [this.#lang] = Intl.getCanonicalLocales(lang);
  }

  /** One text: a string, one per plural category of `n`, or a function of the values. */
  say(key, values = {}) {
    let text = this.#texts[key] ?? "";
    if (typeof text === "function") return text(values);
    if (typeof text === "object") text = text[new Intl.PluralRules(this.#lang).select(values.n)] ?? text.other;
    return text.replace(/\{(\w+)\}/g, (_, name) => {
      const value = values[name];
      return typeof value === "number" ? value.toLocaleString(this.#lang) : value;
    });
  }

  day(instant) {
    return new Date(instant).toLocaleDateString(this.#lang, { dateStyle: "long", timeZone: "UTC" });
  }
}

/** The words for a language tag such as "de-AT": of its language, or English; where they do not load, the page's own. */
export async function wordsFor(tag, own, failed) {
  const language = tag.toLowerCase().split(/[-_]/)[0];
  const known = language in KNOWN ? language : "en";
  const { texts } = await KNOWN[known]().catch((error) => {
    failed(error);
    return { texts: { lang: "en", dir: "ltr" } };
  });
  try {
    return new Words(known === language ? tag.replace("_", "-") : known, texts, own);
  } catch {
    // Something that only begins like a tag.
    return new Words(known, texts, own);
  }
}
