/** The golden scenarios and a thousand queries per set, bit by bit, in Chromium. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { launch, newPage } from "./chromium.js";
import { fixture, folder } from "./package.js";
import { serve } from "./serve.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const conformance = fileURLToPath(new URL("../../core/tests/conformance", import.meta.url));
const names = readdirSync(conformance).filter((name) => name.endsWith(".json"));
let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

async function stage(t) {
  const pages = { "/index.html": `<!doctype html><html lang="en"><title>Golden</title></html>` };
  const folders = { "/kenpoint/": folder, "/test/": here, "/conformance/": conformance, "/fixtures/": fixture("") };
  const server = await serve({ folders, pages });
  const { context, page } = await newPage(browser);
  t.after(async () => {
    await context.close();
    await server.close();
  });
  await page.goto(server.url);
  return page;
}

test("the scenarios hold in the page", async (t) => {
  const page = await stage(t);
  const seen = await page.evaluate(async (names) => {
    const { open } = await import("/kenpoint/index.js");
    const { live } = await import("/kenpoint/live.js");
    const { run } = await import("/test/scenarios.js");
    const all = {};
    for (const name of names) all[name] = await run({ live, open }, await (await fetch(`/conformance/${name}`)).json());
    return all;
  }, names);
  let n_read = 0;
  for (const [name, result] of Object.entries(seen)) {
    assert.deepEqual(result.wrong, [], name);
    n_read += result.n_read;
  }
  assert.ok(names.length >= 8 && n_read > 50, `${n_read} questions were asked of snapshots, too`);
});

for (const set of ["sample", "workarena"]) {
  const skip = existsSync(fixture(`${set}.ken`)) ? false : `${set}.ken is not there: it is made where KNOWLEDGE_DATA is`;
  test(`${set}: the worker answers as the base does, to the bit`, { skip }, async (t) => {
    const page = await stage(t);
    assert.ok(readFileSync(fixture(`${set}.jsonl`), "utf8").split("\n").length >= 990);
    const wrong = await page.evaluate(async (set) => {
      const { open } = await import("/kenpoint/index.js");
      const { differences } = await import("/test/equal.js");
      const lines = (await (await fetch(`/fixtures/${set}.jsonl`)).text()).split("\n");
      return differences(await open(`/fixtures/${set}.ken`), lines.map((line) => JSON.parse(line)));
    }, set);
    assert.deepEqual(wrong, []);
  });
}
