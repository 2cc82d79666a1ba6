/** The package under test, and a snapshot for it. */
import { readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";

const given = (name, otherwise) => process.env[name] ?? fileURLToPath(new URL(otherwise, import.meta.url));

/** The folder of the package. */
export const folder = given("KENPOINT_PACKAGE", "../../target/web/kenpoint").replace(/\/$/, "");

/** Snapshots and the native answers of their bases, from `kenpoint-benches web DIR`. */
export const fixture = (name) => `${given("KENPOINT_FIXTURES", "../../target/web/fixtures").replace(/\/$/, "")}/${name}`;

/** The public part of the example's help centre. */
export const sample = fixture("help.ken");

export const sampleBytes = () => new Uint8Array(readFileSync(sample));

/** Imports a module of the package. */
export const load = (name) => import(pathToFileURL(`${folder}/${name}`).href);
