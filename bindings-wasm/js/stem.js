/** Stemmers, a file of WebAssembly for each language but English, which is in the engines. */
import { compile } from "./load.js";

/** A stemmer: it works on a word in a small area of its own memory. What is longer than that is no word. */
async function stemmer(url, options) {
  const { exports } = await WebAssembly.instantiate(await compile(url, options));
  const [from, to] = [new TextEncoder(), new TextDecoder()];
  return (word) => {
    const area = (length) => new Uint8Array(exports.memory.buffer, exports.buffer(), length);
    const { read, written } = from.encodeInto(word, area(256));
    return read < word.length ? word : to.decode(area(exports.stem(written)));
  };
}

/** The stemmers of these languages, as one function. */
export async function stemmers(languages, stemUrl, options) {
  const made = languages.map((language) => {
    const given = stemUrl && `${`${stemUrl}`.replace(/\/$/, "")}/${language}.wasm`;
    return stemmer(given ?? new URL(`./stem/${language}.wasm`, import.meta.url), options);
  });
  const all = await Promise.all(made);
  return (language, word) => all[languages.indexOf(language)](word);
}
