/** The engine answers as the base does: the same order and the same bits of every score, on a thousand questions. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fixture, load } from "./package.js";
import { differences } from "./equal.js";
import { serve } from "./serve.js";

const { open } = await load("index.js");
const { cut } = await load("live.js");

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

test("a snapshot that was cut answers as the whole one does, from the parts it asked for", async (t) => {
  const { front, parts } = await cut(readFileSync(fixture("sample.ken")));
  const pages = { "/help.ken": front };
  for (const [name, bytes] of parts) pages[`/help.ken.d/${name}`] = bytes;
  const server = await serve({ pages });
  t.after(() => server.close());
  const snapshot = await open(`${server.url}/help.ken`);
  t.after(() => snapshot.close());
  const expected = readFileSync(fixture("sample.jsonl"), "utf8").split("\n").map((line) => JSON.parse(line));
  const n = () => server.requests.filter((path) => path.includes(".d/")).length;
  assert.equal(n(), 0, "nothing but the front is needed to open");
  await snapshot.search("router", { snippetChars: 0 });
  const ranked = n();
  assert.ok(ranked > 0 && ranked < 10, `${ranked} parts to rank`);
  await snapshot.search("router");
  const first = n() - ranked;
  assert.ok(first > 0 && first <= 10, `${first} parts for the first ten snippets`);
  assert.deepEqual(await differences(snapshot, expected.slice(0, 200)), []);
  const seen = server.requests.filter((path) => path.includes(".d/"));
  assert.equal(new Set(seen).size, seen.length, "no part is loaded twice");
});
