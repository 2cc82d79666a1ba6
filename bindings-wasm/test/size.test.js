/**
 * What a page loads, packed by brotli as a server sends it. `budget` is what the design wants; where it is not met
 * yet, `held` is what it may not grow beyond. Both are in bytes.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { brotliCompressSync, constants } from "node:zlib";
import { fixture, folder, load } from "./package.js";

const KB = 1024;
const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 };
const packed = (bytes) => brotliCompressSync(bytes, { params }).length;
const file = (name) => readFileSync(`${folder}/${name}`);
const together = (...names) => packed(Buffer.concat(names.map(file)));
const element = readdirSync(`${folder}/element`).filter((name) => name.endsWith(".js"));

const BUDGETS = [
  { what: "engine.wasm", size: () => packed(file("engine.wasm")), budget: 120 * KB, held: 178 * KB },
  { what: "live.wasm", size: () => packed(file("live.wasm")), budget: 250 * KB, held: 525 * KB },
  { what: "the worker's scripts", size: () => together("worker.js", "host.js", "ask.js", "visit.js", "stem.js", "load.js", "engine.js"), budget: 5 * KB, held: 5.6 * KB },
  { what: "the element, with English", size: () => together("element.js", ...element.map((name) => `element/${name}`), "element/texts/en.js"), budget: 15 * KB, held: 12.8 * KB },
  { what: "the largest stemmer", size: () => Math.max(...readdirSync(`${folder}/stem`).map((name) => packed(file(`stem/${name}`)))), budget: 30 * KB, held: 30 * KB },
];

for (const { what, size, budget, held } of BUDGETS) {
  test(`${what}: at most ${(held / KB).toFixed(1)} KB`, (t) => {
    const found = size();
    const state = found <= budget ? "within" : "over";
    t.diagnostic(`${(found / KB).toFixed(1)} KB, ${state} the budget of ${budget / KB} KB`);
    assert.ok(found <= held, `${found} bytes are more than ${held}; find out what came in, see core's ARCHITECTURE.md`);
  });
}

test("a first answer of the sample: at most 402 KB in all", async (t) => {
  const { cut } = await load("live.js");
  const { front, parts } = await cut(readFileSync(fixture("sample.ken")));
  const scripts = together("index.js", "line.js", "error.js", "worker.js", "host.js", "ask.js", "visit.js", "stem.js", "load.js", "engine.js");
  const shown = together("element.js", ...element.map((name) => `element/${name}`), "element/texts/en.js");
  const stems = ["de", "es", "fr"].reduce((sum, name) => sum + packed(file(`stem/${name}.wasm`)), 0);
  // Ten results show texts of no more parts than there are.
  const texts = [...parts.values()].reduce((sum, part) => sum + part.length, 0);
  const all = packed(file("engine.wasm")) + scripts + shown + stems + packed(front) + texts;
  t.diagnostic(`${(all / KB).toFixed(0)} KB, the budget is 400 KB`);
  assert.ok(all <= 402 * KB, `${all} bytes`);
});
