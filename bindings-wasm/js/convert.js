/** Conversions between the objects of JavaScript and the engine, which has no JSON reader. */

/** An error as it crosses from a worker to the page. */
const invalidRecord = (name, rule) => ({ kind: "InvalidRecord", code: 107, message: `${name}: ${rule}` });

/** Converts an instant of any form to milliseconds. */
export function instant(name, value) {
  if (typeof value !== "number" && typeof value !== "string") throw invalidRecord(name, "it is a text");
  const ms = typeof value === "number" ? value : Date.parse(value);
  if (Number.isNaN(ms)) throw invalidRecord(name, "it is an instant: milliseconds since 1970, or RFC 3339");
  return ms;
}

/** Matches the paths of instants. */
const INSTANT = /^now$|\.at$|\.edited_(from|to)$/;

/** Flattens a value from JSON to a list of paths and values: `["query", "wifi", "filter.tags[0]", "home"]`. Null is absent. */
export function toArgs(value, path = "", args = []) {
  if (Array.isArray(value)) {
    value.forEach((item, index) => toArgs(item, `${path}[${index}]`, args));
  } else if (value && typeof value === "object") {
    for (const [key, member] of Object.entries(value)) member == null || toArgs(member, path ? `${path}.${key}` : key, args);
  } else {
    args.push(path, INSTANT.test(path) ? instant(path, value) : value);
  }
  return args;
}

/** Converts the ranges of a snippet from bytes of UTF-8 to units of UTF-16. They ascend. */
function convertRanges(snippet) {
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

/** Reads an answer of the engine. */
export function readAnswer(json) {
  const answer = JSON.parse(json);
  for (const hit of answer.hits ?? answer.suggestions) convertRanges(hit.snippet);
  return answer;
}
