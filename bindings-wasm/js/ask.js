/** What is asked and told, as the engine takes it: it has no reader of JSON, which would be a tenth of it. */

/** Thrown as it crosses from a worker to the page. */
const wrong = (name, why) => ({ kind: "InvalidRecord", code: 107, message: `${name}: ${why}` });

export function text(name, value) {
  if (typeof value !== "string") throw wrong(name, "it is a text");
  return value;
}

/** Milliseconds, whatever form an instant has. */
export function instant(name, value) {
  const ms = typeof value === "number" ? value : Date.parse(text(name, value));
  if (Number.isNaN(ms)) throw wrong(name, "it is an instant: milliseconds since 1970, or RFC 3339");
  return ms;
}

/** The members that are instants. */
const INSTANTS = ["now", "event.at", "filter.edited_from", "filter.edited_to"];

/** The members of what came as JSON, each behind its path: `["query", "wifi", "filter.tags[0]", "home"]`. What is null was not told. */
export function told(value, name = "", all = []) {
  if (Array.isArray(value)) {
    value.forEach((one, at) => told(one, `${name}[${at}]`, all));
  } else if (value && typeof value === "object") {
    for (const [key, one] of Object.entries(value)) one == null || told(one, name ? `${name}.${key}` : key, all);
  } else {
    all.push(name, INSTANTS.includes(name) ? instant(name, value) : value);
  }
  return all;
}

/** The ranges of a snippet are bytes of UTF-8 until here, and units of UTF-16 from here. They ascend. */
function inUnits(snippet) {
  const { text, ranges } = snippet;
  if (!/[^\0-\x7f]/.test(text)) return;
  let [units, bytes] = [0, 0];
  const unitsAt = (offset) => {
    while (bytes < offset) {
      const code = text.codePointAt(units);
      bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
      units += code < 0x10000 ? 1 : 2;
    }
    return units;
  };
  snippet.ranges = ranges.map((range) => range.map(unitsAt));
}

/** The answer of the engine, as JavaScript has it. */
export function answer(json) {
  const found = JSON.parse(json);
  for (const hit of found.hits ?? found.suggestions) inUnits(hit.snippet);
  return found;
}
