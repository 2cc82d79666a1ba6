/**
 * Where bytes come from: the network, the disk of Node, or what was kept of them.
 * A failure is thrown as `{ kind, code, message }`, which crosses from a worker to the page as it is.
 */

/** Fetches, and takes no page about an error for the file. Node's `fetch` does not read files. */
async function fetched(url) {
  const { protocol } = new URL(url);
  const fs = protocol === "file:" && globalThis.process?.getBuiltinModule?.("node:fs");
  if (fs) return new Response(await fs.promises.readFile(new URL(url)));
  const response = await fetch(url);
  if (response.ok) return response;
  throw new Error(`the server says ${response.status} ${response.statusText}`);
}

/**
 * What was kept answers at once, also without a network, and is renewed behind the answer for the next time.
 * What is named by its digest never changes, and is not asked for again.
 */
async function response(url, cache, isFixed) {
  const kept = cache && globalThis.caches && (await caches.open(cache));
  const found = await kept?.match(url);
  // A full disk or no network are no failure of what is already here.
  const keep = (response) => kept.put(url, response).catch(() => {});
  if (found && !isFixed) fetched(url).then(keep, () => {});
  if (found) return found;
  const fresh = await fetched(url);
  if (kept) keep(fresh.clone());
  return fresh;
}

async function attempt(kind, url, work) {
  try {
    return await work();
  } catch (error) {
    throw { kind, code: 0, message: `${url}: ${error.message}` };
  }
}

/** The same response, which tells how far it has come. The length of what is packed on the way says nothing. */
function told(response, onProgress) {
  const { body, headers } = response;
  const total = (!headers.get("content-encoding") && +headers.get("content-length")) || undefined;
  let loaded = 0;
  const transform = (chunk, to) => {
    onProgress((loaded += chunk.length), total);
    to.enqueue(chunk);
  };
  return new Response(body.pipeThrough(new TransformStream({ transform })));
}

/** The bytes of a file. */
export function load(url, { cache, isFixed, onProgress } = {}) {
  return attempt("LoadFailed", url, async () => {
    const from = await response(url, cache, isFixed);
    return new Uint8Array(await (onProgress ? told(from, onProgress) : from).arrayBuffer());
  });
}

/** Forgets what was kept under addresses that are of no use any more. */
export async function forget(cache, isUseless) {
  const kept = cache && globalThis.caches && (await caches.open(cache));
  for (const { url } of (await kept?.keys()) ?? []) if (isUseless(url)) await kept.delete(url);
}

/** A module of WebAssembly: compiled while it arrives, where the server knows the type of it. */
export async function compile(url, { cache } = {}) {
  const from = await attempt("LoadFailed", url, () => response(url, cache));
  const streams = from.headers.get("content-type") === "application/wasm";
  return attempt("EngineFailed", url, async () =>
    streams ? WebAssembly.compileStreaming(from) : WebAssembly.compile(await from.arrayBuffer()),
  );
}
