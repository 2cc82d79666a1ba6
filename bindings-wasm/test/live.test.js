/** A base in memory, in Node: the golden scenarios, the builder, and the merge of events. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { folder, load } from "./package.js";
import { run } from "./scenarios.js";

const { open } = await load("index.js");
const { KenpointError, live, shardNames, split } = await load("live.js");
const root = fileURLToPath(new URL("../..", import.meta.url));
const conformance = `${root}core/tests/conformance`;

for (const name of readdirSync(conformance).filter((name) => name.endsWith(".json"))) {
  test(`scenario ${name}`, async () => {
    const scenario = JSON.parse(readFileSync(`${conformance}/${name}`, "utf8"));
    const { wrong } = await run({ live, open }, scenario);
    assert.deepEqual(wrong, []);
  });
}

const lamp = { id: "lamp", kind: "product", title: "The lamp stays dark", audience: "public", confidence: "validated" };
const dark = { ...lamp, sections: [{ role: "resolution", text: "Change the *fuse*." }] };
const viewer = { audience: "public" };

test("what readers did comes back to the base, exactly once, and changes the next answer", async () => {
  let now = Date.parse("2026-11-01T00:00:00Z");
  const base = await live({ clock: () => now });
  base.put(dark);
  base.put({ ...dark, id: "bulb", title: "The lamp is dark, too" });
  const snapshot = await open(base.snapshot(viewer), { clock: () => now });
  const before = base.search("dark lamp", { viewer }).hits;
  const visit = await snapshot.visit({ id: "v1", party: "acme" });
  const found = await snapshot.search("dark lamp");
  await visit.record({ what: "searched", query: "dark lamp" });
  await visit.record({ what: "shown", impression: found.impression });
  await visit.record({ what: "did-not-solve", article: before[0].id });
  await visit.record({ what: "solved", article: before[1].id });
  const batch = await visit.takeEvents();
  assert.deepEqual(base.mergeEvents(batch, "public").new, 4);
  assert.deepEqual([base.mergeEvents(batch, "public").new, base.mergeEvents(batch, "public").duplicates], [0, 4]);
  const after = base.search("dark lamp", { viewer }).hits;
  assert.deepEqual(after.map(({ id }) => id), [before[1].id, before[0].id], "one outcome changed the next answer");
  const handoff = await visit.handOver("It is dark again.");
  base.openHandoff(handoff, "c1", "public");
  const helps = base.suggest("", { viewer: { audience: "internal" }, case: "c1", threshold: 0 });
  assert.ok(!helps.suggestions.some(({ id }) => id === before[0].id), "what did not help is left out");
  snapshot.close();
  base.close();
});

test("an article for a viewer is that of his snapshot, and without one it is whole", async () => {
  const base = await live();
  const note = { role: "note", text: "It costs us 2 cents.", audience: "internal" };
  base.put({ ...dark, sections: [...dark.sections, note] });
  base.put({ ...dark, id: "hidden", audience: "internal" });
  assert.equal(base.article(dark.id).sections.length, dark.sections.length + 1);
  assert.equal(base.article(dark.id, { viewer: "public" }).sections.length, dark.sections.length);
  assert.throws(() => base.article("hidden", { viewer: { audience: "public" } }), { kind: "ArticleNotFound" });
  base.close();
});

test("what cannot be meant is a typed error, and nothing is half done", async () => {
  const base = await live();
  const refused = [
    [() => base.put({ ...dark, id: "" }), "InvalidValue"],
    [() => base.put({ ...dark, typo: 1 }), "InvalidRecord"],
    [() => base.search("x", { viewer: { audience: "nobody" } }), "UnknownName"],
    [() => base.search("x", { viewer, typo: 1 }), "InvalidRecord"],
    [() => base.search("x", { viewer, snippet_chars: 5 }), "InvalidRecord"],
    [() => base.put(dark, { typo: 1 }), "InvalidRecord"],
    [() => base.resolveCase("c1", { first_contact: true }), "InvalidRecord"],
    [() => base.importFiles([], { survey_scale: [1, 5] }), "InvalidRecord"],
    [() => base.search("x", {}), "InvalidValue"],
    [() => base.article("absent"), "ArticleNotFound"],
    [() => base.snapshot({ audience: "nobody" }), "UnknownName"],
    [() => base.record([{ what: "viewed", article: "absent" }]), "ArticleNotFound"],
  ];
  for (const [call, kind] of refused) assert.throws(call, (error) => error instanceof KenpointError && (assert.equal(error.kind, kind, error.message), true));
  assert.equal(base.importFiles([], { surveyScale: [1, 5] }).created, 0);
  await assert.rejects(split(new Uint8Array(9)), { kind: "NotABase" });
  assert.deepEqual(base.articleIds(), []);
  base.close();
});

test("an article in a language whose stemmer was not asked for is refused, and found where it was", async () => {
  const houses = { ...lamp, id: "haus", title: "Die Häuser bleiben dunkel", language: "de-AT" };
  const english = await live();
  assert.throws(() => english.put(houses), { kind: "UnknownName", code: 106, message: /stemmer.*\bde\b/ });
  const report = english.importFiles([["haus.md", Buffer.from("---\nlanguage: de\n---\n# Haus\n")]]);
  assert.deepEqual([report.created, report.n_skipped, report.skipped[0].code], [0, 1, 106]);
  assert.equal(english.put({ ...houses, language: "ja" }).recorded, "new", "one that is searched as it is written needs none");
  for (const options of [{ languages: ["de-CH", "en", "ja"] }, { language: "de" }]) {
    const german = await live(options);
    german.put(houses);
    assert.deepEqual(german.search("Haus", { viewer }).hits.map(({ id }) => id), ["haus"]);
    const snapshot = await open(german.snapshot(viewer));
    assert.equal((await snapshot.search("Haus")).hits[0].id, "haus");
    snapshot.close();
    german.close();
  }
  english.close();
  await assert.rejects(live({ languages: ["klingon!"] }), { kind: "InvalidValue" });
  await assert.rejects(live({ languages: ["de"], stemUrl: "file:///nowhere/" }), { kind: "LoadFailed", message: /nowhere\/de\.wasm/ });
});

const cli = (...words) => spawnSync(process.execPath, [`${folder}/cli.js`, ...words], { encoding: "utf8" });

test("from a folder to a page: npx kenpoint build", async (t) => {
  const scratch = mkdtempSync(`${tmpdir()}/kenpoint-cli-`);
  t.after(() => rmSync(scratch, { recursive: true }));
  const articles = `${root}examples/data/articles`;
  const at = "2026-11-20T00:00:00Z";
  const done = cli("build", articles, "-o", `${scratch}/help.ken`, "--audience", "public", "--at", at);
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stdout, /help\.ken: \d+ bytes/);
  const whole = readFileSync(`${scratch}/help.ken`);
  const snapshot = await open(whole);
  assert.ok(snapshot.info.articles > 60);
  assert.match((await snapshot.search("red light")).hits[0].title, /red/i);

  const again = cli("build", articles, "-o", `${scratch}/shards.ken`, "--audience", "public", "--at", at, "--shards", "--quiet");
  assert.deepEqual([again.status, again.stderr], [0, ""]);
  const shards = await open(`${scratch}/shards.ken`);
  const ids = await snapshot.articleIds();
  for (const id of ids) assert.deepEqual(await shards.article(id), await snapshot.article(id));
  assert.deepEqual((await shards.search("red light")).hits, (await snapshot.search("red light")).hits);
  for (const one of [shards, snapshot]) one.close();
});

test("shards of earlier manifests stay for the pages that have them, and a manifest names its own", async (t) => {
  const scratch = mkdtempSync(`${tmpdir()}/kenpoint-cli-`);
  t.after(() => rmSync(scratch, { recursive: true }));
  mkdirSync(`${scratch}/in`);
  const out = `${scratch}/help.ken`;
  const options = ["--default-audience", "public", "--default-confidence", "validated", "--shards", "--quiet"];
  const named = [];
  for (const color of ["red", "green", "blue"]) {
    writeFileSync(`${scratch}/in/lamp.md`, `# Lamp\n\nIts light is ${color}.\n`);
    const done = cli("build", `${scratch}/in`, "-o", out, "--audience", "public", ...options);
    assert.equal(done.status, 0, done.stderr);
    named.push(await shardNames(readFileSync(out)));
  }
  assert.notDeepEqual(named[0], named[1]);
  assert.deepEqual(readdirSync(`${out}.d`).sort(), [...new Set(named.flat())].sort());
  await assert.rejects(shardNames(new Uint8Array(40)), { kind: "NotABase" });
});

test("the builder reads only what it takes: films beside articles are not even opened", (t) => {
  const scratch = mkdtempSync(`${tmpdir()}/kenpoint-cli-`);
  t.after(() => rmSync(scratch, { recursive: true }));
  mkdirSync(`${scratch}/in`);
  writeFileSync(`${scratch}/in/lamp.md`, "# The lamp\n");
  // A sparse file, larger than a buffer of Node.
  writeFileSync(`${scratch}/in/film.mp4`, "");
  truncateSync(`${scratch}/in/film.mp4`, 2 ** 32);
  const done = cli("build", `${scratch}/in`, "-o", `${scratch}/help.ken`, "--audience", "internal");
  const ignored = "film.mp4: ignored: files with the ending mp4 are not read\n";
  assert.deepEqual([done.status, done.stderr], [0, `${ignored}1 records; publishing for internal\n`]);
});

test("the builder names drafts, dropped values and the system of the folder", (t) => {
  const scratch = mkdtempSync(`${tmpdir()}/kenpoint-cli-`);
  t.after(() => rmSync(scratch, { recursive: true }));
  mkdirSync(`${scratch}/in/.obsidian`, { recursive: true });
  writeFileSync(`${scratch}/in/draft.md`, "---\ndraft: true\n---\nSecret\n");
  writeFileSync(`${scratch}/in/lamp.md`, "---\nkind: guide\n---\n# The lamp\n");
  const done = cli("build", `${scratch}/in`, "-o", `${scratch}/help.ken`, "--audience", "internal");
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stderr, /^preset: obsidian$/m);
  assert.match(done.stderr, /^draft\.md:1: held back: draft is true$/m);
  assert.match(done.stderr, /^lamp\.md:1: kind: guide dropped: /m);
  assert.match(done.stderr, /^\.obsidian\/: ignored: /m);
});

test("the builder says what it did not take, and leaves what lies there", (t) => {
  const scratch = mkdtempSync(`${tmpdir()}/kenpoint-cli-`);
  t.after(() => rmSync(scratch, { recursive: true }));
  writeFileSync(`${scratch}/bad.jsonl`, "{}\n");
  assert.equal(cli("build", scratch, "-o", `${scratch}/help.ken`, "--audience", "public").status, 3);
  const before = readFileSync(`${scratch}/help.ken`);
  const failed = cli("build", scratch, "-o", `${scratch}/help.ken`, "--audience", "nobody");
  assert.deepEqual([failed.status, failed.stdout], [1, ""]);
  assert.match(failed.stderr, /UnknownName \(106\)/);
  assert.deepEqual(readFileSync(`${scratch}/help.ken`), before);
  assert.equal(cli("build", scratch).status, 2);
  assert.equal(cli("build", `${scratch}/nowhere`, "-o", `${scratch}/help.ken`, "--audience", "public").status, 1);
  assert.match(cli("--help").stdout, /usage/);
  assert.deepEqual(readdirSync(scratch).sort(), ["bad.jsonl", "help.ken"]);
});
