/** The client of the engine, with ports that answer when the test says so. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./package.js";

const { EngineClient } = await load("engine-client.js");
const STOPPED = { kind: "Internal", code: 901, message: "it stopped", hasStopped: true };
/** Lets pending promises settle. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Makes a client whose ports keep the messages that they get. */
function connected(onProgress) {
  const ports = [];
  const connect = () => {
    const port = { sent: [], isTerminated: false };
    port.postMessage = (message) => port.sent.push(message);
    port.terminate = () => (port.isTerminated = true);
    port.calls = () => port.sent.map(({ call }) => call);
    port.answer = (message) => port.onmessage?.({ data: { id: port.sent.at(-1).id, ...message } });
    ports.push(port);
    return port;
  };
  return { client: new EngineClient(connect, () => ({ args: ["source"] }), onProgress), ports };
}

test("the snapshot is opened before the first question, and questions go one at a time", async () => {
  const { client, ports } = connected();
  const [a, b] = [client.call("a", [1]), client.call("b")];
  const [port] = ports;
  assert.deepEqual(port.calls(), ["open"]);
  port.answer({ value: "info" });
  assert.equal(client.info, "info");
  assert.deepEqual(port.calls(), ["open", "a"]);
  port.answer({ value: "A" });
  port.answer({ value: "B" });
  assert.deepEqual([await a, await b], ["A", "B"]);
  assert.deepEqual(port.sent[1].args, [1]);
});

test("a question that was given up before its turn is never sent", async () => {
  const { client, ports } = connected();
  const control = new AbortController();
  const { signal } = control;
  const given = [client.call("a", [], signal), client.call("b", [], signal)];
  const c = client.call("c");
  const [port] = ports;
  port.answer({});
  control.abort(new Error("enough"));
  for (const call of given) await assert.rejects(call, /enough/);
  assert.deepEqual(port.calls(), ["open", "a"], "the engine is at work on the first");
  port.answer({ value: "A" });
  assert.deepEqual(port.calls(), ["open", "a", "c"]);
  port.answer({ value: "C" });
  assert.equal(await c, "C");
});

test("a question that waits for the network lets others pass", async () => {
  const { client, ports } = connected();
  const [a, b] = [client.call("a"), client.call("b")];
  const [port] = ports;
  port.answer({});
  const { id } = port.sent.at(-1);
  port.answer({ isWaiting: true });
  assert.deepEqual(port.calls(), ["open", "a", "b"]);
  port.answer({ value: "B" });
  assert.equal(await b, "B");
  port.answer({ id, value: "A" });
  assert.equal(await a, "A");
});

test("an engine that stopped costs one question, and is started again for the next", async () => {
  const { client, ports } = connected();
  const [a, b, c] = [client.call("a"), client.call("b"), client.call("c")];
  ports[0].answer({});
  ports[0].answer({ isWaiting: true });
  ports[0].answer({ error: STOPPED });
  await assert.rejects(b, { name: "KenpointError", kind: "Internal", code: 901 });
  assert.ok(ports[0].isTerminated);
  assert.equal(ports.length, 2);
  for (const value of ["newer info", "A", "C"]) ports[1].answer({ value });
  assert.deepEqual(ports[1].calls(), ["open", "a", "c"]);
  assert.deepEqual([await a, await c, client.info], ["A", "C", "newer info"]);

  const d = client.call("d");
  ports[1].answer({ error: STOPPED });
  await assert.rejects(d, { kind: "Internal" });
  await turn();
  assert.equal(ports.length, 2, "nobody asks, so nothing is started");
});

test("an engine that stops while it opens is not started over and over", async () => {
  const { client, ports } = connected();
  const calls = [client.call("a"), client.call("b")];
  ports[0].answer({ error: STOPPED });
  for (const call of calls) await assert.rejects(call, { kind: "Internal" });
  await turn();
  assert.equal(ports.length, 1);
});

test("a snapshot that does not open, and a worker that does not start, fail all that waits", async () => {
  const fails = [
    [(port) => port.answer({ error: { kind: "Corrupt", code: 306, message: "" } }), "Corrupt"],
    [(port) => port.onerror({}), "EngineFailed"],
    [(port) => port.onmessageerror({}), "EngineFailed"],
  ];
  for (const [fail, kind] of fails) {
    const { client, ports } = connected();
    const calls = [client.call("a"), client.call("b")];
    fail(ports[0]);
    for (const call of calls) await assert.rejects(call, { kind });
    assert.ok(ports[0].isTerminated);
    const again = client.call("c");
    for (const value of ["info", "C"]) ports[1].answer({ value });
    assert.equal(await again, "C", "a later call tries again");
  }
});

test("a constructor of workers that throws is a typed error", async () => {
  const client = new EngineClient(
    () => {
      throw new Error("another origin");
    },
    () => ({}),
  );
  await assert.rejects(client.call("a"), { kind: "EngineFailed", code: 0, message: /another origin.*workerUrl/ });
});

test("progress is reported, and a closed client is silent", async () => {
  const seen = [];
  const { client, ports } = connected((...progress) => seen.push(progress));
  const call = client.call("a");
  ports[0].answer({ progress: [5, 10] });
  client.close();
  ports[0].answer({ progress: [10, 10] });
  ports[0].answer({ value: "info" });
  await assert.rejects(call, { kind: "Closed", code: 212 });
  await assert.rejects(client.call("b"), { kind: "Closed" });
  assert.deepEqual(seen, [[5, 10]]);
  assert.ok(ports[0].isTerminated);
});

test("a signal that lives long holds no question", async () => {
  const { client, ports } = connected();
  let n = 0;
  const signal = { throwIfAborted() {}, addEventListener: () => (n += 1), removeEventListener: () => (n -= 1) };
  const call = client.call("a", [], signal);
  assert.equal(n, 1);
  ports[0].answer({});
  ports[0].answer({ value: "A" });
  await call;
  assert.equal(n, 0);
});
