/** The stemmers and shards that the server loads for the engine. The engine is a fake, written below. */
import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { folder } from "./package.js";
import { serve } from "./serve.js";
import { stemmer } from "./stemmer.js";

/** An engine whose queries are lists of the shards that they need, and whose snapshot is a list of languages. */
const ENGINE = `
const named = (names) => JSON.stringify({ names });
export const __wbg_set_wasm = () => {};
export let open = 0;
export class Snapshot {
  static languages = (bytes) => named(JSON.parse(new TextDecoder().decode(bytes)));
  static open = (bytes, stem) => ((open += 1), Object.assign(new Snapshot(), { stem }));
  #shards = new Map();
  #wanted = [];
  info = () => "{}";
  wanted = () => named(this.#wanted);
  shards = () => named(["aa", "bb"]);
  article_ids = () => named([this.stem("de", "Häuser"), this.stem("fr", "été"), this.stem("de", "ä".repeat(300))]);
  article(needs) {
    this.#wanted = needs.split(" ").filter((digest) => !this.#shards.has(digest)).slice(0, 2);
    if (this.#wanted.length) throw "309 NotLoaded shards are wanted";
    return JSON.stringify({ id: needs.split(" ").map((digest) => this.#shards.get(digest)).join(), sections: [] });
  }
  supply(digest, bytes) {
    const text = new TextDecoder().decode(bytes);
    if (text === "damaged") throw "306 Corrupt the shard is damaged";
    if (text !== "nothing") this.#shards.set(digest, text);
  }
  free() {
    open -= 1;
  }
}
`;

/** A module that exports `__wbindgen_start`, which does nothing, and imports nothing. */
const MODULE = Uint8Array.from([
  0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 7, 20, 1, 16, ...Buffer.from("__wbindgen_start"), 0, 0, 10, 4, 1, 2, 0, 0x0b,
]);

const scratch = await mkdtemp(`${tmpdir()}/kenpoint-`);
await cp(folder, scratch, { recursive: true });
await writeFile(`${scratch}/engine.js`, ENGINE);
await writeFile(`${scratch}/engine.wasm`, MODULE);
const engine = await import(pathToFileURL(`${scratch}/engine.js`).href);
const { open } = await import(pathToFileURL(`${scratch}/index.js`).href);

/** Opens a snapshot of that engine, behind a server that lists its requests. */
async function opened(t, { languages = [], ...pages } = {}, options) {
  const all = { "/help.ken": JSON.stringify(languages), "/stem/de.wasm": stemmer, "/stem/fr.wasm": stemmer, ...pages };
  const server = await serve({ folders: { "/engine/": scratch }, pages: all });
  t.after(() => server.close());
  const at = { stemUrl: `${server.url}/stem`, wasmUrl: `${server.url}/engine/engine.wasm`, ...options };
  const again = () => open(`${server.url}/help.ken?v=1`, at);
  const snapshot = await again();
  t.after(() => snapshot.close());
  const shards = () => server.requests.filter((path) => path.includes(".d/"));
  return { snapshot, again, pages: all, url: server.url, requests: server.requests, shards };
}

/** The part of the Cache API that is used. Node has none. */
function cacheApi() {
  const kept = new Map();
  const cache = {
    match: async (url) => kept.get(`${url}`)?.clone(),
    put: async (url, response) => void kept.set(`${url}`, new Response(await response.arrayBuffer(), response)),
    keys: async () => [...kept.keys()].map((url) => ({ url })),
    delete: async (url) => kept.delete(url),
  };
  return { kept, open: async () => cache };
}

test.after(() => rm(scratch, { recursive: true }));

test("stemmers are loaded for the languages that need them", async (t) => {
  const { snapshot, requests } = await opened(t, { languages: ["de", "fr"] });
  assert.deepEqual(requests.filter((path) => path.startsWith("/stem/")).sort(), ["/stem/de.wasm", "/stem/fr.wasm"]);
  const [haus, summer, long] = await snapshot.articleIds();
  assert.deepEqual([haus, summer.length], ["Häuse", 3], "the stemmer of the test takes a byte away");
  assert.equal(long, "ä".repeat(300), "a word that is longer than the stemmer's buffer stays");
});

test("a stemmer that is missing is a typed error", async (t) => {
  await assert.rejects(opened(t, { languages: ["xx"] }), { kind: "LoadFailed", message: /stem\/xx\.wasm.*404/ });
});

test("shards are loaded when a query needs them, once, and in parallel", async (t) => {
  const pages = { "/help.ken.d/aa": "A", "/help.ken.d/bb": "B", "/help.ken.d/cc": "C" };
  const { snapshot, shards } = await opened(t, pages);
  assert.deepEqual(shards(), []);
  const both = await Promise.all([snapshot.article("aa bb cc"), snapshot.article("bb aa")]);
  assert.deepEqual(both.map(({ id }) => id), ["A,B,C", "B,A"]);
  assert.equal((await snapshot.article("cc")).id, "C");
  assert.deepEqual(shards().sort(), ["/help.ken.d/aa", "/help.ken.d/bb", "/help.ken.d/cc"]);
});

test("a shard that is missing fails its query, and is requested again by the next", async (t) => {
  const pages = { "/help.ken.d/aa": "A" };
  const { snapshot, shards } = await opened(t, pages);
  await assert.rejects(snapshot.article("bb aa"), { kind: "LoadFailed", message: /help\.ken\.d\/bb: .*404/ });
  assert.equal((await snapshot.article("aa")).id, "A");
  await assert.rejects(snapshot.article("bb"), { kind: "LoadFailed" });
  assert.equal(shards().filter((path) => path.endsWith("bb")).length, 2);
});

test("a shard that is damaged is a typed error, and one that changes nothing ends the requests", async (t) => {
  const { snapshot } = await opened(t, { "/help.ken.d/aa": "damaged", "/help.ken.d/bb": "nothing" });
  await assert.rejects(snapshot.article("aa"), { kind: "Corrupt", code: 306 });
  await assert.rejects(snapshot.article("bb"), { kind: "NotLoaded", code: 309 });
});

test("bytes have no folder of shards beside them", async (t) => {
  const snapshot = await open(new TextEncoder().encode("[]"));
  t.after(() => snapshot.close());
  await assert.rejects(snapshot.article("aa"), { kind: "NotLoaded" });
});

test("closing while shards load does not affect other snapshots", async (t) => {
  const { snapshot } = await opened(t, { "/help.ken.d/aa": "A" });
  const { snapshot: other } = await opened(t, { "/help.ken.d/aa": "A" });
  const pending = snapshot.article("aa");
  snapshot.close();
  await assert.rejects(pending, { kind: "Closed" });
  assert.equal((await other.article("aa")).id, "A");
});

test("closing while it opens leaves nothing in the engine", async (t) => {
  const { open: before } = engine;
  const giveUp = new AbortController();
  const { fetch } = globalThis;
  t.after(() => (globalThis.fetch = fetch));
  globalThis.fetch = (url) => {
    if (url.endsWith("de.wasm")) giveUp.abort();
    return fetch(url);
  };
  await assert.rejects(opened(t, { languages: ["de"] }, { signal: giveUp.signal }), { name: "AbortError" });
  // Pending work ends.
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(engine.open, before);
});

test("shards are cached for ever, except those that are damaged or belong to no current snapshot", async (t) => {
  const { kept } = (globalThis.caches = cacheApi());
  t.after(() => delete globalThis.caches);
  const { again, pages, shards, snapshot, url } = await opened(t, { "/help.ken.d/aa": "A", "/help.ken.d/bb": "damaged" }, { cache: "help" });
  assert.equal((await snapshot.article("aa")).id, "A");
  await assert.rejects(snapshot.article("bb"), { kind: "Corrupt" });
  assert.ok(!kept.has(`${url}/help.ken.d/bb`));
  kept.set(`${url}/help.ken.d/old`, new Response("old"));
  kept.set(`${url}/other.ken.d/old`, new Response("another snapshot's"));

  pages["/help.ken.d/bb"] = "B";
  const later = await again();
  t.after(() => later.close());
  assert.equal((await later.article("aa bb")).id, "A,B");
  assert.deepEqual(shards(), ["/help.ken.d/aa", "/help.ken.d/bb", "/help.ken.d/bb"]);
  const names = [...kept.keys()].map((address) => address.slice(url.length)).filter((path) => path.includes(".d/"));
  assert.deepEqual(names.sort(), ["/help.ken.d/aa", "/help.ken.d/bb", "/other.ken.d/old"]);
});

test("in Node the shards are in a folder beside the file", async (t) => {
  await mkdir(`${scratch}/kept.ken.d`);
  await writeFile(`${scratch}/kept.ken`, "[]");
  await writeFile(`${scratch}/kept.ken.d/aa`, "A");
  const snapshot = await open(`${scratch}/kept.ken`);
  t.after(() => snapshot.close());
  assert.equal((await snapshot.article("aa")).id, "A");
});
