/** What is asked and told, member by member: the engine has no reader of JSON, which would be a tenth of it. */

/** Thrown as it crosses from a worker to the page. */
const wrong = (name, why, kind = "InvalidRecord", code = 107) => ({ kind, code, message: `${name}: ${why}` });

const typed = (type, say) => (name, value) => {
  if (typeof value !== type) throw wrong(name, say);
  return value;
};
export const text = typed("string", "it is a text");
const number = typed("number", "it is a number");

/** Milliseconds, whatever form an instant has. */
export function instant(name, value) {
  const ms = typeof value === "number" ? value : Date.parse(text(name, value));
  if (Number.isNaN(ms)) throw wrong(name, "it is an instant: milliseconds since 1970, or RFC 3339");
  return ms;
}

/** Hands each member of an object to the function of its name. A misspelt one is an error, and not passed over. */
export function members(name, object, tellers) {
  if (typeof object !== "object" || !object || Array.isArray(object)) throw wrong(name, "it is an object");
  for (const [key, value] of Object.entries(object)) {
    if (value == null) continue;
    if (!Object.hasOwn(tellers, key)) throw wrong(`${name}.${key}`, "it means nothing here; correct its name or leave it out");
    tellers[key](value, `${name}.${key}`);
  }
}

export function each(name, list, tell) {
  if (!Array.isArray(list)) throw wrong(name, "it is a list");
  list.forEach((one) => tell(one, name));
}

/** Hands over a product's id and version. */
export function product(name, item, tell) {
  const { id, version, ...others } = item ?? {};
  members(name, others, {});
  tell(text(`${name}.id`, id), version == null ? undefined : text(`${name}.version`, version));
}

const known = (ask) => {
  const say = (what) => (value, name) => ask.know(what, text(name, value));
  return {
    party: say("party"),
    region: say("region"),
    channel: say("channel"),
    language: say("language"),
    components: (list, name) => each(name, list, say("component")),
    tried: (list, name) => each(name, list, say("tried")),
    items: (list, name) => each(name, list, (item) => product(name, item, (...of) => ask.has(...of))),
  };
};

const wanted = (ask, { edited_from: from, edited_to: to }) => {
  const only = (what) => (value, name) => ask.only(what, text(name, value));
  const at = (name, value) => (value == null ? undefined : instant(name, value));
  const edited = () => ask.edited(at("filter.edited_from", from), at("filter.edited_to", to));
  return {
    kinds: (list, name) => each(name, list, only("kind")),
    confidence: (list, name) => each(name, list, only("confidence")),
    tags: (list, name) => each(name, list, only("tag")),
    language: only("language"),
    channel: only("channel"),
    product: (item, name) => product(name, item, (...of) => ask.about(...of)),
    edited_from: edited,
    edited_to: edited,
  };
};

const tellers = (ask, { limit, offset = 0 }) => {
  const page = () => ask.page(limit == null ? undefined : number("limit", limit), number("offset", offset));
  return {
    viewer: ({ audience, entitlements = [], ...others }, name) => {
      members(name, others, {});
      each(name, entitlements, text);
      ask.viewer(text(`${name}.audience`, audience), entitlements);
    },
    context: (object, name) => members(name, object, known(ask)),
    filter: (object, name) => members(name, object, wanted(ask, object)),
    limit: page,
    offset: page,
    snippet_chars: (n) => ask.snippet_chars(number("snippetChars", n)),
    explain: (is) => ask.explain(!!is),
    case: (id, name) => ask.case(text(name, id)),
    threshold: (least) => ask.threshold(number("threshold", least)),
  };
};

/** What each kind of question has beside its text and its instant. */
const SHARED = ["viewer", "context", "filter", "limit", "snippet_chars"];
const KINDS = { search: [...SHARED, "offset", "explain"], suggest: [...SHARED, "case", "threshold"], complete: ["viewer", "limit"] };

/** Asks by `call` what the request says. `Ask` is the engine's. */
export function asked(Ask, kind, { now, ...request }, call) {
  const said = kind === "suggest" ? "text" : "query";
  const { [said]: words, ...others } = request;
  const ask = new Ask(text(said, words), instant("now", now));
  try {
    const all = tellers(ask, others);
    members(kind, others, Object.fromEntries(KINDS[kind].map((key) => [key, all[key]])));
    return call(ask);
  } finally {
    ask.free();
  }
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
