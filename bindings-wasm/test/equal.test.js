/** Answers equal those of the base, in order and in every bit of the scores, for a thousand queries. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fixture, load } from "./package.js";
import { differences } from "./equal.js";
import { serve } from "./serve.js";

const { open } = await load("index.js");
const { split } = await load("live.js");

for (const set of ["sample", "workarena", "thousand"]) {
  const file = fixture(`${set}.ken`);
  const skip = existsSync(file) ? false : `${file} is not there: it is made where KNOWLEDGE_DATA is`;
  test(`${set}: answers are those of the base, to the bit`, { skip }, async (t) => {
    const expected = readFileSync(fixture(`${set}.jsonl`), "utf8").split("\n").map((line) => JSON.parse(line));
    assert.ok(expected.length >= 990, `${expected.length} questions`);
    const snapshot = await open(readFileSync(file), { worker: false });
    t.after(() => snapshot.close());
    assert.deepEqual(await differences(snapshot, expected), []);
  });
}

test("a snapshot in shards answers as the whole one does, from the shards that it loads", async (t) => {
  const { manifest, shards } = await split(readFileSync(fixture("sample.ken")));
  const pages = { "/help.ken": manifest };
  for (const [name, bytes] of shards) pages[`/help.ken.d/${name}`] = bytes;
  const server = await serve({ pages });
  t.after(() => server.close());
  const snapshot = await open(`${server.url}/help.ken`);
  t.after(() => snapshot.close());
  const expected = readFileSync(fixture("sample.jsonl"), "utf8").split("\n").map((line) => JSON.parse(line));
  const n = () => server.requests.filter((path) => path.includes(".d/")).length;
  assert.equal(n(), 0, "opening loads only the manifest");
  await snapshot.search("router", { snippetChars: 0 });
  const ranked = n();
  assert.ok(ranked > 0 && ranked < 10, `${ranked} shards to rank`);
  await snapshot.search("router");
  const first = n() - ranked;
  assert.ok(first > 0 && first <= 10, `${first} shards for the first ten snippets`);
  assert.deepEqual(await differences(snapshot, expected.slice(0, 200)), []);
  const seen = server.requests.filter((path) => path.includes(".d/"));
  assert.equal(new Set(seen).size, seen.length, "no shard is loaded twice");
});
