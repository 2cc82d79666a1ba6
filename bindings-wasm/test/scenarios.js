/**
 * Runs the golden scenarios of the core, `core/tests/conformance`, and compares every score bit by bit. All of them run on
 * the live engine; a query without a case runs on a snapshot of that instant, too. Used in Node and in the browser.
 */
import { bits } from "./equal.js";

const factors = (why) => Object.fromEntries(why.factors.map(({ name, value }) => [name, bits(value)]));
/** Drops undefined members, as JSON does. */
const plain = (value) => JSON.parse(JSON.stringify(value));

function folds({ factors, score }) {
  const product = factors.reduce((product, { value }) => product * value, 1);
  if (bits(product) !== bits(score)) throw new Error(`the factors give ${product}, and not ${score}`);
}

const hit = ({ id, version, title, score, freshness, snippet, explanation }) => {
  folds(explanation);
  return { factors: factors(explanation), freshness, id, score: bits(score), snippet: snippet.text, title, version };
};

const suggestion = ({ id, score, solve_probability, freshness, explanation }) => {
  folds(explanation);
  return { factors: factors(explanation), freshness, id, score: bits(score), solve_probability: bits(solve_probability), summary: explanation.summary };
};

const searched = ({ hits, answerable, relaxed }) => ({ hits: hits.map(hit), answerable: bits(answerable), ...(relaxed.length > 0 && { relaxed }) });
const suggested = ({ suggestions, similar, abstained }) => ({
  suggestions: suggestions.map(suggestion),
  similar: similar.map(({ id, similarity, solved_by }) => ({ id, similarity: bits(similarity), solved_by })),
  abstained,
});

const viewerOf = ({ viewer = "internal", entitlements = [] }) => ({ audience: viewer, entitlements });
const optionsOf = ({ context, filter, limit, offset, threshold }) => ({ context, filter, limit, offset, threshold });
const recorded = ({ recorded }) => ({ recorded });

/** Steps that write. */
const WRITES = {
  put: (base, { article, expects }) => base.put(article, { expects }),
  set_fact: (base, { fact }) => base.setFact(fact),
  publish: (base, { article, audience }) => base.changeState(article, { audience }),
  archive: (base, { article }) => base.changeState(article, { confidence: "archived" }),
  verify: (base, { article, by }) => base.verifyArticle(article, by),
  flag: (base, { article, reason, by }) => base.flag(article, reason, by),
  merge: (base, { article, into }) => base.merge(article, into),
  relate: (base, { article, to, relation }) => base.relate(article, to, relation),
  open_case: (base, { case: draft }) => base.openCase(draft),
  note: (base, { case: id, entry }) => base.note(id, entry),
  resolve: (base, { case: id, first_contact: firstContact }) => base.resolveCase(id, { firstContact }),
  close_case: (base, { case: id }) => base.closeCase(id),
  reopen: (base, { case: id }) => base.reopenCase(id),
  link: (base, { link, by }) => base.link(link, by),
  retract: (base, { case: id, article, link }) => base.retractLink(id, article, link),
  record: (base, { event }) => ({ recorded: base.record(event)[0] }),
  set_policy: (base, { policy }) => base.setPolicy({ ...base.policy, ...policy }),
};

/** Steps that read. */
const READS = {
  search: (base, step) => searched(base.search(step.query, { ...optionsOf(step), threshold: undefined, viewer: viewerOf(step), explain: true })),
  suggest: (base, step) => suggested(base.suggest(step.text ?? "", { ...optionsOf(step), offset: undefined, viewer: viewerOf(step), case: step.case })),
  freshness(base, { article }) {
    const { state, due, expires, suspect, factor } = base.freshness(article);
    return { state, due, expires, suspect: suspect && suspect.reason, factor: bits(factor) };
  },
  article(base, step) {
    const { id, version, title, audience, confidence, sections } = base.article(step.article);
    return { id, version, title, audience, confidence, text: sections[0]?.text ?? null };
  },
  case(base, step) {
    const { status, entries } = base.case(step.case);
    return { status, entries: entries.length };
  },
  solve_rate: (base, { article }) => ({ solve_rate: bits(base.solveRate(article)) }),
  links: (base, { article }) => ({
    links: base.linksOfArticle(article).map(({ case: id, link, retracted_at }) => ({ case: id, link, retracted: retracted_at != null })),
  }),
  review: (base, { limit }) => ({ items: base.reviews.queue({ limit }).map(({ id, state, risk }) => ({ id, state, risk: bits(risk) })) }),
  as_of(base, { known, then }) {
    const past = base.asOf(known);
    try {
      return READS[then.do](past, then);
    } finally {
      past.close();
    }
  },
};

function act(base, step) {
  try {
    if (!Object.hasOwn(WRITES, step.do)) return READS[step.do](base, step);
    const done = WRITES[step.do](base, step);
    return step.do === "put" ? { version: done.version, recorded: done.recorded } : recorded(done);
  } catch (error) {
    if (!error.kind) throw error;
    return { error: error.kind, number: error.code };
  }
}

/** Runs a step on a snapshot of the base. */
async function fromSnapshot(open, base, step, now) {
  const viewer = viewerOf(step);
  const snapshot = await open(base.snapshot(viewer), { worker: false });
  try {
    const options = { ...optionsOf(step), now };
    return step.do === "search"
      ? searched(await snapshot.search(step.query, { ...options, threshold: undefined, explain: true }))
      : suggested(await snapshot.suggest(step.text, step.context, { ...options, context: undefined, offset: undefined }));
  } catch (error) {
    return { error: error.kind, number: error.code };
  } finally {
    snapshot.close();
  }
}

/** True for steps of a snapshot: it has no open cases, and none is made for a viewer that is rejected. */
const isForSnapshot = (step, seen) => (step.do === "search" || (step.do === "suggest" && step.case === undefined)) && seen.error !== "UnknownName";

/** Sorts keys, whose order is no difference. */
const sorted = (value) =>
  Array.isArray(value) ? value.map(sorted) : value && typeof value === "object" ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])])) : value;
const same = (a, b) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

/** Runs a scenario. Returns the differences, and the number of steps that ran on snapshots, too. */
export async function run({ live, open }, scenario) {
  if (scenario.format !== 1) throw new Error(`form ${scenario.format}`);
  let now = Date.parse("2026-01-01T00:00:00Z");
  // The languages of the articles of all scenarios.
  const languages = ["ar", "de", "fr", "hi"];
  const base = await live({ seed: 7, language: scenario.language ?? "en", languages, clock: () => now });
  const wrong = [];
  let n_read = 0;
  for (const [number, step] of scenario.steps.entries()) {
    if (step.at) now = Date.parse(step.at);
    const expected = step.expect ?? null;
    const seen = plain(act(base, step));
    if (!same(seen, expected)) wrong.push({ step: number + 1, do: step.do, seen, expected });
    if (isForSnapshot(step, seen)) {
      n_read += 1;
      const read = plain(await fromSnapshot(open, base, step, now));
      if (!same(read, expected)) wrong.push({ step: number + 1, do: `${step.do} of a snapshot`, seen: read, expected });
    }
  }
  base.verify();
  base.close();
  return { wrong, n_read };
}
