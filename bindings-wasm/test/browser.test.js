/** The package in Chromium: behind a bundler, without one, under a strict policy, and when the engine stops. */
import assert from "node:assert/strict";
import { cp, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build, createServer } from "vite";
import { launch, newPage } from "./chromium.js";
import { folder, sampleBytes } from "./package.js";
import { trapping } from "./patch.js";
import { serve } from "./serve.js";

const PAGE = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'";
const WORKER = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";
const app = fileURLToPath(new URL("app", import.meta.url));
const help = sampleBytes();
let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

/** A server and a page for a test. The page is `/`, with the package in `/kenpoint/`. */
async function stage(t, { policy, folders, pages: more, headers = () => ({}) } = {}) {
  const blank = `<!doctype html><html lang="en"><title>Blank</title></html>`;
  const pages = { "/index.html": blank, "/help.ken": help, ...more };
  const server = await serve({
    folders: folders ?? { "/kenpoint/": folder },
    pages,
    headers: (path) => ({ ...(policy && { "content-security-policy": policy(path) }), ...headers(path) }),
  });
  const { context, page, asked } = await newPage(browser);
  t.after(async () => {
    await context.close();
    await server.close();
    for (const url of asked) assert.ok(url.startsWith(server.url), `${url} is no address of the test`);
  });
  await page.goto(server.url);
  return { server, page, pages, context, asked };
}

/** Runs in the page: opens with these options, and returns the first hit of a search, or the error. */
async function searches(options) {
  const { open } = await import("/kenpoint/index.js");
  try {
    const snapshot = await open("help.ken", options);
    const { hits } = await snapshot.search("forgot the administrator password", { limit: 1 });
    return hits[0].title;
  } catch (error) {
    return `${error.name} ${error.kind} ${error.code}: ${error.message}`;
  }
}

const FOUND = /^Forgot the administrator password/;

test("an application that Vite has built finds an article", async (t) => {
  const scratch = await mkdtemp(`${tmpdir()}/kenpoint-`);
  t.after(() => rm(scratch, { recursive: true }));
  await cp(app, scratch, { recursive: true });
  await cp(folder, `${scratch}/node_modules/kenpoint`, { recursive: true });
  await build({ root: scratch, base: "./", logLevel: "warn", configFile: false });
  const assets = await readdir(`${scratch}/dist/assets`);
  const worker = await readFile(`${scratch}/dist/assets/${assets.find((name) => name.startsWith("worker"))}`);
  const size = brotliCompressSync(worker).length;
  // The budget is 5 KB; size.test.js has the limit.
  assert.ok(size <= 6.5 * 1024, `the worker's code is ${size} bytes`);

  const { page, asked } = await stage(t, { folders: { "/": `${scratch}/dist` }, pages: { "/index.html": undefined } });
  await page.waitForFunction(() => document.title !== "Loading");
  assert.match(await page.title(), /^\d+ articles$/);
  await page.fill("input", "administrator password");
  await page.waitForSelector("li");
  assert.match(await page.textContent("li"), FOUND);
  assert.equal(asked.filter((url) => url.endsWith(".wasm")).length, 4, "one engine, and the three stemmers of what the sample is written in");
});

test("Vite's own server finds it too, if it leaves the package as it is", async (t) => {
  const scratch = await realpath(await mkdtemp(`${tmpdir()}/kenpoint-`));
  await cp(app, scratch, { recursive: true });
  await cp(folder, `${scratch}/node_modules/kenpoint`, { recursive: true });
  await writeFile(`${scratch}/help.ken`, help);
  const optimizeDeps = { exclude: ["kenpoint"] };
  const vite = await createServer({ root: scratch, logLevel: "warn", configFile: false, optimizeDeps, server: { port: 0 } });
  const { context, page } = await newPage(browser);
  t.after(async () => {
    await context.close();
    await vite.close();
    await rm(scratch, { recursive: true });
  });
  await vite.listen();
  await page.goto(vite.resolvedUrls.local[0]);
  await page.waitForFunction(() => document.title !== "Loading");
  assert.match(await page.title(), /^\d+ articles$/);
});

test("without a bundler it needs nothing but the package's files, under the policy of the README", async (t) => {
  const policy = (path) => (path.endsWith("worker.js") ? WORKER : PAGE);
  const { page, server } = await stage(t, { policy });
  assert.match(await page.evaluate(searches), FOUND);
  const scripts = server.requests.filter((path) => path.endsWith(".js"));
  const expected = ["convert", "engine", "engine-client", "engine-server", "error", "index", "load", "stem", "visit", "worker"].map((name) => `/kenpoint/${name}.js`);
  assert.deepEqual(scripts.sort(), expected.sort());
});

test("a policy that forbids WebAssembly is a typed error that names it", async (t) => {
  const { page } = await stage(t, { policy: () => PAGE });
  assert.match(await page.evaluate(searches), /^KenpointError EngineFailed 0: .*(wasm-)?unsafe-eval/);
  assert.match(await page.evaluate(searches, { worker: false }), /^KenpointError EngineFailed 0: /);
});

test("a policy that forbids workers is a typed error, and the page's thread a way out", async (t) => {
  const policy = () => "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'none'; connect-src 'self'";
  const { page } = await stage(t, { policy });
  assert.match(await page.evaluate(searches), /^KenpointError EngineFailed 0: .*workerUrl/);
  assert.match(await page.evaluate(searches, { worker: false }), FOUND);
});

test("files that are missing are typed errors", async (t) => {
  const { page } = await stage(t);
  for (const options of [{ workerUrl: "/absent.js" }, { workerUrl: "http://other.localhost/worker.js" }]) {
    assert.match(await page.evaluate(searches, options), /^KenpointError EngineFailed 0: /);
  }
  assert.match(await page.evaluate(searches, { wasmUrl: "/absent.wasm" }), /^KenpointError LoadFailed 0: .*404/);
  assert.match(await page.evaluate(searches, { wasmUrl: "/index.html" }), /^KenpointError EngineFailed 0: /);
});

test("a server that does not know the type of WebAssembly will do", async (t) => {
  const headers = (path) => (path.endsWith(".wasm") ? { "content-type": "text/plain" } : {});
  const { page } = await stage(t, { headers });
  assert.match(await page.evaluate(searches), FOUND);
});

test("an engine that stops costs one call: snapshot and visits go on", async (t) => {
  const engine = trapping(await readFile(`${folder}/engine.wasm`), "snapshot_search");
  const { page } = await stage(t, { pages: { "/stops.wasm": engine } });
  const outcome = await page.evaluate(async (bytes) => {
    const { open } = await import("/kenpoint/index.js");
    const said = [];
    for (const source of ["help.ken", Uint8Array.from(bytes)]) {
      const snapshot = await open(source, { wasmUrl: "/stops.wasm" });
      const visit = await snapshot.visit();
      await visit.record({ what: "searched", query: "before" });
      for (let i = 0; i < 2; i += 1) {
        await snapshot.search("password").catch(({ kind, code, message }) => said.push([kind, code, /try again/.test(message)]));
        said.push((await snapshot.complete("passw")).words[0].text);
      }
      await visit.record({ what: "searched", query: "after" });
      said.push((await visit.takeEvents()).events.map(({ query }) => query).join());
      snapshot.close();
    }
    return said;
  }, [...help]);
  const once = [["Internal", 901, true], "password"];
  assert.deepEqual(outcome, [...once, ...once, "before,after", ...once, ...once, "before,after"]);
});

test("without a worker an engine that stopped says so, and does not go on with a memory it cannot trust", async (t) => {
  const engine = trapping(await readFile(`${folder}/engine.wasm`), "snapshot_search");
  const { page } = await stage(t, { pages: { "/stops.wasm": engine } });
  const said = await page.evaluate(async () => {
    const { open } = await import("/kenpoint/index.js");
    const snapshot = await open("help.ken", { wasmUrl: "/stops.wasm", worker: false });
    const calls = [() => snapshot.search("x"), () => snapshot.complete("x"), () => open("help.ken", { worker: false })];
    const said = [];
    for (const call of calls) await call().catch(({ kind, message }) => said.push(`${kind}: ${message}`));
    return said;
  });
  assert.match(said[0], /^Internal: the engine stopped \(/);
  for (const later of said.slice(1)) assert.match(later, /^Internal: the engine stopped earlier/);
  assert.equal(said.length, 3);
});

test("a snapshot that was kept answers without a network, and is renewed behind its answers", async (t) => {
  const { page, pages, context } = await stage(t);
  assert.match(await page.evaluate(searches, { cache: "help" }), FOUND);
  const kept = () => page.evaluate(async () => (await (await caches.open("help")).keys()).map(({ url }) => new URL(url).pathname).sort());
  await page.waitForFunction(async () => (await (await caches.open("help")).keys()).length === 5);
  const stems = ["de", "es", "fr"].map((language) => `/kenpoint/stem/${language}.wasm`);
  assert.deepEqual(await kept(), ["/help.ken", "/kenpoint/engine.wasm", ...stems]);

  // The server has another file now: the cached one answers, and the new one replaces it.
  pages["/help.ken"] = "damaged";
  assert.match(await page.evaluate(searches, { cache: "help" }), FOUND);
  const size = async () => (await (await (await caches.open("help")).match("/help.ken")).arrayBuffer()).byteLength === 7;
  await page.waitForFunction(size);
  assert.match(await page.evaluate(searches, { cache: "help" }), /^KenpointError NotABase/);
  pages["/help.ken"] = help;
  assert.match(await page.evaluate(searches, { cache: "help" }), /^KenpointError NotABase/, "what was kept last answers");
  await page.waitForFunction(async () => (await (await (await caches.open("help")).match("/help.ken")).arrayBuffer()).byteLength > 7);

  await context.route(/help\.ken|engine\.wasm/, (route) => route.abort());
  assert.match(await page.evaluate(searches, { cache: "help" }), FOUND);
  assert.match(await page.evaluate(searches), /^KenpointError LoadFailed 0: /);
});

test("the page is free while the engine works, and gives questions up", async (t) => {
  const { page } = await stage(t);
  const outcome = await page.evaluate(async () => {
    const { open } = await import("/kenpoint/index.js");
    const snapshot = await open("help.ken");
    const control = new AbortController();
    const typed = [..."forgot the password"].map((_, i, all) => all.slice(0, i + 1).join(""));
    const given = typed.map((query) => snapshot.search(query, { signal: control.signal }));
    const last = snapshot.search("forgot the password", { limit: 1 });
    control.abort();
    const names = await Promise.all(given.map((question) => question.catch(({ name }) => name)));
    return [[...new Set(names)], (await last).hits.length];
  });
  assert.deepEqual(outcome, [["AbortError"], 1]);
});
