/** A user of `<ken-search>` in tabs of Chromium, under a strict policy. */
import assert from "node:assert/strict";
import { after, before } from "node:test";

import { launch } from "./chromium.js";
import { folder, sampleBytes } from "./package.js";
import { serve } from "./serve.js";

const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; worker-src 'self'; img-src 'self'";

const page = (attributes = 'src="help.ken"', inside = "") => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Help</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/page.css">
<script type="module" src="/page.js"></script></head>
<body><main><h1>Help</h1><ken-search ${attributes}>${inside}</ken-search><a id="after" href="#after">after</a></main></body></html>`;

const PAGES = {
  "/favicon.ico": "",
  // An image of the sample's articles.
  "/images/light-ring-red.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
  "/index.html": page(),
  "/missing.html": page('src="missing.ken"'),
  "/german.html": page('src="help.ken" lang="de-AT"'),
  "/arabic.html": page('src="help.ken" lang="ar"'),
  "/slots.html": page(
    'src="help.ken"',
    '<p slot="empty">Ask the <a id="forum" href="#forum">forum</a></p><p slot="footer">By Halvorn</p><input slot="contact" aria-label="E-mail" value="a@example.com">',
  ),
  "/bare.html": page("").replace('<script type="module" src="/page.js"></script>', ""),
  "/page.css": "html { color-scheme: light dark; font-family: sans-serif } body { margin: 16px } #after { color: inherit } ken-search { --ken-radius: 10px }",
  // The page keeps the details of all events by name, and batches over a reload.
  "/page.js": `
    import "/kenpoint/element.js";
    window.received = {};
    for (const name of ["search", "select", "feedback", "handoff", "batch", "error"])
      document.addEventListener("ken-" + name, (event) => {
        (received[name] ??= []).push(event.detail?.message ?? event.detail);
        if (name === "batch") sessionStorage.setItem("received", JSON.stringify([...JSON.parse(sessionStorage.getItem("received") ?? "[]"), event.detail]));
        window["on" + name]?.(event);
      });`,
};

let browser;
let server;
/** The served files by path; a test may change them. */
export let pages;

before(async () => {
  browser = await launch();
  pages = { ...PAGES, "/help.ken": sampleBytes() };
  server = await serve({
    folders: { "/kenpoint/": folder },
    pages,
    // The browser may cache the scripts, so that a worker starts offline; the Cache API holds only the other files.
    headers: (path) => ({ "content-security-policy": POLICY, ...(path.endsWith(".js") && { "cache-control": "max-age=600" }) }),
  });
});

after(async () => {
  await browser?.close();
  await server?.close();
});

/** Opens a page in a tab. An error in it, or a request to another host, fails the test at its end. */
export async function visit(t, { url = server.url, path = "/index.html", context, mayFail = false, ...options } = {}) {
  const own = context ?? (await browser.newContext({ reducedMotion: "reduce", ...options }));
  const tab = await own.newPage();
  watch(t, tab, mayFail, url);
  if (!context) t.after(() => own.close());
  await tab.goto(url + path);
  await tab.evaluate(() => customElements.get("ken-search") && document.querySelector("ken-search").load().catch(() => {}));
  return person(tab);
}

export function watch(t, tab, mayFail, url = server.url) {
  const faults = [];
  tab.on("pageerror", (error) => faults.push(error.message));
  tab.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  tab.on("request", (request) => request.url().startsWith(url) || /^(data|blob):/.test(request.url()) || faults.push(request.url()));
  t.after(() => mayFail || assert.deepEqual(faults, []));
}

/** The views and actions of a user. */
export function person(tab) {
  const within = (selector) => tab.locator("ken-search").first().locator(selector);
  const input = within("input[role=combobox]");
  return {
    tab,
    within,
    input,
    options: within("[role=option]"),
    results: within(".result"),
    active: within("[role=option][aria-selected=true]"),
    card: within(".card"),
    button: (name) => within("button").filter({ hasText: name }),
    on: (run, value) => tab.locator("ken-search").first().evaluate(run, value),
    received: (name) => tab.evaluate((of) => window.received[of] ?? [], name),
    async type(text) {
      await input.click();
      await input.pressSequentially(text);
      await within(".field:not(.busy)").waitFor();
    },
    async read(text, title) {
      await this.type(text);
      await this.results.filter({ hasText: title }).first().click();
      await within("article").waitFor();
    },
    async shot(name) {
      if (process.env.KENPOINT_SHOTS) await tab.screenshot({ path: `${process.env.KENPOINT_SHOTS}/${name}.png`, fullPage: true });
    },
  };
}

/** Waits until a value passes a check, and fails with its last value. */
export async function until(get, holds) {
  const end = Date.now() + 10_000;
  for (;;) {
    const value = await get();
    if (holds(value)) return value;
    if (Date.now() > end) assert.fail(`it never came to this: ${JSON.stringify(value)}`);
    await new Promise(setImmediate);
  }
}

/** Returns the kinds of the events of a batch. */
export const whats = (batch) => batch.events.map(({ what }) => what);
