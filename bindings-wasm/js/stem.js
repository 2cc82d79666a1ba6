/** Stemmers: a WebAssembly file for each language except English, which is in the engines. */
import { compile } from "./load.js";

/** Loads a stemmer. It stems a word in a small buffer of its own memory; a longer word stays as it is. */
async function stemmer(url, options) {
  const { exports } = await WebAssembly.instantiate(await compile(url, options));
  const [from, to] = [new TextEncoder(), new TextDecoder()];
  return (word) => {
    const area = (length) => new Uint8Array(exports.memory.buffer, exports.buffer(), length);
    const { read, written } = from.encodeInto(word, area(256));
    return read < word.length ? word : to.decode(area(exports.stem(written)));
  };
}

/** Loads the stemmers of some languages, as one function. */
export async function stemmers(languages, stemUrl, options) {
  const made = languages.map((language) => {
    const given = stemUrl && `${`${stemUrl}`.replace(/\/$/, "")}/${language}.wasm`;
    return stemmer(given ?? new URL(`./stem/${language}.wasm`, import.meta.url), options);
  });
  const all = await Promise.all(made);
  return (language, word) => all[languages.indexOf(language)](word);
}
