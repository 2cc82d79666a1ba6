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
 * The network first, and what was kept where there is none: an engine has to fit the scripts beside it. What `mayBeOld`
 * is answered at once by what was kept, and renewed behind the answer for the next time; what `isFixed` never changes.
 */
async function response(url, { cache, isFixed, mayBeOld }) {
  const kept = cache && globalThis.caches && (await caches.open(cache));
  const found = await kept?.match(url);
  if (found && isFixed) return found;
  const fresh = fetched(url);
  // A full disk is no failure of what is already here.
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
export function load(url, options) {
  return attempt("LoadFailed", url, async () => {
    const from = await response(url, options);
    const { onProgress } = options;
    return new Uint8Array(await (onProgress ? told(from, onProgress) : from).arrayBuffer());
  });
}

/** Forgets what was kept under addresses that are of no use any more. */
export async function forget(cache, isUseless) {
  const kept = cache && globalThis.caches && (await caches.open(cache));
  for (const { url } of (await kept?.keys()) ?? []) if (isUseless(url)) await kept.delete(url);
}

/** A module of WebAssembly: compiled while it arrives, where the server knows the type of it. */
export async function compile(url, options) {
  const from = await attempt("LoadFailed", url, () => response(url, options));
  const streams = from.headers.get("content-type") === "application/wasm";
  return attempt("EngineFailed", url, async () =>
    streams ? WebAssembly.compileStreaming(from) : WebAssembly.compile(await from.arrayBuffer()),
  );
}

/** Puts a module and the script around it together, and gives what the module exports. */
export function start(script, module) {
  const { exports } = new WebAssembly.Instance(module, { "./engine_bg.js": script });
  script.__wbg_set_wasm(exports);
  exports.__wbindgen_start();
  return exports;
}
