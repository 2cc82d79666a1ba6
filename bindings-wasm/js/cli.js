#!/usr/bin/env node
/** `npx kenpoint build DIR -o help.ken --audience public` builds a snapshot from a folder of articles. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join, sep } from "node:path";
import { parseArgs } from "node:util";
import { KenpointError, live, split } from "./live.js";

const HELP = `usage: kenpoint build FOLDER -o FILE --audience LABEL [options]

Builds a snapshot for one audience from a folder or a file of articles (Markdown, HTML, JSON lines).

  -o, --output FILE            the file to write or to replace
  --audience LABEL             the audience of the snapshot
  --entitlement E              an entitlement of its viewers; may be given more than once
  --at ISO                     the instant of the knowledge in it; now, if absent
  --shards                     writes a manifest to FILE and shards, which load on demand, to FILE.d/
  --default-audience LABEL     the audience of articles that name none; internal, if absent
  --default-confidence NAME    the confidence of articles that name none; not-validated, if absent
  --default-language TAG       the language of articles that name none; en, if absent
  --quiet                      no progress
  -h, --help                   this

exit codes: 0 written; 1 failed, FILE is unchanged; 2 usage error; 3 written, but the standard error names records
that were not imported.`;

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

const NOTHING = new Uint8Array(0);
const say = (line) => process.stderr.write(`${line}\n`);

/**
 * Lists the files of a folder and its subfolders by their relative paths. It follows no link that leads out of the folder,
 * and reads only files whose name passes `canImport`. The others have no bytes: the import reports their names.
 */
function* filesOf(root, canImport, prefix = "") {
  for (const entry of readdirSync(join(root, prefix), { withFileTypes: true })) {
    const path = prefix ? `${prefix}/${entry.name}` : entry.name;
    const place = join(root, path);
    if (entry.isDirectory()) {
      if (entry.name.startsWith(".") || entry.name === "node_modules") yield [`${path}/`, NOTHING];
      else yield* filesOf(root, canImport, path);
    } else if (entry.isFile() || (entry.isSymbolicLink() && isInside(root, place))) {
      yield [path, canImport(path) ? readFileSync(place) : NOTHING];
    } else {
      say(`${path}: ignored: it is a link that leads out of the folder, or no file`);
    }
  }
}

function isInside(root, link) {
  const target = existsSync(link) && realpathSync(link);
  return target && target.startsWith(realpathSync(root) + sep) && statSync(target).isFile();
}

/** Replaces a file atomically: writes a temporary file beside it, and renames that. */
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

/** Returns true if a file has these bytes already. */
const has = (path, bytes) => existsSync(path) && readFileSync(path).equals(Buffer.from(bytes));

/** Writes the shards first and the manifest last. Shards of earlier builds stay for pages that are open. */
async function writeShards(path, snapshot) {
  const { manifest, shards } = await split(snapshot);
  const folder = `${path}.d`;
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of shards) if (!has(join(folder, name), bytes)) replace(join(folder, name), bytes);
  replace(path, manifest);
  return [manifest.length, shards.size];
}

/** Lists all languages with a stemmer, since the languages of the articles are unknown before they are read. */
const stemmed = () => readdirSync(new URL("./stem/", import.meta.url)).map((name) => basename(name, ".wasm"));

/** Lists what an import did not take as it stands. Files that are no source are listed unless it is to be quiet. */
function explain(report, quiet) {
  const at = ({ file, line }) => `${file}:${line || 1}`;
  const show = (n, lines) => {
    lines.forEach(say);
    if (n > lines.length) say(`and ${n - lines.length} more`);
  };
  if (report.warning) say(`warning: ${report.warning}`);
  if (report.preset && !quiet) say(`preset: ${report.preset}`);
  show(report.n_skipped, report.skipped.map(({ place, reason }) => `${at(place)}: not imported: ${reason}`));
  show(report.n_held_back, report.held_back.map(({ place, key, value, withdrawn }) => `${at(place)}: held back: ${key} is ${value}${withdrawn ? ", withdrawn" : ""}`));
  const taken = (read) => (read === null ? "dropped" : `read as ${read}`);
  show(report.n_adjusted, report.adjusted.map(({ place, key, value, read_as, reason }) => `${at(place)}: ${key}: ${value} ${taken(read_as)}: ${reason}`));
  if (!quiet) show(report.files_ignored, report.ignored.map(({ file, reason }) => `${file}: ignored: ${reason}`));
}

async function build(source, given) {
  const folder = statSync(source).isDirectory();
  const base = await live({ languages: stemmed() });
  const files = folder ? [...filesOf(source, (name) => base.canImport(name))] : [[basename(source), readFileSync(source)]];
  const options = { audience: given["default-audience"], confidence: given["default-confidence"], language: given["default-language"] };
  if (given.at) options.arrivals = "as-dated";
  const onProgress = (n) => given.quiet || n % 500 || say(`${n} records`);
  const report = base.importFiles(files, { ...options, onProgress: (n) => void onProgress(n) });
  explain(report, given.quiet);
  if (!given.quiet) say(`${report.created} records; publishing for ${given.audience}`);
  const snapshot = base.snapshot({ audience: given.audience, entitlements: given.entitlement, at: given.at });
  if (given.shards) {
    const [bytes, n] = await writeShards(given.output, snapshot);
    console.log(`${given.output}: ${bytes} bytes, and ${n} shards in ${given.output}.d`);
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
