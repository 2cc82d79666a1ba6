/** The texts of the element in the reader's language. */

const KNOWN = {
  ar: () => import("./texts/ar.js"),
  de: () => import("./texts/de.js"),
  en: () => import("./texts/en.js"),
  es: () => import("./texts/es.js"),
  fr: () => import("./texts/fr.js"),
};

/** The texts of one language; those of the page replace the built-in ones. */
export class Translations {
  #texts;
  #lang;

  /** `lang` is the locale of numbers and dates. */
  constructor(lang, texts, own) {
    this.lang = texts.lang;
    this.dir = own?.dir ?? texts.dir;
    this.#texts = { ...texts, ...own };
    [this.#lang] = Intl.getCanonicalLocales(lang);
  }

  /** Returns a text. It is a string, one string per plural category of `n`, or a function of the values. */
  t(key, values = {}) {
    let text = this.#texts[key] ?? "";
    if (typeof text === "function") return text(values);
    if (typeof text === "object") text = text[new Intl.PluralRules(this.#lang).select(values.n)] ?? text.other;
    return text.replace(/\{(\w+)\}/g, (_, name) => {
      const value = values[name];
      return typeof value === "number" ? value.toLocaleString(this.#lang) : value;
    });
  }

  date(instant) {
    return new Date(instant).toLocaleDateString(this.#lang, { dateStyle: "long", timeZone: "UTC" });
  }
}

/** Loads the texts for a language tag such as "de-AT", or English for an unknown language. If that fails, only those of the page remain. */
export async function loadTexts(tag, own, failed) {
  const language = tag.toLowerCase().split(/[-_]/)[0];
  const known = language in KNOWN ? language : "en";
  const { texts } = await KNOWN[known]().catch((error) => {
    failed(error);
    return { texts: { lang: "en", dir: "ltr" } };
  });
  try {
    return new Translations(known === language ? tag.replace("_", "-") : known, texts, own);
  } catch {
    // Not a language tag.
    return new Translations(known, texts, own);
  }
}
