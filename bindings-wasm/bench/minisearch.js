/**
 * Compares top-ten searches with MiniSearch: the same articles and queries, in one run in Node. `cargo xtask bench web [set]`.
 * Queries alternate between both, so that other load affects both alike; times are medians of all rounds.
 */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import MiniSearch from "minisearch";

const web = fileURLToPath(new URL("../../target/web/", import.meta.url));
const [engine, { start }, { toArgs }] = await Promise.all(
  ["engine.js", "load.js", "convert.js"].map((name) => import(pathToFileURL(`${web}kenpoint/${name}`).href)),
);
const lines = (path) => readFileSync(path, "utf8").split("\n").map((line) => JSON.parse(line));
const ms = (work) => {
  const from = performance.now();
  const value = work();
  return [performance.now() - from, value];
};
const median = (all) => all.sort((a, b) => a - b)[all.length >> 1];
const mean = (all) => all.reduce((sum, one) => sum + one, 0) / all.length;
const ROUNDS = 4;

/** Returns the memory of JavaScript objects and of WebAssembly. */
function held() {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, arrayBuffers, external } = process.memoryUsage();
  return heapUsed + Math.max(arrayBuffers, external);
}

function compare(set) {
  const folder = `${web}fixtures/`;
  if (!existsSync(`${folder}${set}.articles.jsonl`)) return console.log(`${set}: not there; it is made where KNOWLEDGE_DATA is`);
  const queries = lines(`${folder}${set}.jsonl`).map(({ query }) => query);
  const articles = lines(`${folder}${set}.articles.jsonl`);
  const file = readFileSync(`${folder}${set}.ken`);

  const before = held();
  const mini = new MiniSearch({ fields: ["title", "text"], storeFields: ["title"] });
  mini.addAll(articles);
  const frozen = JSON.stringify(mini);
  const withMini = held();
  const [opens, snapshot] = ms(() => engine.Snapshot.open(new Uint8Array(file), (_, word) => word));
  const memory = exports.memory.buffer.byteLength;
  const [loads] = ms(() => MiniSearch.loadJSON(frozen, { fields: ["title", "text"], storeFields: ["title"] }));

  const now = Date.parse(JSON.parse(snapshot.info()).known);
  const ours = (query, snippetChars) => JSON.parse(snapshot.search(toArgs({ query, now, limit: 10, snippetChars }))).hits;
  const times = { mini: [], bare: [], snippets: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const query of queries) {
      const all = [ms(() => mini.search(query).slice(0, 10))[0], ms(() => ours(query, 0))[0], ms(() => ours(query, 240))[0]];
      if (round) Object.keys(times).forEach((name, i) => times[name].push(all[i]));
    }
  }
  const ratio = (pick, name) => (pick(times.mini) / pick(times[name])).toFixed(2);
  const kib = (bytes) => `${Math.round(bytes / 1024)} KiB`;
  console.log(`${set}: ${articles.length} articles, ${queries.length} queries, ${ROUNDS - 1} rounds`);
  console.log(`  top ten, MiniSearch / ours: median ${ratio(median, "bare")}x, mean ${ratio(mean, "bare")}x; with snippets, which MiniSearch lacks: median ${ratio(median, "snippets")}x, mean ${ratio(mean, "snippets")}x`);
  console.log(`  open: ${opens.toFixed(1)} ms; MiniSearch from its JSON: ${loads.toFixed(1)} ms`);
  console.log(`  memory: ${kib(memory)} of WebAssembly, file and caches included; MiniSearch ${kib(withMini - before - frozen.length)} of heap`);
  snapshot.free();
}

const exports = start(engine, new WebAssembly.Module(readFileSync(`${web}kenpoint/engine.wasm`)));
const sets = process.argv.slice(2);
for (const set of sets.length ? sets : ["workarena", "thousand"]) compare(set);
