/** Where the package under test is, and a snapshot for it. */
import { readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";

const given = (name, otherwise) => process.env[name] ?? fileURLToPath(new URL(otherwise, import.meta.url));

/** The folder that `npm publish` would send. */
export const folder = given("KENPOINT_PACKAGE", "../../target/web/kenpoint").replace(/\/$/, "");

/** Snapshots and what their bases answered natively: what `kenpoint-benches web DIR` writes. */
export const fixture = (name) => `${given("KENPOINT_FIXTURES", "../../target/web/fixtures").replace(/\/$/, "")}/${name}`;

/** The public part of the example's help centre. */
export const sample = fixture("help.ken");

export const sampleBytes = () => new Uint8Array(readFileSync(sample));

/** A module of the package. */
export const load = (name) => import(pathToFileURL(`${folder}/${name}`).href);
