/** A server of files for tests, with content types, optional headers and a list of requests. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";
import { pathToFileURL } from "node:url";

const TYPES = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".ken": "application/octet-stream",
  ".wasm": "application/wasm",
};

/**
 * Serves `folders`, from a path on the server to a folder on the disk, and `pages`, from a path to a text. `headers` returns
 * further headers of a path, which may replace its type. `requests` lists all requests.
 */
export async function serve({ folders = {}, pages = {}, headers = () => ({}) } = {}) {
  const requests = [];
  const server = createServer(async (request, response) => {
    const asked = new URL(request.url, "http://localhost").pathname;
    const pathname = asked.replace(/\/$/, "/index.html");
    requests.push(asked);
    const body = await read(pathname, folders, pages);
    const type = TYPES[extname(pathname)] ?? "application/octet-stream";
    response.writeHead(body === undefined ? 404 : 200, { "content-type": type, ...headers(asked) });
    response.end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://localhost:${server.address().port}`;
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url, requests, close };
}

async function read(pathname, folders, pages) {
  if (pages[pathname] !== undefined) return pages[pathname];
  for (const [at, folder] of Object.entries(folders)) {
    // `new URL` resolves `..`, so that no file outside of the folder is served.
    const file = pathname.startsWith(at) && new URL(`./${pathname.slice(at.length)}`, pathToFileURL(`${folder}/`));
    const found = file && (await readFile(file).catch(() => undefined));
    if (found) return found;
  }
  return undefined;
}
