/** The package as its users see it: types, the map of exports, and the published files. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { folder } from "./package.js";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const run = promisify(execFile);
/** Runs a tool of `node_modules`; its output is the error message if it fails. */
const tool = (name, args, cwd) =>
  run(here(`../node_modules/.bin/${name}`), args, { cwd }).catch((error) => assert.fail(`${name}: ${error.stdout}${error.stderr}`));

for (const resolution of ["nodenext", "bundler"]) {
  test(`a program with the types is checked strictly, by the resolution of ${resolution}`, async (t) => {
    const scratch = await mkdtemp(`${tmpdir()}/kenpoint-`);
    t.after(() => rm(scratch, { recursive: true }));
    await mkdir(`${scratch}/node_modules`);
    await symlink(folder, `${scratch}/node_modules/kenpoint`);
    await writeFile(`${scratch}/program.ts`, await readFile(here("app/program.ts")));
    await writeFile(`${scratch}/package.json`, `{"type": "module"}`);
    const compilerOptions = {
      strict: true,
      noEmit: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      target: "es2022",
      lib: ["es2022", "dom"],
      types: [],
      module: resolution === "bundler" ? "esnext" : resolution,
      moduleResolution: resolution,
    };
    await writeFile(`${scratch}/tsconfig.json`, JSON.stringify({ compilerOptions, files: ["program.ts"] }));
    await tool("tsc", ["-p", scratch]);
  });
}

test("publint finds nothing", async () => {
  await tool("publint", [folder, "--strict"]);
});

test("the types are found by every way of resolving an ES module", async () => {
  const noTypes = ["--exclude-entrypoints", "engine.wasm", "live.wasm"];
  await tool("attw", ["--pack", folder, "--profile", "esm-only", ...noTypes]);
});

test("every module and all that they name is published", async () => {
  const { stdout } = await run("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: folder });
  const published = new Set(JSON.parse(stdout)[0].files.map(({ path }) => path));
  const modules = (await readdir(folder)).filter((name) => name.endsWith(".js"));
  for (const name of modules) {
    assert.ok(published.has(name), name);
    const source = await readFile(`${folder}/${name}`, "utf8");
    for (const [, path] of source.matchAll(/(?:from |import\(|new URL\()["']\.\/([\w.-]+)["']/g)) assert.ok(published.has(path), path);
  }
  for (const name of ["engine.wasm", "README.md", "LICENSE-MIT", "LICENSE-APACHE"]) assert.ok(published.has(name), name);
});

test("there are no dependencies, and nothing runs when it is installed", async () => {
  const manifest = JSON.parse(await readFile(`${folder}/package.json`, "utf8"));
  for (const key of ["dependencies", "peerDependencies", "optionalDependencies", "scripts"]) assert.ok(!(key in manifest), key);
});

test("the engine exports everything that the package uses", async () => {
  const engine = await readFile(`${folder}/engine.js`, "utf8");
  for (const name of ["class Snapshot", "function __wbg_set_wasm"]) assert.ok(engine.includes(`export ${name}`), name);
});

/** Returns the keys of all declarations in a file of types, by the name of the declaration. */
function declaredKeys(types) {
  const code = types.replace(/\/\*[\s\S]*?\*\/|\/\/.*|"[^"]*"/g, "");
  const declarations = code.split(/^(?=export |declare |interface |type |\s*}?\s*declare global)/m);
  return declarations.flatMap((declaration) => {
    const [, kind, name] = /\b(interface|class|type|function)\s+(\w+)/.exec(declaration) ?? [];
    const keys = [...declaration.matchAll(/(?:^|[{;(,]|readonly )\s*(\w+)\??(?=\s*[:(<])/gm)].map(([, key]) => key);
    return kind ? [{ kind, name, keys }] : [];
  });
}

test("functions and options are in camelCase, JSON is in snake_case", async () => {
  let [n_camel, n_snake] = [0, 0];
  for (const file of ["index.d.ts", "live.d.ts", "element.d.ts"]) {
    for (const { kind, name, keys } of declaredKeys(await readFile(`${folder}/${file}`, "utf8"))) {
      const isCode = kind === "class" || kind === "function" || /Options$/.test(name) || name === "Reviews";
      for (const key of keys) {
        assert.doesNotMatch(key, isCode ? /_/ : /[a-z][A-Z]/, `${file}: ${name}.${key}`);
        if (/[a-z][A-Z]/.test(key)) n_camel += 1;
        if (/_/.test(key)) n_snake += 1;
      }
    }
  }
  assert.ok(n_camel > 20 && n_snake > 10, `${n_camel} keys in camelCase, ${n_snake} in snake_case`);
});
