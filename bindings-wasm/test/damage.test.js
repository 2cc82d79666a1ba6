/** Damaged files: each gives a typed error and never stops the engine. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { load, sampleBytes } from "./package.js";

const { open, KenpointError } = await load("index.js");

/** Returns the kind of error from reading all of these bytes; undefined if there is none. */
async function outcome(bytes) {
  try {
    const snapshot = await open(bytes, { worker: false });
    try {
      for (const id of await snapshot.articleIds()) await snapshot.article(id);
    } finally {
      snapshot.close();
    }
  } catch (error) {
    assert.ok(error instanceof KenpointError, `${error.stack}`);
    return error.kind;
  }
  return undefined;
}

test("the sample itself is whole", async () => {
  assert.equal(await outcome(sampleBytes()), undefined);
});

test("garbage is no snapshot", async () => {
  const noise = Uint8Array.from({ length: 5000 }, (_, i) => (i * 2654435761) >>> 24);
  for (const bytes of [new Uint8Array(), new Uint8Array(3), noise, new TextEncoder().encode("<!doctype html>".repeat(9))]) {
    assert.equal(await outcome(bytes), "NotABase");
  }
});

test("a file that was cut is damaged, wherever it was cut", async () => {
  const whole = sampleBytes();
  const lengths = Array.from({ length: 60 }, (_, i) => Math.floor((whole.length * i) / 60));
  for (const length of [...lengths, 1, 7, 8, 9, 29, 30, 31, whole.length - 1]) {
    const kind = await outcome(whole.slice(0, length));
    assert.match(`${length} ${kind}`, /(Corrupt|NotABase)$/);
  }
  const longer = new Uint8Array(whole.length + 1);
  longer.set(whole);
  assert.equal(await outcome(longer), "Corrupt");
});

test("a bit that flipped is found", async () => {
  const whole = sampleBytes();
  for (let i = 0; i < 150; i += 1) {
    const at = i < 50 ? i : Math.floor((whole.length * (i - 50)) / 100);
    const bytes = whole.slice();
    bytes[at] ^= 1 << (i % 8);
    assert.match(`${at} ${await outcome(bytes)}`, /(Corrupt|NotABase|FormatTooNew)$/);
  }
});

test("a newer format is refused by its name", async () => {
  const bytes = sampleBytes();
  bytes[8] += 1;
  assert.equal(await outcome(bytes), "FormatTooNew");
});
