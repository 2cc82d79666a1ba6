/** Every call in Node, where the engine runs in the thread of the caller. */
import assert from "node:assert/strict";
import { dirname, basename, relative } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { folder, load, sample, sampleBytes } from "./package.js";
import { serve } from "./serve.js";

const { open, KenpointError } = await load("index.js");
const opened = (t, source = sample, options) =>
  open(source, options).then((snapshot) => {
    t.after(() => snapshot.close());
    return snapshot;
  });
const kind = (kind, code) => (error) => {
  assert.ok(error instanceof KenpointError, `${error}`);
  assert.deepEqual([error.kind, error.code], [kind, code], error.message);
  return true;
};

test("a snapshot opens from a path, an address, and bytes", async (t) => {
  const server = await serve({ folders: { "/": dirname(sample) } });
  t.after(() => server.close());
  const padded = new Uint8Array([7, ...sampleBytes(), 7]);
  const sources = [
    sample,
    relative(process.cwd(), sample),
    pathToFileURL(sample),
    `${server.url}/${basename(sample)}`,
    sampleBytes(),
    sampleBytes().buffer,
    Buffer.from(sampleBytes()),
    padded.subarray(1, -1),
  ];
  const infos = [];
  for (const source of sources) infos.push((await opened(t, source)).info);
  for (const info of infos) assert.deepEqual(info, infos[0]);
  assert.equal(infos[0].audience, "public");
  assert.equal(infos[0].bytes, sampleBytes().length);
  assert.equal(padded.at(-1), 7, "the caller keeps what it gave");
});

test("it tells how far it has come", async (t) => {
  const seen = [];
  await opened(t, sample, { onProgress: (loaded) => seen.push(loaded) });
  assert.equal(seen.at(-1), sampleBytes().length);
});

test("it searches, suggests, completes and shows", async (t) => {
  const snapshot = await opened(t);
  const found = await snapshot.search("forgot the administrator password", { limit: 2, explain: true });
  assert.equal(found.hits.length, 2);
  assert.match(found.hits[0].title, /password/);
  assert.ok(found.hits[0].explanation.summary);
  assert.match(found.impression, /^k1-/);

  const next = await snapshot.search("forgot the administrator password", { limit: 1, offset: 1, snippetChars: 0 });
  assert.deepEqual([next.hits[0].id, next.hits[0].explanation, next.hits[0].snippet.text], [found.hits[1].id, null, ""]);
  const none = await snapshot.search("password", { filter: { kinds: ["crm"] } });
  assert.deepEqual(none.hits, []);

  const tried = [found.hits[0].id];
  const helps = await snapshot.suggest("I forgot the administrator password", { tried }, { threshold: 0 });
  assert.ok(helps.suggestions.length > 0);
  assert.ok(!helps.suggestions.some(({ id }) => tried.includes(id)));

  const { words } = await snapshot.complete("admin pass", { limit: 1 });
  assert.deepEqual(words.map(({ text }) => text), ["admin password"]);

  const ids = await snapshot.articleIds();
  assert.equal(ids.length, snapshot.info.articles);
  const article = await snapshot.article(ids[0]);
  assert.equal(article.id, ids[0]);
  assert.equal(article.html.match(/<section data-role="/g).length, article.sections.length);
});

test("the heading of a section is text, whatever stands in it", async () => {
  const { Snapshot } = await load("index.js");
  const sections = [{ role: "issue", heading: `<b>"A" & B</b>`, text: "<p>C</p>" }];
  const client = { call: async () => ({ sections }) };
  const { html } = await new Snapshot(client, Date.now).article("a");
  const heading = "&#60;b&#62;&#34;A&#34; &#38; B&#60;/b&#62;";
  assert.equal(html, `<section data-role="issue">\n<h2>${heading}</h2>\n<p>C</p>\n</section>`);
});

test("ranges are in units of UTF-16", async (t) => {
  const snapshot = await opened(t);
  let moved = 0;
  for (const query of ["répéteur", "lumière rouge", "rot leuchtet", "suscripción", "temperature °C"]) {
    for (const { snippet } of (await snapshot.search(query)).hits) {
      for (const [from, to] of snippet.ranges) {
        assert.match(snippet.text.slice(from, to), /^[\p{L}\p{N}\p{M}'’._-]+$/u);
        assert.doesNotMatch(snippet.text.slice(from - 1, from) + snippet.text.slice(to, to + 1), /\p{L}/u);
        if (/[^\0-\x7f]/.test(snippet.text.slice(0, from))) moved += 1;
      }
    }
  }
  assert.ok(moved > 0, "the sample has matches behind letters of more than one byte");
});

test("the instant is the clock's, and never before the snapshot", async (t) => {
  const snapshot = await opened(t);
  const known = Date.parse(snapshot.info.known);
  const late = { now: new Date(known + 4000 * 864e5), limit: 1 };
  const [now, then] = [await snapshot.search("password", { limit: 1 }), await snapshot.search("password", late)];
  assert.notEqual(now.hits[0].freshness, then.hits[0]?.freshness);
  const behind = await opened(t, sample, { clock: () => 0.5 });
  assert.equal((await behind.search("password")).hits.length > 0, true);
  assert.ok((await behind.complete("passw")).words.length > 0);
  await assert.rejects(snapshot.search("password", { now: known - 1 }), kind("OutOfHistory", 210));
  const visit = await behind.visit();
  await visit.record({ what: "searched", query: "x" });
  assert.equal((await visit.takeEvents()).events[0].at, snapshot.info.known);
});

test("what cannot be meant is a typed error", async (t) => {
  const snapshot = await opened(t);
  const refused = [
    [() => snapshot.search(5), "InvalidValue", 101],
    [() => snapshot.search(), "InvalidValue", 101],
    [() => snapshot.search("x", { typo: 1 }), "InvalidRecord", 107],
    [() => snapshot.search("x", { threshold: 0.5 }), "InvalidRecord", 107],
    [() => snapshot.search("x", { limit: "3" }), "InvalidRecord", 107],
    [() => snapshot.search("x", { limit: true }), "InvalidRecord", 107],
    [() => snapshot.search("x", { explain: 1 }), "InvalidRecord", 107],
    [() => snapshot.search("x", { context: 5 }), "InvalidRecord", 107],
    [() => snapshot.search("x", { context: { channel: 5 } }), "InvalidRecord", 107],
    [() => snapshot.search("x", { context: { items: [{ version: "2" }] } }), "InvalidRecord", 107],
    [() => snapshot.search("x", { filter: { typo: 1 } }), "InvalidRecord", 107],
    [() => snapshot.search("x", { filter: { tags: "wifi" } }), "InvalidRecord", 107],
    [() => snapshot.search("x", { filter: { tags: ["wifi", null] } }), "InvalidRecord", 107],
    [() => snapshot.search("x", { filter: { product: { id: "a", typo: 1 } } }), "InvalidRecord", 107],
    [() => snapshot.search("x", { filter: { edited_from: "some day" } }), "InvalidRecord", 107],
    [() => snapshot.search("x", { viewer: { entitlements: ["a"] } }), "InvalidRecord", 107],
    [() => snapshot.suggest("x", {}, { offset: 1 }), "InvalidRecord", 107],
    [() => snapshot.complete("x", { context: { channel: "web" } }), "InvalidRecord", 107],
    [() => snapshot.search("x", { limit: 0 }), "InvalidValue", 101],
    [() => snapshot.search("x", { limit: 1n }), "InvalidValue", 101],
    [() => snapshot.search("x", { now: new Date(NaN) }), "InvalidRecord", 107],
    [() => snapshot.search("x", { viewer: { audience: "internal" } }), "UnknownName", 106],
    [() => snapshot.suggest(null), "InvalidValue", 101],
    [() => snapshot.complete({}), "InvalidValue", 101],
    [() => snapshot.article(Symbol("a")), "InvalidValue", 101],
    [() => snapshot.article("absent"), "ArticleNotFound", 201],
    [() => snapshot.visit({ id: "" }), "InvalidValue", 101],
    [() => snapshot.visit({ typo: 1 }), "InvalidRecord", 107],
    [() => snapshot.search("x", { snippet_chars: 5 }), "InvalidRecord", 107],
    [() => snapshot.search("x", { filter: { editedFrom: 0 } }), "InvalidRecord", 107],
    [() => snapshot.visit({ id: 5 }), "InvalidRecord", 107],
    [() => snapshot.resume("{}"), "InvalidRecord", 107],
    [() => snapshot.resume("null"), "InvalidRecord", 107],
    [() => snapshot.resume("no JSON"), "InvalidRecord", 107],
    [() => open(5), "InvalidValue", 101],
    [() => open("file:///nowhere/help.ken"), "LoadFailed", 0],
    [() => open("http://localhost:9/help.ken"), "LoadFailed", 0],
    [() => open(pathToFileURL(folder + "/package.json")), "NotABase", 304],
    [() => open(sample, { worker: true }), "EngineFailed", 0],
  ];
  for (const [call, name, code] of refused) await assert.rejects(call, kind(name, code), `${call}`);
  assert.equal((await snapshot.search("password", { limit: 1 })).hits.length, 1, "it answers as before");
});

test("a server without the file is a typed error", async (t) => {
  const server = await serve();
  t.after(() => server.close());
  await assert.rejects(open(`${server.url}/help.ken`), (e) => kind("LoadFailed", 0)(e) && /404/.test(e.message));
});

test("a question that its signal gave up is rejected with the reason", async (t) => {
  const snapshot = await opened(t);
  const aborted = { name: "AbortError" };
  await assert.rejects(snapshot.search("x", { signal: AbortSignal.abort() }), aborted);
  const control = new AbortController();
  const { signal } = control;
  const questions = [snapshot.search("a", { signal }), snapshot.suggest("b", {}, { signal }), snapshot.complete("c", { signal })];
  const other = snapshot.search("password", { limit: 1 });
  control.abort();
  for (const question of questions) await assert.rejects(question, aborted);
  assert.equal((await other).hits.length, 1);
  await assert.rejects(open(sample, { signal: AbortSignal.abort() }), aborted);
  const opening = new AbortController();
  const promise = open(sample, { signal: opening.signal });
  opening.abort();
  await assert.rejects(promise, aborted);
});

test("a visit records, hands over, and goes on from its text", async (t) => {
  const snapshot = await opened(t);
  const at = new Date("2027-01-01T10:00:00Z");
  const visit = await snapshot.visit({ id: "v1", party: "acme", channel: "web", products: [{ id: "lamp" }] });
  assert.equal(visit.id, "v1");
  const { impression, hits } = await snapshot.search("password");
  const article = hits[0].id;
  visit.record({ at, what: "searched", query: "password" });
  visit.record({ at: at.toISOString(), what: "shown", impression });
  visit.record({ at: +at, what: "clicked", article, rank: 1, impression });
  await visit.record({ at, what: "did-not-solve", article });
  const batch = await visit.takeEvents();
  assert.deepEqual(batch.events.map(({ id, what }) => `${id} ${what}`), [
    "v1-1 searched",
    "v1-2 shown",
    "v1-3 clicked",
    "v1-4 did-not-solve",
  ]);
  assert.equal(batch.base, snapshot.info.base);
  assert.deepEqual((await visit.takeEvents()).events, []);
  assert.deepEqual(await visit.outcome().then(({ ended }) => ended), "silent");
  await assert.rejects(visit.record({ what: "dwelt", article, seconds: 1.5 }), kind("InvalidValue", 101));
  await assert.rejects(visit.record({ what: "danced" }), kind("InvalidValue", 101));
  await assert.rejects(visit.handOver("help", "no instant"), kind("InvalidValue", 101));

  const text = await visit.text();
  visit.close();
  await assert.rejects(visit.record({ what: "solved", article }), kind("Closed", 212));
  const later = await snapshot.resume(text);
  assert.equal(later.id, "v1");
  const handoff = await later.handOver("It is still locked.", "2027-01-01T10:05:00Z");
  assert.deepEqual(handoff.leave_out, [article]);
  assert.deepEqual(handoff.words.map(({ from }) => from), ["query", "message"]);
  assert.equal(handoff.batch.events.length, 4);
  assert.equal((await later.outcome()).ended, "handed-over");
});

test("a text form is resumed by its own base and audience, with the events that the visit recorded", async (t) => {
  const snapshot = await opened(t);
  const visit = await snapshot.visit({ id: "v1", party: "acme", channel: "web", products: [{ id: "lamp", version: "2" }] });
  await visit.record({ what: "searched", query: "password", at: "2027-01-01T10:00:00.123Z" });
  await visit.record({ what: "returned", article: "a", after_s: 1.5, at: 1.8e12 });
  await visit.takeEvents();
  await visit.record({ what: "viewed", article: "a", at: 1.8e12 });
  await visit.handOver("Ünicode – “help”", "2027-01-01T10:05:00Z");
  const text = await visit.text();
  const again = await snapshot.resume(text);
  assert.equal(await again.text(), text);
  assert.deepEqual((await again.takeEvents()).events.map(({ what }) => what), ["viewed"]);

  const form = JSON.parse(text);
  const [first, second] = form.events;
  const rejected = [
    [{ base: "0123456789abcdef" }, "Contradiction", 105],
    [{ audience: "internal" }, "Contradiction", 105],
    [{ party: "other" }, "Contradiction", 105],
    [{ channel: "app" }, "Contradiction", 105],
    [{ events: [second, first, form.events[2]] }, "Contradiction", 105],
    [{ events: [{ ...first, session: "v2" }] }, "Contradiction", 105],
    [{ events: [{ ...first, audience: "internal" }] }, "Contradiction", 105],
    [{ schema: 9 }, "InvalidRecord", 107],
    [{ typo: 1 }, "InvalidRecord", 107],
    [{ events: 5 }, "InvalidRecord", 107],
    [{ events: [{ ...first, typo: 1 }] }, "InvalidRecord", 107],
    [{ messages: [{ at: 0 }] }, "InvalidRecord", 107],
    [{ n_taken: 4 }, "InvalidValue", 101],
  ];
  for (const [change, name, code] of rejected) {
    await assert.rejects(snapshot.resume(JSON.stringify({ ...form, ...change })), kind(name, code), JSON.stringify(change));
  }
  assert.equal((await snapshot.resume(text)).id, "v1", "the engine still works");
});

test("visits without an id have different ones", async (t) => {
  const snapshot = await opened(t);
  const ids = await Promise.all(Array.from({ length: 20 }, async () => (await snapshot.visit()).id));
  assert.equal(new Set(ids).size, 20);
  for (const id of ids) assert.match(id, /^[0-9a-f]{32}$/);
});

test("what is closed says so, and leaves others open", async (t) => {
  const [closed, other] = [await opened(t), await opened(t)];
  const visit = await closed.visit();
  const pending = closed.search("password");
  closed.close();
  closed.close();
  await assert.rejects(pending, kind("Closed", 212));
  await assert.rejects(closed.search("x"), kind("Closed", 212));
  await assert.rejects(visit.record({ what: "searched", query: "x" }), kind("Closed", 212));
  assert.equal((await other.search("password", { limit: 1 })).hits.length, 1);
});
