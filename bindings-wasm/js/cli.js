#!/usr/bin/env node
/** `npx kenpoint build DIR -o help.ken --audience public`: from a folder of articles to the file that a page opens. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join, sep } from "node:path";
import { parseArgs } from "node:util";
import { cut, KenpointError, live } from "./live.js";

const HELP = `usage: kenpoint build FOLDER -o FILE --audience LABEL [options]

Reads a folder, or a file, of articles (Markdown, HTML, JSON lines) and writes what one audience may see into one
file, for a page to search.

  -o, --output FILE            the file to write or to replace
  --audience LABEL             whom it is for
  --entitlement E              what its viewers may hold; may be given more than once
  --at ISO                     what was known then is in it; now, if absent
  --shards                     writes what a page needs first into FILE, and the rest into FILE.d/, loaded on demand
  --default-audience LABEL     the audience of articles that name none; internal, if absent
  --default-confidence NAME    the confidence of articles that name none; not-validated, if absent
  --default-language TAG       the language of articles that name none; en, if absent
  --quiet                      no progress
  -h, --help                   this

exit codes: 0 written; 1 failed, and what lay at FILE lies there still; 2 called wrongly; 3 written, but records that
are named on the standard error were not taken.`;

const many = { type: "string", multiple: true };
const one = { type: "string" };
const OPTIONS = {
  output: { ...one, short: "o" },
  audience: one,
  entitlement: { ...many, default: [] },
  at: one,
  shards: { type: "boolean", default: false },
  "default-audience": one,
  "default-confidence": one,
  "default-language": one,
  quiet: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
};

const say = (line) => process.stderr.write(`${line}\n`);

/**
 * The files of a folder and the folders in it, by their paths below it. Links that lead out of it are not followed, and what
 * `reads` does not take by its name, films beside articles, is not read.
 */
function* filesOf(root, reads, prefix = "") {
  for (const entry of readdirSync(join(root, prefix), { withFileTypes: true })) {
    const path = prefix ? `${prefix}/${entry.name}` : entry.name;
    const place = join(root, path);
    if (entry.isDirectory()) {
      if (!entry.name.startsWith(".")) yield* filesOf(root, reads, path);
    } else if (reads(entry.name) && (entry.isFile() || (entry.isSymbolicLink() && isInside(root, place)))) {
      yield [path, readFileSync(place)];
    }
  }
}

function isInside(root, link) {
  const target = existsSync(link) && realpathSync(link);
  return target && target.startsWith(realpathSync(root) + sep) && statSync(target).isFile();
}

/** Writes beside it first, under a name of this process's own, so that neither readers nor another build are disturbed. */
function replace(path, bytes) {
  const unfinished = `${path}.new${process.pid}`;
  const file = openSync(unfinished, "wx");
  try {
    writeFileSync(file, bytes);
    fsyncSync(file);
    renameSync(unfinished, path);
  } finally {
    closeSync(file);
    rmSync(unfinished, { force: true });
  }
}

/** Whether a file has these bytes already. */
const has = (path, bytes) => existsSync(path) && readFileSync(path).equals(Buffer.from(bytes));

/** The parts first: what names them comes when they are there. Those of the last time stay for pages that are open. */
async function writeParts(path, snapshot) {
  const { front, parts } = await cut(snapshot);
  const folder = `${path}.d`;
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of parts) if (!has(join(folder, name), bytes)) replace(join(folder, name), bytes);
  replace(path, front);
  return [front.length, parts.size];
}

/** All languages with a stemmer: which ones articles are in is known when they are read, and the files are here. */
const stemmed = () => readdirSync(new URL("./stem/", import.meta.url)).map((name) => basename(name, ".wasm"));

async function build(source, given) {
  const folder = statSync(source).isDirectory();
  const base = await live({ languages: stemmed() });
  const files = folder ? [...filesOf(source, (name) => base.reads(name))] : [[basename(source), readFileSync(source)]];
  const options = { audience: given["default-audience"], confidence: given["default-confidence"], language: given["default-language"] };
  if (given.at) options.arrivals = "as-dated";
  const onProgress = (n) => given.quiet || n % 500 || say(`${n} records`);
  const report = base.importFiles(files, { ...options, onProgress: (n) => void onProgress(n) });
  for (const { place, reason } of report.skipped) say(`${place.file}:${place.line ?? 1}: not taken: ${reason}`);
  if (!given.quiet) say(`${report.created} records; publishing for ${given.audience}`);
  const snapshot = base.snapshot({ audience: given.audience, entitlements: given.entitlement, at: given.at });
  if (given.shards) {
    const [bytes, n] = await writeParts(given.output, snapshot);
    console.log(`${given.output}: ${bytes} bytes, and ${n} parts in ${given.output}.d`);
  } else {
    replace(given.output, snapshot);
    console.log(`${given.output}: ${snapshot.length} bytes`);
  }
  return report.n_skipped ? 3 : 0;
}

async function main(words) {
  let given, rest;
  try {
    ({ values: given, positionals: rest } = parseArgs({ args: words, options: OPTIONS, allowPositionals: true }));
  } catch (error) {
    say(`${error.message}\n\n${HELP}`);
    return 2;
  }
  if (given.help) return console.log(HELP), 0;
  const [command, source, ...others] = rest;
  if (command !== "build" || !source || others.length || !given.output || !given.audience) return say(HELP), 2;
  try {
    return await build(source, given);
  } catch (error) {
    if (!(error instanceof KenpointError) && !error.code) throw error;
    say(error instanceof KenpointError ? `${error.kind} (${error.code}): ${error.message}` : error.message);
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
