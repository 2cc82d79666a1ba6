/** Puts a trap into a function of a WebAssembly module, for tests of an engine that stops. */

/** Copies `module`, with a trap in the exported function `name`. */
export function trapping(module, name) {
  const bytes = Uint8Array.from(module);
  const found = sections(bytes);
  const imports = functionsImported(bytes, found.get(2));
  const index = exported(bytes, found.get(7), name) - imports;
  const at = reader(bytes, found.get(10));
  at.number();
  for (let i = 0; i < index; i += 1) at.skip(at.number());
  const length = at.number();
  // No locals, `unreachable`, as many `nop` as the body was long, `end`.
  bytes.fill(0x01, at.at, at.at + length);
  bytes.set([0x00, 0x00], at.at);
  bytes[at.at + length - 1] = 0x0b;
  return bytes;
}

function reader(bytes, at = 8) {
  const number = () => {
    let [value, shift, byte] = [0, 0, 0];
    do {
      byte = bytes[reading.at++];
      value |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte & 0x80);
    return value;
  };
  const skip = (length) => (reading.at += length);
  const text = () => {
    const length = number();
    return new TextDecoder().decode(bytes.subarray(reading.at, skip(length)));
  };
  const reading = { at, number, skip, text };
  return reading;
}

/** Returns the offset of the content of each section. */
function sections(bytes) {
  const found = new Map();
  for (const at = reader(bytes); at.at < bytes.length; ) {
    const id = at.number();
    const length = at.number();
    found.set(id, at.at);
    at.skip(length);
  }
  return found;
}

function functionsImported(bytes, from) {
  const at = reader(bytes, from);
  let functions = 0;
  for (let left = at.number(); left > 0; left -= 1) {
    at.text();
    at.text();
    const kind = at.number();
    if (kind !== 0) throw new Error(`an import of kind ${kind}: the patcher knows functions only`);
    at.number();
    functions += 1;
  }
  return functions;
}

function exported(bytes, from, wanted) {
  const at = reader(bytes, from);
  for (let left = at.number(); left > 0; left -= 1) {
    const [name, kind, index] = [at.text(), at.number(), at.number()];
    if (name === wanted && kind === 0) return index;
  }
  throw new Error(`nothing is exported as ${wanted}`);
}
