/**
 * Measures time and memory of puts, searches and a snapshot of a base in memory, in Node. `cargo xtask bench web` runs it after
 * the comparison with MiniSearch. Beyond 1,000 articles the same ones come again under other ids.
 */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";

const web = fileURLToPath(new URL("../../target/web/", import.meta.url));
const { live } = await import(pathToFileURL(`${web}kenpoint/live.js`).href);
const lines = (path) => readFileSync(path, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
const ms = (work) => {
  const from = performance.now();
  work();
  return performance.now() - from;
};
const median = (all) => [...all].sort((a, b) => a - b)[all.length >> 1];
const mb = (bytes) => (bytes / 2 ** 20).toFixed(0);
const viewer = { audience: "public" };

const path = `${web}fixtures/thousand.articles.jsonl`;
if (existsSync(path)) {
  const [articles, queries] = [lines(path), lines(path.replace(".articles", "")).map(({ query }) => query)];
  const base = await live({ clock: () => Date.parse("2026-01-01T00:00:00Z") });
  const size = () => {
    globalThis.gc?.();
    const { arrayBuffers, external } = process.memoryUsage();
    return Math.max(arrayBuffers, external);
  };
  let [puts, text] = [[], 0];
  for (let n = 1; n <= 5000; n += 1) {
    const { id, title, text: body } = articles[(n - 1) % articles.length];
    const draft = { id: `${n}/${id}`.slice(0, 120), kind: "product", title, audience: "public", confidence: "validated", sections: [{ role: "resolution", text: body }] };
    text += body.length;
    puts.push(ms(() => base.put(draft)));
    if (n !== 1000 && n !== 5000) continue;
    const search = (snippetChars) => median(queries.slice(0, 300).map((query) => ms(() => base.search(query, { viewer, snippetChars }))));
    const times = [search(240), search(0)].map((time) => time.toFixed(1));
    console.log(`live, ${n} articles of ${mb(text)} MB: a put ${median(puts).toFixed(1)} ms, a search ${times[0]} ms, without snippets ${times[1]}; memory ${mb(size())} MB`);
    puts = [];
  }
  console.log(`  a snapshot of them ${(ms(() => base.snapshot(viewer)) / 1000).toFixed(1)} s; memory then ${mb(size())} MB`);
  base.close();
} else console.log(`live: ${path} is not there; it is made where KNOWLEDGE_DATA is`);
