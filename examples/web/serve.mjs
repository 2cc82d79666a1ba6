// Serves the help centre: `node examples/web/serve.mjs [help.ken] [port]`. It builds nothing.
// The package comes from KENPOINT_PACKAGE or target/web/kenpoint, and is served under /kenpoint/.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, extname, join, normalize, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

// The policy allows only what the page needs. A worker takes its policy from its own response, so all responses have it.
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The file for a path of the site. */
function fileOf(path, { site, kenpoint, snapshot }) {
  if (path === "/help.ken") return snapshot;
  const clean = normalize(path);
  // The shards are in a folder beside the manifest.
  if (clean.startsWith("/help.ken.d/")) return join(`${snapshot}.d`, clean.slice("/help.ken.d".length));
  if (clean.startsWith("/kenpoint/")) return join(kenpoint, clean.slice("/kenpoint".length));
  return join(site, clean.endsWith("/") ? `${clean}index.html` : clean);
}

/** A server of the folder `site`, with the package and the snapshot beside it; port 0 takes any. */
export async function serve({ site = here, kenpoint, snapshot, port = 0 }) {
  const server = createServer(async (request, response) => {
    // No file name here needs an escape, so a path with escapes is not found.
    const { pathname } = new URL(request.url, "http://localhost");
    const file = fileOf(pathname, { site, kenpoint, snapshot });
    const found = await stat(file).catch(() => null);
    response.setHeader("content-security-policy", POLICY);
    response.setHeader("cache-control", "no-cache");
    response.setHeader("x-content-type-options", "nosniff");
    if (!found?.isFile()) return response.writeHead(404).end();
    response.writeHead(200, {
      "content-type": TYPES[extname(file)] ?? "application/octet-stream",
      "content-length": found.size,
    });
    createReadStream(file).pipe(response);
  });
  await new Promise((done) => server.listen(port, "127.0.0.1", done));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

async function main([snapshot = join(here, "help.ken"), port = "8080"]) {
  const kenpoint = resolve(process.env.KENPOINT_PACKAGE ?? join(here, "../../target/web/kenpoint"));
  for (const [file, how] of [
    [join(kenpoint, "element.js"), "make the package first: cargo xtask wasm"],
    [snapshot, "make the snapshot first: see examples/web/README.md"],
  ]) {
    if (!(await stat(file).catch(() => null))) {
      console.error(`${file} is missing; ${how}`);
      process.exit(1);
    }
  }
  const { url } = await serve({ kenpoint, snapshot: resolve(snapshot), port: Number(port) });
  console.log(`The help centre is at ${url}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main(process.argv.slice(2));
