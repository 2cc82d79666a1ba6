/** `<ken-search>` with failures, late answers and links, in Chromium, with a fake snapshot where timing matters. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { until, visit, whats } from "./person.js";

/**
 * Opens a page whose element has a fake snapshot. Calls named in `held` wait for `release(name)`. In the page, `fake(label)`
 * makes another one, whose articles and hits are named after the label.
 */
async function faked(t, body = "") {
  const p = await visit(t, { path: "/bare.html" });
  await p.tab.evaluate(async (html) => {
    const gates = new Map();
    const gate = (name) => gates.get(name) ?? gates.set(name, { ...Promise.withResolvers() }).get(name);
    window.held = new Set();
    window.release = (name) => gate(name).resolve();
    window.asked = [];
    const ask = async (name) => {
      window.asked.push(name);
      if (window.held.has(name)) await gate(name).promise;
    };
    window.fake = (label) => {
      const hit = { id: "a", title: `Hit of ${label}`, freshness: "fresh", snippet: { text: "", ranges: [] } };
      const article = { language: "en", edited: "2026-01-01T00:00:00Z", verified: null, suspect: null, relations: [], html };
      return {
        info: { base: label, audience: "public" },
        complete: async () => ({ words: [], titles: [] }),
        search: async () => (await ask(`search ${label}`), { hits: [hit], impression: "k1" }),
        suggest: async () => (await ask(`suggest ${label}`), { suggestions: [{ ...hit, title: `Suggestion of ${label}` }], impression: "k1" }),
        articleIds: async () => ["guides/a", "guides/b", "guides/deep/c", "b", "a", "100%", "x y"],
        article: async (id) => {
          await ask(`article ${id} of ${label}`);
          if (id === "gone") throw new Error("ArticleNotFound");
          return { ...article, id, title: `${id} of ${label}` };
        },
      };
    };
    document.querySelector("ken-search").snapshot = window.fake("one");
    await import("/kenpoint/element.js");
    window.errors = [];
    document.addEventListener("ken-error", ({ detail }) => window.errors.push(detail.message));
  }, body);
  const title = () => p.card.locator("h2").textContent();
  const asked = (name) => until(() => p.tab.evaluate(() => window.asked), (all) => all.includes(name));
  const release = (name) => p.tab.evaluate(async (of) => {
    window.release(of);
    // The released calls end.
    await new Promise((resolve) => setTimeout(resolve, 50));
  }, name);
  return { ...p, title, asked, release };
}

test("links in an article to others open here, by path or by name; all others lead away", async (t) => {
  const links = {
    "b.md": "guides/b",
    "./b": "guides/b",
    "b.md?x=1#part.two": "guides/b",
    "deep/c.html": "guides/deep/c",
    "../b.md": "b",
    "/guides/b.md": "guides/b",
    "elsewhere/b.md": "b",
    "../../../guides/a.md": "guides/a",
    "x%20y.md": "x y",
    "100%.md": "100%",
    "none.md": null,
    "#b": null,
    "https://example.com/guides/b.md": null,
    "//example.com/b": null,
    "mailto:b": null,
  };
  const p = await faked(t, Object.keys(links).map((href) => `<a href="${href}">there</a>`).join(" "));
  const found = await p.on(async (e, all) => {
    const leadsTo = {};
    for (const href of all) {
      await e.openArticle("guides/a");
      const link = e.shadowRoot.querySelector(`.body a[href="${href}"]`);
      link.addEventListener("click", (event) => (event.stopPropagation(), (link.leads = event.defaultPrevented), event.preventDefault()));
      link.click();
      await new Promise((resolve) => setTimeout(resolve));
      leadsTo[href] = link.leads ? window.asked.at(-1).slice("article ".length, -" of one".length) : null;
    }
    return leadsTo;
  }, Object.keys(links));
  assert.deepEqual(found, links);
});

describe("an article that is not shown", () => {
  test("is not what was read when its loading failed", async (t) => {
    const p = await visit(t);
    await p.on((e) => (e.consent = true));
    await p.read("camera offline", "Wren camera goes offline");
    await p.on((e) => e.openArticle("no-such-article"));
    await p.button("Yes").click();
    await p.button("Back").click();
    const { events } = await p.on((e) => e.takeEvents());
    assert.deepEqual(whats({ events }), ["searched", "shown", "clicked", "viewed", "solved", "returned"]);
    assert.deepEqual(new Set(events.map(({ article }) => article).filter(Boolean)), new Set(["wren-camera-offline"]));
  });

  test("comes to nothing when the reader went back meanwhile, or began to write", async (t) => {
    for (const leave of ["Back", "write"]) {
      const p = await faked(t);
      await p.on((e) => e.openArticle("a"));
      await p.tab.evaluate(() => void (window.held.add("article b of one"), document.querySelector("ken-search").openArticle("b")));
      await p.asked("article b of one");
      if (leave === "Back") await p.button("Back").click();
      else await p.on((e) => e.openContact("The lamp"));
      await p.release("article b of one");
      assert.equal(await p.within("article").count(), 0, leave);
    }
  });
});

describe("an answer that comes late", () => {
  const other = (p) => p.on((e) => (e.snapshot = window.fake("two")));

  test("is not shown after what is searched has changed", async (t) => {
    const p = await faked(t);
    await p.tab.evaluate(() => window.held.add("search one"));
    await p.input.fill("lamp");
    await p.asked("search one");
    await other(p);
    await p.results.filter({ hasText: "Hit of two" }).waitFor();
    await p.release("search one");
    assert.equal(await p.results.first().textContent().then((text) => text.trim()), "Hit of two");
  });

  test("is not shown after what is searched has changed: an article, and one that was open already", async (t) => {
    const p = await faked(t);
    await p.on((e) => e.openArticle("a"));
    await p.tab.evaluate(() => void (window.held.add("article b of one"), document.querySelector("ken-search").openArticle("b")));
    await p.asked("article b of one");
    await other(p);
    assert.equal(await p.card.count(), 0, "the article was of the snapshot before");
    await p.release("article b of one");
    assert.equal(await p.card.count(), 0);
    await p.on((e) => e.openArticle("b"));
    assert.equal(await p.title(), "b of two");
  });

  test("is not shown after what is searched has changed: a suggestion; the message stays, and is answered anew", async (t) => {
    const p = await faked(t);
    await p.tab.evaluate(() => window.held.add("suggest one"));
    await p.on((e) => void e.openContact("The lamp is dark"));
    await p.asked("suggest one");
    await other(p);
    await p.within(".suggestion").filter({ hasText: "Suggestion of two" }).waitFor();
    await p.release("suggest one");
    assert.match(await p.within(".suggestion").first().textContent(), /Suggestion of two/);
    assert.equal(await p.within("textarea").inputValue(), "The lamp is dark");
  });

  test("is not shown, and no failure is told, after the element left the page", async (t) => {
    const p = await faked(t);
    await p.tab.evaluate(() => {
      const element = document.querySelector("ken-search");
      window.element = element;
      for (const name of ["article a of one", "article gone of one", "suggest one"]) window.held.add(name);
      element.openContact("The lamp is dark");
    });
    await p.asked("suggest one");
    await p.tab.evaluate(() => {
      window.element.openArticle("gone");
      window.element.openArticle("a");
    });
    await p.asked("article a of one");
    await p.tab.evaluate(() => window.element.remove());
    for (const name of ["article a of one", "article gone of one", "suggest one"]) await p.release(name);
    const shown = await p.tab.evaluate(() => window.element.shadowRoot.querySelectorAll("article, .suggestion").length);
    assert.deepEqual([shown, await p.tab.evaluate(() => window.errors)], [0, []]);
  });

  test("of a snapshot that was opened for another address is let go of", async (t) => {
    const p = await visit(t);
    await p.on(async (e) => {
      const own = e.snapshot;
      e.src = "/nowhere.ken";
      const failed = e.load();
      e.src = "/help.ken?again";
      await failed;
      window.isAnother = e.snapshot !== own && (await e.load()) === e.snapshot;
    });
    assert.equal(await p.tab.evaluate(() => window.isAnother), true);
    await p.on(async (e) => {
      e.remove();
      e.src = "/help.ken?while-away";
      document.querySelector("main").append(e);
    });
    assert.equal(await p.on((e) => e.snapshot), null, "what the address was before is searched no more");
  });
});

test("a space behind the last word takes no completion away", async (t) => {
  const p = await visit(t);
  await p.type("camera offl ");
  assert.match(await p.within(".word").allTextContents().then(String), /camera offline/);
  assert.equal(await p.within(".word b").first().textContent(), "ine");
});
