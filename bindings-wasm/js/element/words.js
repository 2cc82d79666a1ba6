/** The words of the element in the reader's language. */

const KNOWN = {
  ar: () => import("./texts/ar.js"),
  de: () => import("./texts/de.js"),
  en: () => import("./texts/en.js"),
  es: () => import("./texts/es.js"),
  fr: () => import("./texts/fr.js"),
};

/** Words of one language, with the host's own before the built-in ones. */
export class Words {
  #texts;
  #plural;
  #number;
  #date;

  /** `lang` says how numbers and dates are written; the texts may be another language's when this one has none. */
  constructor(lang, texts, own) {
    this.lang = texts.lang;
    this.dir = own?.dir ?? texts.dir;
    this.#texts = { ...texts, ...own };
    this.#plural = new Intl.PluralRules(lang);
    this.#number = new Intl.NumberFormat(lang);
    this.#date = new Intl.DateTimeFormat(lang, { dateStyle: "long", timeZone: "UTC" });
  }

  /** One text: a string, one per plural category of `n`, or a function of the values. */
  say(key, values = {}) {
    let text = this.#texts[key] ?? "";
    if (typeof text === "function") return text(values);
    if (typeof text === "object") text = text[this.#plural.select(values.n)] ?? text.other;
    return text.replace(/\{(\w+)\}/g, (_, name) => {
      const value = values[name];
      return typeof value === "number" ? this.#number.format(value) : value;
    });
  }

  /** A day, as this language writes it. */
  day(instant) {
    return this.#date.format(new Date(instant));
  }
}

/** The words for a language tag such as "de-AT": of its language, or English. */
export async function wordsFor(tag, own) {
  const language = tag.toLowerCase().split(/[-_]/)[0];
  const known = language in KNOWN;
  const { texts } = await KNOWN[known ? language : "en"]();
  let lang = known ? tag.replace("_", "-") : "en";
  try {
    Intl.getCanonicalLocales(lang);
  } catch {
    lang = texts.lang;
  }
  return new Words(lang, texts, own);
}
