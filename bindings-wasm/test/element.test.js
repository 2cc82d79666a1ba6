/** `<ken-search>` in Chromium, under a strict policy, with the sample's help centre. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { brotliCompressSync } from "node:zlib";

import { serve as serveExample } from "../../examples/web/serve.mjs";
import { folder, load, sample } from "./package.js";
import { pages, person, until, visit, watch, whats } from "./person.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

describe("searching", () => {
  test("words and articles come while one types, and what matches is marked", async (t) => {
    const p = await visit(t);
    await p.type("camera off");
    assert.deepEqual(await p.within(".group-label").allTextContents(), ["Suggestions", "Articles", "Still stuck?"]);
    assert.match(await p.within(".word").allTextContents().then(String), /camera offline/);
    assert.equal(await p.results.first().locator(".result-title").textContent(), "Wren camera goes offline");
    assert.deepEqual(new Set((await p.within("mark").allTextContents()).map((text) => text.toLowerCase().slice(0, 3))).has("cam"), true);
    const status = p.within("[role=status]");
    await until(() => status.textContent(), (text) => /^\d+ articles found, \d suggestions?$/.test(text));
    await p.shot("results");
  });

  test("the last query wins, however late the first is answered", async (t) => {
    const p = await visit(t, { path: "/bare.html" });
    await p.tab.evaluate(async () => {
      const hit = (title) => ({ id: title, title, freshness: "fresh", snippet: { text: "", ranges: [] } });
      const late = Promise.withResolvers();
      window.release = () => late.resolve();
      const element = document.querySelector("ken-search");
      element.snapshot = {
        complete: async () => ({ words: [], titles: [] }),
        search: async (query) => {
          if (query === "a") await late.promise;
          return { hits: [hit(`for ${query}`)], impression: "k1" };
        },
      };
      await import("/kenpoint/element.js");
    });
    await p.input.click();
    await p.input.pressSequentially("ab");
    await p.results.filter({ hasText: "for ab" }).waitFor();
    await p.tab.evaluate(() => window.release());
    assert.equal(await p.results.first().textContent().then((text) => text.trim()), "for ab");
  });

  test("completions that fail are told to the page, and the articles are shown", async (t) => {
    const p = await visit(t);
    await p.on(async (e) => {
      const { open } = await import("/kenpoint/index.js");
      const whole = await open("/help.ken");
      e.snapshot = {
        search: (...asked) => whole.search(...asked),
        complete: async () => {
          throw new Error("a part is not there");
        },
      };
    });
    await p.type("camera off");
    await p.results.first().waitFor();
    assert.deepEqual(await p.within(".group-label").allTextContents(), ["Articles", "Still stuck?"]);
    assert.deepEqual(new Set(await p.received("error")), new Set(["a part is not there"]));
    assert.equal(await p.button("Try again").count(), 0);
    await p.input.fill("xyzzy");
    await p.button("Try again").waitFor();
  });

  test("by keyboard alone: down, up, home, end, escape twice, enter, tab", async (t) => {
    const p = await visit(t);
    await p.tab.keyboard.press("Tab");
    await p.tab.keyboard.type("camera offline");
    await p.within(".field:not(.busy)").waitFor();
    const pointed = () => p.input.getAttribute("aria-activedescendant");
    assert.equal(await p.input.getAttribute("aria-expanded"), "true");
    assert.equal(await pointed(), null);
    await p.tab.keyboard.press("ArrowUp");
    assert.match(await p.active.textContent(), /Write to us/);
    await p.tab.keyboard.press("ArrowDown");
    assert.equal(await pointed(), null);
    await p.tab.keyboard.press("ArrowDown");
    assert.equal(await pointed(), await p.options.first().getAttribute("id"));
    for (const [key, caret] of [["Home", 0], ["End", "camera offline".length]]) {
      await p.tab.keyboard.press("ArrowDown");
      await p.tab.keyboard.press(key);
      assert.equal(await pointed(), null);
      assert.equal(await p.input.evaluate((node) => node.selectionStart), caret);
    }
    await p.tab.keyboard.press("Escape");
    assert.equal(await p.input.getAttribute("aria-expanded"), "false");
    assert.equal(await p.input.inputValue(), "camera offline");
    await p.tab.keyboard.press("Escape");
    assert.equal(await p.input.inputValue(), "");
    await p.tab.keyboard.type("camera offline");
    await p.results.first().waitFor();
    await p.tab.keyboard.press("Enter");
    assert.match(await p.active.textContent(), /Wren camera goes offline/);
    await p.tab.keyboard.press("Enter");
    await p.within("article").waitFor();
    assert.equal(await p.on((e) => e.shadowRoot.activeElement.textContent), "Wren camera goes offline");
    await p.tab.keyboard.press("Tab");
    while ((await p.on((e) => e.shadowRoot.activeElement.textContent)) !== "No") await p.tab.keyboard.press("Tab");
    await p.tab.keyboard.press("Enter");
    assert.match(await p.on((e) => e.shadowRoot.activeElement.textContent), /did not help/);
    await p.input.focus();
    await p.tab.keyboard.press("ArrowDown");
    assert.equal(await p.input.getAttribute("aria-expanded"), "true");
    await p.tab.keyboard.press("Tab");
    assert.equal(await p.input.getAttribute("aria-expanded"), "false");
  });

  test("a completion is taken over, and the search goes on", async (t) => {
    const p = await visit(t);
    await p.type("camera offl");
    await p.within(".word").first().click();
    assert.equal(await p.input.inputValue(), "camera offline ");
    await p.results.first().waitFor();
    assert.equal(await p.on((e) => e.shadowRoot.activeElement.id), "input");
    await p.within(".clear").click();
    assert.equal(await p.input.inputValue(), "");
    assert.equal(await p.input.getAttribute("aria-expanded"), "false");
  });

  test("states that a reader should know of are said in words", async (t) => {
    const p = await visit(t);
    await p.type("red light aurora router");
    assert.match(await p.results.first().textContent(), /Check overdue/);
    assert.equal(await p.results.filter({ hasText: "light colours, version 4" }).locator(".badge").count(), 0);
  });

  test("markup in titles and snippets is text", async (t) => {
    const p = await visit(t, { path: "/bare.html" });
    await p.tab.evaluate(async () => {
      const bad = "<img src=x onerror=alert(1)>";
      document.querySelector("ken-search").snapshot = {
        complete: async () => ({ words: [{ text: `a${bad}` }], titles: [] }),
        search: async () => ({ hits: [{ id: "a", title: bad, freshness: "fresh", snippet: { text: `x ${bad}`, ranges: [[0, 5]] } }], impression: "" }),
      };
      await import("/kenpoint/element.js");
    });
    await p.type("a");
    assert.equal(await p.within("img").count(), 0);
    assert.match(await p.results.first().textContent(), /<img src=x onerror=alert\(1\)>\s+x <img/);
  });

  test("nothing found: it says so, and shows the page's own words there", async (t) => {
    const p = await visit(t, { path: "/slots.html" });
    await p.type("qwxzv");
    assert.match(await p.within(".empty p").first().textContent(), /Nothing found for “qwxzv”/);
    assert.equal(await p.tab.locator("#forum").isVisible(), true);
    await p.tab.keyboard.press("Tab");
    assert.equal(await p.tab.evaluate(() => document.activeElement.id), "forum");
    assert.equal(await p.tab.locator("#forum").isVisible(), true);
    await p.tab.locator("#after").focus();
    assert.equal(await p.input.getAttribute("aria-expanded"), "false");
    await p.shot("none");
  });

  test("a snapshot that cannot be loaded is said, told to the page, and tried again", async (t) => {
    const p = await visit(t, { path: "/missing.html", mayFail: true });
    await p.type("camera");
    await p.button("Try again").waitFor();
    assert.equal((await p.received("error")).length, 1);
    pages["/missing.ken"] = pages["/help.ken"];
    await p.button("Try again").click();
    await p.results.first().waitFor();
    delete pages["/missing.ken"];
    assert.equal(await p.within(".alert").textContent(), "");
    await p.on((e) => (e.src = "/nowhere.ken"));
    await p.button("Try again").waitFor();
    await p.on((e) => (e.src = "/help.ken"));
    await p.results.first().waitFor();
    await p.on((e) => e.openArticle("no-such-article"));
    assert.equal((await p.received("error")).length, 3);
    assert.equal(await p.button("Try again").isVisible(), true);
    await p.type(" offline");
    await p.results.first().click();
    await p.within("article").waitFor();
    assert.equal(await p.within(".alert").textContent(), "");
  });

  test("the page may show articles itself, and share a snapshot", async (t) => {
    const p = await visit(t);
    await p.tab.evaluate(async () => {
      const { open } = await import("/kenpoint/index.js");
      const other = document.createElement("ken-search");
      window.onselect = (event) => event.preventDefault();
      other.snapshot = await open("/help.ken");
      document.querySelector("ken-search").replaceWith(other);
    });
    await p.type("camera offline");
    await p.results.first().click();
    const [selected] = await until(() => p.received("select"), (all) => all.length);
    assert.deepEqual([selected.article, selected.rank, selected.query], ["wren-camera-offline", 1, "camera offline"]);
    assert.equal(await p.card.count(), 0);
  });
});

describe("reading", () => {
  test("an article has a title, dates and its text, and the way back leads to the list", async (t) => {
    const p = await visit(t);
    await p.read("camera offline", "Wren camera goes offline");
    assert.equal(await p.card.locator("h2").textContent(), "Wren camera goes offline");
    assert.match(await p.card.locator(".meta").textContent(), /Checked August 12, 2026.*Updated February 17, 2026/);
    assert.deepEqual(await p.card.locator(".body h3").allTextContents(), ["Symptoms", "Cause", "Resolution"]);
    await p.shot("article");
    await p.button("Back").click();
    assert.match(await p.active.textContent(), /Wren camera goes offline/);
    assert.equal(await p.card.count(), 0);
  });

  test("articles that it names are offered, and links to them open here", async (t) => {
    const p = await visit(t, { path: "/bare.html" });
    await p.tab.evaluate(async () => {
      const article = (id, relations = []) => ({
        id, title: `Title of ${id}`, language: "en", edited: "2026-01-01T00:00:00Z", verified: null, relations,
        suspect: { reason: "outdated", since: "2026-01-01T00:00:00Z" },
        html: '<h2>One</h2><h4>Two</h4><p>See <a href="../x/b.md">that</a></p>',
      });
      document.querySelector("ken-search").snapshot = {
        articleIds: async () => ["a", "b"],
        article: async (id) => (id === "gone" ? Promise.reject(new Error("NotFound")) : article(id, [["see-also", "b"], ["see-also", "gone"]])),
      };
      await import("/kenpoint/element.js");
      await document.querySelector("ken-search").openArticle("a");
    });
    assert.match(await p.card.locator(".notice").textContent(), /being checked/);
    assert.deepEqual(await p.card.locator(".related li").allTextContents(), ["Title of b"]);
    assert.deepEqual(await p.card.locator(".body :is(h3, h4)").evaluateAll((all) => all.map((node) => node.localName)), ["h3", "h4"]);
    await p.card.locator(".body a").click();
    await p.card.filter({ hasText: "Title of b" }).first().waitFor();
    assert.equal(await p.card.locator("h2").textContent(), "Title of b");
  });

  test("it is marked as solved; the page takes what was recorded", async (t) => {
    const p = await visit(t);
    await p.on((e) => (e.consent = true));
    await p.read("camera offline", "Wren camera goes offline");
    await p.button("Yes").click();
    assert.match(await p.within(".answer").textContent(), /Thank you/);
    assert.deepEqual(await p.received("feedback"), [{ article: "wren-camera-offline", solved: true }]);
    const batch = await p.on((e) => e.takeEvents());
    assert.deepEqual(whats(batch), ["searched", "shown", "clicked", "viewed", "solved"]);
    assert.equal(batch.events[2].rank, 1);
    assert.equal(batch.events[0].query, "camera offline");
    assert.equal(await p.on((e) => e.takeEvents()), null);
    await p.button("Back").click();
    assert.deepEqual(whats(await p.on((e) => e.takeEvents())), ["returned"]);
  });

  test("a query that stands is recorded even if nothing is opened", async (t) => {
    const p = await visit(t);
    await p.on((e) => (e.consent = true));
    await p.type("holiday mode");
    const batch = await until(() => p.on((e) => e.takeEvents()), Boolean);
    assert.deepEqual(whats(batch), ["searched", "shown"]);
  });
});

describe("writing", () => {
  const letter = "After the update the light on my router is red and no device has internet.";

  async function write(p) {
    await p.read("red light aurora router", "Red light on the Aurora router");
    await p.button("No").click();
    await p.button("Write to us").click();
    await p.within("textarea").fill(letter);
    await p.within(".suggestion").first().waitFor();
  }

  test("what did not help leads on: the next article, or the form, which leaves it out and hands it over", async (t) => {
    const p = await visit(t);
    await p.on((e) => (e.consent = true));
    await write(p);
    await until(() => p.within(".suggestion").allTextContents(), (all) => all.length && !String(all).includes("Red light on the Aurora router"));
    assert.match(await p.within(".attached").textContent(), /Red light on the Aurora router/);
    await p.shot("form");
    await p.button("Send").click();
    await p.within(".sent").waitFor();
    const [handoff] = await p.received("handoff");
    assert.deepEqual(handoff.leave_out, ["aurora-router-red-light"]);
    assert.deepEqual(handoff.words.map(({ from }) => from), ["query", "message"]);
    assert.equal(handoff.words[1].text, letter);
    assert.ok(handoff.shown.includes("aurora-router-red-light"));
    assert.deepEqual(whats(handoff.batch), ["searched", "shown", "clicked", "viewed", "did-not-solve"]);
    assert.equal(await p.on((e) => e.takeEvents()), null, "what is in the handoff is not sent twice");
  });

  test("the next article is one click away", async (t) => {
    const p = await visit(t);
    await p.read("red light aurora router", "Red light on the Aurora router");
    await p.button("No").click();
    const next = (await p.button("Next:").textContent()).replace("Next: ", "");
    await p.button("Next:").click();
    await until(() => p.card.locator("h2").textContent(), (title) => title === next);
  });

  test("a suggestion is read, and the way back leads to what was written", async (t) => {
    const p = await visit(t);
    await write(p);
    await p.within(".suggestion").first().click();
    // The suggestions may change until the click, so the title comes from the article.
    const title = await p.within("article h2").textContent();
    await p.button("Back").click();
    assert.equal(await p.within("textarea").inputValue(), letter);
    await until(() => p.within(".suggestion .result-title").allTextContents(), (titles) => titles.length && !titles.includes(title));
  });

  test("when sending fails the message stays; sent again, it is the same visit", async (t) => {
    const p = await visit(t);
    await p.on((e) => (e.consent = true));
    await p.tab.evaluate(() => {
      window.onhandoff = (event) => event.waitUntil(Promise.reject(new Error("no network")));
    });
    await write(p);
    await p.button("Send").click();
    await until(() => p.within(".error").textContent(), (text) => /could not be sent/.test(text));
    await p.tab.evaluate(() => (window.onhandoff = (event) => event.preventDefault()));
    await p.button("Send").click();
    await until(() => p.received("handoff"), (all) => all.length === 2);
    assert.equal(await p.within("textarea").inputValue(), letter);
    await p.tab.evaluate(() => (window.onhandoff = null));
    await p.button("Send").click();
    await p.within(".sent").waitFor();
    const all = await p.received("handoff");
    assert.equal(new Set(all.map(({ session }) => session)).size, 1);
    assert.deepEqual(all[2].words.map(({ from }) => from), ["query", "message"]);
    await p.on((e) => e.openContact());
    assert.equal(await p.within(".attached").textContent(), "");
  });

  test("an empty message is not sent", async (t) => {
    const p = await visit(t, { path: "/slots.html" });
    await p.on((e) => e.openContact(""));
    await p.button("Send").click();
    assert.match(await p.within(".error").textContent(), /Please write/);
    assert.equal(await p.within("textarea").getAttribute("aria-invalid"), "true");
    assert.equal(await p.tab.getByLabel("E-mail").isVisible(), true);
    assert.deepEqual(await p.received("handoff"), []);
  });

  test("without consent the form works, and nothing else leaves or is stored", async (t) => {
    const p = await visit(t);
    await write(p);
    assert.equal(await p.on((e) => e.takeEvents()), null);
    await p.button("Send").click();
    await p.within(".sent").waitFor();
    const [handoff] = await p.received("handoff");
    assert.deepEqual(handoff.words.map(({ text }) => text), [letter]);
    assert.deepEqual(handoff.leave_out, ["aurora-router-red-light"], "which the form showed");
    assert.deepEqual(whats(handoff.batch), ["did-not-solve"]);
    await p.tab.evaluate(() => dispatchEvent(new PageTransitionEvent("pagehide")));
    assert.deepEqual(await p.received("batch"), []);
    const kept = await p.tab.evaluate(async () => [
      sessionStorage.length, localStorage.length, document.cookie, (await indexedDB.databases()).length, (await caches.keys()).length,
    ]);
    assert.deepEqual(kept, [0, 0, "", 0, 0]);
  });

  test("a page without people to write to has no form", async (t) => {
    const p = await visit(t);
    await p.on((e) => (e.contact = false));
    await p.type("qwxzv");
    assert.equal(await p.options.count(), 0);
    await p.input.fill("");
    await p.read("camera offline", "Wren camera goes offline");
    await p.button("No").click();
    assert.equal(await p.button("Write to us").count(), 0);
  });
});

describe("the visit", () => {
  const ids = (batches) => batches.flatMap(({ events }) => events.map(({ id }) => id));
  const handed = (tab) => tab.evaluate(() => JSON.parse(sessionStorage.getItem("received") ?? "[]"));

  test("it goes on after a reload: the events of before are handed over, and the ids count on", async (t) => {
    const p = await visit(t);
    await p.on((e) => (e.consent = true));
    await p.read("camera offline", "Wren camera goes offline");
    await p.on((e) => e.takeEvents().then((batch) => sessionStorage.setItem("received", JSON.stringify([batch]))));
    await p.button("Yes").click();
    await p.on(async (e) => e.takeEvents().then((batch) => (window.onbatch = null, batch && e.dispatchEvent(new CustomEvent("ken-batch", { detail: batch, bubbles: true })))));
    await p.tab.reload();
    await p.on((e) => (e.consent = true));
    await p.read("charger slow", "Charger");
    await p.on((e) => e.takeEvents().then((batch) => e.dispatchEvent(new CustomEvent("ken-batch", { detail: batch, bubbles: true }))));
    const all = await handed(p.tab);
    assert.equal(new Set(ids(all)).size, ids(all).length);
    assert.equal(new Set(all.flatMap(({ events }) => events.map(({ session }) => session))).size, 1);
    const numbers = ids(all).map((id) => Number(id.split("-").pop()));
    assert.deepEqual(numbers, numbers.map((_, at) => at + 1));
  });

  test("what waits is handed over when the page is hidden or goes; what the page refuses waits on", async (t) => {
    const p = await visit(t);
    await p.on((e) => (e.consent = true));
    await p.read("camera offline", "Wren camera goes offline");
    const settle = () => p.on((e) => e.load().then((snapshot) => snapshot.articleIds()));
    await p.tab.evaluate(() => {
      window.onbatch = (event) => event.preventDefault();
      Object.defineProperty(document, "hidden", { value: true, configurable: true });
    });
    await until(
      async () => (await settle(), await p.tab.evaluate(() => document.dispatchEvent(new Event("visibilitychange"))), await p.received("batch")),
      (all) => all.at(-1)?.events.length === 4,
    );
    await p.tab.evaluate(() => {
      window.onbatch = null;
      sessionStorage.removeItem("received");
    });
    await p.tab.reload();
    const [batch, ...more] = await handed(p.tab);
    assert.deepEqual(whats(batch), ["searched", "shown", "clicked", "viewed"]);
    assert.deepEqual(more, []);
  });

  test("two tabs, one of them opened by the other, never give the same id", async (t) => {
    const p = await visit(t);
    await p.on((e) => (e.consent = true));
    await p.read("camera offline", "Wren camera goes offline");
    // The reload resumes a stored visit; the opened tab gets a copy of the storage.
    await p.on((e) => e.takeEvents());
    await p.tab.reload();
    await p.on((e) => (e.consent = true));
    const [opened] = await Promise.all([p.tab.waitForEvent("popup"), p.tab.evaluate(() => void open("/index.html"))]);
    watch(t, opened);
    const other = await visit(t, { context: p.tab.context() });
    const tabs = [p, person(opened), other];
    const all = [];
    for (const one of tabs) {
      await one.tab.waitForFunction(() => customElements.get("ken-search"));
      await one.on((e) => (e.consent = true));
      await one.read("red light aurora router", "Red light");
      all.push(await one.on((e) => e.takeEvents()));
    }
    assert.equal(new Set(ids(all)).size, ids(all).length);
    assert.equal(new Set(all.map(({ events }) => events[0].session)).size, 3);
    assert.ok(Number(ids(all)[0].split("-").pop()) > 1, "the first tab went on with its visit");
  });

  test("consent that is withdrawn forgets everything", async (t) => {
    const p = await visit(t);
    await p.on((e) => (e.consent = true));
    await p.read("camera offline", "Wren camera goes offline");
    await p.on((e) => (e.consent = false));
    assert.equal(await p.on((e) => e.takeEvents()), null);
    await p.tab.reload();
    assert.equal(await p.tab.evaluate(() => sessionStorage.length), 0);
  });
});

describe("the page around it", () => {
  test("properties set before the module came count, and it may be loaded twice", async (t) => {
    const p = await visit(t, { path: "/bare.html" });
    await p.tab.evaluate(async () => {
      const element = document.querySelector("ken-search");
      Object.assign(element, { src: "/help.ken", limit: 2, placeholder: "Ask", texts: { articles: "Pages" }, consent: true, contact: false });
      await import("/kenpoint/element.js");
      await import("/kenpoint/element.js?again");
    });
    assert.deepEqual(await p.on((e) => [e.getAttribute("src"), e.limit, e.consent, Object.hasOwn(e, "consent")]), ["/help.ken", 2, true, false]);
    await p.type("router");
    assert.equal(await p.input.getAttribute("placeholder"), "Ask");
    assert.match(await p.within(".group-label").allTextContents().then(String), /Pages/);
    assert.equal(await p.within(".snippet").count(), 2);
    assert.equal(await p.within(".contact").count(), 0);
  });

  test("it works offline after the first load, and opens again what was kept", async (t) => {
    const p = await visit(t);
    await p.on(async (e) => {
      e.openOptions = { cache: "help" };
      e.src = "/help.ken?kept";
      await e.load();
    });
    await p.tab.context().setOffline(true);
    await p.read("camera offline", "Wren camera goes offline");
    await p.on(async (e) => {
      const again = document.createElement("ken-search");
      again.openOptions = { cache: "help" };
      again.src = "/help.ken?kept";
      e.replaceWith(again);
    });
    await p.read("charger slow", "Charger");
  });

  test("every text can be replaced, with plurals", async (t) => {
    const p = await visit(t);
    await p.on((e) => {
      e.texts = {
        count: { one: "just {n}", other: "{n} of them" },
        none: ({ query }) => `No ${query.toUpperCase()}`,
        write: "Call a person",
      };
    });
    await p.type("qwxzv");
    assert.equal(await p.within(".empty p").first().textContent(), "No QWXZV");
    assert.match(await p.options.last().textContent(), /Call a person/);
    await p.input.fill("E-4071 ");
    await until(() => p.within("[role=status]").textContent(), (text) => /^just 1\b|^\d+ of them/.test(text));
  });

  test("it is small: 15 KB with the words of one language, as it is published", () => {
    const own = readdirSync(`${folder}/element`).filter((name) => name.endsWith(".js"));
    const files = ["element.js", "element/texts/en.js", ...own.map((name) => `element/${name}`)];
    const size = brotliCompressSync(Buffer.concat(files.map((name) => readFileSync(`${folder}/${name}`)))).length;
    assert.ok(size <= 15 * 1024, `${size} bytes`);
  });

  test("all languages have the same texts, with the plural categories they need", async () => {
    const languages = ["en", "de", "fr", "es", "ar"];
    const all = await Promise.all(languages.map((lang) => load(`element/texts/${lang}.js`)));
    const names = (texts) => Object.keys(texts).sort();
    for (const { texts } of all) {
      assert.deepEqual(names(texts), names(all[0].texts));
      for (const text of Object.values(texts)) if (typeof text === "object") assert.ok(text.other);
    }
    const categories = new Intl.PluralRules("ar").resolvedOptions().pluralCategories;
    assert.deepEqual(Object.keys(all[4].texts.count).sort(), [...categories].sort());
  });

  test("it speaks the language of its attribute or of the page", async (t) => {
    const p = await visit(t, { path: "/german.html" });
    await until(() => p.input.getAttribute("placeholder"), (text) => text === "Wie können wir helfen?");
    await p.read("camera offline", "Wren camera goes offline");
    assert.match(await p.card.locator(".meta").textContent(), /Geprüft am 12\. August 2026/);
    await p.on((e) => e.setAttribute("lang", "fr"));
    await until(() => p.input.getAttribute("placeholder"), (text) => text?.startsWith("Comment"));
    assert.match(await p.card.locator(".meta").textContent(), /Vérifié le 12 août 2026/);
    await p.on((e) => e.openContact("La caméra ne marche pas"));
    await p.on((e) => (e.lang = "es"));
    await until(() => p.card.locator("h2").textContent(), (text) => text === "Escríbanos");
    assert.equal(await p.within("textarea").inputValue(), "La caméra ne marche pas");
  });

  test("right to left", async (t) => {
    const p = await visit(t, { path: "/arabic.html" });
    await p.type("router red");
    assert.equal(await p.within(".root").getAttribute("dir"), "rtl");
    const [glass, clear] = [await p.within(".field > svg").boundingBox(), await p.within(".clear").boundingBox()];
    assert.ok(glass.x > clear.x);
    await p.shot("arabic");
  });

  test("dark where the page is, light where it is not", async (t) => {
    const lightness = async (colorScheme) => {
      const p = await visit(t, { colorScheme });
      await p.read("camera offline", "Wren camera goes offline");
      await p.shot(`article-${colorScheme}`);
      return p.card.evaluate((node) => {
        const [r, g, b] = getComputedStyle(node).backgroundColor.match(/[\d.]+/g).map(Number);
        return (r + g + b) / 3;
      });
    };
    assert.ok((await lightness("light")) > 250);
    assert.ok((await lightness("dark")) < 40);
  });

  // At 200 % zoom a window of 1280 pixels has room for 640, and one of 640 for 320.
  for (const [name, width, path] of [["at 320 pixels", 320, "/index.html"], ["at 320 pixels, right to left", 320, "/arabic.html"], ["at 200 %", 640, "/index.html"]]) {
    test(`nothing sticks out ${name}`, async (t) => {
      const p = await visit(t, { path, viewport: { width, height: 512 }, deviceScaleFactor: width === 640 ? 2 : 1 });
      const fits = async (state) => {
        const over = await p.tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.equal(over, 0, state);
        await p.shot(`${width}-${path.slice(1, -5)}-${state}`);
      };
      await p.type("red light aurora router firmware");
      await fits("results");
      await p.results.first().click();
      await p.within("article").waitFor();
      await fits("article");
      await p.within(".feedback button").last().click();
      await fits("unsolved");
      await p.within(".feedback button").last().click();
      await p.within("textarea").fill("The light on the router is red since the update of last night");
      await p.within(".suggestion").first().waitFor();
      await fits("form");
    });
  }

  test("what is to be clicked is 24 pixels high and wide", async (t) => {
    const p = await visit(t);
    const sizes = async () => {
      for (const target of await p.within("button:visible, [role=option]:visible, textarea:visible, input:visible").all()) {
        const box = await target.boundingBox();
        assert.ok(box.width >= 24 && box.height >= 24, `${await target.textContent()}: ${JSON.stringify(box)}`);
      }
    };
    await p.type("red light aurora router");
    await sizes();
    await p.results.first().click();
    await p.within("article").waitFor();
    await sizes();
    await p.button("No").click();
    await sizes();
  });
});

test("the example shows what would be sent, and keeps nothing else", async (t) => {
  const example = await serveExample({ kenpoint: folder, snapshot: sample });
  t.after(() => example.close());
  const p = await visit(t, { url: example.url, path: "" });
  await p.tab.getByRole("button", { name: "Red light on the router" }).click();
  await p.within("article").waitFor();
  await p.button("No").click();
  assert.equal(await p.tab.locator("#outbox li").count(), 0);
  await p.tab.getByRole("checkbox").check();
  await p.read("camera offline", "Wren camera goes offline");
  await p.button("Yes").click();
  await p.tab.getByText("A batch of 5 events").click();
  assert.match(await p.tab.locator("#outbox pre").first().textContent(), /"what": "solved"/);
  await assertSound(p, "example");
});

test("the example serves a snapshot in shards", async (t) => {
  const { split } = await load("live.js");
  const { manifest, shards } = await split(readFileSync(sample));
  const place = mkdtempSync(join(tmpdir(), "kenpoint-"));
  t.after(() => rmSync(place, { recursive: true }));
  const snapshot = join(place, "published.ken");
  writeFileSync(snapshot, manifest);
  mkdirSync(`${snapshot}.d`);
  for (const [name, bytes] of shards) writeFileSync(join(`${snapshot}.d`, name), bytes);
  const example = await serveExample({ kenpoint: folder, snapshot });
  t.after(() => example.close());
  const p = await visit(t, { url: example.url, path: "" });
  await p.read("camera offline", "Wren camera goes offline");
});

/** Asserts that axe finds nothing, of any severity. */
async function assertSound(p, state) {
  // Evaluated as text through the debugger protocol, since the policy of the page forbids other scripts.
  await p.tab.evaluate(AXE);
  const found = await p.tab.evaluate(async () => {
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
    return violations.map(({ id, impact, nodes }) => ({ id, impact, at: nodes.map(({ html }) => html.slice(0, 200)) }));
  });
  assert.deepEqual(found, [], state);
  await p.shot(`axe-${state}`);
}

describe("axe finds nothing", () => {
  for (const colorScheme of ["light", "dark"]) {
    test(`while searching, reading and writing, ${colorScheme}`, async (t) => {
      const p = await visit(t, { colorScheme });
      await assertSound(p, `${colorScheme}-empty`);
      await p.type("red light aurora router");
      await p.tab.keyboard.press("ArrowDown");
      await assertSound(p, `${colorScheme}-results`);
      await p.results.first().click();
      await p.within("article").waitFor();
      await assertSound(p, `${colorScheme}-article`);
      await p.button("No").click();
      await assertSound(p, `${colorScheme}-unsolved`);
      await p.button("Write to us").click();
      await p.within("textarea").fill("The light on the router is red since the update of last night");
      await p.within(".suggestion").first().waitFor();
      await assertSound(p, `${colorScheme}-form`);
      await p.within("textarea").fill("");
      await p.button("Send").click();
      await assertSound(p, `${colorScheme}-fault`);
      await p.within("textarea").fill("It is red.");
      await p.button("Send").click();
      await p.within(".sent").waitFor();
      await assertSound(p, `${colorScheme}-sent`);
      await p.type("qwxzv");
      await assertSound(p, `${colorScheme}-none`);
    });

    test(`while loading, and when that fails, ${colorScheme}`, async (t) => {
      const p = await visit(t, { path: "/missing.html", colorScheme, mayFail: true });
      await p.type("camera");
      await p.button("Try again").waitFor();
      await assertSound(p, `${colorScheme}-error`);
      await p.on((e) => (e.snapshot = { complete: () => new Promise(() => {}), search: () => new Promise(() => {}) }));
      await p.within(".field.busy").waitFor();
      await assertSound(p, `${colorScheme}-loading`);
    });
  }
});
