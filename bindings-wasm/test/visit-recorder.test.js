/** Records visits over reloads and changes of the snapshot, with the engine and a storage of the test. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { load } from "./package.js";

const { open } = await load("index.js");
const { live } = await load("live.js");
const { VisitRecorder } = await load("element/visit-recorder.js");

const KEY = "kenpoint-visit";
const lamp = {
  id: "lamp", kind: "product", title: "The lamp stays dark", audience: "public", confidence: "validated",
  sections: [{ role: "resolution", text: "Change the fuse." }],
};

const base = await live();
for (const id of ["lamp", "bulb", "cable"]) base.put({ ...lamp, id });
const forAudience = (audience) => open(base.snapshot({ audience }));
const [outer, inner] = await Promise.all([forAudience("public"), forAudience("internal")]);

const stored = new Map();
beforeEach(() => stored.clear());
globalThis.sessionStorage = {
  getItem: (key) => stored.get(key) ?? null,
  setItem: (key, text) => stored.set(key, text),
  removeItem: (key) => stored.delete(key),
};

/** Makes a recorder of a snapshot, which may be exchanged, and a list of its failures. */
function recorderOf(snapshot) {
  const failures = [];
  const at = { snapshot, failures };
  at.recorder = new VisitRecorder({ snapshot: async () => at.snapshot, options: () => ({}), failed: (error) => failures.push(error) });
  return at;
}

const searched = (query) => ({ what: "searched", query });
const queries = (batch) => batch.events.map(({ query }) => query);
const sessions = (...all) => new Set(all.map(({ session }) => session)).size;

/** Returns what a page stores for the next one. */
async function kept(snapshot, query) {
  const { recorder } = recorderOf(snapshot);
  await recorder.record(searched(query));
  recorder.store();
  return JSON.parse(stored.get(KEY));
}

test("a page goes on with the visit of the one before it", async () => {
  await kept(outer, "first");
  const { recorder, failures } = recorderOf(outer);
  recorder.claim();
  await recorder.record(searched("second"));
  const { events } = recorder.takeEvents();
  assert.deepEqual([queries({ events }), sessions(...events), failures], [["first", "second"], 1, []]);
});

for (const [what, snapshot, change] of [
  ["is for another audience", inner, {}],
  ["is of another base", outer, { base: "0123456789abcdef" }],
]) {
  test(`a visit that ${what} is let go of, with its events, and another one begins`, async () => {
    const before = await kept(outer, "before");
    const text = JSON.stringify({ ...JSON.parse(before.text), ...change });
    stored.set(KEY, JSON.stringify({ ...before, text }));
    const { recorder, failures } = recorderOf(snapshot);
    recorder.claim();
    await recorder.record(searched("after"));
    assert.deepEqual(queries(recorder.takeEvents()), ["after"]);
    assert.equal((await recorder.handOver("It is dark.", new Set())).words.length, 2);
    assert.deepEqual(failures, []);
  });
}

test("where the audience changes in the page, the message is written to the new one", async () => {
  const at = recorderOf(outer);
  await at.recorder.record(searched("before"));
  at.recorder.renew();
  at.snapshot = inner;
  const handoff = await at.recorder.handOver("It is dark.", new Set(["lamp"]));
  assert.deepEqual([handoff.audience, handoff.leave_out, handoff.words.length], ["internal", ["lamp"], 1]);
});

test("a visit that the engine refuses is let go of and told once; what is written down from then on is another", async () => {
  const text = await kept(outer, "before");
  stored.set(KEY, JSON.stringify({ ...text, text: text.text.replace('"schema":1', '"schema":9') }));
  const { recorder, failures } = recorderOf(outer);
  recorder.claim();
  await recorder.record(searched("one"));
  await recorder.record(searched("two"));
  assert.deepEqual(queries(recorder.takeEvents()), ["one", "two"]);
  assert.deepEqual(failures.map(({ kind }) => kind), ["InvalidRecord"]);
});

test("a message is written though the visit that was kept is refused", async () => {
  const text = await kept(outer, "before");
  stored.set(KEY, JSON.stringify({ ...text, text: "{}" }));
  const { recorder } = recorderOf(outer);
  recorder.claim();
  const { leave_out } = await recorder.handOver("It is dark.", new Set(["lamp"]));
  assert.deepEqual(leave_out, ["lamp"]);
});

test("a snapshot that fails is not held against the visit", async () => {
  await kept(outer, "first");
  const at = recorderOf({ info: outer.info, resume: () => Promise.reject(new Error("no engine")), visit: () => Promise.reject(new Error("no engine")) });
  at.recorder.claim();
  await at.recorder.record(searched("lost"));
  at.snapshot = outer;
  await at.recorder.record(searched("second"));
  assert.deepEqual([queries(at.recorder.takeEvents()), at.failures.length], [["first", "second"], 1]);
});

test("what is in the storage and not ours is nothing", () => {
  for (const text of ["null", "[]", '{"text":"x"}', '{"events":5}', "no JSON"]) {
    stored.set(KEY, text);
    const { recorder } = recorderOf(outer);
    recorder.claim();
    assert.deepEqual([recorder.takeEvents(), recorder.waiting, stored.size], [null, 0, 0], text);
  }
});

test("without consent a message that is sent again is the same visit, with the same events, and merges once", async () => {
  const { recorder } = recorderOf(outer);
  const tried = new Set(["lamp"]);
  const first = await recorder.handOver("It is dark.", tried);
  const again = await recorder.handOver("It is dark!", tried);
  tried.add("bulb");
  const last = await recorder.handOver("It is still dark.", tried);
  assert.equal(sessions(first, again, last), 1);
  assert.deepEqual(again.batch, first.batch);
  assert.deepEqual(last.batch.events.slice(0, 1), first.batch.events);
  assert.deepEqual(last.leave_out, ["lamp", "bulb"]);
  assert.equal(recorder.takeEvents(), null, "nothing waits for a page that has no consent");
  const opened = [first, again, last].map((handoff) => base.openHandoff(handoff, "c1", "public").new);
  assert.deepEqual(opened, [1, 0, 1]);
});

test("what the customer took back is not in the message that is sent again", async () => {
  const { recorder } = recorderOf(outer);
  const first = await recorder.handOver("It is dark.", new Set(["lamp", "bulb"]));
  const again = await recorder.handOver("It is dark.", new Set(["bulb"]));
  assert.deepEqual([again.leave_out, sessions(first, again)], [["bulb"], 2]);
});

test("consent after a message that was not sent goes on with its visit", async () => {
  const { recorder } = recorderOf(outer);
  const handoff = await recorder.handOver("It is dark.", new Set(["lamp"]));
  recorder.claim();
  await recorder.record(searched("lamp"));
  const { events } = recorder.takeEvents();
  assert.equal(sessions(handoff, ...events), 1);
  assert.equal((await recorder.handOver("It is dark.", new Set(["lamp"]))).session, handoff.session);
});

test.after(() => [outer, inner, base].forEach((one) => one.close()));
