/**
 * Loads files from the network, from the disk of Node, or from the Cache API.
 * A failure is thrown as `{ kind, code, message }`, a form that crosses from a worker to the page.
 */

/** Fetches a file; an HTTP error fails. Node's `fetch` does not read files, so they come from the disk. */
async function fetched(url) {
  const { protocol } = new URL(url);
  const fs = protocol === "file:" && globalThis.process?.getBuiltinModule?.("node:fs");
  if (fs) return new Response(await fs.promises.readFile(new URL(url)));
  const response = await fetch(url);
  if (response.ok) return response;
  throw new Error(`the server says ${response.status} ${response.statusText}`);
}

/**
 * Returns a file from the network, or from the cache without a network, since an engine has to fit its scripts. With
 * `mayBeOld` the cached file comes at once and is renewed in the background; with `isFixed` it is never renewed.
 */
async function response(url, { cache, isFixed, mayBeOld }) {
  const kept = cache && globalThis.caches && (await caches.open(cache));
  const found = await kept?.match(url);
  if (found && isFixed) return found;
  const fresh = fetched(url);
  // A full disk does not fail the load.
  if (kept) fresh.then((response) => kept.put(url, response.clone())).catch(() => {});
  return found && mayBeOld ? found : fresh.catch((error) => found ?? Promise.reject(error));
}

async function attempt(kind, url, work) {
  try {
    return await work();
  } catch (error) {
    throw { kind, code: 0, message: `${url}: ${error.message}` };
  }
}

/** Returns the same response with progress reports. The length of a compressed response is not that of the file. */
function withProgress(response, onProgress) {
  const { body, headers } = response;
  const total = (!headers.get("content-encoding") && +headers.get("content-length")) || undefined;
  let loaded = 0;
  const transform = (chunk, to) => {
    onProgress((loaded += chunk.length), total);
    to.enqueue(chunk);
  };
  return new Response(body.pipeThrough(new TransformStream({ transform })));
}

/** Loads the bytes of a file. */
export function load(url, options) {
  return attempt("LoadFailed", url, async () => {
    const from = await response(url, options);
    const { onProgress } = options;
    return new Uint8Array(await (onProgress ? withProgress(from, onProgress) : from).arrayBuffer());
  });
}

/** Removes addresses from the cache. */
export async function forget(cache, isOld) {
  const kept = cache && globalThis.caches && (await caches.open(cache));
  for (const { url } of (await kept?.keys()) ?? []) if (isOld(url)) await kept.delete(url);
}

/** Compiles a WebAssembly module, while it arrives if the server sends its type. */
export async function compile(url, options) {
  const from = await attempt("LoadFailed", url, () => response(url, options));
  const streams = from.headers.get("content-type") === "application/wasm";
  return attempt("EngineFailed", url, async () =>
    streams ? WebAssembly.compileStreaming(from) : WebAssembly.compile(await from.arrayBuffer()),
  );
}

/** Instantiates a module with the script around it, and returns its exports. */
export function start(script, module) {
  const { exports } = new WebAssembly.Instance(module, { "./engine_bg.js": script });
  script.__wbg_set_wasm(exports);
  exports.__wbindgen_start();
  return exports;
}
